"use strict";
// The legend: each entry is the switch of its layer and goes with it; below it the classes with their people.

function sitingLegend(page, view, isWide) {
  const { element, swatch } = sitingSymbols;
  const legend = element("div", "siting-legend");
  const entries = element("details", "siting-entries");
  entries.open = isWide;
  const findings = element("details", "findings");

  function states(shown, chosen) {
    const row = element("div", "states");
    row.setAttribute("role", "group");
    for (const [key, label] of page.states) {
      const button = element("button", "", label);
      button.type = "button";
      button.dataset.state = key;
      button.setAttribute("aria-pressed", String(key === shown.state));
      button.onclick = () => chosen({ state: key });
      row.append(button);
    }
    return row;
  }

  function compare(shown, chosen) {
    const label = element("label", "compare");
    const box = element("input");
    box.type = "checkbox";
    box.checked = shown.isTwo;
    box.onchange = () => chosen({ isTwo: box.checked });
    label.append(box, element("span", "", page.words.compare));
    return label;
  }

  function entry(spec, shown, chosen) {
    const keys = spec.key.startsWith("roads") ? ["roads_minor", "roads_middle", "roads_major"] : [spec.key];
    const isOn = shown.isOn[spec.key] && !spec.isStale;
    const row = element("label", isOn ? "" : "off");
    const box = element("input");
    box.type = "checkbox";
    box.checked = isOn;
    box.disabled = Boolean(spec.isStale);
    box.dataset.layer = spec.key;
    box.onchange = () => chosen({ isOn: { ...shown.isOn, ...Object.fromEntries(keys.map((key) => [key, box.checked])) } });
    const isPlain = spec.draw === "none" || spec.key in sitingSymbols.BANDED || spec.key === "change";
    const mark = isPlain ? element("span", "swatch") : swatch(spec.key, "", spec.draw);
    const name = element("span", "name", spec.label);
    if (spec.isStale) name.append(element("small", "", page.words.what_if_stale));
    row.append(box, mark, name, element("span", "amount", spec.isStale ? "" : spec.amount));
    const classes = isOn ? spec.classes : [];
    return [row, ...classes.map(([variant, label]) => {
      const line = element("div", "class");
      line.append(swatch(spec.key, variant, spec.draw), element("span", "", label));
      return line;
    })];
  }

  // What every requirement says of the state that is shown; a mark and a word, for colour alone tells not everybody.
  function fillFindings(state) {
    if (state === "what_if") {
      findings.replaceChildren(element("summary", "off", `${page.words.findings}: ${page.words.what_if_stale}`));
      return;
    }
    const told = page.findings[state] || page.findings.proposed || page.findings.today;
    findings.replaceChildren(element("summary", "", `${page.words.findings}: ${told.count}`));
    for (const { passed, title, clause, measured } of told.rows) {
      const row = element("div", "finding " + passed);
      row.append(element("span", "mark", { yes: "✓", no: "✗", "": "–" }[passed]));
      const text = element("span", "", title);
      text.append(element("small", "", [clause, measured].filter(Boolean).join(" · ")));
      row.append(text);
      findings.append(row);
    }
  }

  // `specs` are the layers that the state has, from the bottom up.
  function fill(shown, specs, chosen) {
    const focused = document.activeElement?.dataset;
    legend.replaceChildren();
    entries.replaceChildren(element("summary", "", page.legend));
    if (page.states.length > 1) legend.append(states(shown, chosen), compare(shown, chosen));
    const groups = new Map();
    const listed = new Set();
    for (const spec of specs.slice().reverse()) {
      const key = spec.key.startsWith("roads") ? "roads_major" : spec.key;
      if (listed.has(key) || spec.draw === "label") continue;
      listed.add(key);
      if (!groups.has(spec.group)) groups.set(spec.group, []);
      groups.get(spec.group).push(...entry(spec, shown, chosen));
    }
    for (const name of page.groups.filter((name) => groups.has(name))) {
      const isShown = groups.get(name).some((row) => row.tagName === "LABEL" && row.className !== "off");
      entries.append(element("h2", isShown ? "" : "off", name), ...groups.get(name));
    }
    fillFindings(shown.state);
    legend.append(entries, findings);
    // Whoever came by keyboard stays where they were.
    for (const [name, value] of Object.entries(focused || {})) legend.querySelector(`[data-${name}="${value}"]`)?.focus();
  }

  return { legend, fill, unfold: (isOpen) => { entries.open = isOpen; } };
}
