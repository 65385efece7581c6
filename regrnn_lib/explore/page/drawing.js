"use strict";

/** Panels: canvases that fit their place, in the colours of the page, with axes that stay where they are. */
regrnn.face(function drawing(regrnn) {
  const FONT = '"DejaVu Sans", Verdana, system-ui, sans-serif';

  // ---------------------------------------------------------------- colours
  /** The colours of the page around an element, from its custom properties. */
  function theme(element) {
    const style = getComputedStyle(element), read = (name) => style.getPropertyValue(`--live-${name}`).trim();
    const colors = { ink: read("ink"), soft: read("soft"), line: read("line"), paper: read("paper"), dot: read("dot"), accent: read("accent"), disc: read("disc") };
    const dark = brightness(colors.paper) < 0.5;
    return { ...colors, dark, palette: palette(dark), regimes: regrnn.settings.regime_colors };
  }

  function brightness(color) {
    const g = stage(1, 1).getContext("2d", { willReadFrequently: true });
    g.fillStyle = color;
    g.fillRect(0, 0, 1, 1);
    const [r, green, b] = g.getImageData(0, 0, 1, 1).data;
    return (0.3 * r + 0.59 * green + 0.11 * b) / 255;
  }

  const palettes = {};
  /** Colours of -1 .. 1 as 256 words of RGBA: blue, white (on a dark page: dark), orange. */
  function palette(dark) {
    palettes[dark] ??= Uint32Array.from(regrnn.settings.colors, (rgb, k) => {
      const [r, g, b] = dark ? inDark(rgb, Math.abs(k - 127.5) / 127.5, k > 127) : rgb;
      return (255 << 24) | (b << 16) | (g << 8) | r;
    });
    return palettes[dark];
  }

  function inDark(_, size, positive) {
    const end = positive ? [240, 150, 88] : [96, 178, 232];
    return [28, 30, 38].map((zero, k) => Math.round(zero + (end[k] - zero) * size));
  }

  /** A word of a palette as a colour of CSS. */
  const css = (word) => `rgb(${word & 255}, ${(word >> 8) & 255}, ${(word >> 16) & 255})`;

  const stages = {};
  function stage(width, height) {
    const name = `${width} ${height}`;
    stages[name] ??= Object.assign(document.createElement("canvas"), { width, height });
    return stages[name];
  }

  // ---------------------------------------------------------------- panels
  /** A canvas that fills the width of its place; `height(width)` in CSS pixels. The plot box is [left, top, width, height]. */
  class Panel {
    constructor(canvas, { height, margin = [4, 4, 4, 4] }) {
      Object.assign(this, { canvas, heightOf: height, margin, g: canvas.getContext("2d") });
      this.fit();
    }

    /** Take the size of the place; true if it has changed. */
    fit() {
      const width = Math.floor(this.canvas.parentElement.clientWidth), ratio = window.devicePixelRatio || 1;
      if (!width || (width === this.width && ratio === this.ratio)) return false;
      const height = Math.round(this.heightOf(width)), [above, right, below, left] = this.margin;
      Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
      this.g.setTransform(ratio, 0, 0, ratio, 0, 0);
      Object.assign(this, { width, height, ratio, box: [left, above, width - left - right, height - above - below] });
      return true;
    }

    clear(colors) {
      this.colors = colors;
      this.g.clearRect(0, 0, this.width, this.height);
      this.g.font = `11px ${FONT}`;
      this.g.lineWidth = 1;
    }

    text(words, x, y, align = "left", color = this.colors.ink) {
      this.g.fillStyle = color;
      this.g.textAlign = align;
      this.g.fillText(words, x, y);
    }

    /** A text with an edge of paper, for places where lines or bars are. */
    label(words, x, y, align = "left", color = this.colors.ink) {
      Object.assign(this.g, { strokeStyle: this.colors.paper, lineWidth: 3, lineJoin: "round", textAlign: align });
      this.g.strokeText(words, x, y);
      this.g.lineWidth = 1;
      this.text(words, x, y, align, color);
    }

    /** A name beside the plot box, read upwards. */
    upright(words, y = this.box[1] + this.box[3] / 2) {
      this.g.save();
      this.g.translate(10, y);
      this.g.rotate(-Math.PI / 2);
      this.text(words, 0, 0, "center", this.colors.soft);
      this.g.restore();
    }

    frame(color = this.colors.line) {
      this.g.strokeStyle = color;
      const [left, top, width, height] = this.box;
      this.g.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
    }

    /** From data to pixels, over limits [low, high]. */
    across([low, high]) { return (value) => this.box[0] + this.box[2] * (value - low) / (high - low); }

    up([low, high]) { return (value) => this.box[1] + this.box[3] * (1 - (value - low) / (high - low)); }

    /** Ticks with their numbers below (`x`) or to the left (`y`). */
    ticks(values, place, side) {
      const [left, top, , height] = this.box;
      for (const value of values) {
        const words = String(value).replace("-", "−");
        if (side === "x") this.text(words, place(value), top + height + 14, "center", this.colors.soft);
        else this.text(words, left - 5, place(value) + 4, "right", this.colors.soft);
      }
    }

    line(points, { color = this.colors.ink, dash = [], width = 1.4 } = {}) {
      const { g } = this;
      Object.assign(g, { strokeStyle: color, lineWidth: width });
      g.setLineDash(dash);
      g.beginPath();
      for (const [x, y] of points) g.lineTo(x, y);
      g.stroke();
      g.setLineDash([]);
      g.lineWidth = 1;
    }

    dot(x, y, radius, color, edge = "") {
      const { g } = this;
      g.beginPath();
      g.arc(x, y, radius, 0, 2 * Math.PI);
      g.fillStyle = color;
      g.fill();
      if (!edge) return;
      g.strokeStyle = edge;
      g.lineWidth = 2;
      g.stroke();
      g.lineWidth = 1;
    }

    /** Cells, columns x rows, value(row, column) in -1 .. 1 as a colour. */
    cells(columns, rows, value) {
      const canvas = stage(columns, rows), g = canvas.getContext("2d"), image = new ImageData(columns, rows);
      const words = new Uint32Array(image.data.buffer), { palette: colors } = this.colors;
      for (let i = 0, e = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++, e++) words[e] = colors[Math.min(255, Math.max(0, Math.floor((value(i, j) + 1) * 128)))];
      }
      g.putImageData(image, 0, 0);
      this.g.imageSmoothingEnabled = false;
      this.g.drawImage(canvas, ...this.box);
      this.frame();
    }
  }

  // ---------------------------------------------------------------- what the panels show
  /** Eigenvalues in axes of ±reach or more, one unit the same across and up; the unit circle, the predicted edge, and the edge of another network as a ghost. */
  function drawSpectrum(to, colors, { values, shape, ghost, reach }) {
    to.clear(colors);
    const [, , width, height] = to.box, wide = reach * Math.max(1, width / height), high = reach * Math.max(1, height / width);
    const x = to.across([-wide, wide]), y = to.up([-high, high]), unit = x(1) - x(0), { g } = to;
    g.save();
    g.beginPath();
    g.rect(...to.box);
    g.clip();
    to.dot(x(0), y(0), unit, colors.disc);
    to.line([[x(-wide), y(0)], [x(wide), y(0)]], { color: colors.line, width: 0.7 });
    to.line([[x(0), y(-high)], [x(0), y(high)]], { color: colors.line, width: 0.7 });
    to.line(ellipse([1, 1], x, y), { color: colors.soft, dash: [2, 3], width: 1 });
    if (ghost) to.line(ellipse(ghost.axes, x, y), { color: colors.soft, width: 1 });
    for (const [re, im] of values) {
      const outside = Math.hypot(re, im) > 1;
      to.dot(x(re), y(im), outside ? 2.4 : 1.7, outside ? colors.ink : colors.dot);
    }
    if (shape) {
      to.line(ellipse(shape.axes, x, y), { color: colors.ink, width: 1.2 });
      for (const re of shape.outliers) ring(to, x(re), y(0));
    }
    g.restore();
    to.frame();
    arrows(to, values, x, y, [wide, high]);
    const whole = Math.max(1, Math.floor(reach));
    to.ticks([-whole, 0, whole], x, "x");
    to.ticks([-whole, 0, whole], y, "y");
    to.text("real", x(wide) - 4, y(-high) - 5, "right", colors.soft);
    to.text("imaginary", x(-wide) + 4, y(high) + 13, "left", colors.soft);
  }

  const ellipse = ([a, b], x, y) => Array.from({ length: 91 }, (_, k) => [x(a * Math.cos(k * Math.PI / 45)), y(b * Math.sin(k * Math.PI / 45))]);

  function ring(to, x, y) {
    Object.assign(to.g, { strokeStyle: to.colors.accent, lineWidth: 1.5 });
    to.g.beginPath();
    to.g.arc(x, y, 5, 0, 2 * Math.PI);
    to.g.stroke();
  }

  /** Eigenvalues beyond the axes: an arrow at the rim, and where they lie. */
  function arrows(to, values, x, y, [wide, high]) {
    const reached = ([re, im]) => Math.max(Math.abs(re) / wide, Math.abs(im) / high), beyond = values.filter((value) => reached(value) > 1);
    const far = beyond.filter(([re, im]) => im >= 0).sort((a, b) => Math.hypot(...b) - Math.hypot(...a));
    far.forEach(([re, im], k) => {
      const scale = 0.93 / reached([re, im]), angle = Math.atan2(-im, re), { g } = to;
      g.save();
      g.translate(x(re * scale), y(im * scale));
      g.rotate(angle);
      g.fillStyle = to.colors.accent;
      g.beginPath();
      g.moveTo(6, 0);
      g.lineTo(-4, -5);
      g.lineTo(-4, 5);
      g.fill();
      g.restore();
      if (k > 0) return;
      const words = Math.hypot(re, im).toFixed(1), right = re > 0;
      to.text(words, x(re * scale) + (Math.abs(im) > Math.abs(re) ? 10 : right ? 6 : -6), y(im * scale) - 9, right ? "right" : "left", to.colors.accent);
    });
  }

  /** States over time, a line a neuron; the neurons are named where there is room. */
  function drawRaster(to, colors, states) {
    const [left, top, width, height] = to.box;
    const largest = states.reduce((most, y) => y.reduce((m, x) => Math.max(m, Math.abs(x)), most), 0);
    to.clear(colors);
    to.cells(states.length, states[0].length, (n, t) => states[t][n]);
    if (largest < 0.05) to.text("at rest", left + width / 2, top + height / 2 + 4, "center", colors.soft);
    if (left > 12) to.upright("neurons");
    stepTicks(to, states.length, to.across([0, states.length]));
  }

  /** Ticks of an axis of time; the last one names it. */
  function stepTicks(to, steps, place) {
    const [left, top, width, height] = to.box;
    to.ticks([0, steps / 2], (t) => Math.max(place(t), left + 4), "x");
    to.text(`${steps} steps`, left + width, top + height + 14, "right", to.colors.soft);
  }

  function drawMatrix(to, colors, W, w) {
    const n = regrnn.neurons(W), scale = w > 0 ? 1 / w / regrnn.settings.largest_weight : 0;
    to.clear(colors);
    to.cells(n, n, (i, j) => W[i * n + j] * scale);
  }

  /** How states are distributed: bars, and what share is saturated. */
  function drawDistribution(to, colors, { counts, low, high }) {
    const x = to.across([-1, 1]), [, top, , height] = to.box, most = 1.32 * Math.max(...counts), { g } = to;
    to.clear(colors);
    g.fillStyle = colors.disc;
    g.fillRect(x(-0.5), top, x(0.5) - x(-0.5), height);
    g.fillStyle = colors.dot;
    counts.forEach((n, k) => g.fillRect(x(k / 20 - 1), top + height * (1 - n / most), x(0.05) - x(0) + 0.3, height * n / most));
    to.ticks([-1, -0.5, 0, 0.5, 1], x, "x");
    to.frame();
    for (const [word, share, at] of [["saturated", low, -0.75], ["linear", 1 - low - high, 0], ["saturated", high, 0.75]]) {
      const half = g.measureText(word).width / 2 + 1, middle = Math.min(x(1) - half, Math.max(x(-1) + half, x(at)));
      to.text(word, middle, top + 13, "center");
      to.text(regrnn.percent(share), middle, top + 26, "center");
    }
  }

  // what the dots, lines and colours above mean, for a legend: [kind in live.css, words]
  const KEYS = {
    spectrum: [["dot", "eigenvalues of the weights"], ["unit", "unit circle: beyond it activity grows"], ["edge", "predicted edge"]],
    activity: [["ramp", "state of a neuron, −1 to +1"]],
  };

  /** Keys as HTML. */
  const keyed = (keys) => keys.map(([kind, words]) => `<span><i class="live-key-${kind}"></i>${words}</span>`).join(" ");

  Object.assign(regrnn, { drawDistribution, theme, css, Panel, drawSpectrum, drawRaster, stepTicks, drawMatrix, FONT, KEYS, keyed });
});
