"use strict";

/** Predicted spectrum, as in theory/spectra.py. */
regrnn.part(function prediction(regrnn) {
  const PREDICTED = ["dale", "reciprocity", "modularity"];

  /** Semi-axes of the bulk and outliers beyond it; null where there is no prediction: knobs combined, or a further one. */
  function spectrum(p) {
    const n = p.n_neurons ?? regrnn.settings.n_neurons, knobs = regrnn.settings.knobs.filter((k) => p[k] > 0);
    if (knobs.length > 1 || !knobs.every((k) => PREDICTED.includes(k))) return null;
    const w = p.coupling / Math.sqrt(n), rho = p.density, b = p.balance, d = p.dale, r = p.reciprocity, m = p.modularity;
    const mu = rho * b * w * Math.sqrt(2 / Math.PI), variance = rho * w * w - mu * mu;
    const inside = n / p.n_modules, between = n - inside, gain = n * mu;
    let radius = Math.sqrt(variance * n), outliers = Math.abs(gain) > radius ? [gain + r * radius * radius / gain] : [];
    if (d > 0) {
      radius = w * Math.sqrt(n * (rho - rho * rho * (2 / Math.PI) * (d * d + b * b * (1 - d * d))));
      outliers = [gain];
    } else if (m > 0) {
      const power = inside + between * (1 - m) ** 2, factor = p.normalize ? Math.sqrt(n / power) : 1;
      radius = factor * Math.sqrt(variance * power);
      outliers = [mu * (inside + between * (1 - m)), ...Array(p.n_modules - 1).fill(mu * inside * m)].map((x) => factor * x);
    }
    const axes = [radius * (1 + r), radius * (1 - r)];
    return { axes, outliers: outliers.filter((x) => Math.abs(x) > axes[0]) };
  }

  Object.assign(regrnn, { spectrum });
});
