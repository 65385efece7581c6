"""Evaluate networks over a grid of parameters times replicates: a labelled dataset comes out."""

import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import xarray as xr
from joblib import delayed
from numpy.typing import ArrayLike
from tqdm.auto import tqdm

from .. import weights
from ..dynamics import REGIMES, free_dynamics
from ..parameters import TABLE, attempt, check, network_defaults, refuse, rounded
from ..project import is_live
from ..regularities import KNOBS
from ..weights import Seed
from . import cache
from .workers import workers

BLOCK = 50  # evaluations a worker takes at a time: long enough to hide the cost of handing it over
QUICK = 1  # second, within which a sweep is not worth a line in a log


def sweep(
    grid: dict[str, ArrayLike],
    evaluate: Callable[..., tuple] = free_dynamics,
    *,
    n_replicates: int = 1,
    seed: int = 0,
    n_workers: int = 0,
    scheduler: str = "",
    settings: dict | None = None,
    vary: dict[str, Sequence] | None = None,
    version: str | None = None,
    **fixed: Any,
) -> xr.Dataset:
    """Evaluate one function of a weight matrix over a grid of parameters, for several networks.

    Parameters
    ----------
    grid : dict of str to sequence
        Parameters of `weight_matrix` (numbers) and their values; `coupling` x = w sqrt(N) may stand for
        `strength`. The order gives the order of the dimensions.
    evaluate : callable
        f(W, seed=(seed, replicate), **settings) -> a named tuple of numbers; `free_dynamics` by default. A
        module-level function, so that other processes can find it. If it has an attribute `together`, a function
        (W, seed, list of settings) -> list of its results, all settings of a network are handed to that.
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
    vary : dict of str to sequence, optional
        Keyword arguments of `evaluate` that take several values, such as dict(ridge=[1e-8, 1e-4]): each is a
        dimension of the result, before those of the grid, and wins over `settings`. What shares a matrix is evaluated together.
    version : str, optional
        Of a function or a task of your own. Under it, finished evaluations are kept, also after the program ends;
        name another one when the code changes. Without a version only what this library computes is kept.
    **fixed
        The remaining parameters of `weight_matrix`; n_neurons and strength or coupling are required.

    Returns
    -------
    xarray.Dataset
        One variable per number, over the varied settings, the dimensions of the grid and `replicate`, with names,
        symbols and units as attributes, and all parameters as attributes of the dataset. A number that some settings
        do not give is NaN there.

    Raises
    ------
    ValueError
        One message with every fault in the grid or the parameters, before anything is computed.
    OSError, MemoryError
        If the cache cannot be written, the scheduler cannot be reached, or a worker ran out of memory; what is
        done is kept.
    """
    grid, settings, vary = _arrays(grid), settings or {}, _listed(vary or {})
    variants = [settings | dict(zip(vary, values)) for values in product(*vary.values())]
    faults = _unfit(evaluate, variants[0])
    faults += [f"{name}: stands both in vary and in the grid" for name in vary if name in grid]
    more = dict(n_replicates=n_replicates, seed=seed, n_workers=n_workers, scheduler=scheduler)
    refuse(faults + _faults(grid, fixed, **more))
    points = [_network(dict(zip(grid, point)) | fixed) for point in product(*grid.values())]
    with workers(n_workers, scheduler) as engine:
        scopes = [cache.scope(evaluate, variant, version) for variant in variants]
        results = _collect(points, n_replicates, seed, evaluate, variants, scopes, engine)
    return _dataset(grid, vary, results, n_replicates, seed, fixed, evaluate, settings)


def sweep_knobs(
    grid: dict[str, ArrayLike],
    levels: Sequence[float] | np.ndarray,
    evaluate: Callable[..., tuple],
    *,
    knobs: Sequence[str] | None = None,
    **more: Any,
) -> xr.Dataset:
    """Sweep each knob alone over the same levels.

    Parameters
    ----------
    grid, evaluate, **more
        As in `sweep`; the grid holds none of the knobs.
    levels : sequence of float
        Levels of every knob.
    knobs : sequence of str, optional
        Some of the knobs; all by default.

    Returns
    -------
    xarray.Dataset
        Dimensions: the varied settings, `knob`, `level`, those of the grid, `replicate`.
    """
    names = list(knobs or KNOBS)
    each = [sweep({knob: levels, **grid}, evaluate, **more).rename({knob: "level"}) for knob in names]
    data = xr.concat([one.drop_attrs(deep=False) for one in each], dim="knob").assign_coords(knob=names)
    return data.transpose(*(more.get("vary") or {}), "knob", ...)


def evaluate_block(
    points: Sequence[Mapping], seed: Seed, evaluate: Callable[..., tuple], variants: Sequence[dict]
) -> list[tuple[tuple[str, ...], np.ndarray]]:
    """Results of one replicate at several points: for each variant, names and values (points, fields)."""
    rows = []
    for point in points:
        network = dict(point)
        draws = weights.draws(network.pop("n_neurons"), seed, network.pop("mirror"))
        rows.append(_evaluated(evaluate, weights.assemble(draws, **network), seed, variants))
    if not hasattr(rows[0][0], "_fields"):
        kind = type(rows[0][0]).__name__
        refuse([f"evaluate = {_called(evaluate)}: returned {kind}, must return a named tuple of numbers"])
    return [(each[0]._fields, np.array(each, dtype=np.float64)) for each in zip(*rows)]


