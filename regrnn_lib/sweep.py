"""Evaluate networks over a grid of parameters times replicates: a labelled dataset comes out."""

import inspect
import json
import os
import sys
import time
from collections import deque
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import xarray as xr
from joblib import Parallel, cpu_count, delayed
from tqdm.auto import tqdm

from . import cache, weights
from .dynamics import REGIMES, free_dynamics
from .parameters import PARAMETERS, attempt, check, refuse
from .runs import is_live

BLOCK = 50  # points a worker takes at a time: long enough to hide the cost of handing it over
MOST_THREADS = 4
QUICK = 1  # second, within which a sweep is not worth a line in a log
PATIENCE = 10  # seconds until a scheduler that does not answer counts as gone


class Quantity(NamedTuple):
    """How a coordinate or result is written: its symbol (mathtext) and name; all are dimensionless."""

    symbol: str
    name: str


QUANTITIES = {
    "coupling": Quantity(r"w\sqrt{N}", "coupling"),
    "strength": Quantity("w", "connection strength"),
    "balance": Quantity("b", "balance"),
    "density": Quantity(r"\rho", "density"),
    "dale": Quantity("d", "Dale monopolarity"),
    "reciprocity": Quantity("r", "reciprocity"),
    "modularity": Quantity("m", "modularity"),
    "n_modules": Quantity("K", "number of modules"),
    "n_neurons": Quantity("N", "number of neurons"),
    "replicate": Quantity("k", "network"),
    "fluctuation": Quantity("F", "fluctuation"),
    "correlation": Quantity("C", "correlation"),
    "autocorrelation": Quantity("A", "autocorrelation"),
    "nonlinearity": Quantity(r"\mathcal{N}", "nonlinearity"),
    "lyapunov": Quantity(r"\lambda", "Lyapunov exponent"),
    "dimension": Quantity("D", "dimension"),
    "regime": Quantity("", "dynamical regime"),
    "period_two": Quantity("", "share of neurons of period two"),
    "accuracy": Quantity("A", "accuracy"),
    "chance": Quantity("", "accuracy of chance"),
    "baseline": Quantity("", "accuracy without memory (W = 0)"),
    "score": Quantity("", "accuracy above chance, (A - chance)/(1 - chance)"),
    "memory_capacity": Quantity("", "memory capacity (steps)"),
    "nrmse": Quantity("", "normalised root mean square error"),
    "input_strength": Quantity(r"w_\mathrm{in}", "input strength"),
    "ridge": Quantity("", "ridge"),
}
KNOBS = ("dale", "reciprocity", "modularity")
NETWORK = ("n_neurons", "strength", "balance", "dale", "reciprocity", "modularity", "n_modules")
NETWORK += ("density", "normalize")
DEFAULTS = dict(balance=0.0, dale=0.0, reciprocity=0.0, modularity=0.0, n_modules=5)
DEFAULTS |= dict(density=1.0, normalize=None)


def sweep(
    grid,
    evaluate=free_dynamics,
    *,
    n_replicates=1,
    seed=0,
    n_workers=0,
    scheduler="",
    settings=None,
    **fixed,
):
    """Evaluate one function of a weight matrix over a grid of parameters, for several networks.

    Parameters
    ----------
    grid : dict of str to sequence
        Parameters of `weight_matrix` (numbers) and their values; `coupling` x = w sqrt(N) may stand for
        `strength`. The order gives the order of the dimensions.
    evaluate : callable
        f(W, seed=(seed, replicate), **settings) -> a named tuple of numbers; `free_dynamics` by default. A
        module-level function, so that other processes can find it.
    n_replicates : int
        Networks at each point. Replicate k uses the seed (seed, k) everywhere on the grid: all effects
        are paired within a network.
    seed : int
        Seed of the whole sweep.
    n_workers : int
        Threads (from 5 up: processes) that share the work; 0: one per core. The result does not depend on it,
        to the bit. `joblib.parallel_config` chooses any other backend.
    scheduler : str
        Address of a Dask scheduler, such as "tcp://host:8786", whose workers then share the work; "": this machine.
    settings : dict, optional
        Keyword arguments of `evaluate`.
    **fixed
        The remaining parameters of `weight_matrix`; n_neurons and strength or coupling are required.

    Returns
    -------
    xarray.Dataset
        One variable per number, over the dimensions of the grid and `replicate`, with names, symbols and
        units as attributes, and all parameters as attributes of the dataset.

    Raises
    ------
    ValueError
        One message with every fault in the grid or the parameters, before anything is computed.
    OSError, MemoryError
        If the cache cannot be written, the scheduler cannot be reached, or a worker ran out of memory; what is
        done is kept.
    """
    grid, faults = _arrays(grid), _unfit(evaluate, settings or {})
    more = dict(n_replicates=n_replicates, seed=seed, n_workers=n_workers, scheduler=scheduler)
    refuse(faults + _faults(grid, fixed, **more))
    points = [_network(dict(zip(grid, point)) | fixed) for point in product(*grid.values())]
    with _workers(n_workers, scheduler) as engine:
        made = _collect(points, n_replicates, seed, evaluate, settings or {}, engine)
    return _dataset(grid, made, n_replicates, seed, fixed, evaluate, settings)


