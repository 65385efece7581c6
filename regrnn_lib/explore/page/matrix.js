"use strict";

/** Weight matrices with knobs, as in weights.py and regularities.py, and their indices. Row = receiving neuron, column = sending neuron. */
regrnn.part(function matrix(regrnn) {
  const { mean, pairwiseSum } = regrnn, SLACK = 1e-12;

  function moduleLabels(k, n = 100) {
    return Int32Array.from({ length: n }, (_, i) => Math.floor(i * k / n));
  }

  const neurons = (W) => Math.round(Math.sqrt(W.length));

  /** Independent entries; that of row i and column j is W[i * n + j]. */
  function baseWeights(p, drawn, n) {
    const positive = (1 + p.balance) / 2, strength = p.coupling / Math.sqrt(n), { size, sign, density } = drawn;
    const W = new Float64Array(n * n);
    for (let e = 0; e < W.length; e++) {
      if (density[e] < p.density || p.density >= 1) W[e] = strength * size[e] * (sign[e] < positive ? 1 : -1);
    }
    return W;
  }

  /** The laws of the regularities; each changes W in place. */
  const LAWS = {
    dale(W, p, drawn, n) {
      const positive = (1 + p.balance) / 2;
      for (let e = 0; e < W.length; e++) {
        const polarity = drawn.polarity[e % n] < positive ? 1 : -1;
        if (drawn.dale[e] < p.dale && W[e] * polarity < 0) W[e] = -W[e];
      }
    },
    reciprocity(W, p, drawn, n) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) {
          if (drawn.reciprocity[j * n + i] < p.reciprocity) W[i * n + j] = W[j * n + i];
        }
      }
    },
    modularity(W, p, drawn, n) {
      const labels = moduleLabels(p.n_modules, n), before = p.normalize ? pairwiseSum(W.map((w) => w * w)) / W.length : 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) if (labels[i] !== labels[j]) W[i * n + j] *= 1 - p.modularity;
      }
      if (!p.normalize || before === 0) return;
      const factor = Math.sqrt(before / (pairwiseSum(W.map((w) => w * w)) / W.length));
      for (let e = 0; e < W.length; e++) W[e] *= factor;
    },
  };

  /** The matrix of the settings p: coupling, balance, density, seed, knobs, n_modules; normalize true restores the mean square. */
  function weightMatrix(p) {
    const n = p.n_neurons ?? regrnn.settings.n_neurons, drawn = regrnn.draws(p.seed, n), W = baseWeights(p, drawn, n);
    for (const name of regrnn.settings.knobs) if (p[name] > 0) LAWS[name](W, p, drawn, n);
    return W;
  }

  // ---------------------------------------------------------------- indices of a matrix
  function indices(W, labels) {
    const n = neurons(W), all = Array.from(W.keys()), within = (e) => labels[Math.floor(e / n)] === labels[e % n];
    const entries = all.filter((e) => W[e] !== 0), square = (e) => W[e] * W[e];
    const inside = all.filter(within).map(square), outside = all.filter((e) => !within(e)).map(square);
    return {
      strength: Math.sqrt(mean(inside.filter((x) => x > 0))),
      balance: mean(entries.map((e) => Math.sign(W[e]))),
      density: entries.length / W.length,
      dale: daleIndex(W, n),
      reciprocity: reciprocityIndex(W, n),
      modularity: mean(inside) > 0 ? 1 - Math.sqrt(mean(outside)) / Math.sqrt(mean(inside)) : NaN,
    };
  }

  function daleIndex(W, n) {
    const counts = new Float64Array(n), signs = new Float64Array(n);
    W.forEach((w, e) => { counts[e % n] += w !== 0; signs[e % n] += Math.sign(w); });
    const used = Array.from(counts.keys()).filter((j) => counts[j] >= 2), M = used.map((j) => signs[j] / counts[j]);
    if (M.length < 2) return NaN;
    const b = mean(M), variance = mean(M.map((m) => (m - b) ** 2));
    const sampling = mean(M.map((m, k) => (1 - m * m) / (counts[used[k]] - 1)));
    return b * b < 1 ? Math.sqrt(Math.min(Math.max((variance - sampling) / (1 - b * b), 0), 1)) : NaN;
  }

  function reciprocityIndex(W, n) {
    const pairs = n * (n - 1);
    let total = 0, square = 0, product = 0, largest = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) { total += W[i * n + j]; largest = Math.max(largest, Math.abs(W[i * n + j])); }
    const centre = total / pairs;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const here = W[i * n + j] - centre;
        if (i !== j) { square += here * here; product += here * (W[j * n + i] - centre); }
      }
    }
    return square / pairs > (SLACK * largest) ** 2 ? product / square : NaN;
  }

  Object.assign(regrnn, { LAWS, weightMatrix, moduleLabels, indices, neurons });
});
