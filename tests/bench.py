"""Speed, as ratios measured in one run on one machine: `make bench` (some minutes, on an otherwise idle machine).

    python tests/bench.py             everything
    python tests/bench.py kernels     one part: kernels, streams, tasks, sweeps, memory, explorers
    python tests/bench.py avx2        kernels, streams and tasks once more, compiled for AVX2 on a machine with AVX-512

Each time is the best of several. Targets stand beside the ratios; nothing here passes or fails.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

import numba
import numpy as np

from regrnn_lib import kernels, reservoir, tasks, weight_matrix
from regrnn_lib.build.machine import machine
from regrnn_lib.dynamics import free_dynamics, start_state
from regrnn_lib.experiments import cache, sweep

logging.disable(logging.WARNING)
Two = namedtuple("Two", "trace corner")


def best(call, repeats=5):
    """Seconds of the fastest of several calls, after one that compiles."""
    return best_in_turn(call, repeats=repeats)[0]


def best_in_turn(*calls, repeats=5):
    """The same for several things that are compared: they take turns, so that all see the machine's moods."""
    for call in calls:
        call()
    return np.min([[timed(call) for call in calls] for _ in range(repeats)], axis=0)


def timed(call):
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def row(text, value, target=""):
    print(f"  {text:<62} {value:>10}   {target}", flush=True)


# ---------------------------------------------------------------- kernels
def kernel_part():
    """A free run with F, C, A and NL, per network and step, beside NumPy and reservoirpy doing the same.

    The last number is a bound: the machine's own product W y alone, called without Python, takes so many times as long.
    """
    print("Free run with F, C, A, NL: microseconds a step, and how many times as long others take")
    for n, target in ((50, 22), (100, 12), (200, 5), (500, 1.8), (1000, 1.3)):
        W, start, steps = weight_matrix(n, 1.5 / np.sqrt(n)), start_state(n, 0), 2000 if n < 300 else 300
        calls = [
            lambda: kernels.run_statistics(W, start, 0, steps),
            lambda: numpy_run(W, start, steps),
            lambda: reservoirpy_run(W, start, steps),
            lambda: products_alone(W, start, steps),
        ]
        ours, numpy, theirs, product = best_in_turn(*calls) / steps
        peers = f"NumPy {numpy / ours:.1f} x, reservoirpy {theirs / ours:.1f} x (target: {target})"
        row(f"N = {n}", f"{ours * 1e6:.2f}", f"{peers}, W y of BLAS alone {product / ours:.2f} x")


@numba.njit
def products_alone(W, y, steps):
    """As many products W y by BLAS as a run has steps, without tanh and measures."""
    out = np.empty_like(y)
    for _ in range(steps):
        np.dot(W, y, out)
    return out


def numpy_run(W, start, steps):
    Y, y = np.empty((steps, len(W))), start
    for t in range(steps):
        Y[t] = y = np.tanh(W @ y)
    return numpy_measures(Y)


def numpy_measures(Y):
    total = Y.sum(axis=1)
    scale = np.sqrt(np.sum(Y[:-1] ** 2) * np.sum(Y[1:] ** 2))
    count = np.abs(Y)
    return (
        Y.std(axis=0).mean(),
        total[:-1] @ total[1:] / scale / Y.shape[1],
        np.sum(Y[:-1] * Y[1:]) / scale,
        np.mean(count > 0.5) - np.mean(count < 0.5),
    )


def reservoirpy_run(W, start, steps):
    from reservoirpy.nodes import Reservoir

    node = Reservoir(W=W, Win=np.zeros((len(W), 1)), bias=np.zeros(len(W)), lr=1.0, input_dim=1)
    node.initialize(np.zeros((1, 1)))
    node.state = {"out": start}
    return numpy_measures(node.run(np.zeros((steps, 1))))


