"use strict";
// One map and its layers. Text from data only ever becomes textContent, never HTML.

function sitingView(map, page) {
  const { STYLES, ICONS, styleOf, element, icon } = sitingSymbols;

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
    const isBase = spec.key.startsWith("roads") || spec.key === "boundary" || (spec.key === "units" && spec.draw === "line");
    return L.geoJSON(spec.data, {
      interactive: !isBase && !(spec.key in sitingSymbols.BANDED),
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
          alt: feature.properties.t,
        });
      },
      onEachFeature: (feature, layer) => {
        if (feature.properties.t !== undefined) layer.bindPopup(() => popup(feature.properties), { maxWidth: 340 });
      },
    });
  }

  map.createPane("siting-ground").style.zIndex = 350;
  map.createPane("siting-labels").style.zIndex = 550;
  // Most layers never show: each is made when it first does.
  const drawn = page.layers.map((spec) => {
    let made = null;
    return { spec, get leaflet() { return (made ||= leafletLayer(spec)); }, remove: () => made?.remove() };
  });
  if (page.tiles) {
    const leaflet = L.tileLayer(page.tiles.url, { maxZoom: 19, attribution: "© OpenStreetMap contributors" });
    drawn.unshift({
      spec: { key: "tiles", group: page.layers[0].group, label: page.tiles.label, amount: "", draw: "none", state: "", on: false, minZoom: 0, classes: [] },
      leaflet,
      remove: () => leaflet.remove(),
    });
  }
  const lands = {};
  const planned = page.states.some(([key]) => key === "proposed") ? "proposed" : "today"; // after an audit, today only
  let last = null;

  // Which layers a state has: the difference is drawn over what is proposed; what-if has its own stations, and of the
  // rest what no station changes.
  function belongs(spec, state) {
    if (state === "what_if" && spec.key.startsWith("station_")) return false;
    if (spec.state === "" || spec.state === state) return true;
    if (spec.state !== planned || spec.key === "gaps") return false;
    return state === "difference" || (state === "what_if" && /^(micro|hydrant)_/.test(spec.key));
  }

  // Thousands of hydrants are a texture from far away, and places close by.
  function dotScale() {
    return Math.min(1.3, Math.max(0.45, (map.getZoom() - 9) / 5));
  }

  function show(state, isOn) {
    last = [state, isOn];
    for (const layer of drawn) {
      const { spec } = layer;
      if (!isOn[spec.key] || !belongs(spec, state) || map.getZoom() < spec.minZoom) {
        layer.remove();
        continue;
      }
      const { leaflet } = layer;
      if (!map.hasLayer(leaflet)) leaflet.addTo(map);
      if (spec.draw === "dot") leaflet.eachLayer((dot) => dot.setRadius(STYLES[spec.key].radius * dotScale()));
      if (leaflet.bringToFront && spec.draw !== "icon" && spec.draw !== "label") leaflet.bringToFront();
    }
    placeSitingLabels(map);
  }
  map.on("zoomend", () => { if (last) show(...last); });

  return {
    map, drawn, planned, show, belongs,
    // What is painted has no shape to click on: the map itself is told where its popup stands.
    tell: (place, told) => map.openPopup(popup(told), place, { maxWidth: 340 }),
    // By key what to paint of the land cells; what is not named is taken away.
    paint(ground, painted) {
      for (const key of sitingGround.KEYS) {
        if (painted[key]) {
          lands[key] ||= new sitingGround.Land(ground, page.layers.find((spec) => spec.key === "boundary").data, key);
          lands[key].paint(painted[key]);
          lands[key].addTo(map);
        } else lands[key]?.remove();
      }
    },
    layerOf: (spec, feature) =>
      drawn.find((layer) => layer.spec === spec).leaflet.getLayers().find((layer) => layer.feature === feature),
  };
}
