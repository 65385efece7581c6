"""Matched controls: is it the structure, or the change of effective coupling that comes with it?

Turning a knob also changes how strongly a network is coupled. Each control compares the network with the knob
at 1 to the knob-free one *at equal effective coupling*: of equal bulk radius (reciprocity: of equal spectral
edge), of equal fluctuation when driven, and for Dale's principle with balanced rows. Outliers of the spectrum
are not matched.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from ..parameters import rounded
from ..regularities import KNOBS, REGULARITIES
from ..reservoir import DRIVES, evaluate
from ..tasks import Task
from ..weights import Seed
from .places import PLACES
from .statistics import by_place, mean_interval
from .sweep import sweep, sweep_knobs

FIELDS = ("accuracy", "fluctuation", "nonlinearity")  # what is kept of an evaluation, common to all tasks


def drive_names(drives: Sequence[float]) -> dict[str, float]:
    """Names of drives, weakest first: those of `reservoir.DRIVES`, and "u = 0.5" for any other."""
    names = {value: name for name, value in DRIVES.items()}
    return {names.get(u, f"u = {u:g}"): u for u in sorted(set(drives))}


def nearest(grid: ArrayLike, wanted: Sequence[float]) -> np.ndarray:
    """The values of a grid that are nearest to some wanted ones, ascending, each once."""
    grid = np.asarray(grid)
    return np.unique([grid[np.abs(grid - value).argmin()] for value in wanted])


def sweep_tasks(
    tasks: Sequence[Task],
    grid: dict[str, ArrayLike],
    levels: Sequence[float] | np.ndarray,
    drives: Mapping[str, float],
    *,
    settings: dict | None = None,
    **more: Any,
) -> xr.Dataset:
    """`sweep_knobs` over several tasks and drives.

    Parameters
    ----------
    tasks : sequence of tasks.Task
    grid, levels, **more
        As in `sweep_knobs`.
    drives : dict of str to float
        Name of a drive -> u.
    settings : dict, optional
        Further arguments of `evaluate`, bias_strength and ridge for instance.

    Returns
    -------
    xarray.Dataset
        accuracy and the driven network's fluctuation and nonlinearity over task, drive, knob, level, the
        dimensions of the grid, and replicate.
    """
    data = sweep_knobs(grid, levels, evaluate, settings=settings, vary=_both(tasks, drives), **more)
    return _driven(data, drives)


def _both(tasks, drives):
    return dict(task=tasks, drive=list(drives.values()))


def _driven(data, drives):
    """What is kept of a sweep over tasks and drives, the latter under their names."""
    data = data[list(FIELDS)].drop_vars("strength", errors="ignore")
    return data.assign_coords(drive=list(drives))


# ---------------------------------------------------------------- (a) the same bulk radius or edge
def same_radius(
    tasks: Sequence[Task],
    couplings: Sequence[float] | np.ndarray,
    balances: Sequence[float] | np.ndarray,
    drives: Mapping[str, float],
    *,
    settings: dict | None = None,
    **more: Any,
) -> xr.Dataset:
    """Networks with a knob at 1 that have the bulk radius of the knob-free one in the same cell.

    With reciprocity they have its spectral edge.

    Returns
    -------
    xarray.Dataset
        As `sweep_tasks` at level 1: over task, drive, knob, coupling (of the knob-free network), balance,
        replicate.
    """

    def one(knob, balance):
        how = REGULARITIES[knob].matched(balance)
        grid = dict(coupling=np.asarray(couplings) * how.pop("factor"), balance=[balance], **{knob: [1.0]})
        return sweep(grid, evaluate, settings=settings, vary=_both(tasks, drives), **how, **more)

    return _each_cell(one, KNOBS, couplings, balances, drives)


# ---------------------------------------------------------------- (b) the same driven fluctuation
def same_fluctuation(
    plain: xr.Dataset,
    tasks: Sequence[Task],
    couplings: Sequence[float] | np.ndarray,
    balances: Sequence[float] | np.ndarray,
    drives: Mapping[str, float],
    *,
    settings: dict | None = None,
    **more: Any,
) -> xr.Dataset:
    """Networks with a knob at 1 whose driven F is, on average, that of the knob-free one in the same cell.

    The coupling is found by interpolation in the plane of plain results and the network then run there: what
    F it really has is among the results.

    Parameters
    ----------
    plain : xarray.Dataset
        As from `sweep_tasks`, holding `fluctuation` at levels 0 and 1 over the couplings of the plane.
    tasks, couplings, balances, drives, settings, **more
        As in `same_radius`.

    Returns
    -------
    xarray.Dataset
        As `same_radius`; NaN in cells where no coupling of the plane gives that fluctuation.
    """
    mean = plain.fluctuation.mean("replicate")

    def at(knob, balance, task, drive):
        curves = mean.sel(knob=knob, balance=balance, task=task.name, drive=drive)
        wanted = curves.sel(level=0.0).sel(coupling=couplings).values
        matches = matching_couplings(
            plain.coupling.values, curves.sel(level=1.0).values, wanted, np.asarray(couplings)
        )
        there = np.isfinite(matches)
        grid = {"coupling": np.where(there, matches, couplings), "balance": [balance], knob: [1.0]}
        data = sweep(grid, evaluate, settings=settings, vary=_both([task], {drive: drives[drive]}), **more)
        data = data.drop_vars("strength", errors="ignore").assign_coords(coupling=couplings)
        return data.where(xr.DataArray(there, dims="coupling"))

    def one(knob, balance):
        each = [xr.concat([at(knob, balance, t, d) for d in drives], "drive") for t in tasks]
        return xr.concat(each, "task")

    return _each_cell(one, KNOBS, couplings, balances, drives)


def matching_couplings(x: np.ndarray, curve: np.ndarray, wanted: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Couplings at which a curve over x takes the wanted values, the ones nearest to `near`.

    x, curve: (n,), x ascending, linear in log x between; wanted, near: (k,). Returns (k,), to six digits; NaN
    where there is none.
    """
    u = np.log(x)
    return rounded([_nearest_match(u, curve, value, np.log(at)) for value, at in zip(wanted, near)])


