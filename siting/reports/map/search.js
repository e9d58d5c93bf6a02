"use strict";
// Search by name or id: stations, hydrants, units, roads. Up, down and Enter as in any list of suggestions.

function sitingSearch(page, find) {
  const { element } = sitingSymbols;
  const MOST = 8;
  const seen = new Set();
  const known = [];
  for (const spec of page.layers) {
    if (!["icon", "dot", "label"].includes(spec.draw)) continue;
    for (const feature of spec.data.features) {
      const name = feature.properties.t;
      if (name === undefined || seen.has(spec.key + name)) continue;
      seen.add(spec.key + name);
      known.push({ name, kind: spec.label, spec, feature });
    }
  }
  for (const [name, lat, lon] of page.roads) known.push({ name, kind: page.words.units_road, at: [lat, lon] });
  for (const entry of known) entry.folded = entry.name.toLowerCase();

  const box = element("div", "siting-search");
  const input = element("input");
  input.type = "search";
  input.placeholder = page.words.search;
  const list = element("ul");
  list.id = "siting-found";
  list.hidden = true;
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-label": page.words.search, "aria-controls": list.id, "aria-expanded": "false", autocomplete: "off",
  })) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  let found = [];
  let chosen = 0;

  function fill() {
    const asked = input.value.trim().toLowerCase();
    found = asked ? known.filter((entry) => entry.folded.includes(asked)).slice(0, MOST) : [];
    list.replaceChildren(...found.map((entry, place) => {
      const row = element("li");
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(place === chosen));
      row.append(element("span", "", entry.name), element("small", "", entry.kind));
      row.onmousedown = (event) => { event.preventDefault(); take(entry); };
      return row;
    }));
    if (asked && !found.length) list.append(element("li", "nothing", page.words.search_nothing));
    list.hidden = !asked;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }
  function take(entry) {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    find(entry);
  }
  input.oninput = () => { chosen = 0; fill(); };
  input.onfocus = fill;
  input.onblur = () => { list.hidden = true; };
  input.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      chosen = (chosen + step + found.length) % found.length;
      fill();
    }
    if (event.key === "Enter" && found.length) take(found[chosen]);
    if (event.key === "Escape") { input.value = ""; fill(); }
  };
  box.append(input, list);
  return box;
}