def sweep_knobs(grid, levels, evaluate, *, settings=None, vary=None, **more):
    """Sweep each knob alone over the same levels, with one setting of `evaluate` at several values.

    Parameters
    ----------
    grid, evaluate, settings, **more
        As in `sweep`; the grid holds none of the knobs.
    levels : sequence of float
        Levels of every knob.
    vary : dict of str to sequence, optional
        Name of a setting of `evaluate` -> its values, such as {"input_strength": [0.1, 1.0]}.

    Returns
    -------
    xarray.Dataset
        Dimensions: the varied setting, `knob`, `level`, those of the grid, `replicate`.
    """
    (name, values), *_ = [*(vary or {}).items(), (None, [None])]
    varied = []
    for value in values:
        asked = (settings or {}) | ({name: value} if name else {})
        each = [_one_knob(grid, knob, levels, evaluate, asked, more) for knob in KNOBS]
        varied.append(xr.concat(each, dim="knob").assign_coords(knob=list(KNOBS)))
    return xr.concat(varied, dim=name).assign_coords({name: list(values)}) if name else varied[0]


def _one_knob(grid, knob, levels, evaluate, settings, more):
    data = sweep({knob: levels, **grid}, evaluate, settings=settings, **more)
    return data.rename({knob: "level"}).drop_attrs(deep=False)


def evaluate_block(points, seed, evaluate, settings):
    """Names and values (points, fields) of `evaluate` at several points of one replicate."""
    rows = []
    for point in points:
        network = dict(point)
        made = weights.draws(network.pop("n_neurons"), seed)
        rows.append(evaluate(weights.assemble(made, **network), seed=seed, **settings))
    if not hasattr(rows[0], "_fields"):
        refuse([f"evaluate = {_called(evaluate)}: returned {type(rows[0]).__name__}, must return a named tuple of numbers"])
    return rows[0]._fields, np.array(rows, dtype=np.float64)


class _Results:
    """Values by replicate and point, filled in any order."""

    def __init__(self, n_replicates, n_points):
        self.names, self.values, self.shape = None, None, (n_replicates, n_points)

    def put(self, replicate, indices, names, values):
        if self.values is None:
            self.names, self.values = names, np.full((*self.shape, len(names)), np.nan)
        self.values[replicate, indices] = values


def _collect(points, n_replicates, seed, evaluate, settings, engine):
    """Every point of every replicate: from the cache what is there, computed what is not."""
    made, scope = _Results(n_replicates, len(points)), cache.scope(evaluate, settings)
    bar = tqdm(total=n_replicates * len(points), unit=" networks", disable=not _watched(), leave=False)
    begun = time.perf_counter()
    with cache.Store() as store, bar:
        missing = [(k, _recall(store, scope, points, (seed, k), made)) for k in range(n_replicates)]
        blocks = [(k, todo[i : i + BLOCK]) for k, todo in missing for i in range(0, len(todo), BLOCK)]
        new = sum(len(todo) for _, todo in missing)
        bar.update(bar.total - new)
        work = partial(evaluate_block, evaluate=evaluate, settings=settings)
        jobs = (delayed(work)([points[i] for i in indices], (seed, k)) for k, indices in blocks)
        for (names, values), (k, indices) in zip(engine(jobs), blocks):
            store.put(scope, names, {cache.key(scope, points[i], (seed, k)): v for i, v in zip(indices, values)})
            made.put(k, indices, names, values)
            bar.update(len(indices))
        store.trim()
    _log(evaluate, new, n_replicates * len(points), begun)
    return made


