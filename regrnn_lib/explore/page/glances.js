"use strict";

/** What a picture of a network needs within a frame; what has not changed is not computed again. */
regrnn.face(function glances(regrnn) {
  const STEPS = 40;

  const scaled = new Map();  // eigenvalues at coupling 1 by the other settings: the coupling only scales them
  function eigenvalues(p, W) {
    const { coupling, ...others } = p, name = JSON.stringify(others);
    if (!scaled.has(name)) {
      if (scaled.size > 8) scaled.delete(scaled.keys().next().value);
      scaled.set(name, regrnn.eigenvalues(W).map(([re, im]) => [re / coupling, im / coupling]));
    }
    return scaled.get(name).map(([re, im]) => [re * coupling, im * coupling]);
  }

  /** What is drawn of a network; as it was before, if nothing has changed. */
  function glanceAt(p, before, steps = STEPS) {
    const name = JSON.stringify(p);
    if (before?.name === name) return before;
    const { W, states } = regrnn.glance(p, steps);
    return { name, W, states, values: eigenvalues(p, W), shape: regrnn.spectrum(p) };
  }

  Object.assign(regrnn, { glanceAt });
});
