"use strict";
// The what-if panel: every station and site with its switch, the years of a phased plan, figures before and after.

function sitingPanel(data, words, changed) {
  const { element, icon } = sitingSymbols;
  const { sites } = data;
  const panel = element("section", "siting-panel");
  panel.setAttribute("aria-label", words.what_if_title);
  const isOpen = Uint8Array.from(sites, (site) => site.proposed);

  // --- figures: today, proposed, as switched
  const table = element("table", "figures");
  const shown = {};
  const head = table.createTHead().insertRow();
  head.append(...["", words.today, words.proposed, words.what_if].map((text) => element("th", "", text)));
  const body = table.createTBody();
  body.setAttribute("aria-live", "polite");
  for (const [key, unit, label, today, proposed] of data.figures) {
    const row = body.insertRow();
    shown[key] = { unit, cell: element("td", "now") };
    row.append(element("th", "", label), element("td", "", today), element("td", "", proposed), shown[key].cell);
    shown[key].cell.dataset.figure = key;
  }

  // --- switches
  const list = element("div", "sites");
  const boxes = sites.map((site, j) => {
    const row = element("label");
    const box = element("input");
    box.type = "checkbox";
    box.onchange = () => turn(j, box.checked);
    const mark = element("span", "swatch");
    row.append(box, mark, element("span", "name", site.title));
    row.dataset.title = site.title.toLowerCase();
    return { box, mark, row };
  });
  const rank = { existing: 0, closed: 0, proposed: 1, candidate: 2 };
  const order = [...sites.keys()].sort((a, b) => rank[sites[a].status] - rank[sites[b].status] || a - b);
  list.append(...order.map((j) => boxes[j].row));
  const filter = element("input");
  filter.type = "search";
  filter.placeholder = words.what_if_filter;
  filter.setAttribute("aria-label", words.what_if_filter);
  filter.oninput = () => {
    for (const { row } of boxes) row.hidden = !row.dataset.title.includes(filter.value.trim().toLowerCase());
  };

  function button(label, wanted) {
    const made = element("button", "", label);
    made.type = "button";
    made.onclick = () => set(wanted);
    return made;
  }
  const presets = element("div", "presets");
  presets.append(button(words.what_if_as_today, (site) => site.today), button(words.what_if_as_proposed, (site) => site.proposed));

  // --- the years of a phased plan: 0 is today
  const years = element("label", "years");
  if (data.steps.length) {
    const slider = element("input");
    const told = element("output");
    slider.type = "range";
    slider.min = 0;
    slider.max = data.steps.length;
    slider.value = data.steps.length;
    slider.setAttribute("aria-label", words.what_if_year);
    const label = () => (Number(slider.value) ? data.steps[slider.value - 1].label : words.today);
    slider.oninput = () => {
      told.textContent = label();
      slider.setAttribute("aria-valuetext", label());
      set((site, j) => (Number(slider.value) ? data.steps[slider.value - 1].open.includes(j) : site.today));
    };
    told.textContent = label();
    years.append(element("span", "", words.what_if_year), slider, told);
  }

  // --- the same switches on the map
  const markers = L.layerGroup(sites.map((site, j) => {
    const marker = L.marker(site.at, { title: site.title, alt: site.title });
    marker.on("click", () => turn(j, !isOpen[j]));
    marker.on("keypress", ({ originalEvent }) => { if (originalEvent.key === "Enter") turn(j, !isOpen[j]); });
    return marker;
  }));

  function look(site, open) {
    if (open) return site.status === "existing" || site.status === "closed" ? "station_existing" : "station_proposed";
    return site.status === "existing" || site.status === "closed" ? "station_closed" : "site_shut";
  }
  function turn(j, open) {
    isOpen[j] = open ? 1 : 0;
    refresh();
  }
  function set(wanted) {
    sites.forEach((site, j) => { isOpen[j] = wanted(site, j) ? 1 : 0; });
    refresh();
  }
  function refresh() {
    const measured = sitingWhatIf.measure(data, isOpen);
    for (const [key, { unit, cell }] of Object.entries(shown)) {
      cell.textContent = sitingWhatIf.text(measured.figures[key], unit, words);
    }
    markers.getLayers().forEach((marker, j) => {
      const key = look(sites[j], isOpen[j]);
      boxes[j].box.checked = Boolean(isOpen[j]);
      if (boxes[j].key === key) return;
      boxes[j].key = key;
      boxes[j].mark.innerHTML = icon(key, 16);
      const size = sitingSymbols.ICONS[key][0];
      marker.setIcon(L.divIcon({ className: "siting-icon", html: icon(key), iconSize: [size, size] }));
      marker.setZIndexOffset(isOpen[j] ? 1000 : 0);
    });
    changed(measured);
  }

  panel.append(element("h2", "", words.what_if_title), table, years, presets);
  const all = element("details");
  all.open = true;
  all.append(element("summary", "", `${words.what_if_sites} (${sites.length})`), filter, list);
  all.append(element("p", "hint", `${words.what_if_hint} ${words.what_if_left_out}`));
  panel.append(all);
  return { panel, markers, refresh };
}
