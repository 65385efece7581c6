"""The only file with Numba: run a network, gather its statistics, sum its readout. Arrays in, arrays out.

How a step is computed. Columns of [W_in, W] are *packed* once as rows, padded with zeros and aligned to
64 bytes. A step then adds column after column, each scaled by its sender's state,

    h = beta;   for every sender j:  h += P[j] * s[j];   y(t) = tanh(h);    s = (x(t), y(t-1)),

so that every h_i is one chain of fused multiply-adds in the order of j. There is nothing for the compiler,
the number of threads or the width of the vector unit to reorder. This is what makes a trajectory, and
everything computed from it here, the same to the last bit on every machine. For the same reason there is
no BLAS, no fastmath, no `parallel=True`, and tanh is made of + - * / alone.

One padding row of the packed matrix is all ones, so that h there is the sum of the states: the
population sum that the correlation C needs comes with the step, free.

How it is made fast. The chains of several neurons, and of several streams over one network (`run_all`), are
independent of each other. `add_tiles` carries twelve vectors of them at once in registers, as many as keep
the multipliers of today's processors busy. How wide a vector is depends on the processor, but no sum does.

Kernels call each other, so they live in one file: Numba's disk cache does not notice edits elsewhere.
"""

import math
import os
import sys
import tempfile
from pathlib import Path

import numba as nb
import numpy as np
from llvmlite import binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils, event, registry
from numba.core import config as numba_config
from numba.extending import intrinsic

LINE = 8  # doubles in a cache line of 64 bytes
# vectors of sums in a tile: more than a multiplier's latency (4) times their number (2), of 16 registers
SUMS = 12
SLOTS = 6  # rows side by side: streams of one network, rows of a Gram matrix, time steps that are read out


REGISTERS = {"zmm": "AVX-512", "ymm": "AVX2", "xmm": "SSE2", ".2d": "NEON"}


def tier(cpu, features):
    """The widest registers of a processor: those in which LLVM, for it, adds eight doubles."""
    add = """define <8 x double> @add(<8 x double> %x) "prefer-vector-width"="512" {
                 %y = fadd <8 x double> %x, %x
                 ret <8 x double> %y }"""
    triple = registry.cpu_target.target_context.codegen().magic_tuple()[0]
    machine = llvm.Target.from_triple(triple).create_target_machine(cpu=cpu, features=features)
    assembly = machine.emit_assembly(llvm.parse_assembly(add))
    return next((name for register, name in REGISTERS.items() if register in assembly), "no SIMD")


# LLVM is asked, since Numba compiles for what NUMBA_CPU_NAME and NUMBA_CPU_FEATURES say, and keeps its disk
# cache by the same description. Where registers hold two doubles only, each vector takes two.
TARGET = registry.cpu_target.target_context.codegen().magic_tuple()[1:]  # name and features
LANES = 8 if tier(*TARGET) == "AVX-512" else 4  # doubles to a vector


# ---------------------------------------------------------------- where compiled kernels are kept
def _probe():
    """A function to ask Numba whether it can keep anything."""


def _ensure_cache():
    """See that Numba can keep compiled code.

    It does beside this file or in the user's cache; where neither can be written, in a temporary folder.
    """
    try:
        nb.njit(cache=True)(_probe)
    except RuntimeError:
        own = getattr(os, "getuid", int)()
        folder = Path(tempfile.gettempdir()) / f"regrnn-numba-{own}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if (
            hasattr(os, "getuid") and folder.stat().st_uid != own
        ):  # somebody else's: what lies there is not to be run
            folder = Path(tempfile.mkdtemp(prefix="regrnn-numba-"))
        numba_config.CACHE_DIR = str(folder)
        print(f"compiled kernels go to {folder}; NUMBA_CACHE_DIR names another folder", file=sys.stderr)


class _CompilesNow(event.Listener):
    """One line when the first kernel is really compiled, not loaded: it tells what takes so long."""

    said = False

    def on_start(self, event_):
        if not self.said and event_.data["dispatcher"].py_func.__module__ == __name__:
            self.said = True
            print("compiling the kernels, once: this takes half a minute", file=sys.stderr, flush=True)

    def on_end(self, event_):
        """Nothing to say."""


_ensure_cache()
event.register("numba:compile", _CompilesNow())

_jit = nb.njit(nogil=True, cache=True, error_model="numpy")  # "python" checks would block vectorising
_inline = nb.njit(inline="always", error_model="numpy")


# ---------------------------------------------------------------- arithmetic
@intrinsic
def fma(context, a, b, c):
    """a * b + c, rounded once: one instruction, and the same bits with or without it in hardware."""

    def codegen(_, builder, signature, values):
        return builder.fma(*values)

    return types.float64(types.float64, types.float64, types.float64), codegen


