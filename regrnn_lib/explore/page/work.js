"use strict";

/** The figures of chapters 5 to 9: a network at work, without a regularity on the left and with it on the right. All in the worker. */
regrnn.face(function work(regrnn) {
  const { number, percent } = regrnn, COUPLINGS = [0.3, 0.6, 0.9, 1.2, 1.6, 2, 2.5, 3, 3.6], STEPS = 40;
  const OUTCOME = [6, 4, 32, 30], RASTER = [4, 4, 18, 30];
  const even = (width) => Math.min(0.86 * width, 300);  // panels of a row are equally high

  /**
   * @param figure.task its name; .knob, .symbol, .without, .with as in pair.js; .outcome(panel, colors, performance, state) draws
   *   what came of it; .results(performance, state) says it in words; .aside another panel in place of the curve.
   */
  function workFigure(figure) {
    const { knob, task } = figure, aside = figure.aside ?? curve(figure), kept = {};
    const asked = (state) => ({ ...state, task, shown: STEPS }), off = (state) => ({ ...asked(state), [knob]: 0 });
    return {
      regimes: false,
      keys: workKeys(figure),
      slow: true,
      ...figure,
      panels: {
        so: { label: `what came of it ${figure.without}`, height: even, margin: OUTCOME },
        sn: { label: `what came of it ${figure.with}`, height: even, margin: OUTCOME },
        ro: { label: `activity ${figure.without}: neurons over time`, height: (w) => 0.62 * w + 20, margin: RASTER },
        rn: { label: `activity ${figure.with}: neurons over time`, height: (w) => 0.62 * w + 20, margin: RASTER },
        as: aside,
      },
      titles: (state) => ({
        so: `<b>off</b>, <i>${figure.symbol}</i> = 0: ${figure.shows}`, sn: `<b>on</b>, <i>${figure.symbol}</i> = ${number(state[knob], 2)}: ${figure.shows}`,
        ro: "<b>off</b>: activity at work", rn: "<b>on</b>: activity at work", as: aside.title,
      }),
      glance: () => kept,
      draw(panels, colors, seen, state, answer) {
        if (answer?.on) kept.answer = answer;
        const { answer: last } = kept;
        if (last) {
          for (const [side, at] of [["off", "o"], ["on", "n"]]) {
            figure.outcome(panels[`s${at}`], colors, last[side], state);
            drawActivity(panels[`r${at}`], colors, last[side], state, figure);
          }
        }
        aside.draw(panels.as, colors, state, last, !answer);
      },
      async measure(state, ask, tell) {
        const pair = { off: await ask("performance", off(state)), on: await ask("performance", asked(state)) };
        tell(pair);
        await aside.measure?.(state, ask, tell, pair);
      },
      sentence: (state, pair) => [
        `${figure.says(state)}.`, `Off, ${figure.without}: ${figure.results(pair.off, state)}.`,
        `On, ${figure.with}: ${figure.results(pair.on, state)}.`, gain(figure, pair),
      ].join("\n"),
    };
  }

  /** What the legend says of the activity and of the lines over it. */
  function workKeys({ episode, cursor }) {
    const begins = episode ? [["edge", "a new episode begins"]] : [], chosen = cursor ? [["chosen", `the chosen ${cursor}`]] : [];
    return [...regrnn.KEYS.activity, ...begins, ...chosen];
  }

  /** Whether the regularity is worth it, in one sentence. */
  function gain({ knob, accuracy = "accuracy" }, { off, on }) {
    const change = on.accuracy - off.accuracy, words = number(change, 2), size = change > 0 ? `+${words}` : words;
    const who = knob === "dale" ? "Dale's principle" : "modules", ending = knob === "dale" ? "s" : "";
    const does = Math.abs(change) < 0.02 ? `change${ending} little` : `${change > 0 ? "help" : "cost"}${ending}`;
    return `So here ${who} ${does} (${accuracy} ${size}).`;
  }

  /** The states while the task is done, and marks where episodes begin. */
  function drawActivity(to, colors, { states }, state, { episode, cursor }) {
    regrnn.drawRaster(to, colors, states);
    const place = to.across([0, states.length]), [, top, , height] = to.box;
    for (let t = 0; episode && t < states.length; t += episode) {
      to.line([[place(t), top], [place(t), top + height]], { color: colors.ink, width: 1 });
      if (cursor) to.line([[place(t + state[cursor] - 0.5), top], [place(t + state[cursor] - 0.5), top + height]], { color: colors.accent, width: 1.6, dash: [3, 2] });
    }
  }

  // ---------------------------------------------------------------- what came of it
  /** Bars from 0 to 1, one mark of them in the accent's colour; `level` a line to compare with. */
  function bars(to, colors, values, { words, from = 1, marked = -1, level = null, ticks }) {
    to.clear(colors);
    const x = to.across([0, values.length]), y = to.up([0, level === null ? 1.05 : 1.2]), { g } = to;
    values.forEach((value, k) => {
      g.fillStyle = k === marked ? colors.accent : colors.dot;
      g.fillRect(x(k + 0.12), y(value), x(0.76) - x(0), y(0) - y(value));
    });
    if (level !== null) {  // its name stands above all bars
      const right = x(values.length) - 4, top = to.box[1] + 12, dashed = { color: colors.ink, dash: [3, 3], width: 1 };
      to.line([[x(0), y(level)], [x(values.length), y(level)]], dashed);
      to.text("chance", right, top, "right", colors.soft);
      to.line([[right - 64, top - 4], [right - 46, top - 4]], dashed);
    }
    to.frame();
    to.ticks([0, 0.5, 1], y, "y");
    to.ticks(ticks, (k) => x(k - from + 0.5), "x");
    to.text(words, to.box[0] + to.box[2] / 2, to.height - 4, "center", colors.soft);
  }

  /** A wanted signal and the one that is given. */
  function signals(to, colors, { output, target }, limits) {
    to.clear(colors);
    const x = to.across([0, output.length - 1]), y = to.up(limits), points = (rows) => rows.map((z, t) => [x(t), y(z[0])]);
    to.g.save();
    to.g.beginPath();
    to.g.rect(...to.box);
    to.g.clip();
    to.line(points(target), { color: colors.ink, width: 1.4 });
    to.line(points(output), { color: colors.accent, width: 1.8, dash: [4, 2] });
    to.g.restore();
    to.frame();
    to.ticks([limits[0], limits[1]], y, "y");
    regrnn.stepTicks(to, output.length, x);
    to.text("— wanted   -- given", to.box[0] + to.box[2] / 2, to.height - 4, "center", colors.soft);
  }

  /** Outputs for some episodes: the darker the larger; a disc where the right class was chosen, else a ring there and a cross at the choice. */
  function choices(to, colors, { output, target }) {
    to.clear(colors);
    const n = target[0].length, x = to.across([0, output.length]), y = to.up([0, n]), wide = x(1) - x(0), high = y(0) - y(1), { g } = to;
    output.forEach((z, t) => z.forEach((value, k) => {
      g.globalAlpha = Math.max(0, Math.min(1, value));
      g.fillStyle = colors.dot;
      g.fillRect(x(t), y(k + 1), wide - 0.5, high - 0.5);
    }));
    g.globalAlpha = 1;
    output.forEach((z, t) => {
      const right = target[t].indexOf(1), chosen = z.indexOf(Math.max(...z)), middle = (k) => [x(t + 0.5), y(k + 0.5)];
      const [a, b] = middle(right), r = Math.min(wide, high) * 0.42;
      g.beginPath();
      g.arc(a, b, r, 0, 2 * Math.PI);
      Object.assign(g, { strokeStyle: colors.ink, lineWidth: 1.2 });
      g.stroke();
      if (chosen === right) { to.dot(a, b, r, colors.ink); return; }
      const [c, d] = middle(chosen);
      to.line([[c - r, d - r], [c + r, d + r]], { color: "#d55e00", width: 1.4 });
      to.line([[c - r, d + r], [c + r, d - r]], { color: "#d55e00", width: 1.4 });
    });
    to.frame();
    to.ticks([0, n - 1], (k) => y(k + 0.5), "y");
    to.upright("pattern");
    to.text(`${output.length} episodes`, to.box[0] + to.box[2] / 2, to.box[1] + to.box[3] + 13, "center", colors.soft);
    to.text("● right ○ missed × guess", to.width / 2, to.height - 4, "center", colors.soft);
  }

  // ---------------------------------------------------------------- accuracy over coupling
  /** A panel of these very networks at other couplings; a point in it is a coupling. */
  function curve({ knob, task, accuracy = "accuracy", limits = [0, 1] }) {
    const known = new Map(), range = [0.2, 3.8], { chance } = regrnn.TASKS[task];
    const at = (state, coupling, level) => ({ ...state, coupling, [knob]: level, task });
    const value = (p) => known.get(JSON.stringify(p));
    const line = (state, level) => COUPLINGS.map((x) => [x, value(at(state, x, level))]).filter(([, a]) => a !== undefined);
    return {
      title: `${accuracy} against coupling: drag`, label: `${accuracy} over coupling, without the regularity and with it`, margin: [6, 8, 34, 34],
      height: even,
      draw(to, colors, state, answer) {
        to.clear(colors);
        const x = to.across(range), y = to.up(limits), edge = edgeOf(state.drive);
        to.line([[x(edge), y(limits[0])], [x(edge), y(limits[1])]], { color: colors.soft, dash: [2, 3], width: 1 });
        to.text("chaos →", x(edge) + 4, to.box[1] + 12, "left", colors.soft);
        to.line([[x(range[0]), y(chance)], [x(range[1]), y(chance)]], { color: colors.line, width: 1 });
        to.text("chance", x(range[0]) + 4, y(chance) - 4, "left", colors.soft);
        const here = answer && [[answer.off.accuracy, 0], [answer.on.accuracy, state[knob]]];
        for (const [level, color, side] of [[0, colors.soft, 0], [state[knob], colors.accent, 1]]) {
          const points = line(state, level).map(([c, a]) => [x(c), y(a)]);
          to.line(points, { color, width: 2, dash: side ? [] : [5, 3] });
          for (const [px, py] of points) to.dot(px, py, 2.6, color);
          if (points.length === COUPLINGS.length) named(to, side ? "on" : "off", points, color);
          if (here) to.dot(x(state.coupling), y(here[side][0]), 5.5, color, colors.ink);
        }
        to.frame();
        to.ticks([1, 2, 3], x, "x");
        to.ticks([limits[0], (limits[0] + limits[1]) / 2, limits[1]].map((a) => Number(a.toFixed(2))), y, "y");
        to.text("coupling x", to.box[0] + to.box[2] / 2, to.height - 5, "center", colors.soft);
      },
      pick: (to, px) => ({ coupling: range[0] + (px - to.box[0]) / to.box[2] * (range[1] - range[0]) }),
      async measure(state, ask, tell, pair) {
        if (known.size > 2000) known.clear();
        for (const x of COUPLINGS) {
          for (const level of [0, state[knob]]) {
            const p = at(state, x, level);
            if (value(p) === undefined) known.set(JSON.stringify(p), await ask("accuracyOf", p));
          }
          tell({ ...pair, partial: true });
        }
      },
    };
  }

  /** The name of a curve, on the side to which it does not go. */
  function named(to, words, points, color) {
    const [[x, y], [, last]] = points.slice(-2), falls = last > y + 2;
    to.label(words, x + (falls ? 6 : 0), y - 7, falls ? "left" : "center", color);
  }

  /** Coupling at which networks under a drive become chaotic (theory.driven_edge), between the values that were told. */
  function edgeOf(drive) {
    const table = regrnn.settings.driven_edge;
    for (let k = 1; k < table.length; k++) {
      const [[u0, x0], [u1, x1]] = [table[k - 1], table[k]];
      if (drive <= u1) return x0 + (x1 - x0) * (drive - u0) / (u1 - u0);
    }
    return table.at(-1)[1];
  }

  Object.assign(regrnn, { workFigure, bars, signals, choices, edgeOf });
});
