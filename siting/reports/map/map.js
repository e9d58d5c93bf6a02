"use strict";
// Draws the layers that siting hands over. Text from data only ever becomes textContent, never HTML.

function drawSitingMap(map, page) {
  const BANDS = ["#084594", "#2171b5", "#4292c6", "#9ecae1", "#deebf7", "#eef0f2"];
  const STYLES = {
    roads_minor: { color: "#dcd9d2", weight: 0.8 },
    roads_middle: { color: "#c6c2b9", weight: 1.5 },
    roads_major: { color: "#a9a498", weight: 2.4 },
    units: { color: "#7d8894", weight: 1, dashArray: "5 4" },
    boundary: { color: "#1b2733", weight: 2.2 },
    "gaps:level_0": { color: "#c4510b", weight: 0.3, fillColor: "#f3a45f", fillOpacity: 0.22 },
    "gaps:level_1": { color: "#c4510b", weight: 0.7, fillColor: hatch("#c4510b", 8, 1.2, 0.14), fillOpacity: 1 },
    "gaps:level_2": { color: "#9c3c00", weight: 1, fillColor: hatch("#b34700", 5, 1.9, 0.45), fillOpacity: 1 },
    districts: { color: "#2a6496", weight: 1.4, fillColor: "#2a6496", fillOpacity: 0.07 },
    "districts:over_cap": { color: "#4b2a86", weight: 1.3, opacity: 0.6, fillColor: "#4b2a86", fillOpacity: 0.1 },
    hydrant_gaps: { color: "#8a1c5b", weight: 2 },
    station_candidate: { color: "#1b2733", weight: 1, fillColor: "#fff", fillOpacity: 1, radius: 2.6 },
    micro_station_candidate: { color: "#1b2733", weight: 1, fillColor: "#fff", fillOpacity: 1, radius: 2 },
    station_not_used: { color: "#5b6875", weight: 1, fillColor: "#c9ced4", fillOpacity: 1, radius: 2.6 },
    micro_station_not_used: { color: "#5b6875", weight: 1, fillColor: "#c9ced4", fillOpacity: 1, radius: 2 },
    hydrant_candidate: { color: "#1b2733", weight: 0.8, fillColor: "#fff", fillOpacity: 1, radius: 2 },
    hydrant_existing: { color: "#fff", weight: 0.6, fillColor: "#0b6fb8", fillOpacity: 1, radius: 3 },
    hydrant_proposed: { color: "#1b2733", weight: 1, fillColor: "#ffc20a", fillOpacity: 1, radius: 4.2 },
    hydrant_not_used: { color: "#5b6875", weight: 1.2, fillColor: "#fff", fillOpacity: 1, radius: 3 },
  };
  BANDS.forEach((color, number) => {
    STYLES["bands:band_" + number] = { color: color, weight: 0.4, fillColor: color, fillOpacity: 0.62 };
  });
  const ICONS = {
    station_existing: [22, '<rect x="2.5" y="2.5" width="17" height="17" rx="2.5" fill="#12355b" stroke="#fff" stroke-width="2"/><path d="M11 6.2l4.6 4v5.3h-9.2v-5.3z" fill="#fff"/>'],
    station_proposed: [28, '<path d="M14 1.5L26.5 14 14 26.5 1.5 14z" fill="#ffc20a" stroke="#1b2733" stroke-width="2.2"/><path d="M14 8v12M8 14h12" stroke="#1b2733" stroke-width="2.6"/>'],
    station_closed: [22, '<rect x="2.5" y="2.5" width="17" height="17" rx="2.5" fill="#fff" stroke="#5b6875" stroke-width="2"/><path d="M6.5 6.5l9 9m0-9l-9 9" stroke="#5b6875" stroke-width="2.2"/>'],
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
    pen.globalAlpha = 0.8;
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

  // A number and its unit stay on one line.
  function unbroken(text) {
    return text.replace(/(\d) (%|km²|min\b|s\b)/g, "$1\u00a0$2");
  }

  function icon(key) {
    const [size, shape] = ICONS[key];
    return '<svg width="' + size + '" height="' + size + '" viewBox="0 0 ' + size + " " + size + '">' + shape + "</svg>";
  }

  function popup(told) {
    const box = element("div", "siting-popup");
    box.append(element("b", "", told.t));
    const table = element("table");
    for (const [label, text] of told.r) {
      const row = table.insertRow();
      row.append(element("td", "", label), element("td", "", text));
    }
    box.append(table);
    return box;
  }

  function leafletLayer(spec) {
    const isBase = spec.key.startsWith("roads") || spec.key === "units" || spec.key === "boundary";
    return L.geoJSON(spec.data, {
      pane: isBase && spec.draw === "line" ? "siting-base" : spec.draw === "label" ? "siting-labels" : undefined,
      interactive: !isBase && spec.key !== "bands",
      style: (feature) => styleOf(spec.key, feature.properties.s),
      pointToLayer: (feature, place) => {
        if (spec.draw === "dot") return L.circleMarker(place, STYLES[spec.key]);
        if (spec.draw === "label") {
          const text = element("div", "", feature.properties.t);
          return L.marker(place, { pane: "siting-labels", icon: L.divIcon({ className: "siting-label", html: text, iconSize: null }) });
        }
        const size = ICONS[spec.key][0];
        return L.marker(place, {
          icon: L.divIcon({ className: "siting-icon", html: icon(spec.key), iconSize: [size, size] }),
          zIndexOffset: spec.key.endsWith("proposed") ? 1000 : 0,
          title: feature.properties.t,
        });
      },
      onEachFeature: (feature, layer) => {
        if (feature.properties.t !== undefined) layer.bindPopup(() => popup(feature.properties), { maxWidth: 340 });
      },
    });
  }

  function swatch(key, variant, draw) {
    const box = element("span", "swatch");
    if (draw === "icon") {
      box.innerHTML = icon(key);
      box.firstChild.setAttribute("height", 16);
      box.firstChild.setAttribute("width", 16);
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
    pen.stroke();
    box.append(canvas);
    return box;
  }

  // --- the page around the map
  document.title = page.title;
  document.documentElement.lang = page.language;
  const head = element("header", "siting-head");
  head.append(element("h1", "", page.title), element("p", "headline", unbroken(page.headline)));
  const about = element("p", "about");
  for (const text of page.about) about.append(element("span", "", unbroken(text)));
  head.append(about);
  document.body.prepend(head);
  if (page.notice) document.body.prepend(element("div", "siting-notice", page.notice));

  // --- layers; base and labels never catch a click, so that what lies under them can be asked
  for (const [name, level] of [["siting-base", 300], ["siting-labels", 550]]) {
    const pane = map.createPane(name);
    pane.style.zIndex = level;
    pane.style.pointerEvents = "none";
  }
  let state = page.states.length ? "proposed" : "today";
  const isOn = {};
  const drawn = page.layers.map((spec) => {
    isOn[spec.key] = spec.on;
    return { spec: spec, leaflet: leafletLayer(spec) };
  });
  if (page.tiles) {
    isOn.tiles = false;
    drawn.unshift({
      spec: { key: "tiles", group: drawn[0].spec.group, label: page.tiles.label, amount: "", draw: "none", state: "", minZoom: 0, classes: [] },
      leaflet: L.tileLayer(page.tiles.url, { maxZoom: 19, attribution: "© OpenStreetMap contributors" }),
    });
  }

  // Thousands of hydrants are a texture from far away, and places close by.
  function dotScale() {
    return Math.min(1.3, Math.max(0.45, (map.getZoom() - 9) / 5));
  }

  function refresh() {
    for (const { spec, leaflet } of drawn) {
      const shows = isOn[spec.key] && (!spec.state || spec.state === state) && map.getZoom() >= spec.minZoom;
      if (!shows) leaflet.remove();
      else if (!map.hasLayer(leaflet)) leaflet.addTo(map);
      if (shows && spec.draw === "dot") leaflet.eachLayer((dot) => dot.setRadius(STYLES[spec.key].radius * dotScale()));
      if (shows && leaflet.bringToFront && spec.draw !== "icon" && spec.draw !== "label") leaflet.bringToFront();
    }
  }

  // --- legend: each entry is the switch of its layer
  const legend = element("div", "siting-legend");
  function fillLegend() {
    legend.replaceChildren();
    if (page.states.length) {
      const states = element("div", "states");
      for (const [key, label] of page.states) {
        const button = element("button", "", label);
        button.type = "button";
        button.setAttribute("aria-pressed", String(key === state));
        button.onclick = () => { state = key; refresh(); fillLegend(); };
        states.append(button);
      }
      legend.append(states);
    }
    const groups = new Map();
    const listed = new Set();
    for (const { spec } of drawn.slice().reverse()) {
      const key = spec.key.startsWith("roads") ? "roads_major" : spec.key;
      if ((spec.state && spec.state !== state) || listed.has(key) || spec.draw === "label") continue;
      listed.add(key);
      if (!groups.has(spec.group)) groups.set(spec.group, []);
      groups.get(spec.group).push(entry(spec));
    }
    for (const name of page.groups.filter((name) => groups.has(name))) {
      legend.append(element("h2", "", name), ...groups.get(name).flat());
    }
  }
  function entry(spec) {
    const keys = spec.key.startsWith("roads") ? ["roads_minor", "roads_middle", "roads_major"] : [spec.key];
    const row = element("label", isOn[spec.key] ? "" : "off");
    const box = element("input");
    box.type = "checkbox";
    box.checked = isOn[spec.key];
    box.onchange = () => { for (const key of keys) isOn[key] = box.checked; refresh(); fillLegend(); };
    const mark = spec.draw === "none" || spec.key === "bands" ? element("span", "swatch") : swatch(spec.key, "", spec.draw);
    row.append(box, mark, element("span", "name", spec.label), element("span", "amount", spec.amount));
    const rows = [row];
    if (isOn[spec.key]) {
      for (const [variant, label] of spec.classes) {
        const line = element("div", "class");
        line.append(swatch(spec.key, variant, spec.draw), element("span", "", label));
        rows.push(line);
      }
    }
    return rows;
  }
  const corner = L.control({ position: "topright" });
  corner.onAdd = () => {
    L.DomEvent.disableClickPropagation(legend);
    L.DomEvent.disableScrollPropagation(legend);
    return legend;
  };
  corner.addTo(map);
  L.control.zoom({ position: "topleft" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false);
  const credit = element("span", "", [page.credit, page.corner].filter(Boolean).join(" · "));
  map.attributionControl.addAttribution(credit.innerHTML);

  // The whole study area stays in view, beside the legend, until the reader takes hold of the map.
  let isHeld = false;
  for (const touch of ["pointerdown", "wheel", "keydown"]) {
    map.getContainer().addEventListener(touch, () => { isHeld = true; });
  }
  function fit() {
    const beside = window.innerWidth > 900 ? 300 : 16;
    map.fitBounds(page.bounds, { animate: false, paddingTopLeft: [16, 16], paddingBottomRight: [beside, 16] });
  }
  map.on("resize", () => { if (!isHeld) fit(); });
  map.invalidateSize();
  fit();
  map.on("zoomend", refresh);
  fillLegend();
  refresh();
}