# ---------------------------------------------------------------- streams side by side
def stream_part():
    """One network under many streams, per stream and step, beside the machine's matrix product and JAX's scan."""
    print(
        "Side by side: microseconds a step and stream, GFLOP/s, and how many times as long JAX takes for the same"
    )
    for n in (50, 100, 200, 500):
        steps, count = (1000 if n < 500 else 200), 5
        W, rng = weight_matrix(n, 1.5 / np.sqrt(n)), np.random.default_rng(0)
        w_in, inputs = rng.standard_normal((count, n, 5)) / 10, rng.standard_normal((count * steps, 5))
        states, first = np.empty((count * steps, n)), np.arange(count + 1) * steps
        asked = (
            np.zeros((count, n)),
            inputs,
            np.full(count, 5),
            first,
            np.zeros(count, int),
            np.ones(count),
            np.arange(count),
            states,
        )
        calls = [lambda: kernels.run_all(W, w_in, *asked), lambda: W @ W, *jax_runs(W, w_in, inputs, steps)]
        ours, product, *theirs = best_in_turn(*calls, repeats=8)
        rate, peak = 2 * n * (n + 5) * count * steps / ours / 1e9, 2 * n**3 / product / 1e9
        jax = f", JAX {theirs[0] / ours:.1f} x (target: 1.7)" if theirs else ""
        target = " (target: 0.55)" if n == 200 else ""
        row(
            f"N = {n}",
            f"{ours / count / steps * 1e6:.2f}",
            f"{rate:.0f} of {peak:.0f} GFLOP/s of dgemm: {rate / peak:.2f}{target}{jax}",
        )


def jax_runs(W, w_in, inputs, steps):
    """The same runs as one compiled scan over all streams, where JAX is installed."""
    try:
        import jax
    except ImportError:
        return []
    jax.config.update("jax_enable_x64", True)
    fed = np.einsum("kni,kti->tkn", w_in, inputs.reshape(len(w_in), steps, -1))

    @jax.jit
    def scan(weights, fed):
        def step(y, x):
            y = jax.numpy.tanh(y @ weights + x)
            return y, y

        return jax.lax.scan(step, jax.numpy.zeros(fed.shape[1:]), fed)[1]

    arrays = jax.device_put((W.T, fed))
    return [lambda: scan(*arrays).block_until_ready()]


def as_avx2():
    """The parts that depend on the width of vectors, compiled and multiplied as on a processor without AVX-512."""
    environment = dict(NUMBA_CPU_NAME="haswell", NUMBA_CPU_FEATURES="", OPENBLAS_CORETYPE="Haswell")
    with tempfile.TemporaryDirectory() as folder:
        environment |= dict(NUMBA_CACHE_DIR=folder)
        for part in ("kernels", "streams", "tasks"):
            subprocess.run([sys.executable, __file__, part], env=os.environ | environment, check=True)


# ---------------------------------------------------------------- tasks
def task_part():
    """One network on all five tasks, N = 100: matrix, streams, runs, trained readouts, scores."""
    print("Five tasks, N = 100, matrix and streams drawn anew, one core")
    seeds = iter(range(10**6))
    drawn = [lambda f=f: f(next(seeds)) for f in (all_tasks, reservoirpy_tasks, reservoirpy_runs)]
    given = [lambda f=f: f(0) for f in (runs_alone, runs_side_by_side)]
    whole, theirs, handed, runs, beside = best_in_turn(*drawn, *given, repeats=12)
    row("all of it (ms)", f"{whole * 1e3:.1f}")
    row("against the runs alone, one after the other", f"{whole / runs:.2f} x", "target: at most 1.5")
    row("against the runs alone, side by side", f"{whole / beside:.2f} x", "target: at most 1.5")
    row("reservoirpy doing the same", f"{theirs / whole:.1f} x", "target: at least 8")
    row("reservoirpy, all that is drawn handed over", f"{handed / whole:.1f} x")


