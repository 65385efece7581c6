"""Evaluate networks over a grid of parameters times replicates: a labelled dataset comes out."""

import dataclasses
import hashlib
import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product
from numbers import Real
from typing import Any

import numpy as np
import xarray as xr
from joblib import delayed
from numpy.typing import ArrayLike
from tqdm.auto import tqdm

from .. import __version__, weights
from ..arrays import Matrix, module_of_each, square
from ..dynamics import REGIMES, free_dynamics
from ..parameters import TABLE, attempt, check, cut, items, nearest, network_defaults, refuse, rounded, shown
from ..project import is_live
from ..regularities import KNOBS, contiguous_modules
from ..tasks import TASKS
from ..weights import Seed
from . import cache
from .workers import workers

BLOCK = 50  # evaluations a worker takes at a time: long enough to hide the cost of handing it over
HEAVIEST = 1e44  # weight of a given matrix, so that any scale leaves it within the bounds of a run
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
    matrices: Mapping[str, Matrix] | None = None,
    labels: Mapping[str, ArrayLike] | None = None,
    **fixed: Any,
) -> xr.Dataset:
    """Evaluate one function of a weight matrix over a grid of parameters, for several networks.

    The matrices are drawn by `weight_matrix`, or they are your own (`matrices`), with knobs turned by `apply_knobs`.

    Parameters
    ----------
    grid : dict of str to sequence
        Parameters of `weight_matrix` (numbers) and their values; `coupling` x = w sqrt(N) may stand for
        `strength`. The order gives the order of the dimensions. Of your own matrices: the knobs, n_modules, and `scale`,
        a factor on the weights; {} for the matrices as they are.
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
        dimension of the result, before those of the grid, and wins over `settings`. What shares a matrix is evaluated
        together. A field of a task by a dot, such as {"task.noise": [0.0, 0.5]}: the dimension has the field's name.
    version : str, optional
        Of a function or a task of your own. Under it, finished evaluations are kept, also after the program ends;
        name another one when the code changes. Without a version only what this library computes is kept.
    matrices : dict of str to array_like (N, N), optional
        Your own matrices by name, in any container (`arrays`), of any sizes: the dimension `matrix`, after the varied
        settings. Replicate k draws what the knobs take, starts and tasks from (seed, k).
    labels : dict of str to array_like (N,), optional
        Modules of the neurons of some of these matrices, by the same names; see `apply_knobs`.
    **fixed
        The remaining parameters of `weight_matrix`; n_neurons and strength or coupling are required. Of your own
        matrices: those that may stand in the grid.

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

    Examples
    --------
    *C. elegans*: does reciprocity saturate it, too? NL without, half way, and complete:

    >>> import numpy as np
    >>> from regrnn_lib import sweep
    >>> from regrnn_lib.connectome import celegans
    >>> worm = celegans("chemical")
    >>> wake = 3 / np.abs(np.linalg.eigvals(worm)).max()  # synapse counts are no weights: three times the edge of rest
    >>> data = sweep(
    ...     dict(reciprocity=[0.0, 0.5, 1.0]), matrices={"C. elegans": worm}, scale=wake, n_replicates=5
    ... )
    >>> data.nonlinearity.sel(matrix="C. elegans").mean("replicate").values.round(3)
    array([0.097, 0.468, 0.456])
    """
    grid, settings, vary = _arrays(grid), _words(settings), _listed(vary)
    variants = _variants(settings, vary)
    faults = _unfit(evaluate, variants[0]) + _twice(vary, grid)
    if not (version is None or isinstance(version, str)):
        faults.append(f"version = {shown(version)}: must be a text, or None")
    sources = attempt(faults, _sources, matrices, labels)
    run = dict(n_replicates=n_replicates, seed=seed)
    refuse(faults + _faults(grid, fixed, sources, **run, n_workers=n_workers, scheduler=scheduler))
    defaults = _defaults(sources)
    points = [_point(defaults | dict(zip(grid, at)) | fixed) for at in product(*grid.values())]
    points = [point | dict(matrix=digest) for digest in sources for point in points] if sources else points
    with workers(n_workers, scheduler) as engine:
        scopes = [cache.scope(evaluate, variant, version) for variant in variants]
        results = _collect(points, n_replicates, seed, evaluate, variants, scopes, engine, sources)
    dims = {name: _labels(values) for name, values in vary.items()}
    dims |= dict(matrix=[str(name) for name in matrices]) if sources else {}
    attributes = dict(
        parameters=_json({n: v for n, v in (defaults | fixed | run).items() if n not in grid}),
        evaluate=f"{getattr(evaluate, '__module__', '')}.{_called(evaluate)}",
        settings=_json({n: v for n, v in (_own_defaults(evaluate) | settings).items() if n not in vary}),
        version=__version__,
        version_of_evaluate=version or "",
    )
    return _dataset(_by_field(dims) | grid, results, n_replicates, fixed, attributes)


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
    knobs = KNOBS if knobs is None else [knobs] if isinstance(knobs, str) else knobs
    names = items(knobs)
    if names is None or not all(isinstance(name, str) for name in names):
        refuse([f"knobs = {shown(knobs)}: must be a list of names of knobs"])
    faults = [
        f"{name[:40]}: no knob; there are {', '.join(KNOBS)}{nearest(name, KNOBS)}"
        for name in names
        if name not in KNOBS
    ]
    refuse(faults if names else ["knobs = []: must name at least one"])
    each = [
        sweep({knob: levels, **_arrays(grid)}, evaluate, **more).rename({knob: "level"}) for knob in names
    ]
    data = xr.concat([one.drop_attrs(deep=False) for one in each], dim="knob").assign_coords(knob=names)
    asked = json.loads(each[0].parameters)
    attributes = each[0].attrs | dict(parameters=_json({n: v for n, v in asked.items() if n not in names}))
    dims = _by_field(dict.fromkeys(more.get("vary") or {}))
    return data.transpose(*dims, "knob", ...).assign_attrs(attributes)


