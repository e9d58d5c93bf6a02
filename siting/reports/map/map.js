"use strict";
// Puts the page together: headline, map with its legend, search, what-if, and the second map.

function drawSitingMap(map, page) {
  const { element } = sitingSymbols;
  const isWide = window.innerWidth > 900;

  // A number and its unit stay on one line.
  function unbroken(text) {
    return text.replace(/(\d) (%|km²|min\b|s\b)/g, "$1\u00a0$2");
  }

  document.title = page.title;
  document.documentElement.lang = page.language;
  const head = element("header", "siting-head");
  head.append(element("h1", "headline", unbroken(page.headline)));
  const about = element("p", "about");
  for (const text of [page.title, ...page.about]) about.append(element("span", "", unbroken(text)));
  head.append(about);
  const maps = element("main", "siting-maps");
  map.getContainer().before(maps);
  maps.append(map.getContainer());
  maps.before(head);
  if (page.notice) head.before(element("div", "siting-notice", page.notice));
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", page.words.region);

  const view = sitingView(map, page);
  let shown = {
    state: view.planned,
    isTwo: false,
    isOn: Object.fromEntries(view.drawn.map(({ spec }) => [spec.key, spec.on])),
  };
  const legend = sitingLegend(page, view, isWide);
  const second = sitingCompare(page, map, (other) => sitingView(other, page));
  let ground = null;
  let switched = null;
  let panel = null;
  let measured = null;
  let isHeld = false;

  // The land cells are painted where a state's gaps are not there as shapes; and all that follows a switched station.
  function painted(state) {
    const { isOn } = shown;
    if (!ground) return {};
    if (state === "difference") return { gaps: isOn.change && { classes: sitingGround.changes(ground) } };
    if (state === "what_if") {
      return measured ? {
        bands: isOn.bands && { classes: sitingGround.bands(measured.drive, switched.bands_ms) },
        districts: isOn.districts && { classes: sitingGround.districts(measured.first, districts()), owner: measured.first },
        gaps: isOn.gaps && { classes: sitingGround.gaps(ground, measured.covered) },
      } : {};
    }
    const hasShapes = page.layers.some((spec) => spec.key === "gaps" && spec.state === state && spec.data.features.length);
    return { gaps: isOn.gaps && !hasShapes && { classes: sitingGround.gaps(ground, ground[state]) } };
  }
  function districts() {
    measured.districts ||= sitingWhatIf.districts(switched, measured.first);
    return measured.districts;
  }

  // The popup of a painted district, as `coverage_layers` fills that of a drawn one.
  function districtTold(j) {
    const { words } = page;
    const { km2, cap_km2, isOver } = districts()[j];
    const { people, worst_s, share_within } = sitingWhatIf.served(switched, measured, j);
    const told = (value, unit) => sitingWhatIf.text(value, unit, words);
    const limit = cap_km2 === null ? [] : [[words.cap, told(cap_km2, "km²")], [words.is_over, isOver ? words.over : words.not_over]];
    return {
      t: words.district_of.replace("{station}", () => switched.sites[j].title),
      r: [
        [words.area, told(km2, "km²")], ...limit, [words.served, told(people, words.is_land ? "km²" : "")],
        [words.worst, told(worst_s, "s")], [words.share_within, told(share_within, "share")],
      ],
    };
  }
  map.on("click", ({ latlng }) => {
    const isMeasuring = map.getContainer().classList.contains("measuring");
    if (isMeasuring || shown.state !== "what_if" || !shown.isOn.districts || !measured) return;
    const cell = sitingGround.cellAt(ground, map, latlng);
    const station = cell < 0 ? -1 : measured.first[cell];
    if (station >= 0) view.tell(latlng, districtTold(station));
  });

  // Legend entries of what follows the stations as switched, by key.
  const followed = {
    bands: (spec) => spec,
    // The people that the stations as switched do not reach.
    gaps(spec) {
      const { words } = page;
      const lost = (level) => sitingWhatIf.sum(switched.people, (i) => !measured.covered[i] && (level < 0 || ground.level[i] === level));
      const told = (level) => (words.is_land ? sitingWhatIf.text(lost(level), "km²", words) : sitingWhatIf.count(lost(level)));
      const names = page.ground.levels.map((name, level) => [`level_${level}`, `${name}: ${told(level)}`]);
      return { ...spec, amount: words.amount.replace("{n}", told(-1)), classes: names.reverse() };
    },
    districts(spec) {
      if (!shown.isOn.districts) return { ...spec, amount: "" };
      const over = districts().filter(({ isOver }) => isOver).length;
      const classes = spec.classes.map(([variant]) => [variant, `${page.words.over_cap}: ${over}`]);
      return { ...spec, amount: String(districts().filter(({ km2 }) => km2).length), classes };
    },
  };

  // The layers of a state from the bottom up; of what-if also those of the proposal, which follow it or say that they do not.
  function specs() {
    const all = view.drawn.map(({ spec }) => spec);
    if (shown.state !== "what_if") return all.filter((spec) => view.belongs(spec, shown.state));
    return all.flatMap((spec) => {
      if (view.belongs(spec, "what_if")) return [spec];
      if (spec.state !== view.planned || spec.key.startsWith("station_")) return [];
      return [measured && followed[spec.key] ? followed[spec.key](spec) : { ...spec, isStale: true }];
    });
  }

  function refresh() {
    view.show(shown.state, shown.isOn);
    const other = second.view();
    other?.show("today", shown.isOn);
    other?.paint(ground, painted("today"));
    if (panel) {
      const isAsked = shown.state === "what_if";
      panel.panel.hidden = !isAsked;
      map.invalidateSize({ animate: false });
      if (isAsked) panel.markers.addTo(map);
      else panel.markers.remove();
      placeSitingLabels(map);
    }
    repaint();
  }
  // What a switched station changes: the land and its legend. No other layer is drawn again.
  function repaint() {
    view.paint(ground, painted(shown.state));
    legend.fill(shown, specs(), choose);
  }
  function choose(change) {
    const before = shown;
    shown = { ...shown, ...change };
    if (shown.isTwo !== before.isTwo) {
      second.turn(shown.isTwo);
      legend.unfold(isWide && !shown.isTwo);
    }
    if (shown.state === "what_if" && panel && !measured) panel.refresh();
    refresh();
    if (shown.isTwo !== before.isTwo || (shown.state !== before.state && !isHeld)) fit();
  }

  function find({ spec, feature, at }) {
    if (at) {
      map.setView(at, 16);
      return;
    }
    choose({
      isOn: { ...shown.isOn, [spec.key]: true },
      state: view.belongs(spec, shown.state) ? shown.state : spec.state || page.states[0][0],
    });
    const layer = view.layerOf(spec, feature);
    map.setView(layer.getLatLng(), Math.max(map.getZoom(), 14));
    view.show(shown.state, shown.isOn);
    layer.openPopup();
  }

  function control(position, content) {
    const made = L.control({ position });
    made.onAdd = () => {
      L.DomEvent.disableClickPropagation(content);
      L.DomEvent.disableScrollPropagation(content);
      return content;
    };
    made.addTo(map);
  }
  // On a small screen nothing lies over the map.
  if (isWide) control("topright", legend.legend);
  else maps.before(legend.legend);
  control("topleft", sitingSearch(page, find));
  L.control.zoom({ position: "topleft", zoomInTitle: page.words.zoom_in, zoomOutTitle: page.words.zoom_out }).addTo(map);
  control("topleft", sitingMeasure(map, page));
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false);
  const credit = element("span", "", [page.credit, page.corner].filter(Boolean).join(" · "));
  map.attributionControl.addAttribution(credit.innerHTML);

  // The whole study area stays in view, beside the legend, until the reader takes hold of the map.
  for (const touch of ["pointerdown", "wheel", "keydown"]) {
    map.getContainer().addEventListener(touch, ({ target }) => { isHeld ||= !target.closest(".leaflet-control"); });
  }
  function fit() {
    const right = isWide && !shown.isTwo ? legend.legend.offsetWidth + 20 : 8;
    const isBeside = isWide && !shown.isTwo && panel && !panel.panel.hidden;
    const left = isBeside ? panel.panel.offsetLeft + panel.panel.offsetWidth + 10 : 8;
    map.fitBounds(page.bounds, { animate: false, paddingTopLeft: [left, 46], paddingBottomRight: [right, 30] });
  }
  map.on("resize", () => { if (!isHeld) fit(); });
  // A sheet has another shape than the window: the map is drawn anew for it, before it is printed and after. Painted land
  // is printed as the window shows it: of pixels set in these moments Chromium prints none.
  for (const [moment, isPaper] of [["beforeprint", true], ["afterprint", false]]) {
    window.addEventListener(moment, () => {
      if (document.querySelector("[data-painted]")) return;
      document.body.classList.toggle("on-paper", isPaper);
      map.invalidateSize({ animate: false });
    });
  }

  // What is packed is there a moment after the page; where the browser cannot unpack it, the page says so.
  async function unpack() {
    const words = page.words;
    const note = !sitingPacked.isSupported ? words.what_if_old_browser : page.what_if ? "" : words.what_if_too_large;
    if (sitingPacked.isSupported) ground = await sitingPacked.ground(page.ground);
    if (note) {
      panel = { panel: element("section", "siting-panel", note), markers: L.layerGroup(), refresh };
    } else {
      switched = await sitingPacked.whatIf(page.what_if);
      panel = sitingPanel(switched, words, (found) => {
        measured = found;
        map.closePopup(); // it may tell of a district that is no longer
        repaint();
      });
    }
    panel.panel.hidden = true;
    if (isWide) control("topleft", panel.panel);
    else maps.after(panel.panel);
    refresh();
    document.documentElement.dataset.ready = "yes";
  }
  legend.fill(shown, specs(), choose);
  map.invalidateSize();
  fit();
  refresh();
  unpack();
}
