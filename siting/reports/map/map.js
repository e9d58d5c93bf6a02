"use strict";
// Draws the layers that siting hands over. Text from data only ever becomes textContent, never HTML.

function drawSitingMap(map, page) {
  const { STYLES, ICONS, styleOf, element, icon, swatch } = sitingSymbols;

  // A number and its unit stay on one line.
  function unbroken(text) {
    return text.replace(/(\d) (%|km²|min\b|s\b)/g, "$1\u00a0$2");
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

  // --- the page around the map
  document.title = page.title;
  document.documentElement.lang = page.language;
  const head = element("header", "siting-head");
  head.append(element("h1", "headline", unbroken(page.headline)));
  const about = element("p", "about");
  for (const text of [page.title, ...page.about]) about.append(element("span", "", unbroken(text)));
  head.append(about);
  document.body.prepend(head);
  if (page.notice) document.body.prepend(element("div", "siting-notice", page.notice));

  // --- layers; names never catch a click, so that what lies under them can be asked
  const names = map.createPane("siting-labels");
  names.style.zIndex = 550;
  names.style.pointerEvents = "none";
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
    placeSitingLabels(map);
  }

  // --- legend: each entry is the switch of its layer; on a small screen it opens at a touch
  const isWide = window.innerWidth > 900;
  const legend = element("div", "siting-legend");
  const entries = element("details");
  entries.open = isWide;
  function fillLegend() {
    legend.replaceChildren();
    entries.replaceChildren(element("summary", "", page.legend));
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
      entries.append(element("h2", "", name), ...groups.get(name).flat());
    }
    legend.append(entries);
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
    const [beside, above, below] = isWide ? [legend.offsetWidth + 20, 12, 12] : [8, 84, 52];
    map.fitBounds(page.bounds, { animate: false, paddingTopLeft: [8, above], paddingBottomRight: [beside, below] });
  }
  map.on("resize", () => { if (!isHeld) fit(); });
  map.invalidateSize();
  fit();
  map.on("zoomend", refresh);
  fillLegend();
  refresh();
}
