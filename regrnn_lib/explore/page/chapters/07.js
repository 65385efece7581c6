"use strict";

/** Pattern classification: noise and drive decide what Dale's principle is worth. */
regrnn.chapter("07", regrnn.workFigure({
  task: "pattern_classification", knob: "dale", symbol: "d", without: "without Dale's principle", with: "with it",
  shows: "choices", episode: 5,
  question: "Ten patterns come in under noise. When does Dale's principle help to tell them apart? Turn drive and coupling to find where it costs.",
  start: { coupling: 2.6, dale: 1, drive: 0.3, noise: 1.5 },
  controls: [
    { name: "noise", text: "noise", symbol: "", low: 0, high: 3, step: 0.1, digits: 1 }, { name: "drive", high: 1 },
    { name: "coupling", symbol: "x", low: 0.2, high: 3.8, step: 0.05 },
  ],
  hidden: [{ name: "seed" }, { name: "dale" }],
  links: [
    { words: "in chaos it helps", set: { coupling: 2.6, drive: 0.3 }, claims: { better: "on" } },
    { words: "a weak drive: it helps most", set: { coupling: 2, drive: 0.1 }, claims: { better: "on" } },
    { words: "a strong drive: it costs", set: { coupling: 2, drive: 1 }, claims: { better: "off" } },
    { words: "little noise: it still helps", set: { coupling: 2.6, drive: 0.3, noise: 0.5 }, claims: { better: "on" } },
  ],
  outcome: (to, colors, seen) => regrnn.choices(to, colors, seen),
  says: (state) => `noise ${regrnn.number(state.noise, 1)}, u = ${regrnn.number(state.drive, 2)}, x = ${regrnn.number(state.coupling, 2)}`,
  results: ({ accuracy }) => `${regrnn.percent(accuracy)} of the patterns are named right`,
}));