def evaluate_block(
    points: Sequence[Mapping],
    seed: Seed,
    evaluate: Callable[..., tuple],
    variants: Sequence[dict],
    sources: Mapping[str, tuple] | None = None,
) -> list[tuple[tuple[str, ...], np.ndarray]]:
    """Results of one replicate at several points: for each variant, names and values (points, fields)."""
    rows = [_evaluated(evaluate, _matrix(point, seed, sources), seed, variants) for point in points]
    refuse(_no_numbers(evaluate, rows, len(variants)))
    return [(each[0]._fields, np.array(each, dtype=np.float64)) for each in zip(*rows)]


def _matrix(point, seed, sources):
    """The matrix at a point: drawn, or one of the given ones with its knobs turned."""
    network = dict(point)
    if "matrix" not in network:
        draws = weights.draws(network.pop("n_neurons"), seed, network.pop("mirror"))
        return weights.assemble(draws, **network)
    W, labels = sources[network.pop("matrix")]
    scale, n_modules = network.pop("scale"), network.pop("n_modules")
    labels = contiguous_modules(len(W), n_modules) if labels is None else labels
    return scale * weights.turn_knobs(W, labels, seed, n_modules, **network)


def _no_numbers(evaluate, rows, n_variants):
    """Faults of results that are not one named tuple of numbers for each variant, of the same fields at all points."""
    who = f"evaluate = {_called(evaluate)}"
    if any(not isinstance(row, (list, tuple)) or len(row) != n_variants for row in rows):
        return [f"{who}: together must return one named tuple for each of {n_variants} settings"]
    results = [result for row in rows for result in row]
    kinds = [type(r).__name__ for r in results if not isinstance(r, tuple) or not hasattr(r, "_fields")]
    if kinds:
        return [f"{who}: returned {kinds[0]}, must return a named tuple of numbers"]
    for each in zip(*rows):
        if fault := next(
            (_other_fields(each[0]._fields, r._fields) for r in each if r._fields != each[0]._fields), None
        ):
            return [f"{who}: {fault}"]
    return [
        f"{who}: its field {name} is {shown(value)}, must be a number"
        for result in results[:1] + results
        for name, value in zip(result._fields, result)
        if not isinstance(value, (Real, np.bool_))
    ][:1]


