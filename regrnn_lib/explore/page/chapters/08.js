"use strict";

/** NARMA-10: memory and nonlinearity at once. */
regrnn.chapter("08", regrnn.workFigure({
  task: "narma", knob: "modularity", symbol: "m", without: "without modules", with: "with them",
  shows: "series", limits: [0.4, 0.8],
  question: "To follow this series a network needs memory of ten steps and nonlinearity at once. At which coupling can it, and do modules help?",
  start: { coupling: 0.9, modularity: 1, drive: 0.1 },
  controls: [{ name: "modularity" }, { name: "coupling", symbol: "x", low: 0.2, high: 3.8, step: 0.05 }, { name: "drive", high: 1 }],
  hidden: [{ name: "seed" }],
  links: [
    { words: "followed, just below the onset", set: { coupling: 0.9, drive: 0.1 }, claims: { better: "off" } },
    { words: "lost in chaos, followed again with modules", set: { coupling: 2, drive: 0.1 }, claims: { better: "on" } },
    { words: "driven chaos: they still help", set: { coupling: 2.6, drive: 0.3 }, claims: { better: "on" } },
  ],
  outcome: (to, colors, seen) => regrnn.signals(to, colors, seen, [0, 1]),
  says: (state) => `m = ${regrnn.number(state.modularity, 2)}, x = ${regrnn.number(state.coupling, 2)}, u = ${regrnn.number(state.drive, 2)}`,
  results: ({ accuracy }) => `the error is ${regrnn.number(1 / accuracy - 1, 2)} of the series' spread (accuracy ${regrnn.number(accuracy, 2)})`,
}));
