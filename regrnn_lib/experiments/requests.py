"""What a sweep is asked for: read, checked, and resolved into points, settings and dimensions.

`resolve` is the gate of `sweep`: behind it nothing has to be checked again but what the function returns.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from ..arrays import module_of_each, square
from ..parameters import TABLE, attempt, check, cut, items, nearest, network_defaults, refuse, shown
from ..regularities import KNOBS
from .variants import (
    default_settings,
    dimension,
    labels,
    misfits,
    read_settings,
    read_vary,
    repeats,
    variants,
)

HEAVIEST = 1e44  # weight of a given matrix, so that any scale leaves it within the bounds of a run
NEEDED = ("n_neurons", "strength", "coupling")  # of a network that is drawn: these have no defaults
DEFAULTS = dict(n_modules=5, scale=1.0)  # of a given matrix, beside its knobs


@dataclass(frozen=True)
class Request:
    """A sweep that can be computed.

    Attributes
    ----------
    evaluate : callable
        f(W, seed=(seed, replicate), **settings) -> a named tuple of numbers.
    variants : list of dict
        The settings, one dict for each combination of varied values.
    points : list of dict
        What determines the matrix at each point of the grid.
    sources : dict of str to (array (N, N), array (N,) or None)
        Given matrices and their modules, by the digest under which a point names one; {} where matrices are
        drawn.
    n_replicates, seed : int
    version : str or None
        Under which results of a user's function are kept.
    dims : dict of str to sequence
        The dimensions with their labels: those of `variants`, then those of `points`.
    parameters, settings : dict
        All that does not vary, defaults included: of the matrices and the run, and of `evaluate`.
    """

    evaluate: Callable
    variants: list[dict]
    points: list[dict]
    sources: dict[str, tuple]
    n_replicates: int
    seed: int
    version: str | None
    dims: dict[str, Any]
    parameters: dict[str, Any]
    settings: dict[str, Any]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of replicates, variants and points."""
        return self.n_replicates, len(self.variants), len(self.points)


def resolve(
    evaluate: Callable,
    grid: Any,
    fixed: dict[str, Any],
    settings: Any,
    vary: Any,
    version: str | None,
    matrices: Any,
    modules: Any,
    run: dict[str, Any],
) -> Request:
    """The request behind the arguments of `sweep`; `run` holds n_replicates, seed, n_workers and scheduler.

    Raises
    ------
    ValueError
        One message that lists every fault.
    """
    grid, settings, vary = read_grid(grid), read_settings(settings), read_vary(vary)
    each = variants(settings, vary)
    faults = misfits(evaluate, each[0]) + repeats(vary, grid)
    if not (version is None or isinstance(version, str)):
        faults.append(f"version = {shown(version)}: must be a text, or None")
    sources = attempt(faults, _sources, matrices, modules) or {}
    defaults = network_defaults() if matrices is None else dict.fromkeys(KNOBS, 0.0) | DEFAULTS
    faults += _unfit_names(grid, fixed, defaults, drawn=matrices is None)
    faults += _unfit_values(grid, fixed, defaults, run)
    refuse(faults or _contradictions(grid, fixed, defaults, sources))
    own = dict(n_replicates=run["n_replicates"], seed=run["seed"])
    return Request(
        evaluate,
        each,
        _points(grid, fixed, defaults, sources),
        sources,
        **own,
        version=version,
        dims=_dims(vary, matrices, grid),
        parameters=_without(defaults | fixed | own, grid),
        settings=_without(default_settings(evaluate) | settings, vary),
    )


def _dims(vary, matrices, grid):
    """The labels of every dimension, in their order."""
    dims = {dimension(name): labels(values) for name, values in vary.items()}
    return dims | ({} if matrices is None else dict(matrix=[str(name) for name in matrices])) | grid


def _without(values, names):
    return {name: value for name, value in values.items() if name not in names}


# ---------------------------------------------------------------- the grid
def read_grid(grid: Any) -> dict[str, np.ndarray]:
    """The grid with arrays for values; ValueError if it is none."""
    if not isinstance(grid, Mapping):
        refuse([f"grid = {shown(grid)}: must be a dict of names and values, such as dict(dale=[0, 1])"])
    arrays = {name: _array(values) for name, values in grid.items()}
    refuse([f"{name}: must be a non-empty sequence" for name, values in arrays.items() if values is None])
    return arrays


def _array(values):
    try:
        return np.asarray(values)
    except Exception:  # whatever an object of somebody else says
        return None


def _points(grid, fixed, defaults, sources):
    """What determines the matrix at every point, the last dimension changing fastest."""
    points = [_point(defaults | dict(zip(grid, values)) | fixed) for values in product(*grid.values())]
    return [point | dict(matrix=digest) for digest in sources for point in points] if sources else points