def all_tasks(seed):
    W = weight_matrix(100, 0.09, seed=seed)
    for name, solved in reservoir.solve_all(W, seed).items():
        tasks.TASKS[name].score(solved.output, solved.target)


def runs_alone(seed):
    W = weight_matrix(100, 0.09, seed=seed)
    for task in tasks.TASKS.values():
        made = tasks.stream(task, seed)
        w_in, beta = reservoir.input_layer(100, made.inputs.shape[1], seed)
        kernels.run(W, w_in, beta, np.zeros(100), made.inputs.copy(), 0)


def runs_side_by_side(seed):
    W, made = weight_matrix(100, 0.09, seed=seed), [tasks.stream(task, seed) for task in tasks.TASKS.values()]
    reservoir.run_streams(W, made, [reservoir.input_layer(100, x.inputs.shape[1], seed) for x in made])


def reservoirpy_tasks(seed):
    """All of it with reservoirpy, whose generators draw matrix, input matrices and biases of the same laws."""
    from reservoirpy.mat_gen import normal

    def draw_drive(n_inputs, key):
        return normal(100, n_inputs, scale=0.1, seed=key), normal(100, 1, scale=0.1, seed=key + 1).ravel()

    solve_with_reservoirpy(normal(100, 100, scale=0.09, seed=seed), draw_drive, seed)


def reservoirpy_runs(seed):
    """The same, but matrix, input matrices and biases are drawn by the library and handed over."""
    solve_with_reservoirpy(
        weight_matrix(100, 0.09, seed=seed), lambda m, key: reservoir.input_layer(100, m, key), seed
    )


def solve_with_reservoirpy(W, draw_drive, seed):
    from reservoirpy.nodes import Reservoir, Ridge

    for task in tasks.TASKS.values():
        made = task.make(seed)
        w_in, beta = draw_drive(made.inputs.shape[1], seed)
        node = Reservoir(W=W, Win=w_in, bias=beta, lr=1.0, input_dim=made.inputs.shape[1])
        states = node.run(made.inputs)[made.times]
        train = made.times < made.split
        readout = Ridge(ridge=1e-6 * np.sum(states[train] ** 2) / 100).fit(states[train], made.targets[train])
        task.score(readout.run(states[~train]), made.targets[~train])


# ---------------------------------------------------------------- sweeps
def sweep_part():
    """Workers, overhead of engine and cache, and growth with the number of networks."""
    print("Sweeps")
    grid = dict(coupling=sweep.coupling_grid(0.3, 6, 12), balance=sweep.balance_grid(15))
    asked = dict(n_neurons=100, n_replicates=6, settings=dict(n_steps=400, burn_in=200))
    os.environ["REGRNN_CACHE"] = "off"
    one, two = best_in_turn(*[lambda n=n: sweep.sweep(grid, n_workers=n, **asked) for n in (1, 2)])
    row("two workers against one", f"{one / two:.2f} x", "target: at least 1.7")
    bare, cold = best_in_turn(lambda: by_hand(grid, 6), lambda: with_new_cache(grid, asked))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REGRNN_CACHE"] = folder
        warm = best(lambda: sweep.sweep(grid, n_workers=1, **asked), 3)
    row("engine and cache on top of the computing", f"{100 * (cold / bare - 1):.0f} %", "target: under 10 %")
    row("the same from the cache", f"{100 * warm / bare:.1f} %")
    per_network = bare / (12 * 15 * 6)
    growth_part()
    cost_part(per_network)


def by_hand(grid, n_replicates):
    """The computing alone: a loop over networks without engine, cache or dataset."""
    for k in range(n_replicates):
        for x in grid["coupling"]:
            for b in grid["balance"]:
                W = weight_matrix(100, x / 10, b, seed=(0, k))
                free_dynamics(W, n_steps=400, burn_in=200, seed=(0, k))


