"use strict";
// How each layer looks, on the map and in its legend: one table of styles, one of icons.

const sitingSymbols = (() => {
  // Land by seconds: its bands, the shortest first. The full alarm turns from green to purple at its limit.
  const BANDED = {
    bands: ["#084594", "#2171b5", "#4292c6", "#9ecae1", "#deebf7", "#eef0f2"],
    full_alarm: ["#1b7837", "#7fbf7b", "#d9f0d3", "#e7d4e8", "#af8dc3", "#762a83"],
  };
  const STYLES = {
    roads_minor: { color: "#d3cfc6", weight: 0.8 },
    roads_middle: { color: "#b3aea3", weight: 1.4 },
    roads_major: { color: "#8d877a", weight: 2.2 },
    units: { color: "#5b6875", weight: 0.9, dashArray: "2 4" },
    boundary: { color: "#1b2733", weight: 2 },
    "gaps:level_0": { color: "#c4510b", weight: 0, fillColor: "#f3a45f", fillOpacity: 0.2 },
    "gaps:level_1": { color: "#c4510b", weight: 0.5, opacity: 0.6, fillColor: hatch("#c4510b", 8, 1, 0.12), fillOpacity: 1 },
    "gaps:level_2": { color: "#9c3c00", weight: 0.6, opacity: 0.7, fillColor: hatch("#b34700", 6, 1.3, 0.34), fillOpacity: 1 },
    "change:newly": { color: "#2171b5", weight: 0.5, fillColor: "#2171b5", fillOpacity: 0.42 },
    "change:still": { color: "#c4510b", weight: 0.5, opacity: 0.6, fillColor: hatch("#c4510b", 8, 1, 0.16), fillOpacity: 1 },
    "change:no_longer": { color: "#4a1486", weight: 0.5, fillColor: hatch("#4a1486", 5, 2, 0.28), fillOpacity: 1 },
    barriers: { color: "#3d5a80", weight: 2.4, dashArray: "7 3", fillColor: "#3d5a80", fillOpacity: 0.12 },
    "barriers:penalty": { color: "#3d5a80", weight: 1.4, dashArray: "3 4", fillColor: "#3d5a80", fillOpacity: 0.08 },
    "barriers:open": { color: "#7d93ad", weight: 1, dashArray: "1 4", fillColor: "#7d93ad", fillOpacity: 0.05 },
    isochrones: { color: "#0b7a75", weight: 0.8, fillColor: "#0b7a75", fillOpacity: 0.16 },
    micro_reach: { color: "#3f6b12", weight: 1, fillColor: "#6aa121", fillOpacity: 0.3 },
    districts: { color: "#2a6496", weight: 1, fillColor: "#2a6496", fillOpacity: 0.06 },
    "districts:over_cap": { color: "#4b2a86", weight: 1, opacity: 0.7, fillColor: "#6a3fb5", fillOpacity: 0.12 },
    hydrant_gaps: { color: "#8a1c5b", weight: 2 },
    lane_gaps: { color: "#7a5c00", weight: 0.6, fillColor: "#c9a227", fillOpacity: 0.28 },
    lane_roads: { color: "#7a5c00", weight: 2.4 },
    station_candidate: { color: "#1b2733", weight: 1, fillColor: "#fff", fillOpacity: 1, radius: 2.6 },
    micro_station_candidate: { color: "#1b2733", weight: 1, fillColor: "#fff", fillOpacity: 1, radius: 2 },
    station_not_used: { color: "#5b6875", weight: 1, fillColor: "#c9ced4", fillOpacity: 1, radius: 2.6 },
    micro_station_not_used: { color: "#5b6875", weight: 1, fillColor: "#c9ced4", fillOpacity: 1, radius: 2 },
    hydrant_heads: { color: "#8a1c5b", weight: 2, fillColor: "#fff", fillOpacity: 1, radius: 4 },
    hydrant_candidate: { color: "#1b2733", weight: 0.8, fillColor: "#fff", fillOpacity: 1, radius: 2 },
    hydrant_existing: { color: "#fff", weight: 0.6, fillColor: "#0b6fb8", fillOpacity: 1, radius: 3 },
    hydrant_proposed: { color: "#1b2733", weight: 1, fillColor: "#ffc20a", fillOpacity: 1, radius: 4.2 },
    hydrant_not_used: { color: "#5b6875", weight: 1.2, fillColor: "#fff", fillOpacity: 1, radius: 3 },
  };
  for (const [key, colors] of Object.entries(BANDED)) {
    colors.forEach((color, number) => {
      STYLES[`${key}:band_${number}`] = { color: color, weight: 0.4, fillColor: color, fillOpacity: 0.62 };
    });
  }
  // Judged maps of districts: which one a border belongs to, its dashes tell.
  for (const [name, dashArray] of Object.entries({ drawn: "", redrawn: "7 4", planned: "2 3" })) {
    STYLES[`districts_${name}`] = { color: "#0b5d3b", weight: 1.6, dashArray, fillColor: "#0b5d3b", fillOpacity: 0.04 };
    STYLES[`districts_${name}:broken`] = { color: "#9c1c2e", weight: 1.6, dashArray, fillColor: "#b3263b", fillOpacity: 0.1 };
  }
  const ICONS = {
    station_existing: [22, '<rect x="2.5" y="2.5" width="17" height="17" rx="2.5" fill="#12355b" stroke="#fff" stroke-width="2"/><path d="M11 6.2l4.6 4v5.3h-9.2v-5.3z" fill="#fff"/>'],
    station_proposed: [28, '<path d="M14 1.5L26.5 14 14 26.5 1.5 14z" fill="#ffc20a" stroke="#1b2733" stroke-width="2.2"/><path d="M14 8v12M8 14h12" stroke="#1b2733" stroke-width="2.6"/>'],
    station_closed: [22, '<rect x="2.5" y="2.5" width="17" height="17" rx="2.5" fill="#fff" stroke="#5b6875" stroke-width="2"/><path d="M6.5 6.5l9 9m0-9l-9 9" stroke="#5b6875" stroke-width="2.2"/>'],
    site_shut: [13, '<circle cx="6.5" cy="6.5" r="4.6" fill="#fff" stroke="#1b2733" stroke-width="1.6"/>'],
    micro_station_existing: [15, '<path d="M7.5 1.5l6 11.5h-12z" fill="#12355b" stroke="#fff" stroke-width="1.4"/>'],
    micro_station_closed: [15, '<path d="M7.5 1.5l6 11.5h-12z" fill="#fff" stroke="#5b6875" stroke-width="1.6"/>'],
    micro_station_proposed: [17, '<path d="M8.5 1.5l7 13h-14z" fill="#ffc20a" stroke="#1b2733" stroke-width="1.6"/>'],
  };

  function hatch(color, size, width, ground) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const pen = tile.getContext("2d");
    pen.fillStyle = color;
    pen.globalAlpha = ground;
    pen.fillRect(0, 0, size, size);
    pen.globalAlpha = 0.65;
    pen.strokeStyle = color;
    pen.lineWidth = width;
    for (const shift of [-size, 0, size]) {
      pen.beginPath();
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
      pen.stroke();
    }
    return pen.createPattern(tile, "repeat");
  }

  function styleOf(key, variant) {
    return STYLES[key + ":" + variant] || STYLES[key] || STYLES[key + ":level_1"];
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function icon(key, shownSize) {
    const [size, shape] = ICONS[key];
    const side = shownSize || size;
    return `<svg width="${side}" height="${side}" viewBox="0 0 ${size} ${size}" aria-hidden="true">${shape}</svg>`;
  }

  function swatch(key, variant, draw) {
    const box = element("span", "swatch");
    if (draw === "icon") {
      box.innerHTML = icon(key, 16);
      return box;
    }
    const canvas = element("canvas");
    canvas.width = 44;
    canvas.height = 32;
    canvas.style.cssText = "width:22px;height:16px";
    const pen = canvas.getContext("2d");
    const style = styleOf(key, variant);
    pen.scale(2, 2);
    pen.strokeStyle = style.color;
    pen.lineWidth = style.weight;
    pen.globalAlpha = style.opacity || 1;
    pen.setLineDash((style.dashArray || "").split(" ").filter(Boolean).map(Number));
    pen.beginPath();
    if (draw === "line") {
      pen.moveTo(1, 8);
      pen.lineTo(21, 8);
    } else if (draw === "dot") {
      pen.arc(11, 8, style.radius + 0.8, 0, 7);
    } else {
      pen.rect(2, 2, 18, 12);
    }
    if (draw !== "line") {
      pen.fillStyle = style.fillColor;
      pen.globalAlpha = style.fillOpacity;
      pen.fill();
      pen.globalAlpha = style.opacity || 1;
    }
    if (style.weight) pen.stroke();
    box.append(canvas);
    return box;
  }

  return { BANDED, STYLES, ICONS, styleOf, element, icon, swatch };
})();
