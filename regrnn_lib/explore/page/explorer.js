"use strict";

/** The explorer: one network with all its knobs, beside it the same network with its knobs off. */
regrnn.face(function explorer(regrnn) {
  const { number, percent, element, address, settingsOf } = regrnn, DATA = regrnn.settings;
  const N = DATA.n_neurons, NAMES = Object.keys(DATA.start), CONTROLS = Object.fromEntries(NAMES.map((name) => [name, DATA.controls[name]])), SHOWN = 100, REST = 120;
  const REACHES = [2.5, 5, 8, 13];  // of the axes of the spectra: chosen when the coupling rests, never while it moves
  const state = { ...DATA.start }, by = (id) => document.getElementById(id), own = "your own settings";
  const page = { reach: REACHES[1], chosen: own, note: "", answer: null, pending: false };

  // ---------------------------------------------------------------- panels
  const square = (width) => Math.min(width, 300), paired = () => by("figure").classList.contains("pair"), SPECTRUM = [4, 6, 20, 26];
  const PANELS = {
    m: { id: "matrix", title: "weights: orange excites", label: "weight matrix, row receives, column sends", height: square, margin: [4, 4, 4, 4] },
    s: { id: "spectrum", title: "eigenvalues, predicted edge", label: "eigenvalues in the complex plane", height: square, margin: SPECTRUM },
    d: { id: "distribution", title: "distribution of states", label: "distribution of states", height: (w) => (paired() ? Math.min(0.3 * w, 140) : square(w)), margin: [4, 10, 20, 10] },
    r: { id: "raster", title: "activity: blue −1, orange +1", label: "activity of all neurons over time", height: (w) => Math.min(0.5 * w, 170), margin: [2, 6, 20, 18] },
  };

  function network(side) {
    const home = by(`network-${side}`), panels = {};
    for (const [area, p] of Object.entries(PANELS)) {
      const id = side === "on" ? p.id : `${p.id}-off`;
      const place = element(`<div class="place ${area}" style="grid-area:${area}"><p>${p.title}</p><canvas id="${id}" role="img" aria-label="${p.label}, knobs ${side}"></canvas></div>`);
      home.append(place);
      panels[area] = new regrnn.Panel(place.querySelector("canvas"), p);
    }
    return panels;
  }

  function drawNetwork(panels, seen, report) {
    for (const panel of Object.values(panels)) panel.fit();
    const { colors } = page, w = state.coupling / Math.sqrt(N);
    if (panels.m.width) regrnn.drawMatrix(panels.m, colors, seen.W, w);  // a phone has no place for all
    regrnn.drawSpectrum(panels.s, colors, { values: seen.values, shape: seen.shape, ghost: seen.ghost, reach: page.reach });
    if (panels.d.width) regrnn.drawDistribution(panels.d, colors, report?.distribution ?? regrnn.distribution(seen.states));
    regrnn.drawRaster(panels.r, colors, seen.states);
  }

  // ---------------------------------------------------------------- controls
  function buildControls() {
    const home = by("controls"), options = [own, ...Object.keys(DATA.questions)].map((name) => `<option>${name}</option>`).join("");
    home.append(element(`<div class="row question"><label for="preset">a question</label><select id="preset" aria-label="a question">${options}</select>
      <button id="reset" title="all sliders back to where they began">reset</button></div>`), element(`<p id="caption" aria-live="polite"></p>`));
    for (const name of NAMES) home.append(sliderRow(name, CONTROLS[name]));
    home.append(element(`<p><label><input type="checkbox" id="compare" checked> beside it: the same network, its knobs off</label></p>`));
    home.append(element(`<div><button id="copy-code">copy the code</button> <button id="copy-line">copy the papermill line</button></div>`));
    home.append(element(`<pre id="code"></pre>`), element(`<div id="note" role="status"></div>`));
    by("preset").addEventListener("change", (event) => { put({ ...DATA.questions[event.target.value]?.set }); page.chosen = event.target.value; });
    by("reset").addEventListener("click", () => put(DATA.start));
    by("compare").addEventListener("change", () => put({}));
    by("copy-code").addEventListener("click", (event) => copy(event.target, pythonLines()));
    by("copy-line").addEventListener("click", (event) => copy(event.target, papermillLine()));
  }

  function sliderRow(name, c) {
    const words = `${c.text} ${c.symbol}`.trim(), range = `${c.low} … ${c.high}`.replace("-", "−");
    const row = element(`<div class="row"><label for="${name}">${c.text} <i>${c.symbol}</i></label>
      <input type="range" id="${name}" min="${c.low}" max="${c.high}" step="${c.step}" title="${words}, ${range}, no unit">
      <input type="text" id="${name}-typed" inputmode="decimal" aria-label="${words}, typed, ${range}"><small>${range}</small></div>`);
    row.querySelector(`#${name}`).addEventListener("input", (event) => put({ [name]: Number(event.target.value) }));
    row.querySelector(`#${name}-typed`).addEventListener("change", (event) => typed(name, event.target.value));
    return row;
  }

  /** Typed values outside the range become the nearest allowed one, and the page says so. */
  function typed(name, words) {
    const c = CONTROLS[name], asked = Number(words.replace(",", ".").replace("−", "-"));
    if (words.trim() === "" || Number.isNaN(asked)) return put({}, `${c.text}: “${words}” is not a number`);
    let value = Math.min(Math.max(asked, c.low), c.high);
    if (c.whole) value = Math.round(value);
    put({ [name]: value }, value === asked ? "" : `${c.text} ${words} is not allowed: set to ${value}, the nearest value in ${c.low} to ${c.high}`);
  }

  // ---------------------------------------------------------------- what is drawn at once, and what when the sliders rest
  /** Change some settings; the picture follows with the next frame, so that of several changes the last one wins. */
  function put(changes, note = "") {
    Object.assign(state, changes);
    Object.assign(page, { note, chosen: own, answer: null });
    regrnn.explorer.shown = null;
    regrnn.drop(page);
    clearTimeout(page.timer);
    page.timer = setTimeout(settle, REST);
    if (!page.pending) requestAnimationFrame(redraw);
    page.pending = true;
  }

  const off = (p) => ({ ...p, ...Object.fromEntries(DATA.knobs.map((knob) => [knob, 0])) });
  const knobs = () => DATA.knobs.filter((knob) => state[knob] > 0);
  const compared = () => by("compare").checked && knobs().length > 0;

  function redraw() {
    page.pending = false;
    try {
      page.colors ??= regrnn.theme(document.body);
      by("figure").classList.toggle("pair", compared());
      page.on = regrnn.glanceAt(state, page.on, SHOWN);
      page.off = compared() ? regrnn.glanceAt(off(state), page.off, SHOWN) : null;
      drawAll();
      write();
    } catch (error) {
      fault(error);
    }
  }

  function drawAll() {
    by("seen").style.visibility = "visible";
    drawNetwork(page.panels.on, page.off ? { ...page.on, ghost: page.off.shape } : page.on, page.answer?.on);
    if (page.off) drawNetwork(page.panels.off, page.off, page.answer?.off);
  }

  function fault(error) {
    by("seen").style.visibility = "hidden";
    by("note").textContent = String(error);
    by("note").className = "fault";
  }

  async function settle() {
    const asked = { ...state }, pair = compared();
    const reach = REACHES.find((x) => x >= 2.05 * Math.max(1, asked.coupling)) ?? REACHES.at(-1);
    try {
      const on = await regrnn.ask(page, "report", asked), before = pair ? await regrnn.ask(page, "report", off(asked)) : null;
      Object.assign(page, { reach, answer: { on, off: before } });
      drawAll();
      say();
      if (location.hash || !sameAs(DATA.start)) history.replaceState(null, "", address(state, NAMES));
      regrnn.explorer.shown = { ...state };
    } catch (error) {
      fault(error);
    }
  }

  const sameAs = (settings) => Object.entries(settings).every(([name, value]) => state[name] === value);

  /** Values of the controls, and the words that need no measure. */
  function write() {
    for (const name of NAMES) {
      by(name).value = state[name];
      by(name).setAttribute("aria-valuetext", String(state[name]));
      if (document.activeElement !== by(`${name}-typed`) || page.note) by(`${name}-typed`).value = state[name];
    }
    by("preset").value = page.chosen;
    by("caption").textContent = DATA.questions[page.chosen]?.caption ?? "";
    by("code").textContent = pythonLines();
    by("note").textContent = [page.note, page.on.shape ? "" : "For these knobs there is no prediction of the spectrum."].filter(Boolean).join(" ");
    by("note").className = by("note").textContent ? "said" : "";
    for (const id of ["regime", "measures", "indices"]) by(id).classList.add("waiting");
  }

  /** What was measured. */
  function say() {
    const { on, off: before } = page.answer;
    by("regime").textContent = phrase(on) + (before ? `; with its knobs off: ${phrase(before)}` : "");
    by("measures").innerHTML = row(DATA.measures, on.measures);
    by("indices").innerHTML = row(DATA.indices, on.indices, "\u0302");
    for (const id of ["regime", "measures", "indices"]) by(id).classList.remove("waiting");
  }

  const phrase = (m) => (m.regime === "oscillatory" ? `oscillatory (${percent(m.periodTwo)} of the neurons flip with period two)` : m.regime);

  function row(names, values, hat = "") {
    return Object.entries(names).map(([name, [symbol, words]]) =>
      `<span><small>${words}</small> <i>${symbol}${hat}</i> = <b id="${hat ? "index" : "measure"}-${name}">${number(values[name])}</b></span>`).join(" ");
  }

  // ---------------------------------------------------------------- the same in Python
  function pythonLines() {
    const names = ["balance", ...DATA.knobs, "n_modules", "density", "seed"];
    const words = names.map((name) => `${name}=${state[name]}`).join(", ");
    return "from regrnn_lib import free_run, weight_matrix\n" +
      `W = weight_matrix(${N}, strength=${state.coupling / Math.sqrt(N)}, ${words})\n` +
      `Y = free_run(W, n_steps=${DATA.n_steps}, burn_in=${DATA.burn_in}, seed=${state.seed})`;
  }

  function papermillLine() {
    const all = { ...state, n_neurons: N };
    return "papermill notebooks/11_explorer.ipynb out.ipynb " + Object.entries(all).map(([name, value]) => `-p ${name} ${value}`).join(" ");
  }

  async function copy(button, words) {
    try {
      await navigator.clipboard.writeText(words);
    } catch {  // where the browser keeps the clipboard from pages in files
      const area = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: words }));
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const before = button.textContent;
    button.textContent = "copied";
    setTimeout(() => { button.textContent = before; }, 1000);
  }

  // ---------------------------------------------------------------- begin
  function follow() {
    window.addEventListener("hashchange", () => put({ ...DATA.start, ...settingsOf(location.hash, CONTROLS) }));
    window.addEventListener("resize", () => { if (page.on) drawAll(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { page.colors = null; put({}); });
  }

  const { draws, weightMatrix, step, transposed, freeRun, measures, lyapunov, indices, eigenvalues, spectrum, look } = regrnn;
  regrnn.explorer = { state, put, draws, weightMatrix, step, transposed, freeRun, measures, lyapunov, indices, eigenvalues, spectrum, look, shown: null };
  window.explorer = regrnn.explorer;
  buildControls();
  page.panels = { on: network("on"), off: network("off") };
  by("legend").innerHTML = regrnn.keyed([...regrnn.KEYS.spectrum, ["ghost", "edge with its knobs off"]]);
  follow();
  put({ ...settingsOf(location.hash, CONTROLS) });
});
