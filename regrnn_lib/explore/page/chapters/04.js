"use strict";

/** Modules: a weaker coupling, or structure? */
regrnn.chapter("04", regrnn.pairFigure({
  knob: "modularity",
  symbol: "m",
  without: "without modules",
  with: "with them",
  reach: 2.6,
  question: "Five modules put this chaotic network to rest. Is it their structure, or only that they weaken it? Restore the strength, and see.",
  start: { coupling: 1.6, modularity: 0.8, normalize: false, seed: 1 },
  controls: [
    { name: "modularity" }, { name: "coupling", symbol: "x", low: 0.5, high: 4, step: 0.01 },
    { name: "normalize", text: "restore strength", symbol: "", low: 0, high: 1, check: true },
  ],
  hidden: [{ name: "seed" }],
  links: [
    { words: "modules bring rest", set: { coupling: 1.6, modularity: 0.8 }, claims: { off: "chaotic", on: "quiescent" } },
    { words: "strength restored: awake", set: { coupling: 1.6, modularity: 0.8, normalize: true }, claims: { off: "chaotic", on: "chaotic" } },
    { words: "five separate networks", set: { coupling: 2, modularity: 1, normalize: true }, claims: { off: "chaotic", on: "chaotic" } },
    { words: "more coupling wakes them, too", set: { coupling: 4, modularity: 0.7 }, claims: { off: "chaotic", on: "chaotic" } },
  ],
  says: (state) => `m = ${regrnn.number(state.modularity, 2)}, x = ${regrnn.number(state.coupling, 2)}${state.normalize ? ", strength restored" : ""}`,
  aside: regrnn.plane({
    title: "where it wakes: drag the point",
    label: "plane of modularity and coupling with the predicted onset",
    x: { name: "modularity", words: "modularity m", limits: [0, 1], ticks: [0, 0.5, 1] },
    y: { name: "coupling", words: "coupling x", limits: [0.5, 4], ticks: [1, 2, 3, 4] },
    regions: [{ words: "at rest", at: [0.5, 0.7] }, { words: "awake", at: [0.3, 2.6] }],
    lines: [],
    moving: (state) => [{
      points: Array.from({ length: 41 }, (_, k) => [k / 40, state.normalize ? 1 : 1 / Math.sqrt(0.2 + 0.8 * (1 - k / 40) ** 2)]),
      name: "predicted onset", place: state.normalize ? [0.05, 1.1] : [0.05, 1.75],
    }],
  }),
}));