def _evaluated(evaluate, W, seed, variants):
    if hasattr(evaluate, "together"):
        return evaluate.together(W, seed, variants)
    return [evaluate(W, seed=seed, **settings) for settings in variants]


class _Results:
    """Values by name, each over (replicate, variant, point), filled in any order."""

    def __init__(self, *shape):
        self.values, self.shape = {}, shape

    def put(
        self, replicate: int, variant: int, indices: Sequence[int], names: Sequence[str], rows: np.ndarray
    ) -> None:
        for name, column in zip(names, rows.T):
            values = self.values.setdefault(name, np.full(self.shape, np.nan))
            values[replicate, variant, indices] = column


def _collect(points, n_replicates, seed, evaluate, variants, scopes, engine):
    """Every variant at every point of every replicate: from the cache what is there, computed what is not."""
    results = _Results(n_replicates, len(variants), len(points))
    bar = tqdm(total=np.prod(results.shape), unit=" networks", disable=not _watched(), leave=False)
    begun = time.perf_counter()
    with cache.Store() as store, bar:
        missing = np.array([_recall(store, scopes, points, (seed, k), results) for k in range(n_replicates)])
        bar.update(bar.total - missing.sum())
        blocks = [(k, *block) for k in range(n_replicates) for block in _blocks(missing[k])]
        work = partial(evaluate_block, evaluate=evaluate)
        jobs = (
            delayed(work)([points[i] for i in at], (seed, k), variants=[variants[v] for v in some])
            for k, some, at in blocks
        )
        for each, (k, some, at) in zip(engine(jobs), blocks):
            for v, (names, rows) in zip(some, each):
                if scopes[v]:
                    store.put(
                        scopes[v],
                        names,
                        {cache.key(scopes[v], points[i], (seed, k)): row for i, row in zip(at, rows)},
                    )
                results.put(k, v, at, names, rows)
            bar.update(len(some) * len(at))
        store.trim()
    _log(evaluate, missing.sum(), missing.size, begun)
    return results


def _recall(store, scopes, points, seed, results):
    """Fill in what the cache knows of one replicate; where it knows nothing, boolean (variants, points)."""
    missing = np.ones((len(scopes), len(points)), bool)
    for v, scope in [(v, scope) for v, scope in enumerate(scopes) if scope]:
        keys = [cache.key(scope, point, seed) for point in points]
        names, found = store.get(scope, keys)
        known = [i for i, key in enumerate(keys) if key in found]
        if known:
            results.put(seed[1], v, known, names, np.array([found[keys[i]] for i in known]))
            missing[v, known] = False
    return missing


