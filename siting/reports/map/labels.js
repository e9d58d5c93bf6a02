"use strict";
// Names of units step aside for stations and for each other; a name without room waits until the reader comes closer.

function placeSitingLabels(map) {
  const taken = [...map.getPane("markerPane").querySelectorAll(".siting-icon")].map((icon) => icon.getBoundingClientRect());
  for (const label of map.getPane("siting-labels").children) {
    label.style.visibility = "hidden";
    for (const [right, down] of [[0, 0], [0, 1], [0, -1], [0.6, 0], [-0.6, 0], [0.6, 1], [-0.6, 1], [0.6, -1], [-0.6, -1]]) {
      label.style.margin = 20 * down + "px 0 0 " + label.offsetWidth * right + "px";
      const here = label.getBoundingClientRect();
      if (taken.some((there) => overlap(here, there))) continue;
      label.style.visibility = "visible";
      taken.push(here);
      break;
    }
  }

  function overlap(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }
}
