"use strict";

/** Sequence memory: how well each delay is recalled. */
regrnn.chapter("06", regrnn.workFigure({
  task: "sequence_memory", knob: "modularity", symbol: "m", without: "without modules", with: "with them",
  shows: "recall", accuracy: "mean recall", limits: [0, 0.8],
  question: "A network hears noise and is asked what came in some steps ago. How far back does it remember, and what do modules do to its memory?",
  start: { coupling: 0.9, modularity: 1, drive: 0.1 },
  controls: [{ name: "modularity" }, { name: "coupling", symbol: "x", low: 0.2, high: 3.8, step: 0.05 }, { name: "drive", high: 1 }],
  hidden: [{ name: "seed" }],
  links: [
    { words: "sharpest just below the onset", set: { coupling: 0.9, drive: 0.1 }, claims: { better: "off" } },
    { words: "forgotten in chaos, kept by modules", set: { coupling: 2, drive: 0.1 }, claims: { better: "on" } },
    { words: "a stronger drive, less far back", set: { coupling: 0.9, drive: 0.3 }, claims: { better: "off" } },
  ],
  outcome: (to, colors, { recall }) => regrnn.bars(to, colors, recall, { words: "delay (steps)", ticks: [1, 10, 20, 30] }),
  says: (state) => `m = ${regrnn.number(state.modularity, 2)}, x = ${regrnn.number(state.coupling, 2)}, u = ${regrnn.number(state.drive, 2)}`,
  results: ({ recall }) => `${recall.filter((r) => r > 0.5).length} of ${recall.length} delays are recalled by more than half (memory capacity ${regrnn.number(regrnn.sum(recall), 1)} steps)`,
}));
