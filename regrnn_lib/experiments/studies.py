"""The studies that the task notebooks share: the same questions, asked of any task.

Everything here is `sweep`, `evaluate` or `statistics` with its results arranged for a figure or a sentence.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from ..parameters import TABLE, number, short
from ..regularities import KNOBS
from ..reservoir import MEASURES, Solution, evaluate, solve
from ..tasks import Task
from ..weights import Seed, weight_matrix
from .statistics import markdown_table, mean_effects
from .sweep import sweep

STEP = 0.2  # colour scales of effects end at a multiple of this


def drive_text(drive: float) -> str:
    """A drive as heads and legends name it (mathtext)."""
    return f"${TABLE['drive'].symbol}$ = {short(drive)}"


# ---------------------------------------------------------------- single networks
def solve_at(
    couplings: Sequence[float] | np.ndarray, *, task: Task, n_neurons: int, seed: Seed = 0, **settings: Any
) -> tuple[list[str], list[Solution]]:
    """Networks without a knob, from one seed and balanced, on one task: a head for each and what it did.

    Parameters
    ----------
    couplings : sequence of float
        x = w sqrt(N), one network each.
    task, **settings
        As in `reservoir.solve`; a task object.

    Returns
    -------
    titles : list of str
        Coupling, accuracy, and what the task reports besides.
    solved : list of reservoir.Solution
    """
    networks = [weight_matrix(n_neurons, x / np.sqrt(n_neurons), seed=seed) for x in couplings]
    solved = [solve(W, task, seed, **settings) for W in networks]
    return [
        f"$w\\sqrt{{N}}$ = {short(x)}: {_outcome(task, one)}" for x, one in zip(couplings, solved)
    ], solved


def _outcome(task, solved):
    scores = dict(
        accuracy=task.score(solved.output, solved.target), **task.report(solved.output, solved.target)
    )
    return ", ".join(f"{_short(name)} {number(value)}" for name, value in scores.items())


def _short(name):
    return "NRMSE" if name == "nrmse" else name.replace("_", " ")


# ---------------------------------------------------------------- over the plane
def effect_maps(change: xr.DataArray) -> dict[str, xr.Dataset]:
    """Rows of `figures.maps.measures`, one per drive: mean paired change for every knob, and where its interval includes 0.

    All panels of a figure share one colour scale, just wide enough for the largest change.

    Parameters
    ----------
    change : xarray.DataArray
        Paired change of accuracy over (drive, knob, coupling, balance, replicate).
    """
    each = {drive_text(u): change.sel(drive=u).to_dataset("knob") for u in change.drive.values}
    top = STEP * max(1, np.ceil(np.abs(change.mean("replicate")).max().item() / STEP))
    return {text: mean_effects(values, (-top, top), "change of accuracy") for text, values in each.items()}


def each_network(values: xr.DataArray) -> np.ndarray:
    """All networks of a plane in a row: once those without a knob, which every knob shares, then those with it at 1.

    values: over (knob, level, ...), the levels 0 and 1, in this order, as from `sweep_knobs`.
    """
    return np.concatenate([values.isel(knob=0, level=0).values.ravel(), values.isel(level=1).values.ravel()])


def effect_rows(change: xr.DataArray) -> dict[str, xr.DataArray]:
    """Rows of `statistics.change_table`: the change of accuracy for every drive and knob; `change` as in `effect_maps`."""
    return {
        f"{TABLE[knob].label}, {drive_text(u)}": change.sel(knob=knob, drive=u)
        for u in change.drive.values
        for knob in KNOBS
    }


def best_without_knob(data: xr.Dataset) -> str:
    """One line of Markdown per drive: where on the plane networks without a knob do best on average, and how well.

    data: accuracy, chance and baseline over (drive, knob, level, coupling, balance, replicate).
    """
    free = data.isel(level=0, knob=0)
    return "\n".join(_best(free.sel(drive=u)) for u in data.drive.values)


def _best(data):
    mean = data.accuracy.mean("replicate")
    x, b = mean.stack(at=("coupling", "balance")).idxmax().item()
    best = data.sel(coupling=x, balance=b).mean("replicate")
    reported = "".join(
        f", {_short(name)} {number(best[name].item())}" for name in data if name not in MEASURES
    )
    return (
        f"- Knob-free networks are best at $w\\sqrt{{N}}$ = {number(x)}, b = {number(b, signed=True)} with accuracy **{number(mean.max().item())}**{reported} "
        f"under {drive_text(data.drive.item())} (chance {short(data.chance.mean().item())}, without memory "
        f"{number(data.baseline.mean().item())})."
    )


# ---------------------------------------------------------------- failures
def failures(nrmse: xr.DataArray) -> str:
    """Markdown table of how readouts fail, by drive and knob: how many have an NRMSE above 1, and how large it gets.

    nrmse: over (drive, knob, level, ...), the levels 0 and 1.
    """
    rows = []
    for u in nrmse.drive.values:
        at = nrmse.sel(drive=u)
        networks = {"no knob": at.isel(knob=0, level=0)} | {
            _at_one(knob): at.sel(knob=knob).isel(level=1) for knob in KNOBS
        }
        rows += [[drive_text(u), name, *_failures(values)] for name, values in networks.items()]
    return markdown_table(["drive", "network", "NRMSE above 1", "median NRMSE", "largest NRMSE"], rows)


def _failures(nrmse):
    return (
        f"{100 * (nrmse > 1).mean().item():.0f} %",
        number(nrmse.median().item()),
        number(nrmse.max().item(), 1),
    )


def _at_one(knob):
    return f"${TABLE[knob].symbol}$ = 1"


def worst_network(
    nrmse: xr.DataArray, *, n_neurons: int, seed: int = 0, **knobs: Any
) -> tuple[float, float, np.ndarray, tuple[int, int], float]:
    """The network of the largest NRMSE: coupling, balance, matrix, (seed, replicate) and drive.

    nrmse: over (drive, coupling, balance, replicate), from a sweep with this seed and these knobs.
    """
    u, x, b, k = nrmse.stack(at=("drive", "coupling", "balance", "replicate")).idxmax().item()
    replicate = (seed, int(k))
    return x, b, weight_matrix(n_neurons, x / np.sqrt(n_neurons), b, seed=replicate, **knobs), replicate, u


# ---------------------------------------------------------------- balanced networks over coupling
def with_each_knob(
    couplings: Sequence[float] | np.ndarray, *, settings: dict, vary: dict[str, Sequence], **network: Any
) -> xr.DataArray:
    """Accuracy of balanced networks without a knob and with each knob at 1.

    Parameters
    ----------
    couplings : sequence of float
    settings, vary : dict
        Arguments of `evaluate`, the task among them, and those that take several values; see `sweep`.
    **network
        As in `sweep`.

    Returns
    -------
    xarray.DataArray
        Over (variant, varied settings, coupling, replicate).
    """
    variants = {"no knob": {}, **{_at_one(knob): {knob: 1.0} for knob in KNOBS}}
    each = [
        sweep(dict(coupling=couplings), evaluate, settings=settings, vary=vary, **network | knob).accuracy
        for knob in variants.values()
    ]
    return xr.concat(each, "variant").assign_coords(variant=list(variants))