def _blocks(missing):
    """(variants, points) to be evaluated together, from boolean (variants, points): points that miss the same."""
    alike = {}
    for point, column in enumerate(missing.T):
        alike.setdefault(tuple(np.flatnonzero(column)), []).append(point)
    alike.pop((), None)
    for some, at in alike.items():
        size = max(1, BLOCK // len(some))
        yield from ((some, at[i : i + size]) for i in range(0, len(at), size))


def _watched():
    """Whether a bar moves somewhere; in a log it would leave a line at every step."""
    return is_live() or sys.stderr.isatty()


def _log(evaluate, new, total, begun):
    """One line for a sweep that took a while, where no bar has shown it."""
    seconds = time.perf_counter() - begun
    if seconds > QUICK and not _watched():
        where = os.environ.get("REGRNN_NOTEBOOK", "sweep")
        known = f", {total - new} more from the cache" if new < total else ""
        print(
            f"{where}: {_called(evaluate)} of {new} networks{known}, {seconds:.1f} s",
            file=sys.stderr,
            flush=True,
        )


def _network(point):
    """The arguments of `weights.assemble` and n_neurons at one point of a grid."""
    point = network_defaults() | {n: v.item() if isinstance(v, np.generic) else v for n, v in point.items()}
    if "coupling" in point:
        point["strength"] = point.pop("coupling") / np.sqrt(point["n_neurons"])
    return point


def _arrays(grid):
    """The grid with arrays for values, or a refusal of what is none."""
    if not isinstance(grid, dict):
        refuse([f"grid = {grid!r}: must be a dict of names and values, such as dict(dale=[0, 1])"])
    faults = []
    arrays = {name: attempt(faults, np.asarray, values) for name, values in grid.items()}
    refuse([f"{name}: must be a non-empty sequence" for name, values in arrays.items() if values is None])
    return arrays


def _listed(vary):
    """The varied settings with lists for values, or a refusal of what is none."""
    if not isinstance(vary, dict):
        refuse([f"vary = {vary!r}: must be a dict of names and values, such as dict(ridge=[1e-8, 1e-4])"])
    wrong = [name for name, values in vary.items() if isinstance(values, str) or not np.iterable(values)]
    lists = {name: list(values) for name, values in vary.items() if name not in wrong}
    wrong += [name for name, values in lists.items() if not values]
    refuse([f"vary: {name} must have a non-empty sequence of values" for name in wrong])
    return lists


def _unfit(evaluate, settings):
    """Faults of a function that does not take a matrix, a seed and these settings."""
    if not callable(evaluate):
        return [f"evaluate = {evaluate!r}: must be a function f(W, seed=(seed, replicate), **settings)"]
    try:
        inspect.signature(evaluate).bind(None, seed=None, **settings)
    except TypeError as error:
        return [
            f"evaluate = {_called(evaluate)}: {error}; it is called as f(W, seed=(seed, replicate), **settings)"
        ]
    return []


def _called(function):
    return getattr(function, "__name__", repr(function))


def _faults(grid, fixed, *, seed, **more):
    faults = []
    if isinstance(seed, (tuple, list)):
        faults.append(f"seed = {seed!r}: must be a whole number >= 0; replicate k uses the pair (seed, k)")
        seed = 0
    names = [*grid, *fixed]
    allowed = ("n_neurons", "strength", *network_defaults(), "coupling")
    faults += [
        f"{n}: no parameter of a network; there are {', '.join(allowed)}" for n in names if n not in allowed
    ]
    faults += [f"{name}: stands both in the grid and outside it" for name in grid if name in fixed]
    faults += [
        f"{name}: must be a non-empty sequence" for name, v in grid.items() if v.ndim != 1 or not v.size
    ]
    if "n_neurons" not in names:
        faults.append("n_neurons: is missing")
    if ("strength" in names) == ("coupling" in names):
        faults.append("strength, coupling: exactly one of the two must be given")
    attempt(faults, check, seed=seed, **more)
    for name in [n for n in names if n in allowed]:
        for value in np.ravel(grid[name]) if name in grid else [fixed[name]]:
            attempt(faults, check, **{name: value})
    return faults or _contradictions(grid, fixed)


def _contradictions(grid, fixed):
    """Faults of values that are allowed, but not together."""
    names = [name for name in ("n_neurons", "n_modules", "modularity") if name in grid or name in fixed]
    each = [np.unique(grid[name]) if name in grid else [fixed[name]] for name in names]
    faults = []
    for values in product(*each):
        attempt(faults, check, **network_defaults() | dict(zip(names, values)))
    return list(dict.fromkeys(faults))  # a contradiction may hold at many values of a third parameter


def _dataset(grid, vary, results, n_replicates, seed, fixed, evaluate, settings):
    sizes = [len(values) for values in vary.values()] + [values.size for values in grid.values()]
    dims = (*vary, *grid, "replicate")
    dataset = xr.Dataset(
        {
            name: (dims, np.moveaxis(values.reshape(n_replicates, *sizes), 0, -1))
            for name, values in results.values.items()
        },
        coords=_coordinates(vary) | grid | {"replicate": np.arange(n_replicates)},
        attrs=dict(
            parameters=json.dumps(fixed | {"seed": seed}, sort_keys=True),
            evaluate=f"{evaluate.__module__}.{_called(evaluate)}",
            settings=json.dumps(
                {n: v for n, v in settings.items() if n not in vary}, sort_keys=True, default=repr
            ),
        ),
    )
    return _described(dataset, fixed)


def _coordinates(vary):
    """Values of varied settings as labels; tasks by their names."""
    return {name: [getattr(value, "name", value) for value in values] for name, values in vary.items()}


def _described(dataset, fixed):
    if "coupling" in dataset.dims and "n_neurons" in fixed:
        strength = dataset.coupling.values / np.sqrt(fixed["n_neurons"])
        dataset = dataset.assign_coords(strength=("coupling", strength))
    for name in dataset.variables:
        if name in TABLE:
            dataset[name].attrs |= dict(long_name=TABLE[name].label, symbol=TABLE[name].symbol, units="1")
    if "regime" in dataset:
        dataset.regime.attrs |= dict(flag_values=list(range(4)), flag_meanings=", ".join(REGIMES))
    return dataset


# ---------------------------------------------------------------- grids
def coupling_grid(coupling_min: float, coupling_max: float, n_couplings: int) -> np.ndarray:
    """Couplings x = w sqrt(N), evenly spaced in log x, to six digits."""
    return rounded(np.geomspace(coupling_min, coupling_max, n_couplings))


def balance_grid(n_balances: int, power: float = 2.0) -> np.ndarray:
    """Balances over [-1, 1], denser near 0: sign(u) |u|^power for evenly spaced u, to six digits."""
    u = np.linspace(-1, 1, n_balances)
    return rounded(np.sign(u) * np.abs(u) ** power)


def level_grid(n_levels: int) -> np.ndarray:
    """Levels of a knob, evenly spaced over 0 .. 1, to six digits."""
    return rounded(np.linspace(0, 1, n_levels))
