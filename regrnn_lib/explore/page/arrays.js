"use strict";

/** Sums over arrays, in the order in which the library sums where that decides the last bit. */
regrnn.part(function arrays(regrnn) {
  const BLOCK = 128;  // NumPy adds this many in eight rows, and halves what is longer

  function sum(x) {
    let s = 0;
    for (let i = 0; i < x.length; i++) s += x[i];
    return s;
  }

  function dot(x, y) {
    let s = 0;
    for (let i = 0; i < x.length; i++) s += x[i] * y[i];
    return s;
  }

  const mean = (x) => sum(x) / x.length;

  /** Sum of x[from .. from + n - 1] as NumPy's pairwise summation has it, to the last bit. */
  function pairwiseSum(x, from = 0, n = x.length) {
    if (n > BLOCK) {
      const half = Math.floor(n / 2) - Math.floor(n / 2) % 8;
      return pairwiseSum(x, from, half) + pairwiseSum(x, from + half, n - half);
    }
    const whole = n - n % 8, r = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < whole; i++) r[i % 8] += x[from + i];
    let s = (r[0] + r[1] + (r[2] + r[3])) + (r[4] + r[5] + (r[6] + r[7]));
    for (let i = whole; i < n; i++) s += x[from + i];
    return s;
  }

  /** Doubles from their bytes in base64. */
  function doubles(base64) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    return new Float64Array(bytes.buffer);
  }

  Object.assign(regrnn, { sum, dot, mean, pairwiseSum, doubles });
});
