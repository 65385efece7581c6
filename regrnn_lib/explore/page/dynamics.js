"use strict";

/** The free run and its measures, as in kernels.py and dynamics.py. */
regrnn.part(function dynamics(regrnn) {
  const { sum, dot, mean, neurons } = regrnn;
  const REST = 0.01, CHAOS = 0.01, FROZEN = 0.05, FLOOR = 2.220446049250313e-16;

  // ---------------------------------------------------------------- the run
  function transposed(W) {
    const n = neurons(W), columns = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) columns[j * n + i] = W[i * n + j];
    return columns;
  }

  /** h += W s, column after column; four at a time, which is three times as fast. */
  function addProduct(columns, s, h) {
    const n = h.length;
    let j = 0;
    for (; j + 3 < s.length; j += 4) {
      const a = j * n, b = a + n, c = b + n, d = c + n, s0 = s[j], s1 = s[j + 1], s2 = s[j + 2], s3 = s[j + 3];
      for (let i = 0; i < n; i++) h[i] = h[i] + columns[a + i] * s0 + columns[b + i] * s1 + columns[c + i] * s2 + columns[d + i] * s3;
    }
    for (; j < s.length; j++) for (let i = 0; i < n; i++) h[i] += columns[j * n + i] * s[j];
  }

  function step(columns, state) {
    const next = new Float64Array(state.length);
    addProduct(columns, state, next);
    for (let i = 0; i < next.length; i++) next[i] = Math.tanh(next[i]);
    return next;
  }

  /** y(1) .. y(steps) from y(0), burn-in included. */
  function freeRun(W, start, steps) {
    const columns = transposed(W), states = [];
    for (let t = 0, y = start; t < steps; t++) states.push(y = step(columns, y));
    return states;
  }

  // ---------------------------------------------------------------- the measures
  function measures(states) {
    const T = states.length, n = states[0].length, power = states.map((y) => dot(y, y)), totals = states.map(sum);
    const scale = Math.sqrt(sum(power.slice(0, -1)) * sum(power.slice(1)));
    let cross = 0, lagged = 0;
    for (let t = 1; t < T; t++) { cross += totals[t - 1] * totals[t]; lagged += dot(states[t - 1], states[t]); }
    const resting = Math.sqrt(sum(power) / (n * T)) < REST, moved = deviations(states);
    return {
      fluctuation: mean(moved.map((d) => Math.sqrt(dot(d, d) / T))),
      correlation: resting ? NaN : cross / (n * scale),
      autocorrelation: resting ? NaN : lagged / scale,
      nonlinearity: saturated(states) - unsaturated(states),
      dimension: dimension(moved, T),
      resting,
    };
  }

  const share = (states, counts) => {
    let hits = 0;
    for (const y of states) for (let i = 0; i < y.length; i++) hits += counts(Math.abs(y[i]));
    return hits / (states.length * states[0].length);
  };
  /** Share of states beyond 1/2 in size, and of those below. */
  const saturated = (states) => share(states, (size) => size > 0.5);
  const unsaturated = (states) => share(states, (size) => size < 0.5);

  /** Per neuron, its states minus their mean; relative to the first, so that a constant neuron gives exact zeros. */
  function deviations(states) {
    return Array.from(states[0], (first, k) => {
      const d = Float64Array.from(states, (y) => y[k] - first), m = mean(d);
      return d.map((x) => x - m);
    });
  }

  function dimension(moved, T) {
    const n = moved.length;
    let trace = 0, squares = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const c = dot(moved[i], moved[j]);
        if (i === j) trace += c;
        squares += (i === j ? 1 : 2) * c * c;
      }
    }
    return trace <= n * T * REST * REST ? NaN : trace * trace / squares / n;
  }

  /** Mean growth rate of a tangent vector along all states, those after the burn-in counted. */
  function lyapunov(W, states, burnIn, tangent) {
    const columns = transposed(W), h = new Float64Array(tangent.length);
    let v = Float64Array.from(tangent), total = 0;
    for (let t = 0; t < states.length; t++) {
      h.fill(0);
      addProduct(columns, v, h);
      for (let i = 0; i < h.length; i++) h[i] *= 1 - states[t][i] * states[t][i];
      const length = Math.sqrt(dot(h, h));
      if (t >= burnIn) total += Math.log(Math.max(length, FLOOR));
      v = length > FLOOR ? h.map((x) => x / length) : Float64Array.from(tangent);
    }
    return total / (states.length - burnIn);
  }

  function regime(m) {
    if (m.resting) return "quiescent";
    return m.lyapunov > CHAOS ? "chaotic" : m.fluctuation < FROZEN ? "fixed point" : "oscillatory";
  }

  /** Share of neurons that change their sign with period two, at the end of a run. */
  function periodTwo(states) {
    const [a, b, c] = states.slice(-3);
    const flips = (y, k) => Math.abs(y - a[k]) < 1e-3 && Math.abs(y - b[k]) >= 1e-3 && y * b[k] < 0;
    return mean(Array.from(c, (y, k) => (flips(y, k) ? 1 : 0)));
  }

  // ---------------------------------------------------------------- looks at a network
  /** What can be seen within a frame: the matrix and the first steps after the burn-in. */
  function glance(p, steps) {
    const { burn_in } = regrnn.settings, W = regrnn.weightMatrix(p);
    return { W, states: freeRun(W, regrnn.draws(p.seed, neurons(W)).start, burn_in + steps).slice(burn_in) };
  }

  /** The run, all its measures, and the regime. */
  function measured(p) {
    const { burn_in, n_steps } = regrnn.settings, W = regrnn.weightMatrix(p), drawn = regrnn.draws(p.seed, neurons(W));
    const run = freeRun(W, drawn.start, burn_in + n_steps), states = run.slice(burn_in), m = measures(states);
    m.lyapunov = lyapunov(W, run, burn_in, drawn.tangent);
    return { W, states, measures: m, regime: regime(m), periodTwo: periodTwo(states), saturated: saturated(states) };
  }

  /** All numbers of a network, and how its states are distributed, in 40 bins. */
  function report(p) {
    const seen = measured(p), labels = regrnn.moduleLabels(p.n_modules, neurons(seen.W));
    const { measures: found, regime: kind, periodTwo: flips } = seen;
    return { measures: found, regime: kind, periodTwo: flips, indices: regrnn.indices(seen.W, labels), distribution: distribution(seen.states) };
  }

  /** Counts of states in 40 bins over -1 .. 1, and the shares below -1/2 and above 1/2. */
  function distribution(states) {
    const counts = new Float64Array(40), total = states.length * states[0].length;
    let low = 0, high = 0;
    for (const state of states) {
      for (let i = 0; i < state.length; i++) {
        const y = state[i];
        counts[Math.min(39, Math.floor((y + 1) * 20))]++;
        low += y < -0.5;
        high += y > 0.5;
      }
    }
    return { counts: Array.from(counts), low: low / total, high: high / total };
  }

  /** The regime alone: half the work of `measured`. */
  function regimeOf(p) {
    const { burn_in, n_steps } = regrnn.settings, W = regrnn.weightMatrix(p), drawn = regrnn.draws(p.seed, neurons(W));
    const run = freeRun(W, drawn.start, burn_in + n_steps), states = run.slice(burn_in), T = states.length;
    const power = mean(states.map((y) => dot(y, y) / y.length)), fluctuation = mean(deviations(states).map((d) => Math.sqrt(dot(d, d) / T)));
    return regime({ resting: Math.sqrt(power) < REST, fluctuation, lyapunov: lyapunov(W, run, burn_in, drawn.tangent) });
  }

  /** A network from all sides. */
  function look(p) {
    const seen = measured(p);
    return {
      ...seen, indices: regrnn.indices(seen.W, regrnn.moduleLabels(p.n_modules, neurons(seen.W))),
      eigenvalues: regrnn.eigenvalues(seen.W), shape: regrnn.spectrum(p),
    };
  }

  /** Numbers in words' reach: what a sentence about a network needs. */
  function summary(p) {
    const seen = measured(p);
    return { ...seen.measures, regime: seen.regime, periodTwo: seen.periodTwo, saturated: seen.saturated };
  }

  Object.assign(regrnn, { transposed, addProduct, step, freeRun, measures, lyapunov, regime, periodTwo, saturated, glance, measured, summary, regimeOf, report, distribution, look });
});
