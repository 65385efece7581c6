"use strict";

/** The regimes: a point on the map of balance and coupling, and the network there. */
(() => {
  const { number } = regrnn, MAP = regrnn.regimeMap;
  const X = [0.27, 6.6], root = (b) => Math.sign(b) * Math.sqrt(Math.abs(b)), square = (u) => u * Math.abs(u);
  const across = (to) => { const place = to.across([-1.03, 1.03]); return (b) => place(root(b)); };
  const up = (to) => { const place = to.up(X.map(Math.log)); return (x) => place(Math.log(x)); };
  const trail = [];

  /** Value of a line of the map at a coupling: the balance there, Infinity where there is none. */
  function balanceAt(line, x) {
    for (let k = 1; k < line.length; k++) {
      const [[b0, x0], [b1, x1]] = [line[k - 1], line[k]];
      if (x >= x0 && x <= x1) return b0 + (b1 - b0) * (x - x0) / (x1 - x0);
    }
    return Infinity;
  }

  /** The regime on whose side of the lines a point lies. */
  function expected({ balance: b, coupling: x }) {
    const held = Math.abs(b) > balanceAt(MAP.lines["fixed point"], x), calm = Math.abs(b) > balanceAt(MAP.lines["end of chaos"], x);
    if (!held) return x * Math.sqrt(1 - b * b * 2 / Math.PI) > 1 ? "chaotic" : "quiescent";
    if (!calm && x > 1) return "chaotic";
    return b > 0 ? "fixed point" : "oscillatory";
  }

  /** Borders of cells around the values of a grid, even on the axis. */
  function edges(values, scale) {
    const places = values.map(scale), half = (places[1] - places[0]) / 2;
    return [...places.map((p) => p - half), places.at(-1) + half];
  }

  function drawMap(to, colors, state, answer) {
    const x = across(to), y = up(to), whole = (values) => values.map((v) => Math.round(v * to.ratio) / to.ratio), { g } = to;
    const left = whole(edges(MAP.balances, x)), top = whole(edges(MAP.couplings, y));
    to.clear(colors);
    g.save();
    g.beginPath();
    g.rect(...to.box);
    g.clip();
    g.globalAlpha = colors.dark ? 0.55 : 0.75;
    MAP.colors.forEach((row, i) => row.forEach((color, j) => {
      g.fillStyle = color;
      g.fillRect(left[j], top[i + 1], left[j + 1] - left[j], top[i] - top[i + 1]);
    }));
    g.globalAlpha = 1;
    for (const line of Object.values(MAP.lines)) {
      to.line(line.map(([b, c]) => [x(b), y(c)]), { color: colors.paper, width: 3.4 });
      to.line(line.map(([b, c]) => [x(b), y(c)]), { width: 1.5 });
    }
    for (const [words, b, c] of [["chaos", 0, 4.4], ["rest", 0, 0.5], ["flips", -0.45, 2.2], ["fixed point", 0.45, 2.2]]) to.text(words, x(b), y(c), "center");
    for (const past of trail) to.dot(x(past.balance), y(past.coupling), 3.5, colors.regimes[past.regime], colors.paper);
    g.restore();
    to.frame();
    to.dot(x(state.balance), y(state.coupling), 7.5, answer ? colors.regimes[answer.on.regime] : colors.paper, colors.ink);
    to.ticks([-1, -0.25, 0, 0.25, 1], x, "x");
    to.ticks([0.3, 0.5, 1, 2, 4], y, "y");
    to.text("balance b", to.box[0] + to.box[2] / 2, to.height - 5, "center", colors.soft);
    to.upright("coupling x");
  }

  regrnn.chapter("01", {
    question: "Strength and balance of the weights decide what a random network does. Drag the point: where does it rest, freeze, flip or wander?",
    keys: [...regrnn.KEYS.spectrum, ...regrnn.KEYS.activity],
    start: { coupling: 2, balance: 0 },
    controls: [{ name: "balance" }, { name: "coupling", symbol: "x", low: 0.3, high: 6, step: 0.01 }, { name: "seed" }],
    links: [
      { words: "rest", set: { coupling: 0.8, balance: 0 }, claims: { on: "quiescent" } },
      { words: "chaos", set: { coupling: 2, balance: 0 }, claims: { on: "chaotic" } },
      { words: "a little excitation: frozen", set: { coupling: 2, balance: 0.25 }, claims: { on: "fixed point" } },
      { words: "a little inhibition: flipping", set: { coupling: 2, balance: -0.25 }, claims: { on: "oscillatory" } },
    ],
    panels: {
      map: {
        label: "map of the regimes over balance and coupling, with the lines of mean-field theory", margin: [6, 10, 34, 42],
        height: (width) => Math.min(0.98 * width, 420),
        pick: (to, px, py) => ({
          balance: square(Math.max(-1, Math.min(1, -1.03 + 2.06 * (px - to.box[0]) / to.box[2]))),
          coupling: Math.exp(Math.log(X[0]) + (1 - (py - to.box[1]) / to.box[3]) * Math.log(X[1] / X[0])),
        }),
      },
      sp: { label: "eigenvalues in the complex plane", height: (width) => Math.min(width, 220), margin: [6, 8, 20, 24] },
      ra: { label: "activity: neurons over time", height: (width) => Math.min(0.72 * width + 20, 180), margin: [4, 8, 18, 24] },
    },
    titles: () => ({ map: "drag the point; lines: mean-field theory", sp: "spectrum", ra: "activity" }),
    glance: (state, before) => regrnn.glanceAt(state, before),
    draw(panels, colors, seen, state, answer) {
      drawMap(panels.map, colors, state, answer);
      regrnn.drawSpectrum(panels.sp, colors, { ...seen, reach: 3 });
      regrnn.drawRaster(panels.ra, colors, seen.states);
    },
    async measure(state, ask, tell) {
      const on = await ask("summary", state);
      regrnn.keep(trail, state, on.regime);
      tell({ on });
    },
    sentence: (state, { on }) => `x = ${number(state.coupling, 2)}, b = ${number(state.balance, 2)}: ${regrnn.phrase(on)}, fluctuation ${number(on.fluctuation, 2)}. ` +
      `The lines, theory of large networks, say ${on.regime === expected(state) ? "the same" : expected(state)}.`,
  });
})();