def _nearest_match(u, curve, value, at):
    low, high = curve[:-1], curve[1:]
    inside = np.flatnonzero((np.minimum(low, high) <= value) & (value <= np.maximum(low, high)))
    if not inside.size:
        return np.nan
    step = np.where(high == low, 1, high - low)[inside]
    crossings = u[inside] + (value - low[inside]) / step * np.diff(u)[inside]
    return float(np.exp(crossings[np.abs(crossings - at).argmin()]))


# ---------------------------------------------------------------- (c) balanced rows
def balanced_rows(W: np.ndarray, balance: float) -> np.ndarray:
    """Scale the excitation and the inhibition onto each neuron to their expected sums.

    Onto every neuron the positive weights are given the sum (1 + b)/2 S and the negative ones -(1 - b)/2 S,
    with S the mean over rows of the sum of |W_ij|. A neuron without any weight of a sign keeps none.

    Parameters
    ----------
    W : ndarray, shape (N, N)
    balance : float
        b, -1 .. 1.

    Returns
    -------
    ndarray, shape (N, N)
    """
    plus, minus = np.maximum(W, 0.0), np.maximum(-W, 0.0)
    total = np.abs(W).sum(axis=1).mean()
    return _scaled(plus, (1 + balance) / 2 * total) - _scaled(minus, (1 - balance) / 2 * total)


def _scaled(part, wanted):
    sums = part.sum(axis=1, keepdims=True)
    return part * np.divide(wanted, sums, out=np.zeros_like(sums), where=sums > 0)


def evaluate_balanced(
    W: np.ndarray, task: str | Task, seed: Seed = 0, *, balance: float, **settings: Any
) -> tuple:
    """`evaluate` of the network with balanced rows; a sweep calls it as it calls `evaluate`."""
    return evaluate(balanced_rows(W, balance), task, seed, **settings)


def _balanced_together(W, seed, variants):
    W = balanced_rows(W, variants[0]["balance"])  # it is the network's own, the same for all
    names = [name for name in variants[0] if name != "balance"]
    return evaluate.together(W, seed, [{name: variant[name] for name in names} for variant in variants])


evaluate_balanced.together = _balanced_together
BALANCED = ("balanced rows, d = 0", "balanced rows, d = 1", "balanced rows, d = 1, same radius")