def with_new_cache(grid, asked):
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REGRNN_CACHE"] = folder
        sweep.sweep(grid, n_workers=1, **asked)


def growth_part():
    os.environ["REGRNN_CACHE"] = "off"
    times = {}
    for size in (10**3, 10**4, 10**5):
        begun = time.perf_counter()
        sweep.sweep(dict(strength=np.linspace(0.1, 1, size // 100)), corner, n_neurons=10, n_replicates=100)
        times[size] = (time.perf_counter() - begun) / size * 1e6
    text = ", ".join(f"{times[s]:.0f}" for s in times)
    row("microseconds a network at 10^3, 10^4, 10^5 (N = 10)", text, "target: level")


def cost_part(per_network):
    """What `make full` costs, on paper: its evaluations times the time of one."""
    full = {"maps of 01-04": 100 * 41 * 65 * 7, "curves of 01-04": 100 * (11 * 41 + 11 * 65) * 3}
    task_runs = 100 * 41 * 65 * 4 * 2 * 5
    n_dynamics, seconds = (
        sum(full.values()),
        per_network * 2.2,
    )  # 1500 steps instead of 600, less what is per network
    W = weight_matrix(100, 0.09)
    total = (
        n_dynamics * seconds
        + task_runs * best(lambda: [reservoir.evaluate(W, name) for name in tasks.TASKS]) / 5
    )
    for cores in (2, 16, 1000):
        row(f"`make full` on {cores} cores (estimate)", f"{total / cores / 3600:.2f} h")


def corner(W, seed):
    return Two(float(np.trace(W)), float(W[0, 0]))


# ---------------------------------------------------------------- memory
def memory_part():
    """A sweep of a million evaluations, with its cache."""
    print("Memory")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REGRNN_CACHE"] = folder
        begun = time.perf_counter()
        sweep.sweep(dict(strength=np.linspace(0.1, 1, 10_000)), corner, n_neurons=2, n_replicates=100)
        row("a million evaluations (s)", f"{time.perf_counter() - begun:.0f}")
        with cache.Store() as store:
            row("their cache (MB)", f"{store.size() / 1e6:.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    row("peak memory of the process (GB)", f"{peak:.2f}", "target: under 1.5")


# ---------------------------------------------------------------- explorers
def explorer_part():
    """From a pressed key to the changed picture in headless Chromium, N = 100, median over 30 moves."""
    import browsers

    from regrnn_lib.explore import webpage

    print("Explorers: ms from a slider's move to its picture, median of 30")
    with tempfile.TemporaryDirectory() as folder, browsers.browser() as chrome:
        with browsers.voila(folder) as address:
            page, _ = browsers.open_page(chrome, address.split("/voila/")[0])
            answered("Voila", page, browsers.response_times, "target: under 100")
        with browsers.lab(folder, browsers.small_notebook(folder)) as address:
            page, _ = browsers.open_page(chrome, address)
            browsers.run_all(page)
            answered("JupyterLab", page, browsers.response_times, "target: under 120")
        file = Path(folder) / "explorer.html"
        file.write_text(webpage.page(), encoding="utf-8")
        page, _ = browsers.open_page(chrome, file.as_uri(), offline=True)
        times = browsers.frame_times(page)
        row("page without Python: frames a second", f"{1000 / np.median(times):.0f}", "target: at least 20")


def answered(words, page, measure, target):
    page.wait_for_selector(".regrnn-explorer img", timeout=60_000)
    time.sleep(2)
    row(words, f"{np.median(measure(page)):.0f}", target)
    page.context.close()


PARTS = dict(
    kernels=kernel_part,
    streams=stream_part,
    tasks=task_part,
    sweeps=sweep_part,
    memory=memory_part,
    explorers=explorer_part,
)

if __name__ == "__main__":
    print(*machine(), sep="\n", flush=True)
    for part in sys.argv[1:] or PARTS:
        as_avx2() if part == "avx2" else PARTS[part]()