def _recall(store, scope, points, seed, made):
    """Fill in what the cache knows of one replicate; the indices of the points that it does not know."""
    keys = [cache.key(scope, point, seed) for point in points]
    names, found = store.get(scope, keys)
    known = [i for i, key in enumerate(keys) if key in found]
    if known:
        made.put(seed[1], known, names, np.array([found[keys[i]] for i in known]))
    return [i for i, key in enumerate(keys) if key not in found]


@contextmanager
def _workers(n_workers, scheduler):
    """The engine that takes delayed calls and yields their results in order: joblib here, or a Dask cluster."""
    if not scheduler:
        workers = n_workers or cpu_count()
        # kernels release the interpreter's lock; beyond a few threads what is left of Python would queue for it
        prefer = "threads" if workers <= MOST_THREADS else "processes"
        with _enough_memory(BrokenProcessPool):
            yield Parallel(n_jobs=workers, prefer=prefer, return_as="generator")
        return
    from distributed import Client, KilledWorker

    try:
        with Client(scheduler, timeout=PATIENCE) as client, _enough_memory(KilledWorker):
            yield partial(_on_cluster, client.get_executor(), 4 * sum(client.nthreads().values()) + 4)
    except (OSError, CancelledError) as error:
        if isinstance(error, cache.CacheFault):
            raise
        reason = "it went away" if isinstance(error, CancelledError) else str(error).splitlines()[0]
        raise OSError(f"the scheduler {scheduler} is not there ({reason}); what is done is kept") from None


def _on_cluster(executor, ahead, jobs):
    """Results in the order of the jobs, of which no more than `ahead` wait on the cluster at a time."""
    # joblib's Dask backend never returns when a task is given up because its workers were killed
    waiting = deque()
    for function, args, keywords in jobs:
        waiting.append(executor.submit(function, *args, **keywords))
        if len(waiting) == ahead:
            yield waiting.popleft().result()
    yield from (future.result() for future in waiting)


@contextmanager
def _enough_memory(killed):
    """Turn what tells of a worker without memory, `killed` or MemoryError, into one clear message."""
    try:
        yield
    except (killed, MemoryError) as error:
        said = str(error).splitlines()[0] if isinstance(error, MemoryError) and str(error) else "it was killed"
        advice = "what is done is kept. Use fewer workers (n_workers), or smaller networks"
        raise MemoryError(f"a worker ran out of memory ({said}); {advice}") from None


def _watched():
    """Whether a bar moves somewhere; in a log it would leave a line at every step."""
    return is_live() or sys.stderr.isatty()


def _log(evaluate, new, total, begun):
    """One line for a sweep that took a while, where no bar has shown it."""
    seconds = time.perf_counter() - begun
    if seconds > QUICK and not _watched():
        where = os.environ.get("REGRNN_NOTEBOOK", "sweep")
        known = f", {total - new} more from the cache" if new < total else ""
        print(f"{where}: {_called(evaluate)} of {new} networks{known}, {seconds:.1f} s", file=sys.stderr, flush=True)


def _network(point):
    """The arguments of `weights.assemble` and n_neurons at one point of a grid."""
    point = DEFAULTS | {n: v.item() if isinstance(v, np.generic) else v for n, v in point.items()}
    if "coupling" in point:
        point["strength"] = point.pop("coupling") / np.sqrt(point["n_neurons"])
    return point


def _arrays(grid):
    """The grid with arrays for values, or a refusal of what is none."""
    if not isinstance(grid, dict):
        refuse([f"grid = {grid!r}: must be a dict of names and values, such as dict(dale=[0, 1])"])
    faults = []
    made = {name: attempt(faults, np.asarray, values) for name, values in grid.items()}
    refuse([f"{name}: must be a non-empty sequence" for name, values in made.items() if values is None])
    return made


