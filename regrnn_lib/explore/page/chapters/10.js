"use strict";

/** The ledger: a cell of its table, the interval behind the verdict, its networks, and one of them at work. */
(() => {
  const { number, ledger: LEDGER } = regrnn, { claims: CLAIMS, rows: ROWS, tasks: TASKS, networks: NETWORKS } = LEDGER;
  const CHANGES = [-0.5, 0.9], TOP = 0.6;  // axis of changes; change at which the colours end
  const known = new Map();  // accuracies by network
  const signed = (x) => (x >= 0.005 ? "+" : "") + number(x, 2);
  const level = ({ symbol, level: x }) => `${symbol} = ${x}`;
  const where = ({ coupling, balance }) =>
    `x\u00a0=\u00a0${number(coupling, 2)}, b\u00a0=\u00a0${String(balance).replace("-", "−")}`;
  const clip = (x, most) => Math.min(most, Math.max(0, x));

  /** What the table has of a cell. */
  function recorded({ claim, row, task }) {
    const [effect, low, high, verdict, cells] = LEDGER.cells[claim][row][task];
    return { effect, low, high, verdict, cells };
  }

  /** Settings of one of the ledger's networks, in the middle of the place: without the knob, or with it. */
  function network(state, k, turned) {
    const { knob, level: x } = CLAIMS[state.claim], { coupling, balance, u } = ROWS[state.row];
    const plain = { ...regrnn.settings.start, n_modules: 5, density: 1, coupling, balance };
    return { ...plain, [knob]: turned ? x : 0, drive: u, task: TASKS[state.task].name, seed: [LEDGER.seed, k] };
  }

  /** Change of accuracy of a network, as far as it is known. */
  function change(state, k) {
    const [off, on] = [false, true].map((turned) => known.get(JSON.stringify(network(state, k, turned))));
    return off === undefined || on === undefined ? null : on - off;
  }

  // ---------------------------------------------------------------- the table
  const GAP = 6, DRIVES = [...new Set(ROWS.map((row) => row.drive))], EACH = ROWS.length / DRIVES.length;

  /** Left, top, width, height of a cell. */
  function box(to, row, task) {
    const [left, top, width, height] = to.box, wide = width / TASKS.length, high = (height - (DRIVES.length - 1) * GAP) / ROWS.length;
    return [left + task * wide, top + row * high + Math.floor(row / EACH) * GAP, wide - 1, high - 1];
  }

  function shade(colors, effect) {
    const word = colors.palette[Math.round(255 * clip(0.5 + effect / TOP / 2, 1))], rgb = [word & 255, (word >> 8) & 255, (word >> 16) & 255];
    return { fill: regrnn.css(word), ink: 0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2] > 120 ? "#1a1a2e" : "#fff" };
  }

  function drawTable(to, colors, state) {
    to.clear(colors);
    TASKS.forEach((task, k) => to.text(task.short, box(to, 0, k)[0] + box(to, 0, k)[2] / 2, to.box[1] - 6, "center", k === state.task ? colors.ink : colors.soft));
    ROWS.forEach((place, row) => {
      const [left, top, wide, high] = box(to, row, 0);
      to.text(place.place, left - 6, top + high / 2 + 4, "right", row === state.row ? colors.ink : colors.soft);
      TASKS.forEach((_, task) => {
        const { effect, verdict } = recorded({ ...state, row, task }), { fill, ink } = shade(colors, effect), [x, y] = box(to, row, task);
        to.g.fillStyle = fill;
        to.g.fillRect(x, y, wide, high);
        to.text(LEDGER.marks[verdict] + (wide > 58 ? ` ${signed(effect)}` : ""), x + wide / 2, y + high / 2 + 4, "center", ink);
      });
    });
    DRIVES.forEach((drive, k) => to.upright(`${drive} drive`, box(to, EACH * (k + 0.5), 0)[1]));
    Object.assign(to.g, { strokeStyle: colors.ink, lineWidth: 2.5 });
    to.g.strokeRect(...box(to, state.row, state.task));
    const marks = Object.entries(LEDGER.marks).slice(0, 4).map(([words, mark]) => `${mark} ${words}`);
    to.text(marks.join("  "), to.width / 2, to.height - 4, "center", colors.soft);
  }

  function pickCell(to, px, py) {
    const cells = ROWS.flatMap((_, row) => TASKS.map((__, task) => ({ row, task })));
    return cells.find(({ row, task }) => { const [x, y, wide, high] = box(to, row, task); return px >= x && px <= x + wide && py >= y && py <= y + high; });
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  function pressCell(key, { row, task }) {
    const by = MOVES[key];
    return by ? { row: clip(row + by[0], ROWS.length - 1), task: clip(task + by[1], TASKS.length - 1) } : null;
  }

  // ---------------------------------------------------------------- the networks
  /** The ledger's interval as a band, and a dot for each network that was simulated. */
  function drawNetworks(to, colors, state) {
    const x = to.across([-0.5, NETWORKS - 0.5]), y = to.up(CHANGES), { effect, low, high } = recorded(state), [left, , width] = to.box;
    to.clear(colors);
    to.g.globalAlpha = 0.3;
    to.g.fillStyle = colors.accent;
    to.g.fillRect(left, y(high), width, Math.max(2, y(low) - y(high)));
    to.g.globalAlpha = 1;
    to.line([[left, y(effect)], [left + width, y(effect)]], { color: colors.accent, width: 1 });
    to.line([[left, y(0)], [left + width, y(0)]], { color: colors.ink, width: 1 });
    for (let k = 0; k < NETWORKS; k++) {
      const chosen = k === state.network, seen = change(state, k);
      to.text(String(k), x(k), to.box[1] + to.box[3] + 14, "center", chosen ? colors.ink : colors.soft);
      if (chosen) to.line([[x(k), to.box[1]], [x(k), to.box[1] + to.box[3]]], { color: colors.line, width: 2 });
      if (seen !== null) to.dot(x(k), y(seen), chosen ? 5.5 : 4, chosen ? colors.accent : colors.dot, chosen ? colors.ink : "");
    }
    to.frame();
    to.ticks([-0.5, 0, 0.5], y, "y");
    to.text("network", left + width / 2, to.height - 4, "center", colors.soft);
    to.upright("change of accuracy");
  }

  const pickNetwork = (to, px) => ({ network: clip(Math.floor((px - to.box[0]) / to.box[2] * NETWORKS), NETWORKS - 1) });
  const pressNetwork = (key, state) => (MOVES[key]?.[1] ? { network: clip(state.network + MOVES[key][1], NETWORKS - 1) } : null);

  // ---------------------------------------------------------------- the figure
  const names = (list) => ({ low: 0, high: list.length - 1, step: 1, whole: true, choices: list });
  const kept = {};
  const raster = (words) => ({ label: `activity ${words}: neurons over time`, height: (w) => 0.62 * w + 20, margin: [4, 2, 18, 18] });

  regrnn.chapter("10", {
    question: "Choose a claim, a place and a task. Does the claim hold there, and do all networks agree?",
    slow: true,
    regimes: false,
    keys: [["ramp", `change of accuracy, −${TOP} to +${TOP}`], ...regrnn.KEYS.activity],
    start: { claim: 0, row: 7, task: 2, network: 0 },
    controls: [
      { name: "claim", text: "claim", ...names(CLAIMS.map((claim) => `${claim.id} ${claim.short}, ${level(claim)}: ${claim.direction}`)) },
      { name: "row", text: "place, drive", ...names(ROWS.map(({ place, drive }) => `${place}, ${drive}`)) },
      { name: "task", text: "task", ...names(TASKS.map((task) => task.label)) },
    ],
    hidden: [{ name: "network", low: 0, high: NETWORKS - 1, step: 1, whole: true }],
    links: [
      { words: "in chaos Dale's principle helps", set: { claim: 0, row: 7, task: 2 }, claims: { verdict: "supported" } },
      { words: "in calm networks it costs", set: { claim: 0, row: 5, task: 2 }, claims: { verdict: "contradicted" } },
      { words: "a quarter of reciprocity costs memory", set: { claim: 2, row: 7, task: 1 }, claims: { verdict: "supported" } },
      { words: "all of it helps pattern classification", set: { claim: 3, row: 7, task: 2 }, claims: { verdict: "contradicted" } },
    ],
    panels: {
      as: { label: "table of verdicts: places under drives against tasks; arrow keys choose a cell", height: (w) => (w < 400 ? 340 : 372), margin: [20, 2, 20, 76], pick: pickCell, press: pressCell },
      nw: { label: "change of accuracy of each network, and the interval of the ledger; arrow keys choose a network", height: () => 196, margin: [6, 4, 34, 46], pick: pickNetwork, press: pressNetwork },
      ro: raster("without the regularity"),
      rn: raster("with it"),
    },
    titles(state) {
      const seen = kept.answer, of = (side) => (seen ? `, accuracy ${number(seen[side].accuracy, 2)}` : "");
      return {
        as: `verdicts on ${CLAIMS[state.claim].id}, change of accuracy: tap a cell`,
        nw: `dots: networks at ${where(ROWS[state.row])}; band: interval`,
        ro: `<b>off</b>${of("off")}`, rn: `<b>on</b>${of("on")}`,
      };
    },
    glance: () => kept,
    draw(panels, colors, seen, state, answer) {
      if (answer?.on) kept.answer = answer;
      drawTable(panels.as, colors, state);
      drawNetworks(panels.nw, colors, state);
      if (!kept.answer) return;
      regrnn.drawRaster(panels.ro, colors, kept.answer.off.states);
      regrnn.drawRaster(panels.rn, colors, kept.answer.on.states);
    },
    async measure(state, ask, tell) {
      const pair = {};
      for (const [side, turned] of [["off", false], ["on", true]]) pair[side] = await ask("performance", { ...network(state, state.network, turned), shown: 40 });
      tell(pair);
      for (let k = 0; k < NETWORKS; k++) {
        for (const turned of [false, true]) {
          const p = network(state, k, turned), name = JSON.stringify(p);
          if (!known.has(name)) known.set(name, await ask("accuracyOf", p));
        }
        tell({ ...pair, partial: true });
      }
      const gains = Array.from({ length: NETWORKS }, (_, k) => change(state, k)).filter((x) => x > 0).length;
      tell({ ...pair, further: ` ${gains} of the ${NETWORKS} networks gain there.` });
    },
    sentence(state, { off, on, further = " The other networks are being computed ..." }) {
      const claim = CLAIMS[state.claim], { effect, low, high, verdict, cells } = recorded(state), row = ROWS[state.row];
      return `${claim.id}, ${claim.title}, ${level(claim)}; ${row.place} networks, ${row.drive} drive, ${TASKS[state.task].label}: ${verdict}. ` +
        `Mean change ${signed(effect)}, corrected interval ${signed(low)} to ${signed(high)}, over ${NETWORKS} networks and ${cells} cells of the plane. ` +
        `Network ${state.network} at ${where(row)}: accuracy ${number(off.accuracy, 2)} without, ${number(on.accuracy, 2)} with.${further}`;
    },
  });
})();
