"use strict";

/** Sequence generation: the cue is drowned in chaos, or kept. */
regrnn.chapter("05", regrnn.workFigure({
  task: "sequence_generation", knob: "modularity", symbol: "m", without: "without modules", with: "with them",
  shows: "right signs", limits: [0.4, 1], episode: 10, cursor: "step",
  question: "One cue, then silence: a network must play ten steps from what it still knows. How long does a chaotic one know, and what do modules change?",
  start: { coupling: 2.6, modularity: 1, drive: 0.3, step: 7 },
  controls: [
    { name: "modularity" }, { name: "coupling", symbol: "x", low: 0.2, high: 3.8, step: 0.05 },
    { name: "step", text: "step of an episode", symbol: "", low: 1, high: 10, step: 1, whole: true },
  ],
  hidden: [{ name: "seed" }, { name: "drive" }],
  links: [
    { words: "chaos drowns the cue, modules keep it", set: { coupling: 2.6, modularity: 1 }, claims: { better: "on" } },
    { words: "below the onset modules cost", set: { coupling: 0.9, modularity: 1 }, claims: { better: "off" } },
    { words: "a weaker cue: modules still help", set: { coupling: 2, modularity: 1, drive: 0.1 }, claims: { better: "on" } },
  ],
  outcome: (to, colors, { perStep }, state) =>
    regrnn.bars(to, colors, perStep, { words: "step after the cue", marked: state.step - 1, level: 0.5, ticks: [1, 5, 10] }),
  says: (state) => `m = ${regrnn.number(state.modularity, 2)}, x = ${regrnn.number(state.coupling, 2)}`,
  results: ({ accuracy, perStep }, { step }) => `${regrnn.percent(accuracy)} of the signs are right, ${regrnn.percent(perStep[step - 1])} at step ${step}`,
}));
