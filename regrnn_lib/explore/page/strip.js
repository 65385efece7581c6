"use strict";

/** A panel of networks that differ by their seed alone: the regime of each without the knob and with it. */
regrnn.face(function strip(regrnn) {
  const GAP = 3, LABEL = 12, COLUMNS = 4;

  function seedStrip({ knob, count, title, label, words }) {
    const known = new Map();  // regimes by settings and seed
    const networks = (state) => Array.from({ length: count }, (_, seed) => [{ ...state, seed, [knob]: 0 }, { ...state, seed }]);
    const cell = (to, k) => {
      const width = to.box[2] / COLUMNS, height = to.box[3] / Math.ceil(count / COLUMNS);
      return [to.box[0] + k % COLUMNS * width, to.box[1] + Math.floor(k / COLUMNS) * height, width - GAP, height - GAP];
    };

    return {
      title, label, margin: [2, 0, 2, 0], height: (width) => Math.min(width, 300),
      draw(to, colors, state) {
        to.clear(colors);
        networks(state).forEach((pair, k) => {
          const [left, top, width, height] = cell(to, k), wide = width / 2;
          pair.forEach((p, side) => {
            to.g.fillStyle = colors.regimes[known.get(JSON.stringify(p))] ?? colors.disc;
            to.g.fillRect(left + side * wide, top + LABEL, wide - 0.5, height - LABEL);
            const regime = known.get(JSON.stringify(p));
            if (regime) to.text(regime[0], left + (side + 0.5) * wide, top + LABEL + (height - LABEL) / 2 + 4, "center", regime === "chaotic" ? "#fff" : "#1a1a2e");
          });
          to.text(String(k), left + 1, top + LABEL - 2, "left", k === state.seed ? colors.ink : colors.soft);
          if (k !== state.seed) return;
          Object.assign(to.g, { strokeStyle: colors.ink, lineWidth: 2 });
          to.g.strokeRect(left, top + LABEL, width - 0.5, height - LABEL);
        });
      },
      pick(to, px, py) {
        const rows = Math.ceil(count / COLUMNS);
        const column = Math.floor((px - to.box[0]) / to.box[2] * COLUMNS), row = Math.floor((py - to.box[1]) / to.box[3] * rows);
        const seed = row * COLUMNS + column;
        return column >= 0 && column < COLUMNS && seed >= 0 && seed < count ? { seed } : {};
      },
      async measure(state, ask, tell, pair) {
        for (const both of networks(state)) {
          for (const p of both) {
            const name = JSON.stringify(p);
            if (!known.has(name)) known.set(name, await ask("regimeOf", p));
          }
          tell({ ...pair, partial: true });
        }
        if (known.size > 5000) known.clear();
        const counts = {};
        for (const [, p] of networks(state)) { const regime = known.get(JSON.stringify(p)); counts[regime] = (counts[regime] ?? 0) + 1; }
        tell({ ...pair, counts, further: words(counts, count) });
      },
    };
  }

  Object.assign(regrnn, { seedStrip });
});
