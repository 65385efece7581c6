"use strict";

/** The driven run and the ridge readout, as in reservoir.py: one stream, the state never reset, trained on its first part. */
regrnn.part(function readout(regrnn) {
  const { dot, mean, addProduct, transposed } = regrnn, ROUNDING = 2 ** -52, WASH_OUT = 100;
  const BIAS = 0.1, RIDGE = 1e-6, EXAMPLES = 24;

  // ---------------------------------------------------------------- the driven run
  /** Input matrix, column after column, that gives the stream the drive u, and biases. */
  function inputLayer(p, stream) {
    const n = p.n_neurons ?? regrnn.settings.n_neurons, width = stream.inputs[0].length;
    const power = stream.inputs.reduce((s, x) => s + dot(x, x), 0) / stream.inputs.length;
    const strength = power > 0 ? p.drive / Math.sqrt(power) : 0, drawn = regrnn.stream(p.seed, "inputs").normals(n * width);
    const columns = Float64Array.from({ length: n * width }, (_, e) => strength * drawn[e % n * width + Math.floor(e / n)]);
    return { columns, bias: regrnn.stream(p.seed, "biases").normals(n).map((x) => BIAS * x) };
  }

  /** y(1) .. y(T) under inputs, from a state. */
  function drivenRun(W, layer, inputs, start) {
    const columns = transposed(W), states = [];
    let y = start ?? new Float64Array(layer.bias.length);
    for (const x of inputs) {
      const next = Float64Array.from(layer.bias);
      addProduct(layer.columns, x, next);
      addProduct(columns, y, next);
      for (let i = 0; i < next.length; i++) next[i] = Math.tanh(next[i]);
      states.push(y = next);
    }
    return states;
  }

  // ---------------------------------------------------------------- the readout
  /** Weights (n + 1 rows of L numbers, the last row the bias) of least squared error plus alpha times squared weights. */
  function train(states, targets) {
    const n = states[0].length + 1, outputs = targets[0].length, gram = new Float64Array(n * n), cross = new Float64Array(n * outputs);
    const row = new Float64Array(n).fill(1);
    states.forEach((y, r) => {
      row.set(y);
      for (let i = 0; i < n; i++) {
        const s = row[i], at = i * n;
        for (let j = i; j < n; j++) gram[at + j] += s * row[j];
        for (let k = 0; k < outputs; k++) cross[i * outputs + k] += s * targets[r][k];
      }
    });
    return ridgeSolution(gram, cross, n, outputs);
  }

  function ridgeSolution(gram, cross, n, outputs) {
    let trace = 0;
    for (let i = 0; i < n; i++) trace += gram[i * n + i];
    let alpha = RIDGE * trace / n, factor;
    while (!(factor = cholesky(gram, n, alpha)) && alpha < 1e9 * trace) alpha = Math.max(10 * alpha, n * ROUNDING * trace);
    return substitute(factor, cross, n, outputs);
  }

  /** R, upper triangular, R' R = G + alpha I; null where a pivot fails. */
  function cholesky(gram, n, alpha) {
    const R = new Float64Array(n * n);
    for (let k = 0; k < n; k++) {
      const h = gram.slice(k * n, k * n + n);
      h[k] += alpha;
      const floor = n * ROUNDING * h[k];
      for (let j = 0; j < k; j++) {
        const f = R[j * n + k];
        for (let i = k; i < n; i++) h[i] -= f * R[j * n + i];
      }
      if (!(h[k] > floor)) return null;
      const root = Math.sqrt(h[k]);
      for (let i = k; i < n; i++) R[k * n + i] = h[i] / root;
    }
    return R;
  }

  function substitute(R, cross, n, outputs) {
    const O = Float64Array.from(cross);
    for (let k = 0; k < outputs; k++) {
      for (let i = 0; i < n; i++) {
        let s = O[i * outputs + k];
        for (let j = 0; j < i; j++) s -= R[j * n + i] * O[j * outputs + k];
        O[i * outputs + k] = s / R[i * n + i];
      }
      for (let i = n - 1; i >= 0; i--) {
        let s = O[i * outputs + k];
        for (let j = i + 1; j < n; j++) s -= R[i * n + j] * O[j * outputs + k];
        O[i * outputs + k] = s / R[i * n + i];
      }
    }
    return O;
  }

  /** Output z = O y + o at a state. */
  function read(O, y, outputs) {
    const z = O.slice(y.length * outputs, (y.length + 1) * outputs);
    for (let i = 0; i < y.length; i++) for (let k = 0; k < outputs; k++) z[k] += O[i * outputs + k] * y[i];
    return z;
  }

  // ---------------------------------------------------------------- scores
  const argmax = (z) => z.reduce((best, x, k) => (x > z[best] ? k : best), 0);
  const shareRight = (output, target, right) => mean(output.map((z, r) => (right(z, target[r]) ? 1 : 0)));

  const SCORES = {
    signs: (output, target) => shareRight(output, target, (z, t) => z[0] > 0 === t[0] > 0),
    classes: (output, target) => shareRight(output, target, (z, t) => argmax(z) === argmax(t)),
    delays: (output, target) => mean(recall(output, target)),
    signal: (output, target) => 1 / (1 + nrmse(output, target)),
  };
  /** How a task is scored: as its kind, unless it names another. */
  const scoreOf = ({ kind, score = kind }) => SCORES[score];

  /** Squared correlation of each column of output and target. */
  function recall(output, target) {
    return Array.from(output[0], (_, k) => {
      const x = Float64Array.from(output, (z) => z[k]), y = Float64Array.from(target, (t) => t[k]), mx = mean(x), my = mean(y);
      let xx = 0, yy = 0, xy = 0;
      for (let r = 0; r < x.length; r++) { const a = x[r] - mx, b = y[r] - my; xx += a * a; yy += b * b; xy += a * b; }
      return xx * yy > 0 ? Math.min(xy * xy / (xx * yy), 1) : 0;
    });
  }

  function nrmse(output, target) {
    const y = target.map((t) => t[0]), m = mean(y);
    return Math.sqrt(mean(output.map((z, r) => (z[0] - y[r]) ** 2)) / mean(y.map((v) => (v - m) ** 2)));
  }

  // ---------------------------------------------------------------- one network, one task
  /** The trained network: states, readout, and output and target on the part that it was not trained on. */
  function solve(p) {
    const stream = regrnn.taskStream(p.task, p), W = regrnn.weightMatrix(p), layer = inputLayer(p, stream);
    const states = drivenRun(W, layer, stream.inputs), outputs = stream.targets[0].length;
    const split = stream.times.findIndex((t) => t >= stream.split), first = stream.times.findIndex((t) => t >= WASH_OUT);
    const O = train(stream.times.slice(first, split).map((t) => states[t]), stream.targets.slice(first, split));
    const times = stream.times.slice(split), target = stream.targets.slice(split);
    return { W, layer, stream, states, O, times, target, output: times.map((t) => read(O, states[t], outputs)) };
  }

  function accuracyOf(p) {
    const { output, target } = solve(p);
    return scoreOf(regrnn.TASKS[p.task])(output, target);
  }

  const kept = new Map(), MOST = 6;
  /** What a figure shows of a network on a task: its accuracy, and `shown` steps of the tested part. With pixels, its answer to them. */
  function performance({ pixels, ...p }) {
    const name = JSON.stringify(p);
    if (!kept.has(name)) {
      if (kept.size >= MOST) kept.delete(kept.keys().next().value);
      kept.set(name, trained(p));
    }
    const { seen, ...reader } = kept.get(name);
    return pixels ? { ...seen, answer: reading(reader, pixels) } : seen;
  }

  /** What is seen of a solution, and what reads a further picture. */
  function trained(p) {
    const { W, layer, O, stream, states, times, target, output } = solve(p), task = regrnn.TASKS[p.task], { kind } = task;
    const rows = kind === "classes" ? EXAMPLES : times.filter((t) => t < stream.split + p.shown).length, shown = [stream.split, stream.split + p.shown];
    const seen = {
      accuracy: scoreOf(task)(output, target), states: states.slice(...shown), output: output.slice(0, rows), target: target.slice(0, rows),
      recall: kind === "delays" ? recall(output, target) : null,
      perStep: kind === "signs" ? perStep(output, target, stream.episode) : null,
    };
    return { W, layer, O, seen, last: states.at(-1), outputs: target[0].length };
  }

  /** Share of right signs at each step of an episode. */
  function perStep(output, target, steps) {
    return Array.from({ length: steps }, (_, k) => {
      const at = output.map((_, r) => r).filter((r) => r % steps === k);
      return shareRight(at.map((r) => output[r]), at.map((r) => target[r]), (z, t) => z[0] > 0 === t[0] > 0);
    });
  }

  /** Outputs for a picture that comes after the last one of the stream: 64 levels 0 .. 16, column after column. */
  function reading({ W, layer, O, last, outputs }, pixels) {
    const columns = Array.from({ length: 8 }, (_, j) => Float64Array.from({ length: 8 }, (_, i) => pixels[j * 8 + i] / 8 - 1));
    return Array.from(read(O, drivenRun(W, layer, columns, last).at(-1), outputs));
  }

  Object.assign(regrnn, { inputLayer, drivenRun, train, solve, accuracyOf, performance });
});
