"use strict";
// What another choice of stations reaches, computed as siting computes it: first due, covered, the figures.

const sitingWhatIf = (() => {
  const LATE = 0x7fffffff;
  const CELLS = 2 ** 22;

  // People are fractions: the error of each addition is carried along, so that sums equal those of the report.
  function sum(values, counts) {
    let total = 0;
    let lost = 0;
    for (let i = 0; i < values.length; i++) {
      if (!counts(i)) continue;
      const next = values[i] - lost;
      const grown = total + next;
      lost = grown - total - next;
      total = grown;
    }
    return total;
  }

  // Least turnout + drive is first due, ties to the lower id; it covers what it drives to within its own budget.
  function measure({ sites, times, people, area }, isOpen) {
    const cells = people.length;
    const response = new Int32Array(cells).fill(LATE);
    const drive = new Int32Array(cells).fill(-1);
    const first = new Int32Array(cells).fill(-1);
    const covered = new Uint8Array(cells);
    sites.forEach(({ turnout_ms, budget_ms }, j) => {
      if (!isOpen[j]) return;
      const own = times[j];
      for (let i = 0; i < cells; i++) {
        if (own[i] < 0 || own[i] + turnout_ms >= response[i]) continue;
        response[i] = own[i] + turnout_ms;
        drive[i] = own[i];
        first[i] = j;
        covered[i] = own[i] <= budget_ms ? 1 : 0;
      }
    });
    return { covered, first, drive, figures: figures({ people, area, response, drive, covered }, isOpen) };
  }

  // By station, in the order of `siting.rules.caps`: where its district lies, what area it may have there (null: any).
  function districts({ sites, area, place, own_cap, caps_km2 }, first) {
    const [SUBURB, URBAN, OTHER] = [0, 1, 2];
    const by = (value) => totals(first, sites.length, value);
    const km2 = by((i) => area[i]);
    const suburb = by((i) => (place[i] === SUBURB ? area[i] : 0));
    const urban = by((i) => (place[i] === URBAN ? area[i] : 0));
    const cap = km2.map((land, j) => caps_km2[j][suburb[j] > (0.5 + 1e-9) * land ? SUBURB : urban[j] > 0 ? URBAN : OTHER]);
    const assessed = own_cap ? by((i) => (own_cap[i] > 0 ? 1 : 0)) : [];
    const used = own_cap ? by((i) => area[i] / (own_cap[i] > 0 ? own_cap[i] : cap[first[i]])) : [];
    return km2.map((land, j) => {
      if (!land || cap[j] === null) return { km2: land, cap_km2: null, isOver: false };
      if (!assessed[j]) return { km2: land, cap_km2: cap[j], isOver: land > cap[j] };
      const isFull = Math.abs(used[j] - 1) <= 1e-9; // what is just full is not above its cap
      return { km2: land, cap_km2: isFull ? land : land / used[j], isOver: !isFull && used[j] > 1 };
    });
  }

  // Whom the station first due here serves, how far it drives, how much of its land it reaches in time.
  function served({ people, area }, { first, drive, covered }, j) {
    const isOwn = (i) => first[i] === j;
    return {
      people: sum(people, isOwn),
      worst_s: drive.reduce((most, ms, i) => (isOwn(i) ? Math.max(most, ms) : most), 0) / 1000,
      share_within: sum(area, (i) => isOwn(i) && covered[i]) / sum(area, isOwn),
    };
  }

  // Sums by station, each with its error carried along.
  function totals(first, count, value) {
    const total = new Array(count).fill(0);
    const lost = new Array(count).fill(0);
    for (let i = 0; i < first.length; i++) {
      const j = first[i];
      if (j < 0) continue;
      const next = value(i) - lost[j];
      const grown = total[j] + next;
      lost[j] = grown - total[j] - next;
      total[j] = grown;
    }
    return total;
  }

  function figures({ people, area, response, drive, covered }, isOpen) {
    const all = () => true;
    const reached = [];
    for (let i = 0; i < people.length; i++) if (drive[i] >= 0 && people[i] > 0) reached.push(i);
    const served = sum(reached.map((i) => people[i]), all);
    return {
      share_people: sum(people, (i) => covered[i]) / (sum(people, all) || 1),
      people_not_covered: sum(people, (i) => !covered[i]),
      share_area: sum(area, (i) => covered[i]) / (sum(area, all) || 1),
      worst_travel_s: reached.length ? reached.reduce((most, i) => Math.max(most, drive[i]), 0) / 1000 : NaN,
      mean_response_s: sum(reached.map((i) => people[i] * response[i]), all) / served / 1000,
      p90_response_s: fractile(reached, response, people, 0.9 * served * (1 - 1e-12)) / 1000,
      stations: isOpen.reduce((n, is) => n + (is ? 1 : 0), 0),
    };
  }

  // Response and cell as one number sort faster than cells by their response.
  function fractile(reached, response, people, asked) {
    const byResponse = Float64Array.from(reached, (i) => response[i] * CELLS + i).sort();
    let answered = 0;
    for (const number of byResponse) {
      answered += people[number % CELLS];
      if (answered >= asked) return Math.floor(number / CELLS);
    }
    return NaN;
  }

  // --- numbers as `shown.py` prints them: what is achieved is rounded down, what is missing rounded up
  function text(value, unit, words) {
    if (!Number.isFinite(value)) return "–";
    if (unit === "share") return (Math.floor(Math.round(value * 1e9) / 1e6) / 10).toFixed(1) + " %";
    if (unit === "s") return duration(value, words);
    if (unit === "km²") return (Math.ceil(Math.round(value * 1e9) / 1e7) / 100).toString() + " km²";
    return count(value);
  }

  function count(value) {
    return Math.ceil(Math.round(value * 1e6) / 1e6).toLocaleString("en-US");
  }

  function duration(time_s, words) {
    const whole = Math.ceil(Math.round(time_s * 1000) / 1000);
    const [minutes, seconds] = [Math.floor(whole / 60), whole % 60];
    const form = !minutes ? words.duration_s : seconds ? words.duration_min_s : words.duration_min;
    return form.replace("{minutes}", minutes).replace("{seconds}", seconds);
  }

  return { measure, districts, served, text, count, sum };
})();
