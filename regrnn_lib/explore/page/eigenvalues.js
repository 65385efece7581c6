"use strict";

/** Eigenvalues of a matrix: Hessenberg form, then the QR method (Golub and Van Loan, Matrix Computations, 7.4 and 7.5). */
regrnn.part(function eigen(regrnn) {
  const FLOOR = 2.220446049250313e-16;

  /** Eigenvalues of a square matrix, entry (i, j) at i * n + j, as [re, im] pairs. */
  function eigenvalues(W) {
    const n = Math.round(Math.sqrt(W.length)), H = rows(W, n), values = [];
    hessenberg(H, n);
    for (let high = n - 1, tries = 0; high >= 0;) {
      let low = high;
      while (low > 0 && Math.abs(H[low][low - 1]) > FLOOR * (Math.abs(H[low][low]) + Math.abs(H[low - 1][low - 1]))) low--;
      if (low === high) values.push([H[high][high], 0]);
      else if (low === high - 1) values.push(...pair(H, low));
      else { francisStep(H, low, high, ++tries % 10 === 0); continue; }
      high = low - 1;
      tries = 0;
    }
    return values;
  }

  /** Rows of the matrix, and one row and column of zeros more, for reflections of length 2 that are done as if of length 3. */
  function rows(W, n) {
    const H = Array.from({ length: n + 1 }, () => new Float64Array(n + 1));
    for (let i = 0; i < n; i++) H[i].set(W.subarray(i * n, i * n + n));
    return H;
  }

  /** Similarity by elimination with pivoting: zeros below the first subdiagonal. */
  function hessenberg(H, n) {
    const factors = new Float64Array(n);
    for (let m = 1; m < n - 1; m++) {
      let top = m;
      for (let i = m + 1; i < n; i++) if (Math.abs(H[i][m - 1]) > Math.abs(H[top][m - 1])) top = i;
      [H[top], H[m]] = [H[m], H[top]];
      for (let i = 0; i < n; i++) { const row = H[i], x = row[top]; row[top] = row[m]; row[m] = x; }
      const pivot = H[m], by = pivot[m - 1];
      if (by === 0) continue;
      for (let i = m + 1; i < n; i++) {
        const row = H[i], factor = factors[i] = row[m - 1] / by;
        for (let j = m - 1; j < n; j++) row[j] -= factor * pivot[j];
      }
      for (let k = 0; k < n; k++) {
        const row = H[k];
        let total = row[m];
        for (let i = m + 1; i < n; i++) total += factors[i] * row[i];
        row[m] = total;
      }
    }
  }

  function pair(H, k) {
    const [a, b, c, d] = [H[k][k], H[k][k + 1], H[k + 1][k], H[k + 1][k + 1]];
    const half = (a - d) / 2, inner = half * half + b * c, root = Math.sqrt(Math.abs(inner));
    if (inner < 0) return [[(a + d) / 2, root], [(a + d) / 2, -root]];
    const shift = half + (half < 0 ? -root : root);
    return [[d + shift, 0], [shift === 0 ? d : d - b * c / shift, 0]];
  }

  /** One double-shift step on rows and columns low .. high. */
  function francisStep(H, low, high, stuck) {
    const e = high, scale = stuck ? Math.abs(H[e][e - 1]) + Math.abs(H[e - 1][e - 2]) : 0;
    const s = stuck ? 1.5 * scale : H[e - 1][e - 1] + H[e][e];
    const t = stuck ? scale * scale : H[e - 1][e - 1] * H[e][e] - H[e - 1][e] * H[e][e - 1];
    const a = H[low][low], c = H[low + 1][low];
    let x = a * a + H[low][low + 1] * c - s * a + t, y = c * (a + H[low + 1][low + 1] - s), z = c * H[low + 2][low + 1];
    for (let k = low; k < high; k++) {
      reflect(H, k, x, y, z, Math.max(k - 1, low), low, high);
      [x, y, z] = [H[k + 1][k], H[k + 2][k], k + 3 <= high ? H[k + 3][k] : 0];
    }
  }

  /** Householder reflection that turns (x, y, z) onto the first axis, applied from both sides at k; z = 0 at the end. */
  function reflect(H, k, x, y, z, firstColumn, low, high) {
    const length = Math.sqrt(x * x + y * y + z * z);
    if (length === 0) return;
    const u = x + (x < 0 ? -length : length), beta = 2 / (u * u + y * y + z * z);
    const top = H[k], middle = H[k + 1], bottom = H[k + 2];
    for (let j = firstColumn; j <= high; j++) {
      const f = beta * (u * top[j] + y * middle[j] + z * bottom[j]);
      top[j] -= f * u;
      middle[j] -= f * y;
      bottom[j] -= f * z;
    }
    for (let i = low; i <= Math.min(k + 3, high); i++) {
      const row = H[i], f = beta * (u * row[k] + y * row[k + 1] + z * row[k + 2]);
      row[k] -= f * u;
      row[k + 1] -= f * y;
      row[k + 2] -= f * z;
    }
  }

  Object.assign(regrnn, { eigenvalues });
});
