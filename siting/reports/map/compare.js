"use strict";
// Two maps side by side: today on the left, what is chosen on the right; they move together.

function sitingCompare(page, main, make) {
  const { element } = sitingSymbols;
  const maps = main.getContainer().parentElement;
  let second = null;

  let isMoving = false;
  function follow(from, to) {
    if (isMoving) return;
    isMoving = true;
    to.setView(from.getCenter(), from.getZoom(), { animate: false });
    isMoving = false;
  }
  const lead = () => follow(main, second.map);
  function open() {
    const box = element("div", "folium-map second");
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", page.words.today);
    maps.prepend(box);
    const map = L.map(box, { zoomControl: false, attributionControl: false, preferCanvas: true, zoomSnap: 0.1, maxZoom: 19 });
    box.append(element("div", "siting-caption", page.words.today));
    map.setView(main.getCenter(), main.getZoom(), { animate: false });
    map.on("move", () => follow(map, main));
    main.on("move", lead);
    return make(map);
  }

  return {
    view: () => second,
    turn(on) {
      if (on && !second) second = open();
      if (!on && second) {
        main.off("move", lead);
        second.map.remove();
        second.map.getContainer().remove();
        second = null;
      }
      maps.classList.toggle("two", on);
      main.invalidateSize({ animate: false });
      if (second) second.map.invalidateSize({ animate: false });
    },
  };
}
