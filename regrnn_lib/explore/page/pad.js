"use strict";

/** A pad of 8 x 8 pixels to draw on: by pointer, or by arrow keys and the space bar. */
regrnn.face(function pad(regrnn) {
  const SIZE = 8, INK = 16, EDGE = 5;
  const index = (column, row) => column * SIZE + row;

  /** What the two networks read, beside the pad; pale while they read anew. */
  function readings(to, colors, last, [left, right], waiting) {
    const middle = (left + right) / 2;
    to.g.globalAlpha = waiting ? 0.35 : 1;
    [["off", last.off], ["on", last.on]].forEach(([side, { answer }], k) => {
      const top = to.box[1] + (k + 0.5) * to.box[3] / 2;
      to.text(`${side} reads`, middle, top - 22, "center", colors.soft);
      to.g.font = `30px ${regrnn.FONT}`;
      to.text(String(answer.indexOf(Math.max(...answer))), middle, top + 10, "center");
      to.g.font = `11px ${regrnn.FONT}`;
    });
    to.g.globalAlpha = 1;
  }

  /** A panel for the settings `pixels` (64 levels 0 .. 16, column after column) and `sample`, the image that they come from. */
  function padPanel() {
    let cursor = [3, 3];
    const inside = (column, row) => column >= 0 && row >= 0 && column < SIZE && row < SIZE;
    function paint(pixels, column, row) {
      const next = Array.from(pixels);
      next[index(column, row)] = INK;
      for (const [c, r] of [[column + 1, row], [column - 1, row], [column, row + 1], [column, row - 1]]) {
        if (inside(c, r)) next[index(c, r)] = Math.max(next[index(c, r)], EDGE);
      }
      return next;
    }

    return {
      title: "draw a digit here", label: "a pad of 8 by 8 pixels; arrow keys move, space draws, Delete clears", margin: [2, 2, 22, 2], tabbed: true,
      height: (width) => Math.min(0.86 * width, 250),
      draw(to, colors, state, last, waiting) {
        to.clear(colors);
        const side = Math.min(to.box[2], to.box[3]) / SIZE, [left, top] = to.box, { g } = to;
        for (let c = 0; c < SIZE; c++) {
          for (let r = 0; r < SIZE; r++) {
            g.globalAlpha = state.pixels[index(c, r)] / INK;
            g.fillStyle = colors.ink;
            g.fillRect(left + c * side, top + r * side, side - 0.5, side - 0.5);
          }
        }
        g.globalAlpha = 1;
        g.strokeStyle = colors.line;
        for (let k = 0; k <= SIZE; k++) {
          to.line([[left + k * side, top], [left + k * side, top + SIZE * side]], { color: colors.line, width: 0.7 });
          to.line([[left, top + k * side], [left + SIZE * side, top + k * side]], { color: colors.line, width: 0.7 });
        }
        if (document.activeElement === to.canvas) {
          Object.assign(g, { strokeStyle: colors.accent, lineWidth: 2 });
          g.strokeRect(left + cursor[0] * side, top + cursor[1] * side, side, side);
        }
        to.text("a column is one step →", left, to.height - 5, "left", colors.soft);
        if (last) readings(to, colors, last, [left + SIZE * side, to.width], waiting);
      },
      /** A stroke: the first point of a drawing starts on an empty pad. */
      pick(to, px, py, state, first) {
        const side = Math.min(to.box[2], to.box[3]) / SIZE, column = Math.floor((px - to.box[0]) / side), row = Math.floor((py - to.box[1]) / side);
        if (!inside(column, row)) return {};
        const fresh = first && state.sample >= 0;
        return { sample: -1, pixels: paint(fresh ? new Array(64).fill(0) : state.pixels, column, row) };
      },
      press(key, state) {
        const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
        if (moves[key]) {
          const [c, r] = cursor.map((x, k) => x + moves[key][k]);
          if (inside(c, r)) cursor = [c, r];
          return {};
        }
        if (key === " ") return { sample: -1, pixels: paint(state.pixels, ...cursor) };
        return key === "Delete" || key === "Backspace" ? { sample: -1, pixels: new Array(64).fill(0) } : null;
      },
    };
  }

  /** The 64 levels of an image of the data, column after column; an empty pad for -1. */
  function samplePixels(sample) {
    if (sample < 0) return new Array(64).fill(0);
    return regrnn.images().columns[sample].flatMap((column) => Array.from(column, (x) => 8 * (x + 1)));
  }

  Object.assign(regrnn, { padPanel, samplePixels });
});