def _other_fields(first, then):
    return f"returned the fields {', '.join(then)} after {', '.join(first)}, must return the same for every network"


def _evaluated(evaluate, W, seed, variants):
    if hasattr(evaluate, "together"):
        return evaluate.together(W, seed, variants)
    return [evaluate(W, seed=seed, **settings) for settings in variants]


class _Results:
    """Values by name, each over (replicate, variant, point), filled in any order."""

    def __init__(self, evaluate, *shape):
        self.values, self.shape, self.fields, self.evaluate = {}, shape, {}, evaluate

    def put(
        self, replicate: int, variant: int, indices: Sequence[int], names: Sequence[str], rows: np.ndarray
    ) -> None:
        first = self.fields.setdefault(variant, tuple(names))
        if first != tuple(names):
            refuse([f"evaluate = {_called(self.evaluate)}: {_other_fields(first, names)}"])
        for name, column in zip(names, rows.T):
            values = self.values.setdefault(name, np.full(self.shape, np.nan))
            values[replicate, variant, indices] = column


def _collect(points, n_replicates, seed, evaluate, variants, scopes, engine, sources):
    """Every variant at every point of every replicate: from the cache what is there, computed what is not."""
    results = _Results(evaluate, n_replicates, len(variants), len(points))
    bar = tqdm(total=np.prod(results.shape), unit=" networks", disable=not _watched(), leave=False)
    begun = time.perf_counter()
    with cache.Store() as store, bar:
        missing = np.array([_recall(store, scopes, points, (seed, k), results) for k in range(n_replicates)])
        bar.update(bar.total - missing.sum())
        blocks = [(k, *block) for k in range(n_replicates) for block in _blocks(missing[k])]
        work = partial(evaluate_block, evaluate=evaluate, sources=sources)
        jobs = (
            delayed(work)([points[i] for i in at], (seed, k), variants=[variants[v] for v in some])
            for k, some, at in blocks
        )
        for each, (k, some, at) in zip(engine(jobs), blocks):
            kept = [(scopes[v], *one) for v, one in zip(some, each) if scopes[v]]
            store.put(
                [(scope, names, _keyed(scope, points, at, (seed, k), rows)) for scope, names, rows in kept]
            )
            for v, (names, rows) in zip(some, each):
                results.put(k, v, at, names, rows)
            bar.update(len(some) * len(at))
        store.trim()
    _log(evaluate, missing.sum(), missing.size, begun)
    return results


def _keyed(scope, points, at, seed, rows):
    """Rows of a block by their keys in the cache."""
    return {cache.key(scope, points[i], seed): row for i, row in zip(at, rows)}


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


def _point(values):
    """The arguments of `weights.assemble` and n_neurons at one point of a grid, or those of `weights.turn_knobs` and a scale."""
    point = {n: v.item() if isinstance(v, np.generic) else v for n, v in values.items()}
    if "coupling" in point:
        point["strength"] = point.pop("coupling") / np.sqrt(point["n_neurons"])
    return point


def _arrays(grid):
    """The grid with arrays for values, or a refusal of what is none."""
    if not isinstance(grid, Mapping):
        refuse([f"grid = {shown(grid)}: must be a dict of names and values, such as dict(dale=[0, 1])"])
    faults = []
    arrays = {name: attempt(faults, _values, values) for name, values in grid.items()}
    refuse([f"{name}: must be a non-empty sequence" for name, values in arrays.items() if values is None])
    return arrays


def _values(values):
    """A row of values as an array; what is none of ours to read counts as no sequence."""
    try:
        array = np.asarray(values)
    except Exception:
        refuse(["no sequence"])
    return array


def _words(settings):
    """The settings as a dict."""
    if settings is not None and not (
        isinstance(settings, Mapping) and all(isinstance(n, str) for n in settings)
    ):
        refuse(
            [f"settings = {shown(settings)}: must be a dict of names and values, such as dict(n_steps=500)"]
        )
    return dict({} if settings is None else settings)


