"use strict";

/**
 * The library's random numbers, drawn here: NumPy's SeedSequence, PCG64 (XSL RR 128/64, O'Neill 2014) and normal numbers by the
 * ziggurat (Marsaglia and Tsang 2000), to the bit. The widths of the ziggurat's layers come from Python (`regrnn.settings`).
 */
regrnn.part(function random(regrnn) {
  const STREAMS = ["matrix", "start", "inputs", "biases", "task", "analysis"];  // as in weights.py
  const POOL = 4, GRID = 2 ** 40, ROUND = 1.5 * 2 ** 52;
  const MULTIPLIER = [0xf645, 0x9fcc, 0xdf64, 0x4385, 0x5da4, 0x1fc6, 0xed05, 0x2360];  // lowest 16 bits first

  // ---------------------------------------------------------------- from a seed to 64-bit words
  function hash(start, factor) {
    let constant = start;
    return (value) => {
      value ^= constant;
      constant = Math.imul(constant, factor);
      value = Math.imul(value, constant);
      return value ^ (value >>> 16);
    };
  }

  function mix(x, y) {
    const value = Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715) | 0;
    return value ^ (value >>> 16);
  }

  /** `count` 32-bit words of SeedSequence(seed, spawn_key=key). */
  function seedWords(seed, key, count) {
    const entropy = [seed >>> 0, ...(seed >= 2 ** 32 ? [Math.floor(seed / 2 ** 32)] : [])];
    while (entropy.length < POOL) entropy.push(0);
    entropy.push(...key);
    const shake = hash(0x43b0d7e5, 0x931e8875), pool = entropy.slice(0, POOL).map(shake);
    for (let from = 0; from < POOL; from++) {
      for (let to = 0; to < POOL; to++) if (from !== to) pool[to] = mix(pool[to], shake(pool[from]));
    }
    for (const word of entropy.slice(POOL)) for (let to = 0; to < POOL; to++) pool[to] = mix(pool[to], shake(word));
    const pour = hash(0x8b51f9dd, 0x58f38ded);
    return Array.from({ length: count }, (_, k) => pour(pool[k % POOL]) >>> 0);
  }

  // ---------------------------------------------------------------- the generator
  /** Numbers of 128 bits as eight of 16, the lowest first. */
  class Generator {
    constructor(seed, key) {
      const w = seedWords(seed, key, 8), limbs = (...words) => words.flatMap((word) => [word & 0xffff, word >>> 16]);
      const start = limbs(w[2], w[3], w[0], w[1]), odd = limbs(w[6], w[7], w[4], w[5]);
      this.key = key;
      this.seed = seed;
      this.children = 0;
      this.half = null;  // the upper half of a word of which the lower was asked for
      this.step = odd.map((limb, k) => ((limb << 1) | (k ? odd[k - 1] >>> 15 : 1)) & 0xffff);
      this.state = this.step.slice();
      let carry = 0;
      for (let k = 0; k < 8; k++) {
        const total = this.state[k] + start[k] + carry;
        this.state[k] = total & 0xffff;
        carry = total >>> 16;
      }
      this.advance();
    }

    advance() {
      const s = this.state, next = [0, 0, 0, 0, 0, 0, 0, 0];
      let carry = 0;
      for (let k = 0; k < 8; k++) {
        let total = carry + this.step[k];
        for (let i = 0; i <= k; i++) total += s[i] * MULTIPLIER[k - i];
        next[k] = total & 0xffff;
        carry = Math.floor(total / 65536);
      }
      this.state = next;
    }

    /** The next 64 bits, as `high` and `low`. */
    word() {
      this.advance();
      const s = this.state, turn = s[7] >>> 10, by = turn & 31;
      let low = (s[0] ^ s[4]) | ((s[1] ^ s[5]) << 16), high = (s[2] ^ s[6]) | ((s[3] ^ s[7]) << 16);
      if (turn > 31) [low, high] = [high, low];
      this.low = by ? (low >>> by) | (high << (32 - by)) : low;
      this.high = by ? (high >>> by) | (low << (32 - by)) : high;
    }

    /** A uniform number in 0 .. 1. */
    uniform() {
      this.word();
      return ((this.high >>> 0) * 2 ** 21 + (this.low >>> 11)) / 2 ** 53;
    }

    uniforms(count, low = 0, high = 1) {
      return Float64Array.from({ length: count }, () => low + (high - low) * this.uniform());
    }

    /** A standard normal number. */
    normal() {
      const { width, edge, height } = layers();
      for (;;) {
        this.word();
        const layer = this.low & 0xff, minus = this.low & 0x100, far = this.low & 0x20000;
        const place = (this.high & 0x1fffffff) * 2 ** 23 + (this.low >>> 9), x = place * width[layer];
        if (place < edge[layer]) return minus ? -x : x;
        if (layer === 0) return this.tail(width[255] * 2 ** 52) * (far ? -1 : 1);
        if ((height[layer - 1] - height[layer]) * this.uniform() + height[layer] < Math.exp(-0.5 * x * x)) return minus ? -x : x;
      }
    }

    /** The part of a normal number beyond `border`. */
    tail(border) {
      for (;;) {
        const x = -Math.log1p(-this.uniform()) / border, y = -Math.log1p(-this.uniform());
        if (y + y > x * x) return border + x;
      }
    }

    /** Normal numbers on the library's grid of 2^-40. */
    normals(count) {
      return Float64Array.from({ length: count }, () => ((this.normal() * GRID + ROUND) - ROUND) / GRID);
    }

    /** The next 32 bits: the lower half of a word, then the upper. */
    half32() {
      if (this.half !== null) {
        const upper = this.half;
        this.half = null;
        return upper;
      }
      this.word();
      this.half = this.high >>> 0;
      return this.low >>> 0;
    }

    /** A whole number 0 .. most, as for choices (Lemire 2019). */
    below(most) {
      if (most === 0) return 0;
      const range = most + 1, floor = (2 ** 32 - range) % range;
      for (;;) {
        const bits = this.half32(), high = range * (bits >>> 16), low = range * (bits & 0xffff) + (high % 65536) * 65536;
        if (low % 2 ** 32 >= floor) return Math.floor(high / 65536) + Math.floor(low / 2 ** 32);
      }
    }

    /** A whole number 0 .. most, as for shuffles: by a mask, again until it fits. */
    masked(most) {
      const mask = 2 ** (32 - Math.clz32(most)) - 1;
      for (;;) {
        const value = (this.half32() & mask) >>> 0;
        if (value <= most) return value;
      }
    }

    /** The same things in another order. */
    permutation(things) {
      const order = Array.from(things);
      for (let i = order.length - 1; i > 0; i--) {
        const j = this.masked(i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    }

    /** A generator of its own, for another try. */
    spawn() {
      return new Generator(this.seed, [...this.key, this.children++]);
    }
  }

  // ---------------------------------------------------------------- the layers of the ziggurat
  let known = null;
  function layers() {
    if (known) return known;
    const width = regrnn.doubles(regrnn.settings.ziggurat);
    const edge = width.map((w, k) => (k === 1 ? 0 : Math.floor(width[(k + 255) % 256] / w * 2 ** 52)));
    const height = width.map((w, k) => (k === 0 ? 1 : Math.exp(-0.5 * (w * 2 ** 52) ** 2)));
    known = { width, edge, height };
    return known;
  }

  // ---------------------------------------------------------------- what the library draws
  /** CRC-32 of a name in ASCII. */
  function crc32(name) {
    let rest = -1;
    for (const letter of name) {
      rest ^= letter.charCodeAt(0);
      for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
    }
    return ~rest >>> 0;
  }

  /**
   * The generator of one purpose, as `random_stream`: of a seed, or of [seed, replicate]; a further regularity has a
   * stream of its own, by its name.
   */
  function stream(of, name) {
    const [seed, replicate] = Array.isArray(of) ? of : [of, 0];
    if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 53)) throw new RangeError(`seed = ${seed}: must be a whole number, 0 or more`);
    const place = STREAMS.indexOf(name);
    return new Generator(seed, [replicate, place < 0 ? STREAMS.length + crc32(name) : place]);
  }

  const kept = new Map(), MOST = 40;
  /** All random numbers behind a network of n neurons, drawn once: those of the matrix, the start, the first tangent vector. */
  function draws(seed, n = 100) {
    const name = `${seed} ${n}`;
    if (!kept.has(name)) {
      if (kept.size >= MOST) kept.delete(kept.keys().next().value);
      kept.set(name, { ...matrixDraws(stream(seed, "matrix"), n), ...starts(seed, n) });
    }
    return kept.get(name);
  }

  function matrixDraws(rng, n) {
    const size = rng.normals(n * n).map(Math.abs), sign = rng.uniforms(n * n);
    const polarity = rng.uniforms(n), dale = rng.uniforms(n * n), reciprocity = rng.uniforms(n * n);
    return { size, sign, polarity, dale, reciprocity, density: rng.uniforms(n * n) };
  }

  function starts(seed, n) {
    const tangent = stream(seed, "analysis").normals(n), length = Math.sqrt(regrnn.pairwiseSum(tangent.map((x) => x * x)));
    return { start: stream(seed, "start").uniforms(n, -1, 1), tangent: tangent.map((x) => x / length) };
  }

  Object.assign(regrnn, { stream, draws, seedWords });
});