def balanced_dale(
    tasks: Sequence[Task],
    couplings: Sequence[float] | np.ndarray,
    balances: Sequence[float] | np.ndarray,
    drives: Mapping[str, float],
    *,
    settings: dict | None = None,
    **more: Any,
) -> xr.Dataset:
    """Networks with balanced rows at d = 0, at d = 1, and at d = 1 with the strength of `same_radius`.

    Returns
    -------
    xarray.Dataset
        As `same_radius`, with the dimension `knob` taking the names of `BALANCED`.
    """

    def one(name, balance):
        factor = REGULARITIES["dale"].matched(balance)["factor"] if name == BALANCED[2] else 1.0
        grid = dict(coupling=np.asarray(couplings) * factor, balance=[balance])
        level, own = 0.0 if name == BALANCED[0] else 1.0, (settings or {}) | dict(balance=balance)
        return sweep(grid, evaluate_balanced, settings=own, vary=_both(tasks, drives), dale=level, **more)

    return _each_cell(one, BALANCED, couplings, balances, drives)


def _each_cell(one, names, couplings, balances, drives):
    """Call one(name, balance) for all combinations; label the cells by the knob-free coupling."""

    def at(name, balance):
        data = one(name, balance)
        drop = [d for d in data.dims if d in KNOBS]
        return _driven(data, drives).squeeze(drop, drop=True).assign_coords(coupling=list(couplings))

    each = [xr.concat([at(name, balance) for balance in balances], "balance") for name in names]
    return xr.concat(each, "knob").assign_coords(knob=list(names)).transpose("task", "drive", "knob", ...)


def control_effects(
    plain: xr.Dataset, radius: xr.Dataset, fluctuation: xr.Dataset, balanced: xr.Dataset
) -> dict[tuple[str, str], xr.DataArray]:
    """Paired changes of accuracy, plain and controlled, on the cells that all four hold.

    Parameters
    ----------
    plain : xarray.Dataset
        From `sweep_tasks`, cut to the couplings, balances and drives of the other three.
    radius, fluctuation, balanced : xarray.Dataset
        From `same_radius`, `same_fluctuation` and `balanced_dale`.

    Returns
    -------
    dict of (knob, control) to xarray.DataArray
        Always against a knob-free network: the plain one, for balanced rows the balanced one.
    """
    free, full = (plain.accuracy.sel(level=v, drop=True) for v in (0.0, 1.0))
    effects = {}
    for knob in KNOBS:
        base = free.sel(knob=knob, drop=True)
        effects[knob, "plain"] = full.sel(knob=knob, drop=True) - base
        effects[knob, "same radius"] = radius.accuracy.sel(knob=knob, drop=True) - base
        effects[knob, "same fluctuation"] = fluctuation.accuracy.sel(knob=knob, drop=True) - base
    rows = {name: balanced.accuracy.sel(knob=name, drop=True) for name in BALANCED}
    effects["dale", "balanced rows"] = rows[BALANCED[1]] - rows[BALANCED[0]]
    effects["dale", "balanced, same radius"] = rows[BALANCED[2]] - rows[BALANCED[0]]
    return effects


def control_table(effects: Mapping[tuple[str, str], xr.DataArray], places: xr.DataArray) -> pd.DataFrame:
    """Mean and 95 % interval of every controlled effect by drive, place and task.

    effects: dict as from `control_effects`; places: over (drive, coupling, balance). Returns a DataFrame
    indexed by knob, control, drive, place and task, with n_cells (cells in which the control could be made),
    effect, low, high.
    """
    tables = {name: _control_rows(change, places) for name, change in effects.items()}
    table = pd.concat(tables, names=["knob", "control"])
    return table[table.n_cells > 0]


def _control_rows(change, places):
    there = change.notnull().all("replicate")
    inside = xr.concat([there & (places == k) for k in range(len(PLACES))], pd.Index(PLACES, name="place"))
    mean, low, high = mean_interval(by_place(change, places).drop_vars("n_cells"))
    columns = dict(n_cells=inside.sum(("coupling", "balance")), effect=mean, low=low, high=high)
    return xr.Dataset(columns).to_dataframe(dim_order=["drive", "place", "task"])
