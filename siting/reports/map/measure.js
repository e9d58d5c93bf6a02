"use strict";
// Measuring a distance: a button, clicks on the map, the length so far; Escape or the button again ends it.

function sitingMeasure(map, page) {
  const { element } = sitingSymbols;
  const button = element("button", "siting-measure", "↔");
  button.type = "button";
  button.title = page.words.measure;
  button.setAttribute("aria-label", page.words.measure);
  button.setAttribute("aria-pressed", "false");
  const told = element("output", "siting-length");
  told.hidden = true;
  const line = L.polyline([], { color: "#1b2733", weight: 2.5, dashArray: "6 5", interactive: false });
  let isOn = false;

  function tell() {
    const points = line.getLatLngs();
    const metres = points.slice(1).reduce((sum, point, i) => sum + map.distance(points[i], point), 0);
    told.textContent = points.length < 2 ? page.words.measure_hint
      : metres < 1000 ? Math.round(metres) + " m" : (metres / 1000).toFixed(2) + " km";
  }
  function add({ latlng }) {
    line.addLatLng(latlng);
    tell();
  }
  function turn(on) {
    isOn = on;
    button.setAttribute("aria-pressed", String(on));
    told.hidden = !on;
    map.getContainer().classList.toggle("measuring", on);
    line.setLatLngs([]);
    if (on) {
      line.addTo(map);
      map.on("click", add);
      map.doubleClickZoom.disable();
      tell();
    } else {
      line.remove();
      map.off("click", add);
      map.doubleClickZoom.enable();
    }
  }
  button.onclick = () => turn(!isOn);
  document.addEventListener("keydown", (event) => { if (isOn && event.key === "Escape") turn(false); });
  const box = element("div", "leaflet-bar siting-measuring");
  box.append(button, told);
  return box;
}
