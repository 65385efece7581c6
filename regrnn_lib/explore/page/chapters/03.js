"use strict";

/** Reciprocity: it wakes a network early and takes chaos away. */
regrnn.chapter("03", regrnn.pairFigure({
  knob: "reciprocity",
  symbol: "r",
  without: "without reciprocity",
  with: "with it",
  reach: 2.2,
  question: "At coupling <i>x</i> = 0.70 this network rests. Make connections mutual: how much reciprocity wakes it, and does it wake to chaos or to order?",
  start: { coupling: 0.7, reciprocity: 0.55 },
  controls: [{ name: "reciprocity" }, { name: "coupling", symbol: "x", low: 0.3, high: 2.2, step: 0.01 }, { name: "seed" }],
  links: [
    { words: "it wakes, flipping", set: { coupling: 0.7, reciprocity: 0.55 }, claims: { off: "quiescent", on: "oscillatory" } },
    { words: "just below the line, still at rest", set: { coupling: 0.6, reciprocity: 0.55 }, claims: { off: "quiescent", on: "quiescent" } },
    { words: "a fifth of it leaves chaos", set: { coupling: 2, reciprocity: 0.2 }, claims: { off: "chaotic", on: "chaotic" } },
    { words: "symmetric: no chaos left", set: { coupling: 2, reciprocity: 1 }, claims: { off: "chaotic", on: "oscillatory" } },
  ],
  says: (state) => `r = ${regrnn.number(state.reciprocity, 2)}, x = ${regrnn.number(state.coupling, 2)}`,
  aside: regrnn.plane({
    title: "where it wakes: drag the point",
    label: "plane of reciprocity and coupling with the predicted onset",
    x: { name: "reciprocity", words: "reciprocity r", limits: [0, 1], ticks: [0, 0.5, 1] },
    y: { name: "coupling", words: "coupling x", limits: [0.3, 2.2], ticks: [0.5, 1, 1.5, 2] },
    regions: [{ words: "at rest", at: [0.2, 0.5] }, { words: "awake", at: [0.6, 1.5] }],
    lines: [
      { points: Array.from({ length: 41 }, (_, k) => [k / 40, 1 / (1 + k / 40)]), name: "onset 1/(1 + r)", place: [0.98, 0.36, "right"] },
      // dynamical mean field: theory.saturation_coupling(r, 0)
      { points: [[0, 1.439], [0.25, 1.125], [0.5, 0.905], [0.75, 0.766], [1, 0.664]], dash: [5, 3], name: "half saturated", place: [0.98, 0.98, "right"] },
    ],
  }),
}));