def _listed(vary):
    """The varied settings with lists for values, or a refusal of what is none."""
    vary = {} if vary is None else vary
    if not isinstance(vary, Mapping) or not all(isinstance(name, str) for name in vary):
        refuse(
            [f"vary = {shown(vary)}: must be a dict of names and values, such as dict(ridge=[1e-8, 1e-4])"]
        )
    lists = {name: items(values) for name, values in vary.items()}
    refuse(
        [f"vary: {n} must have a non-empty sequence of values" for n, values in lists.items() if not values]
    )
    return lists


def _variants(settings, vary):
    """The settings of every combination of varied values; fields of a task last, in whichever task it is."""
    order = sorted(vary, key=lambda name: "." in name)
    faults, variants = [], []
    for values in product(*vary.values()):
        variant = dict(settings)
        for name in order:
            value = dict(zip(vary, values))[name]
            owner, _, field = name.partition(".")
            variant[owner] = attempt(faults, _with_field, variant, owner, field, value) if field else value
        variants.append(variant)
    refuse(list(dict.fromkeys(faults)))
    return variants


def _with_field(variant, owner, field, value):
    """A task of the settings with another value in one of its fields."""
    task = variant.get(owner)
    task = TASKS.get(task, task) if isinstance(task, str) else task
    if not dataclasses.is_dataclass(task) or isinstance(task, type):
        refuse([f"vary: {owner}.{field}: {owner} = {shown(task)} has no fields; name a task in the settings"])
    return dataclasses.replace(task, **{field: value})


def _by_field(vary):
    """The same by the names of dimensions: `task.noise` is `noise`."""
    return {name.rpartition(".")[2]: values for name, values in vary.items()}