def _unfit(evaluate, settings):
    """Faults of a function that does not take a matrix, a seed and these settings."""
    if not callable(evaluate):
        return [f"evaluate = {evaluate!r}: must be a function f(W, seed=(seed, replicate), **settings)"]
    try:
        inspect.signature(evaluate).bind(None, seed=None, **settings)
    except TypeError as error:
        return [f"evaluate = {_called(evaluate)}: {error}; it is called as f(W, seed=(seed, replicate), **settings)"]
    return []


def _called(function):
    return getattr(function, "__name__", repr(function))


def _faults(grid, fixed, *, seed, **more):
    faults = []
    if isinstance(seed, (tuple, list)):
        faults.append(f"seed = {seed!r}: must be a whole number >= 0; replicate k uses the pair (seed, k)")
        seed = 0
    names = [*grid, *fixed]
    allowed = (*NETWORK, "coupling")
    faults += [f"{n}: no parameter of a network; there are {', '.join(allowed)}" for n in names if n not in allowed]
    faults += [f"{name}: stands both in the grid and outside it" for name in grid if name in fixed]
    faults += [f"{name}: must be a non-empty sequence" for name, v in grid.items() if v.ndim != 1 or not v.size]
    if "n_neurons" not in names:
        faults.append("n_neurons: is missing")
    if ("strength" in names) == ("coupling" in names):
        faults.append("strength, coupling: exactly one of the two must be given")
    attempt(faults, check, seed=seed, **more)
    for name in [n for n in names if n in PARAMETERS]:
        for value in np.ravel(grid[name]) if name in grid else [fixed[name]]:
            attempt(faults, check, **{name: value})
    return faults or _contradictions(grid, fixed)


def _contradictions(grid, fixed):
    """Faults of values that are allowed, but not together."""
    names = [name for name in ("n_neurons", "n_modules", "modularity") if name in grid or name in fixed]
    each = [np.unique(grid[name]) if name in grid else [fixed[name]] for name in names]
    faults = []
    for values in product(*each):
        attempt(faults, check, **DEFAULTS | dict(zip(names, values)))
    return list(dict.fromkeys(faults))  # a contradiction may hold at many values of a third parameter


def _dataset(grid, made, n_replicates, seed, fixed, evaluate, settings):
    shape = (n_replicates, *(v.size for v in grid.values()), len(made.names))
    data = np.moveaxis(made.values.reshape(shape), 0, -2)
    dims = (*grid, "replicate")
    dataset = xr.Dataset(
        {name: (dims, data[..., i]) for i, name in enumerate(made.names)},
        coords=grid | {"replicate": np.arange(n_replicates)},
        attrs=dict(
            parameters=json.dumps(fixed | {"seed": seed}, sort_keys=True),
            evaluate=f"{evaluate.__module__}.{_called(evaluate)}",
            settings=json.dumps(settings or {}, sort_keys=True, default=repr),
        ),
    )
    return _described(dataset, fixed)


def _described(dataset, fixed):
    if "coupling" in dataset.dims and "n_neurons" in fixed:
        strength = dataset.coupling.values / np.sqrt(fixed["n_neurons"])
        dataset = dataset.assign_coords(strength=("coupling", strength))
    for name in dataset.variables:
        if name in QUANTITIES:
            symbol, text = QUANTITIES[name]
            dataset[name].attrs |= dict(long_name=text, symbol=symbol, units="1")
    if "regime" in dataset:
        dataset.regime.attrs |= dict(flag_values=list(range(4)), flag_meanings=", ".join(REGIMES))
    return dataset


# ---------------------------------------------------------------- grids
def coupling_grid(coupling_min, coupling_max, n_couplings):
    """Couplings x = w sqrt(N), evenly spaced in log x."""
    return np.geomspace(coupling_min, coupling_max, n_couplings)


def balance_grid(n_balances, power=2.0):
    """Balances over [-1, 1], denser near 0: sign(u) |u|^power for evenly spaced u."""
    u = np.linspace(-1, 1, n_balances)
    return np.sign(u) * np.abs(u) ** power


def level_grid(n_levels):
    """Levels of a knob, evenly spaced over 0 .. 1."""
    return np.linspace(0, 1, n_levels)
