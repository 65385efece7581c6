"""Evaluate networks over a grid of parameters times replicates: a labelled dataset comes out."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from ..arrays import Matrix
from ..dynamics import free_dynamics
from ..parameters import check, refuse, rounded
from .dataset import labelled
from .evaluations import collect
from .requests import knob_names, read_grid, resolve
from .variants import dimension
from .workers import workers


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

    The matrices are drawn by `weight_matrix`, or they are your own (`matrices`), with knobs turned by
    `apply_knobs`.

    Parameters
    ----------
    grid : dict of str to sequence
        Parameters of `weight_matrix` (numbers) and their values; `coupling` x = w sqrt(N) may stand for
        `strength`. The order gives the order of the dimensions. Of your own matrices: the knobs, n_modules,
        and `scale`, a factor on the weights; {} for the matrices as they are.
    evaluate : callable
        f(W, seed=(seed, replicate), **settings) -> a named tuple of numbers; `free_dynamics` by default. A
        module-level function, so that other processes can find it. If it has an attribute `together`, a
        function (W, seed, list of settings) -> list of its results, all settings of a network are handed to
        that.
    n_replicates : int
        Networks at each point. Replicate k uses the seed (seed, k) everywhere on the grid: all effects
        are paired within a network.
    seed : int
        Seed of the whole sweep.
    n_workers : int
        Threads (from 5 up: processes) that share the work; 0: one per core. The result does not depend on it,
        to the bit. `joblib.parallel_config` chooses any other backend.
    scheduler : str
        Address of a Dask scheduler, such as "tcp://host:8786", whose workers then share the work; "": this
        machine.
    settings : dict, optional
        Keyword arguments of `evaluate`.
    vary : dict of str to sequence, optional
        Keyword arguments of `evaluate` that take several values, such as dict(ridge=[1e-8, 1e-4]): each is a
        dimension of the result, before those of the grid, and wins over `settings`. What shares a matrix is
        evaluated together. A field of a task by a dot, such as {"task.noise": [0.0, 0.5]}: the dimension has
        the field's name.
    version : str, optional
        Of a function or a task of your own. Under it, finished evaluations are kept, also after the program
        ends; name another one when the code changes. Without a version only what this library computes is
        kept.
    matrices : dict of str to array_like (N, N), optional
        Your own matrices by name, in any container (`arrays`), of any sizes: the dimension `matrix`, after
        the varied settings. Replicate k draws what the knobs take, starts and tasks from (seed, k).
    labels : dict of str to array_like (N,), optional
        Modules of the neurons of some of these matrices, by the same names; see `apply_knobs`.
    **fixed
        The remaining parameters of `weight_matrix`; n_neurons and strength or coupling are required. Of your
        own matrices: those that may stand in the grid.

    Returns
    -------
    xarray.Dataset
        One variable per number, over the varied settings, the dimensions of the grid and `replicate`, with
        names, symbols and units as attributes, and all parameters as attributes of the dataset. A number that
        some settings do not give is NaN there.

    Raises
    ------
    ValueError
        One message with every fault in the grid or the parameters, before anything is computed.
    OSError, MemoryError
        If the cache cannot be written, the scheduler cannot be reached, or a worker ran out of memory; what
        is done is kept.

    Examples
    --------
    *C. elegans*: does reciprocity saturate it, too? NL without, half way, and complete:

    >>> import numpy as np
    >>> from regrnn_lib import sweep
    >>> from regrnn_lib.connectome import celegans
    >>> worm = celegans("chemical")
    >>> # synapse counts are no weights: three times the edge of rest
    >>> wake = 3 / np.abs(np.linalg.eigvals(worm)).max()
    >>> data = sweep(
    ...     dict(reciprocity=[0.0, 0.5, 1.0]), matrices={"C. elegans": worm}, scale=wake, n_replicates=5
    ... )
    >>> data.nonlinearity.sel(matrix="C. elegans").mean("replicate").values.round(3)
    array([0.097, 0.468, 0.456])
    """
    run = dict(n_replicates=n_replicates, seed=seed, n_workers=n_workers, scheduler=scheduler)
    request = resolve(evaluate, grid, fixed, settings, vary, version, matrices, labels, run)
    with workers(n_workers, scheduler) as engine:
        results = collect(request, engine)
    return labelled(request, results)


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
    names, grid = knob_names(knobs), read_grid(grid)
    refuse([f"{name}: stands both in the grid and among the knobs" for name in names if name in grid])
    each = [sweep({name: levels, **grid}, evaluate, **more).rename({name: "level"}) for name in names]
    data = xr.concat([one.drop_attrs(deep=False) for one in each], dim="knob").assign_coords(knob=names)
    # the same parameters in each but for its knob, which varies
    parameters = json.loads(each[0].parameters)
    others = json.dumps({n: v for n, v in parameters.items() if n not in names}, sort_keys=True)
    varied = [dimension(name) for name in more.get("vary") or {}]
    return data.transpose(*varied, "knob", ...).assign_attrs(each[0].attrs | dict(parameters=others))


# ---------------------------------------------------------------- grids
def coupling_grid(coupling_min: float, coupling_max: float, n_couplings: int) -> np.ndarray:
    """Couplings x = w sqrt(N), evenly spaced in log x, to six digits.

    A ValueError names what is out of range.
    """
    check(coupling_min=coupling_min, coupling_max=coupling_max, n_couplings=n_couplings)
    return rounded(np.geomspace(coupling_min, coupling_max, n_couplings))


def balance_grid(n_balances: int) -> np.ndarray:
    """Balances over [-1, 1], denser near 0: u |u| for evenly spaced u, to six digits.

    Errors as in `coupling_grid`.
    """
    check(n_balances=n_balances)
    u = np.linspace(-1, 1, n_balances)
    return rounded(u * np.abs(u))


def level_grid(n_levels: int) -> np.ndarray:
    """Levels of a knob, evenly spaced over 0 .. 1, to six digits; errors as in `coupling_grid`."""
    check(n_levels=n_levels)
    return rounded(np.linspace(0, 1, n_levels))