def _twice(vary, grid):
    """Faults of names and of values that stand there more than once."""
    names = [name.rpartition(".")[2] for name in vary]
    faults = [f"{name}: stands both in vary and in the grid" for name in names if name in grid]
    faults += [f"vary: {name} is there twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    for name, values in vary.items():
        labels = _labels(values)
        faults += [f"vary: {name} has {shown(x)} twice" for x in dict.fromkeys(labels) if labels.count(x) > 1]
    return faults


def _labels(values):
    """Varied values as labels: numbers and texts as they are, tasks by their names, all else by its place."""
    named = [getattr(value, "name", value) for value in values]
    plain = all(value is None or isinstance(value, (str, Real, np.generic)) for value in named)
    return named if plain else list(range(len(values)))


def _unfit(evaluate, settings):
    """Faults of a function that does not take a matrix, a seed and these settings."""
    if not callable(evaluate):
        return [f"evaluate = {shown(evaluate)}: must be a function f(W, seed=(seed, replicate), **settings)"]
    known = _signature(evaluate)
    try:
        known.bind(None, seed=None, **settings)
    except TypeError as error:
        hints = [nearest(name, known.parameters) for name in settings if name not in known.parameters]
        called = "it is called as f(W, seed=(seed, replicate), **settings)"
        return [f"evaluate = {_called(evaluate)}: {error}{next(iter(hints), '')}; {called}"]
    return []


def _signature(function):
    """The signature of a function; one that takes anything, where Python knows none."""
    try:
        return inspect.signature(function)
    except ValueError:
        return inspect.signature(lambda *values, **named: None)


def _own_defaults(evaluate):
    """The settings of a function that are not named, with their defaults."""
    return {
        name: one.default
        for name, one in _signature(evaluate).parameters.items()
        if one.default is not one.empty and name not in ("W", "seed")
    }


# ---------------------------------------------------------------- given matrices
def _sources(matrices, labels):
    """Digest -> (matrix, modules or None) of each given matrix, None without; the gate of `matrices` and `labels`."""
    if matrices is None:
        refuse([] if labels is None else ["labels: are those of matrices, and there are none"])
        return None
    labels = {} if labels is None else labels
    faults = [
        f"{name} = {shown(value)}: must be a dict of names and arrays"
        for name, value in dict(matrices=matrices, labels=labels).items()
        if not isinstance(value, Mapping) or not all(isinstance(n, str) for n in value)
    ]
    refuse(faults or ([] if matrices else ["matrices = {}: must name at least one"]))
    faults = [
        f"labels: {cut(n)} is none of the matrices{nearest(n, matrices)}" for n in labels if n not in matrices
    ]
    each = [attempt(faults, _source, name, W, labels.get(name)) for name, W in matrices.items()]
    refuse(faults)
    sources = {_digest(*one): one for one in each}
    refuse([] if len(sources) == len(each) else ["matrices: two of them are equal"])
    return sources


def _source(name, W, labels):
    given = square(W, f"matrices[{shown(name)}]", HEAVIEST)
    neurons = given.labels[0]
    return given.values, None if labels is None else module_of_each(labels, len(given.values), neurons)


def _digest(W, labels):
    data = repr(W.shape).encode() + W.tobytes() + (b"" if labels is None else labels.tobytes())
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _defaults(sources):
    """Name -> default of all parameters of a matrix but those that must be named."""
    return dict.fromkeys(KNOBS, 0.0) | dict(n_modules=5, scale=1.0) if sources else network_defaults()


# ---------------------------------------------------------------- what is asked for
def _called(function):
    return getattr(function, "__name__", repr(function))


def _faults(grid, fixed, sources, *, seed, **more):
    faults = []
    if isinstance(seed, (tuple, list)):
        faults.append(
            f"seed = {shown(seed)}: must be a whole number >= 0; replicate k uses the pair (seed, k)"
        )
        seed = 0
    names = [*grid, *fixed]
    allowed = list(_defaults(sources)) + ([] if sources else ["n_neurons", "strength", "coupling"])
    whose = "given matrix" if sources else "network"
    there = f"no parameter of a {whose}; there are {', '.join(allowed)}"
    faults += [f"{cut(name)}: {there}{nearest(name, allowed)}" for name in names if name not in allowed]
    faults += [f"{name}: stands both in the grid and outside it" for name in grid if name in fixed]
    faults += [
        f"{name}: must be a non-empty sequence" for name, v in grid.items() if v.ndim != 1 or not v.size
    ]
    if "n_neurons" not in names and not sources:
        faults.append("n_neurons: is missing")
    if ("strength" in names) == ("coupling" in names) and not sources:
        faults.append("strength, coupling: exactly one of the two must be given")
    attempt(faults, check, seed=seed, **more)
    for name in [n for n in names if n in allowed]:
        for value in _row_of(grid[name]) if name in grid else [fixed[name]]:
            attempt(faults, check, **{name: value})
    return faults or _contradictions(grid, fixed, sources)


def _row_of(values):
    """The values of a grid that is a row; none of what is refused anyway."""
    return values if values.ndim == 1 else []


def _contradictions(grid, fixed, sources):
    """Faults of values that are allowed, but not together."""
    names = [name for name in ("n_neurons", "n_modules", "modularity") if name in grid or name in fixed]
    each = [sorted(set(grid[name].tolist())) if name in grid else [fixed[name]] for name in names]
    sizes = (
        [{}] if not sources else [dict(n_neurons=len(W)) for W, labels in sources.values() if labels is None]
    )
    faults = []
    for size, *values in product(sizes, *each):
        known = {n: v for n, v in _defaults(sources).items() if n in TABLE}
        attempt(faults, check, **known | dict(zip(names, values)) | size)
    return list(dict.fromkeys(faults))  # a contradiction may hold at many values of a third parameter


def _json(values):
    return json.dumps(
        values, sort_keys=True, default=lambda v: v.item() if isinstance(v, np.generic) else repr(v)
    )


def _dataset(dims, results, n_replicates, fixed, attributes):
    sizes, names = [len(values) for values in dims.values()], (*dims, "replicate")
    dataset = xr.Dataset(
        {
            name: (names, np.moveaxis(values.reshape(n_replicates, *sizes), 0, -1))
            for name, values in results.values.items()
        },
        coords=dims | {"replicate": np.arange(n_replicates)},
        attrs=attributes,
    )
    return _described(dataset, fixed)


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
