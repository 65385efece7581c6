"use strict";

/** The figure of chapters 2 to 4: a network without a knob on the left, the same network with it on the right, and a panel beside. */
regrnn.face(function pair(regrnn) {
  const { number, percent } = regrnn;
  const square = (width) => Math.min(width, 300), SPECTRUM = [6, 8, 20, 24], RASTER = [4, 8, 18, 24];

  /**
   * @param figure.knob the regularity; .symbol; .without, .with words for the two networks; .reach of the axes of the spectra;
   *   .aside a third panel { title, label, draw, pick, height, margin, measure }; and what every chapter has (see live.js).
   */
  function pairFigure(figure) {
    const { knob, aside, reach } = figure, trail = [];
    const off = (state) => ({ ...state, [knob]: 0 });
    return {
      keys: [...regrnn.KEYS.spectrum, ["ghost", `edge ${figure.without}`], ...regrnn.KEYS.activity],
      ...figure,
      panels: {
        so: { label: `eigenvalues ${figure.without}`, height: square, margin: SPECTRUM },
        sn: { label: `eigenvalues ${figure.with}`, height: square, margin: SPECTRUM },
        ro: { label: `activity ${figure.without}: neurons over time`, height: (w) => 0.62 * w + 20, margin: RASTER },
        rn: { label: `activity ${figure.with}: neurons over time`, height: (w) => 0.62 * w + 20, margin: RASTER },
        as: aside,
      },
      titles: (state) => ({
        so: `<b>off</b>, <i>${figure.symbol}</i> = 0: spectrum`, sn: `<b>on</b>, <i>${figure.symbol}</i> = ${number(state[knob], 2)}: spectrum`,
        ro: "<b>off</b>: activity", rn: "<b>on</b>: activity", as: aside.title,
      }),
      glance: (state, before) => ({ off: regrnn.glanceAt(off(state), before?.off), on: regrnn.glanceAt(state, before?.on) }),
      draw(panels, colors, seen, state, answer) {
        const ghost = seen.off.shape;
        regrnn.drawSpectrum(panels.so, colors, { ...seen.off, reach });
        regrnn.drawSpectrum(panels.sn, colors, { ...seen.on, ghost, reach });
        regrnn.drawRaster(panels.ro, colors, seen.off.states);
        regrnn.drawRaster(panels.rn, colors, seen.on.states);
        aside.draw(panels.as, colors, state, answer, trail);
      },
      async measure(state, ask, tell) {
        const pair = { off: await ask("summary", off(state)), on: await ask("summary", state) };
        keep(trail, state, pair.on.regime);
        tell({ ...pair, partial: Boolean(aside.measure) });
        await aside.measure?.(state, ask, tell, pair);
      },
      sentence: (state, { off, on, further }) => [
        `${figure.says(state)}.`, `Off, ${figure.without}: ${phrase(off)}.`, `On, ${figure.with}: ${phrase(on)}.`, further ?? became(off.regime, on.regime),
      ].join("\n"),
    };
  }

  /** Where a reader has been, and what the network did there. */
  function keep(trail, state, regime) {
    trail.push({ ...state, regime });
    if (trail.length > 200) trail.shift();
  }

  /** A network in words: "oscillatory (Lyapunov exponent −0.02), 46 % of the states saturated". */
  function phrase(m) {
    const flips = m.regime === "oscillatory" && m.periodTwo > 0 ? `, ${percent(m.periodTwo)} of the neurons flip at every step` : "";
    return `${m.regime} (Lyapunov exponent ${number(m.lyapunov, 2)}), ${percent(m.saturated)} of the states saturated${flips}`;
  }

  const IN_WORDS = { quiescent: "rest", chaotic: "chaos", "fixed point": "a frozen pattern", oscillatory: "a rhythm" };
  /** What a knob has made of a network. */
  function became(before, after) {
    return before === after ? `So ${IN_WORDS[after]} remains.` : `So ${IN_WORDS[before]} has become ${IN_WORDS[after]}.`;
  }

  // ---------------------------------------------------------------- a plane beside the networks
  /** A plane of two controls with predicted lines, the reader's point, and the regimes of the points before. */
  function plane({ title, label, x, y, lines, regions, moving = () => [] }) {
    const margin = [6, 10, 34, 42], at = (to) => ({ across: to.across(x.limits), up: to.up(y.limits) });
    return {
      title, label, margin, height: square,
      draw(to, colors, state, answer, trail) {
        const { across, up } = at(to), all = [...lines, ...moving(state)];
        to.clear(colors);
        to.g.save();
        to.g.beginPath();
        to.g.rect(...to.box);
        to.g.clip();
        to.line([[to.box[0], up(state[y.name])], [to.box[0] + to.box[2], up(state[y.name])]], { color: colors.line });
        to.line([[across(state[x.name]), to.box[1]], [across(state[x.name]), to.box[1] + to.box[3]]], { color: colors.line });
        for (const region of regions) to.label(region.words, across(region.at[0]), up(region.at[1]), "center");
        for (const past of trail) to.dot(across(past[x.name]), up(past[y.name]), 3.5, colors.regimes[past.regime]);
        for (const { points, dash, name, place } of all) {
          to.line(points.map(([a, b]) => [across(a), up(b)]), { color: colors.ink, dash });
          if (name) to.label(name, across(place[0]), up(place[1]), place[2] ?? "left");
        }
        to.g.restore();
        to.frame();
        to.dot(across(state[x.name]), up(state[y.name]), 6.5, answer ? colors.regimes[answer.on.regime] : colors.paper, colors.ink);
        to.ticks(x.ticks, across, "x");
        to.ticks(y.ticks, up, "y");
        to.text(x.words, to.box[0] + to.box[2] / 2, to.height - 5, "center", colors.soft);
        to.upright(y.words);
      },
      pick: (to, px, py) => ({
        [x.name]: x.limits[0] + (px - to.box[0]) / to.box[2] * (x.limits[1] - x.limits[0]),
        [y.name]: y.limits[0] + (1 - (py - to.box[1]) / to.box[3]) * (y.limits[1] - y.limits[0]),
      }),
    };
  }

  Object.assign(regrnn, { pairFigure, plane, phrase, keep });
});