@intrinsic
def wide_vectors(context):
    """Ask LLVM for 512-bit vectors in the calling kernel, where the machine has them."""

    def codegen(context_, builder, signature, values):
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context_.get_dummy_value()

    return types.none(), codegen


@intrinsic
def _bits(context, x):
    def codegen(_, builder, signature, values):
        return builder.bitcast(values[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@intrinsic
def _float(context, bits):
    def codegen(_, builder, signature, values):
        return builder.bitcast(values[0], ir.DoubleType())

    return types.float64(types.int64), codegen


LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # their sum is ln 2
ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it rounds a double to a whole number, kept in its low bits
C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13 = (1 / math.factorial(n) for n in range(2, 14))


@_inline
def tanh(x):
    """tanh(x) = e / (e + 2), e = exp(2|x|) - 1, by a Taylor polynomial on the reduced argument.

    No branch, no table, within 2.5 units in the last place; NaN, infinities and -0 come out right.
    """
    a = abs(x)
    a = 20.0 if a > 20.0 else a
    z = a + a
    shifted = fma(z, LOG2_E, ROUND)
    k = shifted - ROUND
    r = fma(k, -LN2_LOW, fma(k, -LN2_HIGH, z))
    p = fma(C13, r, C12)
    p = fma(p, r, C11)
    p = fma(p, r, C10)
    p = fma(p, r, C9)
    p = fma(p, r, C8)
    p = fma(p, r, C7)
    p = fma(p, r, C6)
    p = fma(p, r, C5)
    p = fma(p, r, C4)
    p = fma(p, r, C3)
    p = fma(p, r, C2)
    p = fma(r * r, p, r)
    power = _float((_bits(shifted) << 52) + (1023 << 52))  # 2**k, from the bits of k
    e = fma(power, p, power - 1.0)
    return math.copysign(e / (e + 2.0), x)


# ---------------------------------------------------------------- packing and one step
@_inline
def aligned(size):
    """An uninitialised float64 array that starts at a multiple of 64 bytes (worth 1.6 x)."""
    raw = np.empty(size + LINE, np.float64)
    skip = (-raw.ctypes.data % 64) // 8
    return raw[skip : skip + size]


@_inline
def padded(n):
    """The next multiple of LANES above n: at least one row is left for the population sum."""
    return n // LANES * LANES + LANES


@_inline
def zeros(n, width):
    """An aligned (n, width) array of zeros."""
    made = aligned(n * width).reshape(n, width)
    made[:] = 0.0
    return made


@_inline
def pack(weights, input_weights):
    """Columns of [W_in, W] as rows, in blocks of LANES receivers: (blocks, M + N, LANES).

    Receiver N, in the padding of the last block, takes the sum of states.
    """
    (n, m), senders = input_weights.shape, input_weights.shape[1] + weights.shape[1]
    packed = zeros(padded(n) // LANES * senders, LANES).reshape(padded(n) // LANES, senders, LANES)
    for i in range(n):
        for j in range(m):
            packed[i // LANES, j, i % LANES] = input_weights[i, j]
        for j in range(weights.shape[1]):
            packed[i // LANES, m + j, i % LANES] = weights[i, j]
    packed[n // LANES, m:, n % LANES] = 1.0
    return packed


@_inline
def add_columns(packed, state, h):
    """h += sum over senders j of packed[j] * state[j], in the order of j."""
    senders, width = packed.shape
    whole = senders // 8 * 8
    for j in range(0, whole, 8):
        s0, s1, s2, s3 = state[j], state[j + 1], state[j + 2], state[j + 3]
        s4, s5, s6, s7 = state[j + 4], state[j + 5], state[j + 6], state[j + 7]
        for i in range(width):
            a = fma(packed[j, i], s0, h[i])
            a = fma(packed[j + 1, i], s1, a)
            a = fma(packed[j + 2, i], s2, a)
            a = fma(packed[j + 3, i], s3, a)
            a = fma(packed[j + 4, i], s4, a)
            a = fma(packed[j + 5, i], s5, a)
            a = fma(packed[j + 6, i], s6, a)
            h[i] = fma(packed[j + 7, i], s7, a)
    for j in range(whole, senders):
        sender = state[j]
        for i in range(width):
            h[i] = fma(packed[j, i], sender, h[i])


@_inline
def squash(h, here, state, there, n):
    """state = tanh(h), of flat arrays from `here` and `there` on.

    Whole vectors, as neurons left over would cost a vector each; into rows that are slices it would not
    vectorise.
    """
    for i in range(np.uint64(padded(n - 1))):
        state[np.uint64(there) + i] = tanh(h[np.uint64(here) + i])


# ---------------------------------------------------------------- tiles
def tile_vectors(rows):
    """Vectors to each of so many rows of a tile; wider ones than six gain nothing."""
    return min(6, SUMS // rows)


@intrinsic(prefer_literal=True)
def add_tiles(context, packed, states, h, rows, back):
    """h[r, i] += sum over senders j of packed[i // LANES, j, i % LANES] * states[r, j] in the order of j.

    packed (blocks, senders, LANES), states (rows or more, senders), h (rows or more, blocks * LANES); rows: 1
    to SLOTS, and if it is a literal, only this tile is compiled. The blocks are shared out evenly to tiles,
    which go from the last to the first if `back` is true: to and fro, the cache still holds what came last.
    """
    choices = [rows.literal_value] if isinstance(rows, types.Literal) else range(1, SLOTS + 1)

    def codegen(context_, builder, signature, values):
        arrays = [context_.make_array(t)(context_, builder, v) for t, v in zip(signature.args[:3], values)]
        whole = ir.IntType(64)

        def item(k, *at):
            return cgutils.get_item_pointer(context_, builder, signature.args[k], arrays[k], at)

        blocks, senders = builder.extract_value(arrays[0].shape, 0), builder.extract_value(arrays[0].shape, 1)
        for r in choices:
            with builder.if_then(builder.icmp_signed("==", values[3], values[3].type(r))):
                most = tile_vectors(r)
                tiles = builder.sdiv(builder.add(blocks, whole(most - 1)), whole(most))
                with cgutils.for_range(builder, tiles) as loop:
                    last = builder.sub(builder.sub(tiles, whole(1)), loop.index)
                    k = builder.select(values[4], last, loop.index)
                    at = builder.sdiv(builder.mul(blocks, k), tiles)
                    end = builder.sdiv(builder.mul(blocks, builder.add(k, whole(1))), tiles)
                    for v in range(1, most + 1):
                        with builder.if_then(builder.icmp_signed("==", builder.sub(end, at), whole(v))):
                            _add_tile(builder, item, senders, at, r, v)
        return context_.get_dummy_value()

    return types.none(packed, states, h, rows, back), codegen


def _add_tile(builder, item, senders, first, rows, vectors):
    """LLVM's terms for one tile, from block `first` on.

    They are written out, as LLVM's vectoriser takes up inner loops only, and not this form. The factors of
    which there are fewer, weights or states, stay in registers; the others come one by one.
    """
    whole, vector = ir.IntType(64), ir.VectorType(ir.DoubleType(), LANES)
    lanes = ir.VectorType(ir.IntType(32), LANES)
    fma_type, fma_name = ir.FunctionType(vector, [vector] * 3), f"llvm.fma.v{LANES}f64"
    fused = cgutils.get_or_insert_function(builder.module, fma_type, fma_name)
    blocks = [builder.add(first, whole(v)) for v in range(vectors)]
    sums = {(r, v): cgutils.alloca_once(builder, vector) for r in range(rows) for v in range(vectors)}

    def place(k, *at):
        return builder.bitcast(item(k, *at), vector.as_pointer())

    def weight(j, v):
        return builder.load(place(0, blocks[v], j, whole(0)), align=8)

    def state(j, r):
        lane = builder.insert_element(
            ir.Constant(vector, ir.Undefined), builder.load(item(1, whole(r), j)), whole(0)
        )
        return builder.shuffle_vector(lane, lane, ir.Constant(lanes, [0] * LANES))

    def add(weight, state, at):
        builder.store(builder.call(fused, (weight, state, builder.load(sums[at]))), sums[at])

    held = {at: place(2, whole(at[0]), builder.mul(blocks[at[1]], whole(LANES))) for at in sums}
    for at in sums:
        builder.store(builder.load(held[at], align=8), sums[at])
    with cgutils.for_range(builder, senders) as loop:
        if rows <= vectors:
            states = [state(loop.index, r) for r in range(rows)]
            for v in range(vectors):
                column = weight(loop.index, v)
                for r in range(rows):
                    add(column, states[r], (r, v))
        else:
            columns = [weight(loop.index, v) for v in range(vectors)]
            for r in range(rows):
                sender = state(loop.index, r)
                for v in range(vectors):
                    add(columns[v], sender, (r, v))
    for at in sums:
        builder.store(builder.load(sums[at]), held[at], align=8)


@intrinsic
def fetch(context, rows, r):
    """Bring row r of a 2-dimensional array, soon to be read, nearer to the processor. Changes no number."""

    def codegen(context_, builder, signature, values):
        array = context_.make_array(signature.args[0])(context_, builder, values[0])
        byte, flag, line = ir.IntType(8).as_pointer(), ir.IntType(32), ir.IntType(64)(64 // 8)
        type_ = ir.FunctionType(ir.VoidType(), [byte] + [flag] * 3)
        prefetch = cgutils.get_or_insert_function(builder.module, type_, "llvm.prefetch.p0i8")
        width = builder.extract_value(array.shape, 1)
        with cgutils.for_range_slice(builder, ir.IntType(64)(0), width, line) as (i, _):
            at = cgutils.get_item_pointer(context_, builder, signature.args[0], array, (values[1], i))
            builder.call(prefetch, (builder.bitcast(at, byte), flag(0), flag(2), flag(1)))
        return context_.get_dummy_value()

    return types.none(rows, r), codegen


# ---------------------------------------------------------------- runs
@_jit
def run(weights, input_weights, bias, start, inputs, reset_every):
    """Trajectory of a driven network.

    weights (N, N), input_weights (N, M), bias (N,), start (N,), inputs (T, M) -> states (T, N).
    With `reset_every` > 0 the state goes back to `start` at every so many steps.
    """
    wide_vectors()
    n, m = input_weights.shape
    packed, width = pack(weights, input_weights), padded(n)
    steps = inputs.shape[0]
    states = np.empty((steps, n))
    state, h = zeros(1, m + width), zeros(1, width)
    flat_state, flat_h = state.reshape(m + width), h.reshape(width)
    for t in range(steps):
        if t == 0 or (reset_every > 0 and t % reset_every == 0):
            flat_state[m : m + n] = start
        flat_state[:m] = inputs[t]
        flat_h[:n] = bias
        flat_h[n:] = 0.0
        add_tiles(packed, state, h, 1, t % 2 == 0)
        squash(flat_h, 0, flat_state, m, n)
        states[t] = flat_state[m : m + n]
    return states


@_jit
def run_all(weights, input_weights, bias, inputs, n_inputs, first, reset_every, leaks, order, states):
    """Trajectories of one network under K streams, each from rest; at leak 1 those of `run`, to the bit.

    weights (N, N); per stream input_weights (K, N, M), of which n_inputs (K,) columns count, bias (K, N),
    reset_every (K,) and leaks (K,), y(t) = (1 - a) y(t-1) + a tanh(h).

    inputs (T, M) and states (T, N), which is filled, hold one stream after the other, stream k from row
    first[k] to first[k + 1]. Up to SLOTS streams go side by side, as many as have something to do until the
    longest ends; where one ends, the next in `order` takes its place.
    """
    wide_vectors()
    (count, n, m), width, none = input_weights.shape, padded(len(weights)), np.empty((len(weights), 0))
    packed = pack(weights, none)[: padded(n - 1) // LANES]
    rest, state, h = zeros(count, width), zeros(SLOTS, width), zeros(SLOTS, width)
    drive = zeros(count * (width // LANES) * m, LANES).reshape(count, width // LANES, m, LANES)
    current = zeros(count * SLOTS, width)  # bias and input of the next SLOTS steps of each stream
    rest[:, :n] = bias
    for k in range(count):
        drive[k] = pack(none, input_weights[k])
    flat_h, flat_state, flat_states = (
        h.reshape(h.size),
        state.reshape(state.size),
        states.reshape(states.size),
    )
    flat_current, flat_rest = current.reshape(current.size), rest.reshape(rest.size)
    stream, now = (
        np.zeros(SLOTS, np.int64),
        np.zeros(SLOTS, np.int64),
    )  # in each slot, and its row of `inputs`
    longest = 1
    for k in range(count):
        longest = max(longest, first[k + 1] - first[k])
    slots = min(SLOTS, -(-first[count] // longest))
    active = waiting = steps = 0
    while active > 0 or waiting < count:
        while active < slots and waiting < count:
            stream[active], now[active] = order[waiting], first[order[waiting]]
            active, waiting = active + 1, waiting + 1
        for s in range(active):
            k, t = stream[s], now[s]
            done = t - first[k]
            if done == 0 or (reset_every[k] > 0 and done % reset_every[k] == 0):
                state[s] = 0.0
            if done % SLOTS == 0:
                ahead = min(SLOTS, first[k + 1] - t)
                for r in range(ahead):
                    _copy(flat_rest, k * width, flat_current, (k * SLOTS + r) * width, width)
                x, those = inputs[t : t + ahead], current[k * SLOTS : k * SLOTS + ahead]
                add_tiles(drive[k, :, : n_inputs[k]], x, those, ahead, False)
            _copy(flat_current, (k * SLOTS + done % SLOTS) * width, flat_h, s * width, width)
        add_tiles(packed, state, h, active, steps % 2 == 0)
        for s in range(active):
            squash(flat_h, s * width, flat_state, s * width, n)
            k, t = stream[s], now[s]
            if leaks[k] != 1.0:
                fresh = t == first[k] or (reset_every[k] > 0 and (t - first[k]) % reset_every[k] == 0)
                _leak(flat_state, s * width, flat_states, (t - 1) * n, n, leaks[k], fresh)
        steps += 1
        for s in range(active - 1, -1, -1):
            _copy(flat_state, s * width, flat_states, now[s] * n, n)
            now[s] += 1
            if now[s] == first[stream[s] + 1]:  # this stream has ended: the last slot moves here
                active -= 1
                stream[s], now[s], state[s] = stream[active], now[active], state[active]


@_inline
def _leak(state, here, states, before, n, leak, fresh):
    """A state that keeps 1 - leak of the one before it, which stands in `states`; from rest if fresh."""
    for i in range(np.uint64(n)):
        new = leak * state[np.uint64(here) + i]
        state[np.uint64(here) + i] = new if fresh else fma(1.0 - leak, states[np.uint64(before) + i], new)


@_inline
def _copy(source, here, target, there, size):
    for i in range(np.uint64(size)):
        target[np.uint64(there) + i] = source[np.uint64(here) + i]


@_jit
def free_run(weights, start, burn_in, steps):
    """Trajectory of an undriven network: `burn_in` steps dropped, `steps` recorded -> (steps, N)."""
    wide_vectors()
    n = start.size
    packed, width = pack(weights, np.empty((n, 0))), padded(n)
    states = np.empty((steps, n))
    state, h = zeros(1, width), zeros(1, width)
    flat_state, flat_h = state.reshape(width), h.reshape(width)
    flat_state[:n] = start
    for t in range(burn_in + steps):
        flat_h[:] = 0.0
        add_tiles(packed, state, h, 1, t % 2 == 0)
        squash(flat_h, 0, flat_state, 0, n)
        if t >= burn_in:
            states[t - burn_in] = flat_state[:n]
    return states


# ---------------------------------------------------------------- statistics of a run
# What F, C, A and NL are made of, summed over time in memory of order N: one row of `sums` per
# quantity, one column per neuron.
REFERENCE, SHIFTED, SQUARED, POWER, LAGGED, SATURATED, LINEAR, PREVIOUS = range(8)
N_SUMS = 8


@_inline
def start_sums(state):
    """Sums before the first recorded state, which becomes the reference."""
    n = state.size
    sums = np.zeros((N_SUMS, n))
    for i in range(n):
        sums[REFERENCE, i] = state[i]
    return sums


@_jit
def add_state(sums, state):
    """Add one recorded state to the sums of every neuron."""
    wide_vectors()
    for i in range(state.size):
        y = state[i]
        d = y - sums[REFERENCE, i]  # so that a constant neuron has variance 0 exactly
        sums[SHIFTED, i] += d
        sums[SQUARED, i] = fma(d, d, sums[SQUARED, i])
        sums[POWER, i] = fma(y, y, sums[POWER, i])
        sums[LAGGED, i] = fma(y, sums[PREVIOUS, i], sums[LAGGED, i])
        sums[SATURATED, i] += 1.0 if abs(y) > 0.5 else 0.0
        sums[LINEAR, i] += 1.0 if abs(y) < 0.5 else 0.0
        sums[PREVIOUS, i] = y


@_inline
def ordered_sum(x):
    total = 0.0
    for i in range(x.size):
        total += x[i]
    return total


@_inline
def sum_of_squares(x):
    total = 0.0
    for i in range(x.size):
        total = fma(x[i], x[i], total)
    return total


@_inline
def within_one(x):
    """Cut off what rounding adds to a perfect correlation."""
    return min(max(x, -1.0), 1.0)


@_inline
def finish(sums, cross, steps):
    """F, C, A, NL and rms(y) from the sums over `steps` states and cross = sum_t S(t) S(t+1)."""
    n = sums.shape[1]
    fluctuation = 0.0
    for i in range(n):
        mean = sums[SHIFTED, i] / steps
        variance = sums[SQUARED, i] / steps - mean * mean
        fluctuation += math.sqrt(variance) if variance > 0.0 else 0.0
    power = ordered_sum(sums[POWER])
    without_last = power - sum_of_squares(sums[PREVIOUS])
    without_first = power - sum_of_squares(sums[REFERENCE])
    scale = math.sqrt(max(without_last, 0.0)) * math.sqrt(max(without_first, 0.0))
    defined = scale > 0.0
    correlation = within_one(cross / (n * scale)) if defined else np.nan
    autocorrelation = within_one(ordered_sum(sums[LAGGED]) / scale) if defined else np.nan
    above, below = ordered_sum(sums[SATURATED]), ordered_sum(sums[LINEAR])
    count = n * steps
    return (fluctuation / n, correlation, autocorrelation, (above - below) / count, math.sqrt(power / count))


@_jit
def run_statistics(weights, start, burn_in, steps):
    """(F, C, A, NL, rms) of an undriven run, gathered on the way: no trajectory is stored."""
    wide_vectors()
    n = start.size
    packed, width = pack(weights, np.empty((n, 0))), padded(n)
    state, h = zeros(1, width), zeros(1, width)
    flat_state, flat_h = state.reshape(width), h.reshape(width)
    flat_state[:n] = start
    sums = start_sums(flat_state[:n])
    cross = before = 0.0
    for t in range(burn_in + steps + 1):  # one more: the sum of a state comes with the next step
        flat_h[:] = 0.0
        add_tiles(packed, state, h, 1, t % 2 == 0)
        now = flat_h[n]
        if t > burn_in:
            if t > burn_in + 1:
                cross = fma(before, now, cross)
            before = now
        if t == burn_in + steps:
            break
        squash(flat_h, 0, flat_state, 0, n)
        if t == burn_in:
            sums = start_sums(flat_state[:n])
        if t >= burn_in:
            add_state(sums, flat_state[:n])
    return finish(sums, cross, steps)


@_jit
def statistics(states):
    """(F, C, A, NL, rms) of a stored trajectory (T, N): the same bits as `run_statistics`."""
    steps = states.shape[0]
    sums = start_sums(states[0])
    cross = before = 0.0
    for t in range(steps):
        add_state(sums, states[t])
        now = ordered_sum(states[t])
        if t > 0:
            cross = fma(before, now, cross)
        before = now
    return finish(sums, cross, steps)


SMALLEST = 2.220446049250313e-16  # length of a tangent after a step below which it begins anew


@_inline
def turn_tangent(fresh, state, tangent, start):
    """tangent = (1 - y^2) * fresh, scaled back to length 1 -> the length it had; all arrays (N,).

    A length too small for double precision is reported as its floor, 2.2e-16, and the tangent begins anew
    from `start`.
    """
    for i in range(tangent.size):
        tangent[i] = (1.0 - state[i] * state[i]) * fresh[i]
    length = math.sqrt(sum_of_squares(tangent))
    if length > SMALLEST:
        for i in range(tangent.size):
            tangent[i] /= length
        return length
    tangent[:] = start
    return SMALLEST


@_jit
def tangent_growth(weights, states, tangent):
    """Growth factors of a tangent vector along a trajectory.

    v(t) = (1 - y(t)^2) * (W v(t-1)), scaled back to length 1 at every step; weights (N, N), states
    (T, N) = y(1) .. y(T), tangent (N,) of length 1 -> factors (T,), as `turn_tangent` gives them.
    """
    wide_vectors()
    n = tangent.size
    packed, width = pack(weights, np.empty((n, 0))), padded(n)
    factors = np.empty(states.shape[0])
    v, h = zeros(1, n), zeros(1, width)
    flat_v, flat_h = v.reshape(n), h.reshape(width)
    flat_v[:] = tangent
    for t in range(states.shape[0]):
        flat_h[:] = 0.0
        add_tiles(packed, v, h, 1, t % 2 == 0)
        factors[t] = turn_tangent(flat_h[:n], states[t], flat_v, tangent)
    return factors


@_jit
def free_tangent_run(weights, start, tangent, steps):
    """`free_run` without burn-in and `tangent_growth` along it, side by side, to the same bits.

    Returns states (T, N) and factors (T,).
    """
    wide_vectors()
    n = start.size
    packed, width = pack(weights, np.empty((n, 0))), padded(n)
    states, factors = np.empty((steps, n)), np.empty(steps)
    both, h = zeros(2, width), zeros(2, width)  # in the rows: the state and the tangent vector
    flat, flat_h = both.reshape(2 * width), h.reshape(2 * width)
    v = flat[width : width + n]
    flat[:n], v[:] = start, tangent
    for t in range(steps):
        flat_h[:] = 0.0
        add_tiles(packed, both, h, 2, t % 2 == 0)
        squash(flat_h, 0, flat, 0, n)
        states[t] = flat[:n]
        factors[t] = turn_tangent(flat_h[width : width + n], flat[:n], v, tangent)
    return states, factors


# ---------------------------------------------------------------- sums over time
@_jit
def products(left, right):
    """sum_t left[t, i] * right[t, j] in the order of t: (T, K), (T, L) -> (K, L).

    The column form of a step again, with time in the place of the senders, 8 steps at a time.
    """
    wide_vectors()
    steps, k = left.shape
    width = padded(right.shape[1])
    out = aligned(k * width).reshape(k, width)
    block = aligned(8 * width).reshape(8, width)
    out[:] = 0.0
    block[:] = 0.0
    for first in range(0, steps, 8):
        size = min(8, steps - first)
        for t in range(size):
            for j in range(right.shape[1]):
                block[t, j] = right[first + t, j]
        for i in range(k):
            add_columns(block[:size], left[first : first + size, i], out[i])
    return out[:, : right.shape[1]].copy()


# ---------------------------------------------------------------- readout
# Ridge regression by its normal equations (G + alpha I) O = B with s = (y, 1), G = sum_t s s' and
# B = sum_t s z'. Each loop is a network's step over again: a row takes up other rows, each scaled by one
# number. So it vectorises, and all sums have one order.
ROUNDING = 2.220446049250313e-14  # 100 units in the last place: what long sums may lose
STEPS = 32  # time steps that are summed together, and how far ahead states are fetched


@_inline
def tile_columns(width):
    """Room for STEPS rows of a block, as tiles read them."""
    return zeros(width // LANES * STEPS, LANES).reshape(width // LANES, STEPS, LANES)


@_inline
def add_products(block, size, columns, sums, rows):
    """sums[i, j] += sum_t block[t, i] * block[t, j] over t < size, i < rows, and j from the diagonal on."""
    for r in range(size):
        for i in range(block.shape[1]):
            columns[i // LANES, r, i % LANES] = block[r, i]
    for i in range(0, rows, SLOTS):
        c = i // LANES
        add_tiles(
            columns[c:, :size], block[:, i : i + SLOTS].T, sums[i : i + SLOTS, c * LANES :], SLOTS, False
        )


@_jit
def gram(rows):
    """sum_t rows[t, i] * rows[t, j] in the order of t: (T, N) -> (N, N). As `products`, each pair once."""
    wide_vectors()
    steps, n = rows.shape
    width = padded(n + SLOTS)
    sums, block, columns = zeros(n + SLOTS, width), zeros(STEPS, width), tile_columns(width)
    for first in range(0, steps, STEPS):
        size = min(STEPS, steps - first)
        for r in range(size):
            block[r, :n] = rows[first + r]
        add_products(block, size, columns, sums, n)
    for i in range(n):
        for j in range(i):
            sums[i, j] = sums[j, i]
    return sums[:n, :n].copy()


@_jit
def normal_equations(states, times, targets):
    """G (N+1, N+1), its upper triangle, and B (N+1, L): states (T, N) at `times` (R,), targets (R, L)."""
    wide_vectors()
    n, outputs = states.shape[1], targets.shape[1]
    width = padded(n + outputs + SLOTS)
    both, block = zeros(n + SLOTS, width), zeros(STEPS, width)  # B stands beside G
    columns = tile_columns(width)
    block[:, n] = 1.0
    for first in range(0, times.size, STEPS):
        size = _gather(states, times, first, block)
        for r in range(size):
            for k in range(outputs):
                block[r, n + 1 + k] = targets[first + r, k]
        add_products(block, size, columns, both, n + 1)
    return both[: n + 1, : n + 1].copy(), both[: n + 1, n + 1 : n + 1 + outputs].copy()


@_jit
def ridge_solution(gram, cross, ridge):
    """(O, alpha): the solution of (G + alpha I) O = B by Cholesky, alpha = ridge tr(G)/n.

    gram (n, n), of which only the upper triangle is read, cross (n, L) -> O (n, L). *Jitter*: a pivot below
    n ROUNDING times its diagonal entry says that G + alpha I is singular, as far as double precision can
    tell; alpha is then raised to n ROUNDING tr(G), and tenfold until all pivots stand. The alpha that was
    used is returned.
    """
    wide_vectors()
    n = gram.shape[0]
    trace = 0.0
    for i in range(n):
        trace += gram[i, i]
    alpha = ridge * trace / n
    rows = zeros(n, padded(n + cross.shape[1]))
    while not _factor(gram, cross, alpha, rows) and alpha < 1e9 * trace:
        alpha = max(10.0 * alpha, n * ROUNDING * trace)
    return _substitute(rows, n, cross.shape[1]), alpha


@_inline
def _factor(gram, cross, alpha, rows):
    """rows = [R, C], R upper triangular, R' R = G + alpha I, R' C = B; False where a pivot fails."""
    n, outputs = cross.shape
    h, factors = aligned(rows.shape[1]), np.empty(n)
    h[:] = 0.0
    for k in range(n):
        for i in range(n):
            h[i] = gram[k, i]
        for i in range(outputs):
            h[n + i] = cross[k, i]
        h[k] += alpha
        floor = n * ROUNDING * h[k]
        for j in range(k):
            factors[j] = -rows[j, k]
        add_columns(rows[:k], factors, h)
        if not h[k] > floor:
            return False
        root = math.sqrt(h[k])
        for i in range(k, n + outputs):
            rows[k, i] = h[i] / root
    return True


@_inline
def _substitute(rows, n, outputs):
    """The solution O of R O = C, from the last row to the first."""
    solution, factors = zeros(n, padded(outputs)), np.empty(n)
    for k in range(n - 1, -1, -1):
        for i in range(outputs):
            solution[k, i] = rows[k, n + i]
        for j in range(k + 1, n):
            factors[j - k - 1] = -rows[k, j]
        add_columns(solution[k + 1 :], factors, solution[k])
        for i in range(outputs):
            solution[k, i] /= rows[k, k]
    return solution[:, :outputs].copy()


@_jit
def read_out(states, times, weights):
    """O' s at `times` (R,): states (T, N), weights O (N+1, L), the last row the bias -> (R, L)."""
    wide_vectors()
    n, outputs = states.shape[1], weights.shape[1]
    packed, block = pack(np.empty((outputs, 0)), weights.T), zeros(SLOTS, n + 1)
    h = zeros(SLOTS, padded(outputs))
    block[:, n] = 1.0
    out = np.empty((times.size, outputs))
    for first in range(0, times.size, SLOTS):
        size = _gather(states, times, first, block)
        h[:] = 0.0
        add_tiles(packed[: padded(outputs - 1) // LANES], block, h, SLOTS, False)
        for r in range(size):
            for k in range(outputs):
                out[first + r, k] = h[r, k]
    return out


@_inline
def _gather(states, times, first, block):
    """Fill `block` with the states at the next times, return how many; those after them are on their way."""
    size = min(len(block), times.size - first)
    for r in range(first, first + size):
        fetch(states, times[min(r + STEPS, times.size - 1)])
        row = states[times[r]]
        for i in range(row.size):
            block[r - first, i] = row[i]
    return size


@_jit
def memoryless_run(input_weights, bias, inputs):
    """What `run` gives for W = 0, to the bit, without adding the zeros: inputs (T, M) -> states (T, N)."""
    wide_vectors()
    n, width = len(input_weights), padded(len(input_weights))
    packed, h, state = pack(np.empty((n, 0)), input_weights), zeros(1, width), aligned(width)
    states, flat_h = np.empty((inputs.shape[0], n)), h.reshape(width)
    for t in range(inputs.shape[0]):
        flat_h[:n] = bias
        add_tiles(packed, inputs[t : t + 1], h, 1, False)
        squash(flat_h, 0, state, 0, n)
        states[t] = state[:n]
    return states


@_jit
def squared_correlations(output, target):
    """Squared correlation of each column, summed by rows: (R, L), (R, L) -> (L,); 0 where one is constant."""
    rows, columns = output.shape
    mean, moments = np.zeros((2, columns)), np.zeros((3, columns))
    for r in range(rows):
        for k in range(columns):
            mean[0, k] += output[r, k] - output[0, k]  # so that a constant column is exactly 0
            mean[1, k] += target[r, k] - target[0, k]
    mean /= rows
    for r in range(rows):
        for k in range(columns):
            x, z = output[r, k] - output[0, k] - mean[0, k], target[r, k] - target[0, k] - mean[1, k]
            moments[0, k] += x * x
            moments[1, k] += z * z
            moments[2, k] += x * z
    power = moments[0] * moments[1]
    return np.where(power > 0.0, np.minimum(moments[2] ** 2 / power, 1.0), 0.0)


@_jit
def narma_series(u, bound):
    """z(0) .. z(T) of NARMA-10 for inputs u (T,), up to where |z| exceeds `bound`; z(0) .. z(9) = 0."""
    z, last, recent = np.zeros(u.size + 1), 0.0, 0.0  # recent: the sum of the last ten, brought forward
    for t in range(9, u.size):
        last = 0.3 * last + 0.05 * last * recent + (1.5 * u[t - 9] * u[t] + 0.1)
        if abs(last) > bound:
            return z[:t]
        recent += last - z[t - 9]
        z[t + 1] = last
    return z
