"use strict";

/** Dale's principle: what it does to chaos depends on the draw of the polarities. */
regrnn.chapter("02", regrnn.pairFigure({
  knob: "dale",
  symbol: "d",
  without: "without Dale's principle",
  with: "with it",
  reach: 2.6,
  question: "Most neurons of a brain either excite or inhibit. Give each one sign for all its outputs: what becomes of chaos, and is it the same in every network?",
  start: { coupling: 2, dale: 1 },
  controls: [{ name: "dale", text: "Dale's principle" }, { name: "coupling", symbol: "x", low: 0.5, high: 3, step: 0.01 }, { name: "seed", high: 23 }],
  links: [
    { words: "most often: a rhythm", set: { seed: 0 }, claims: { off: "chaotic", on: "oscillatory" } },
    { words: "another draw: frozen", set: { seed: 1 }, claims: { off: "chaotic", on: "fixed point" } },
    { words: "a draw that stays chaotic", set: { seed: 21 }, claims: { off: "chaotic", on: "chaotic" } },
    { words: "half of it changes little", set: { dale: 0.5, seed: 0 }, claims: { off: "chaotic", on: "chaotic" } },
  ],
  says: (state) => `d = ${regrnn.number(state.dale, 2)}, x = ${regrnn.number(state.coupling, 2)}, seed ${state.seed}`,
  aside: regrnn.seedStrip({
    knob: "dale",
    count: 24,
    title: "24 networks, off | on: tap one",
    label: "the regimes of 24 networks without Dale's principle and with it",
    words: (counts, n) => `Of ${n} networks with it: ${Object.entries(counts).map(([regime, k]) => `${k} ${regime}`).join(", ")}.`,
  }),
}));
