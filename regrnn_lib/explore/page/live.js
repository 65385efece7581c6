"use strict";

/**
 * Live figures: a question, links that show something, at most three controls, panels, and a sentence that says what is
 * seen. A chapter's file describes its figure (`regrnn.chapter`); `<div class="live" data-chapter="03">` is where it goes.
 * While a control moves, what a frame has time for is drawn (`glance`, `draw`); the rest follows when it rests (`measure`).
 */
regrnn.face(function live(regrnn) {
  const { element, address, settingsOf } = regrnn, REST = 140;  // ms without a change until the measures are asked for
  const descriptions = {}, figures = [];

  /** Describe the live figure of a chapter; see `chapters/`. */
  function chapter(name, description) {
    descriptions[name] = description;
  }

  class Figure {
    constructor(home, name) {
      const described = descriptions[name];
      Object.assign(this, { home, name, described, seen: null, answer: null, shown: null, pending: false });
      this.controls = Object.fromEntries(described.controls.map((c) => [c.name, { ...regrnn.settings.controls[c.name], ...c }]));
      const hidden = Object.fromEntries((described.hidden ?? []).map((c) => [c.name, { ...regrnn.settings.controls[c.name], ...c }]));
      this.names = [...Object.keys(this.controls), ...Object.keys(hidden)];
      this.limits = { ...hidden, ...this.controls };
      this.start = { ...regrnn.settings.start, n_modules: 5, density: 1, ...described.start };
      this.state = { ...this.start, ...settingsOf(location.hash, this.limits) };
      this.build();
      this.follow();
      this.put(described.enter?.(this.state) ?? {});
    }

    // ---------------------------------------------------------------- the elements
    build() {
      const { question, links, panels } = this.described, still = element(`<div class="live-still"></div>`);
      still.append(...this.home.childNodes);
      const figure = element(`<section class="live-figure" aria-label="live figure"><p class="live-question">${question}</p>
        <p class="live-links">Show me:</p><div class="live-controls"></div><div class="live-panels live-${this.name}">
        <p class="live-sentence" aria-live="polite" aria-atomic="true"></p></div><p class="live-legend">${this.legend()}</p></section>`);
      this.home.append(still, figure);
      this.home.classList.add("live-on");
      this.part = (name) => figure.querySelector(`.live-${name}`);
      this.part("legend").append(this.resetButton());
      this.part("links").append(...links.flatMap((link) => [" ", this.link(link)]));
      for (const c of Object.values(this.controls)) this.part("controls").append(this.control(c));
      this.panels = Object.fromEntries(Object.entries(panels).map(([id, p]) => [id, this.panel(id, p)]));
    }

    /** The colours of the regimes, where a figure uses them, and its keys: [kind, words]. */
    legend() {
      const { regimes = true, keys = [] } = this.described, colors = regimes ? Object.entries(regrnn.settings.regime_colors) : [];
      return [...colors.map(([name, color]) => `<span><i style="background:${color}"></i>${name}</span>`), regrnn.keyed(keys)].join(" ");
    }

    link({ words, set }) {
      const hash = address({ ...this.start, ...set }, this.names);
      const link = element(`<a href="${hash}">${words}</a>`);
      link.addEventListener("click", (event) => {  // also where the address is this one already
        if (location.hash === hash) { event.preventDefault(); this.enter({ ...this.start, ...set }); }
      });
      return link;
    }

    resetButton() {
      const button = element(`<button type="button" class="live-reset" title="all controls back to where they began">start again</button>`);
      button.addEventListener("click", () => this.enter(this.start));
      return button;
    }

    control(c) {
      const id = `live-${this.name}-${c.name}`, words = `${c.text} <i>${c.symbol}</i>`;
      if (c.check) {
        const row = element(`<div class="live-control live-check"><label><input type="checkbox" id="${id}"> ${c.text}</label></div>`);
        row.querySelector("input").addEventListener("change", (event) => this.put({ [c.name]: event.target.checked }));
        return row;
      }
      if (c.choices) return this.choice(c, id);
      const row = element(`<div class="live-control"><label for="${id}">${words}</label><output for="${id}"></output>
        <input type="range" id="${id}" min="${c.low}" max="${c.high}" step="${c.step}"></div>`);
      row.querySelector("input").addEventListener("input", (event) => this.put({ [c.name]: Number(event.target.value) }));
      return row;
    }

    /** A control whose values are the numbers of some words. */
    choice(c, id) {
      const options = c.choices.map((words, k) => `<option value="${k}">${words}</option>`).join("");
      const row = element(`<div class="live-control live-choice"><label for="${id}">${c.text}</label><select id="${id}">${options}</select></div>`);
      row.querySelector("select").addEventListener("change", (event) => this.put({ [c.name]: Number(event.target.value) }));
      return row;
    }

    panel(id, p) {
      const place = element(`<div class="live-panel" style="grid-area:${id}"><p class="live-title"></p><canvas role="img" aria-label="${p.label}"></canvas></div>`);
      this.part("panels").append(place);
      const panel = new regrnn.Panel(place.querySelector("canvas"), p);
      panel.title = place.querySelector(".live-title");
      if (p.pick) this.pointed(panel, p);
      return panel;
    }

    /** Settings by pointing into a panel: press and drag. */
    pointed(panel, p) {
      const { canvas } = panel;
      canvas.classList.add("live-pick");
      const pick = (event, first) => {
        const at = canvas.getBoundingClientRect();
        this.put(this.within(p.pick(panel, event.clientX - at.left, event.clientY - at.top, this.state, first) ?? {}));
      };
      canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); pick(event, true); });
      canvas.addEventListener("pointermove", (event) => { if (canvas.hasPointerCapture(event.pointerId)) pick(event, false); });
      if (p.press) this.pressed(canvas, p);
    }

    /** Settings by keys, on a panel that can be reached by them. */
    pressed(canvas, p) {
      canvas.tabIndex = 0;
      canvas.addEventListener("keydown", (event) => {
        const changes = p.press(event.key, this.state);
        if (!changes) return;
        event.preventDefault();
        this.put(changes);
      });
      for (const kind of ["focus", "blur"]) canvas.addEventListener(kind, () => this.put({}));
    }

    /** Settings moved onto the steps of their controls. */
    within(changes) {
      return Object.fromEntries(Object.entries(changes).map(([name, value]) => {
        if (!this.limits[name]?.step) return [name, value];
        const { low, high, step } = this.limits[name], steps = Math.round((value - low) / step);
        return [name, Math.min(high, Math.max(low, Number((low + steps * step).toFixed(6))))];
      }));
    }

    // ---------------------------------------------------------------- following the page
    follow() {
      window.addEventListener("hashchange", () => {
        const asked = settingsOf(location.hash, this.limits);
        if (asked) this.enter({ ...this.start, ...asked });
      });
      const again = () => { this.colors = null; for (const p of Object.values(this.panels)) p.fit(); this.put({}); };
      new ResizeObserver(() => { if (Object.values(this.panels).map((p) => p.fit()).some(Boolean)) this.put({}); }).observe(this.home);
      new MutationObserver(again).observe(document.documentElement, { attributes: true });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    }

    /** Take settings as a whole, with what follows from them. */
    enter(settings) {
      this.put({ ...settings, ...this.described.enter?.(settings) });
    }

    /** Change some settings; the picture follows with the next frame, so that of several changes the last one wins. */
    put(changes) {
      const differs = Object.entries(changes).some(([name, value]) => this.state[name] !== value);
      Object.assign(this.state, changes);
      if (differs || !this.shown) this.unsettle();
      if (!this.pending) requestAnimationFrame(() => this.redraw());
      this.pending = true;
    }

    redraw() {
      this.pending = false;
      this.colors ??= this.recolored();
      this.seen = this.described.glance(this.state, this.seen);
      this.draw();
      this.write();
    }

    /** The colours of the page; the legend takes those of the states. */
    recolored() {
      const colors = regrnn.theme(this.home), { palette } = colors;
      this.home.style.setProperty("--live-ramp", [0, 127, 255].map((k) => regrnn.css(palette[k])).join());
      return colors;
    }

    draw() {
      this.described.draw(this.panels, this.colors, this.seen, this.state, this.answer);
      for (const [id, words] of Object.entries(this.described.titles(this.state))) this.panels[id].title.innerHTML = words;
    }

    write() {
      for (const [name, c] of Object.entries(this.controls)) {
        const input = this.home.querySelector(`#live-${this.name}-${name}`), value = this.state[name];
        if (c.check) { input.checked = Boolean(value); continue; }
        input.value = value;
        if (c.choices) continue;
        const words = regrnn.number(value, c.digits ?? (c.whole ? 0 : 2));
        input.setAttribute("aria-valuetext", `${c.symbol} = ${words}`);
        input.previousElementSibling.textContent = words;
      }
    }

    // ---------------------------------------------------------------- what takes longer
    /** The picture has changed: what was measured is out of date until the controls rest. */
    unsettle() {
      this.answer = this.shown = null;
      this.part("sentence").classList.add("live-waiting");
      if (this.described.slow) this.part("panels").classList.add("live-stale");
      clearTimeout(this.timer);
      regrnn.drop(this);
      this.timer = setTimeout(() => this.settle(), REST);
    }

    async settle() {
      const state = { ...this.state }, { measure, sentence } = this.described;
      const differs = this.names.some((name) => this.state[name] !== this.start[name]);
      if (differs || settingsOf(location.hash, this.limits)) history.replaceState(null, "", address(this.state, this.names));
      const still = () => Object.keys(state).every((name) => this.state[name] === state[name]);
      await measure(state, (what, asked) => regrnn.ask(this, what, asked), (answer) => {
        if (!still()) return;
        this.answer = answer;
        this.part("panels").classList.remove("live-stale");
        this.draw();
        if (answer.partial) return;
        const said = this.part("sentence"), words = sentence(state, answer);
        said.classList.remove("live-waiting");
        if (said.textContent !== words) said.textContent = words;
        this.shown = state;
      });
    }
  }

  function mount(home) {
    const figure = new Figure(home, home.dataset.chapter);
    figures.push(figure);
    return figure;
  }

  /** Mount every live figure of the page that has a description. */
  function mountAll() {
    for (const home of document.querySelectorAll(".live[data-chapter]:not(.live-on)")) if (descriptions[home.dataset.chapter]) mount(home);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mountAll);
  else setTimeout(mountAll);
  Object.assign(regrnn, { chapter, mount, figures, descriptions });
});