def _point(values):
    """Plain numbers, the coupling turned into a strength:
    what `weights.assemble` and `weights.turn_knobs` take.
    """
    point = {name: v.item() if isinstance(v, np.generic) else v for name, v in values.items()}
    if "coupling" in point:
        point["strength"] = point.pop("coupling") / np.sqrt(point["n_neurons"])
    return point


# ---------------------------------------------------------------- names and values
def _unfit_names(grid, fixed, defaults, drawn):
    """Faults of parameters that are unknown, there twice, empty, or missing."""
    names, known = [*grid, *fixed], [*defaults, *(NEEDED if drawn else ())]
    there = f"no parameter of a {'network' if drawn else 'given matrix'}; there are {', '.join(known)}"
    faults = [f"{cut(name)}: {there}{nearest(name, known)}" for name in names if name not in known]
    faults += [f"{name}: stands both in the grid and outside it" for name in grid if name in fixed]
    odd = [name for name, values in grid.items() if values.ndim != 1 or not values.size]
    faults += [f"{name}: must be a non-empty sequence" for name in odd]
    if drawn and "n_neurons" not in names:
        faults.append("n_neurons: is missing")
    if drawn and ("strength" in names) == ("coupling" in names):
        faults.append("strength, coupling: exactly one of the two must be given")
    return faults


def _unfit_values(grid, fixed, defaults, run):
    """Faults of values that are not allowed, each by itself."""
    faults = []
    if isinstance(run["seed"], (tuple, list)):
        words = "must be a whole number >= 0; replicate k uses the pair (seed, k)"
        faults.append(f"seed = {shown(run['seed'])}: {words}")
        run = run | dict(seed=0)
    attempt(faults, check, **run)
    rows = {name: values for name, values in grid.items() if values.ndim == 1}
    for name in [name for name in (*grid, *fixed) if name in defaults or name in NEEDED]:
        for value in rows.get(name, []) if name in grid else [fixed[name]]:
            attempt(faults, check, **{name: value})
    return faults


def _contradictions(grid, fixed, defaults, sources):
    """Faults of values that are allowed, but not together."""
    names = [name for name in ("n_neurons", "n_modules", "modularity") if name in grid or name in fixed]
    each = [sorted(set(grid[name].tolist())) if name in grid else [fixed[name]] for name in names]
    # modules that come with a matrix leave no room for a contradiction
    sizes = [dict(n_neurons=len(W)) for W, modules in sources.values() if modules is None]
    known, faults = {name: value for name, value in defaults.items() if name in TABLE}, []
    for size, *values in product(sizes if sources else [{}], *each):
        attempt(faults, check, **known | dict(zip(names, values)) | size)
    return list(dict.fromkeys(faults))  # one may hold at many values of a third parameter


def knob_names(knobs: Any) -> list[str]:
    """Names of some knobs, of all for None; ValueError if one is none."""
    knobs = [knobs] if isinstance(knobs, str) else knobs
    names = list(KNOBS) if knobs is None else items(knobs)
    if names is None or not all(isinstance(name, str) for name in names):
        refuse([f"knobs = {shown(knobs)}: must be a list of names of knobs"])
    refuse([] if names else ["knobs = []: must name at least one"])
    there = f"no knob; there are {', '.join(KNOBS)}"
    refuse([f"{cut(name)}: {there}{nearest(name, KNOBS)}" for name in names if name not in KNOBS])
    return names


# ---------------------------------------------------------------- given matrices
def _sources(matrices, modules):
    """Given matrices and their modules by their digests; {} where there are none."""
    if matrices is None:
        refuse([] if modules is None else ["labels: are those of matrices, and there are none"])
        return {}
    modules = {} if modules is None else modules
    refuse(_unnamed("matrices", matrices) + _unnamed("labels", modules))
    faults = [] if matrices else ["matrices = {}: must name at least one"]
    strangers = [name for name in modules if name not in matrices]
    faults += [f"labels: {cut(name)} is none of the matrices{nearest(name, matrices)}" for name in strangers]
    each = [attempt(faults, _source, name, W, modules.get(name)) for name, W in matrices.items()]
    refuse(faults)
    sources = {_digest(*source): source for source in each}
    refuse([] if len(sources) == len(each) else ["matrices: two of them are equal"])
    return sources


def _unnamed(argument, given):
    named = isinstance(given, Mapping) and all(isinstance(name, str) for name in given)
    return [] if named else [f"{argument} = {shown(given)}: must be a dict of names and arrays"]


def _source(name, W, modules):
    """A given matrix and the module of each of its neurons, None where none are given."""
    given = square(W, f"matrices[{shown(name)}]", HEAVIEST)
    if modules is not None:
        modules = module_of_each(modules, len(given.values), given.labels[0])
    return given.values, modules


def _digest(W, modules):
    data = repr(W.shape).encode() + W.tobytes() + (b"" if modules is None else modules.tobytes())
    return hashlib.blake2b(data, digest_size=16).hexdigest()
