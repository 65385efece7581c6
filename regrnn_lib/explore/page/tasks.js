"use strict";

/** The tasks' streams, as in tasks.py, drawn from the same numbers: inputs, targets, times of readout, where testing begins. */
regrnn.part(function tasks(regrnn) {
  const rows = (count, row) => Array.from({ length: count }, (_, k) => row(k));
  const oneHot = (classes, n) => classes.map((c) => Float64Array.from({ length: n }, (_, k) => (k === c ? 1 : 0)));
  const range = (from, to, by = 1) => rows(Math.ceil((to - from) / by), (k) => from + k * by);

  /** Class of each episode, equally frequent before and after the split. */
  function episodes(rng, count, classes, train) {
    return [train, count - train].flatMap((n) => rng.permutation(range(0, n).map((k) => k % classes)));
  }

  const TASKS = {
    sequence_generation: {
      kind: "signs", chance: 0.5,
      make(seed) {
        const rng = regrnn.stream(seed, "task"), classes = 10, steps = 10, count = 600, width = 5;
        const cues = rows(classes, () => rng.normals(width)), signs = range(0, steps).map(() => [-1, 1][rng.below(1)]);
        const columns = signs.map((sign) => rng.permutation(range(0, classes).map((k) => (k % 2 ? sign : -sign))));
        const order = episodes(rng, count, classes, count / 2), noise = rng.normals(count * steps * width);
        const inputs = rows(count * steps, (t) => Float64Array.from({ length: width }, (_, m) =>
          0.05 * noise[t * width + m] + (t % steps === 0 ? cues[order[t / steps]][m] : 0)));
        const targets = rows(count * steps, (t) => Float64Array.of(columns[t % steps][order[Math.floor(t / steps)]]));
        return { inputs, targets, times: range(0, count * steps), split: count / 2 * steps, episode: steps };
      },
    },
    sequence_memory: {
      kind: "delays", chance: 0,
      make(seed) {
        const u = regrnn.stream(seed, "task").uniforms(2000, -1, 1), delays = 30, times = range(delays, u.length);
        const targets = times.map((t) => Float64Array.from({ length: delays }, (_, k) => u[t - 1 - k]));
        return { inputs: rows(u.length, (t) => Float64Array.of(u[t])), targets, times, split: 1000, episode: 0 };
      },
    },
    pattern_classification: {
      kind: "classes", chance: 0.1,
      make(seed, { noise = 1.5 }) {
        const rng = regrnn.stream(seed, "task"), classes = 10, steps = 5, count = 1000, width = 5, size = steps * width;
        const prototypes = rows(classes, () => rng.normals(size)), order = episodes(rng, count, classes, count / 2);
        const noises = rng.normals(count * size);
        const inputs = rows(count * steps, (t) => Float64Array.from({ length: width }, (_, m) =>
          prototypes[order[Math.floor(t / steps)]][t % steps * width + m] + noise * noises[t * width + m]));
        return { inputs, targets: oneHot(order, classes), times: range(steps - 1, count * steps, steps), split: count / 2 * steps, episode: steps };
      },
    },
    narma: {
      kind: "signal", chance: 0.5,
      make(seed) {
        const first = regrnn.stream(seed, "task");
        for (let rng = first; ; rng = first.spawn()) {
          const u = rng.uniforms(2000, 0, 0.5), z = narmaSeries(u);
          if (!z) continue;
          const times = range(9, u.length), targets = times.map((t) => Float64Array.of(z[t + 1]));
          return { inputs: rows(u.length, (t) => Float64Array.of(2 * u[t] - 0.5)), targets, times, split: 1000, episode: 0 };
        }
      },
    },
    digits: {
      kind: "classes", chance: 0.1,
      make(seed) {
        const { columns, digits } = images(), count = 1200, train = 800, steps = 8;
        const chosen = regrnn.stream(seed, "task").permutation(range(0, digits.length)).slice(0, count);
        const inputs = chosen.flatMap((k) => columns[k]), targets = oneHot(chosen.map((k) => digits[k]), 10);
        return { inputs, targets, times: range(steps - 1, count * steps, steps), split: train * steps, episode: steps, chosen };
      },
    },
  };

  /** z(0) .. z(T) of NARMA-10, null if it leaves (-2, 2). */
  function narmaSeries(u) {
    const z = new Float64Array(u.length + 1);
    for (let t = 9, last = 0, recent = 0; t < u.length; t++) {
      last = 0.3 * last + 0.05 * last * recent + (1.5 * u[t - 9] * u[t] + 0.1);
      if (Math.abs(last) > 2) return null;
      recent += last - z[t - 9];
      z[t + 1] = last;
    }
    return z;
  }

  let known = null;
  /** The handwritten digits as columns of pixels in -1 .. 1. */
  function images() {
    if (known) return known;
    const { pixels, digits } = regrnn.settings.digits, levels = Uint8Array.from(atob(pixels), (c) => c.charCodeAt(0));
    const columns = rows(digits.length, (k) => rows(8, (j) => Float64Array.from({ length: 8 }, (_, i) => levels[k * 64 + j * 8 + i] / 8 - 1)));
    known = { columns, digits: Array.from(digits, Number) };
    return known;
  }

  const streams = new Map();
  /** The stream of a task, drawn once for a seed. */
  function taskStream(name, p) {
    const key = JSON.stringify([name, p.seed, p.noise]);
    if (!streams.has(key)) {
      if (streams.size > 3) streams.delete(streams.keys().next().value);
      streams.set(key, TASKS[name].make(p.seed, p));
    }
    return streams.get(key);
  }

  Object.assign(regrnn, { TASKS, taskStream, images });
});
