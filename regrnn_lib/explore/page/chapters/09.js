"use strict";

/** Handwritten digits: draw one, and let networks with and without modules read it. */
(() => {
  const best = (answer) => answer.indexOf(Math.max(...answer));
  regrnn.chapter("09", regrnn.workFigure({
    task: "digits", knob: "modularity", symbol: "m", without: "without modules", with: "with them", shows: "answer", episode: 8,
    question: "Draw a digit. Two networks read it column by column, one with modules. Which of them names it?",
    start: { coupling: 2, modularity: 1, drive: 0.3, sample: 12 },
    controls: [{ name: "modularity" }, { name: "coupling", symbol: "x", low: 0.2, high: 3.8, step: 0.05 }, { name: "drive", high: 1 }],
    hidden: [{ name: "seed" }, { name: "sample", low: -1, high: 1796, whole: true }],
    links: [
      { words: "chaos: modules read, the others guess", set: { coupling: 2, sample: 12 }, claims: { better: "on" } },
      { words: "a calm network reads without them", set: { coupling: 0.9, sample: 4 }, claims: { within: 0.03 } },
      { words: "a strong drive: modules still read better", set: { coupling: 3, drive: 1, sample: 5 }, claims: { better: "on" } },
      { words: "an empty pad", set: { coupling: 2, sample: -1 }, claims: { better: "on" } },
    ],
    enter: ({ sample }) => ({ pixels: regrnn.samplePixels(sample) }),
    aside: regrnn.padPanel(),
    outcome: (to, colors, { answer }) =>
      regrnn.bars(to, colors, answer.map((z) => Math.max(0, Math.min(1, z))), { words: "digit", from: 0, marked: best(answer), ticks: [...answer.keys()] }),
    says: (state) => `m = ${regrnn.number(state.modularity, 2)}, x = ${regrnn.number(state.coupling, 2)}, u = ${regrnn.number(state.drive, 2)}`,
    results: ({ answer, accuracy }) => `read as ${best(answer)} (of the test images ${regrnn.percent(accuracy)} are read right)`,
  }));
})();
