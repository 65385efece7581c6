"""The study that the task notebooks share: the same questions, asked of any task under several drives.

`Study` runs networks, by `sweep` and `evaluate`; the functions below it arrange results for a figure or a
sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy.stats import spearmanr

from ..dynamics import free_dynamics
from ..parameters import TABLE, number, short
from ..regularities import KNOBS
from ..reservoir import MEASURES, Solution, evaluate, solve
from ..tasks import Task
from ..weights import weight_matrix
from .driven_edges import driven_exponent
from .statistics import change_table, interval_rows, markdown_table, mean_effects, paired_effect
from .sweep import level_grid, sweep, sweep_knobs

PREDICTORS = ("fluctuation", "correlation", "nonlinearity", "lyapunov", "dimension")
STEP = 0.2  # colour scales of effects end at a multiple of this
PARTIAL = {"reciprocity": 0.25}  # level that stands in tables beside the complete one: it is not monotonic


def drive_text(drive: float) -> str:
    """A drive as heads and legends name it (mathtext)."""
    return f"${TABLE['drive'].symbol}$ = {short(drive)}"


def level_text(knob: str, level: float) -> str:
    """A knob and its level as heads and legends name it (mathtext)."""
    return f"${TABLE[knob].symbol}$ = {short(level)}"


@dataclass(frozen=True)
class Study:
    """One task, read by networks of one size under several drives.

    Attributes
    ----------
    task : Task
    drives : sequence of float
        u, each part of every experiment; those of single examples are run under the middle one.
    couplings : array_like, shape (n,)
        x = w sqrt(N) of curves and maps, increasing.
    settings : dict
        Further arguments of `evaluate`: bias_strength, ridge.
    network : dict
        Further arguments of `sweep`: n_neurons, n_modules, n_replicates, seed, n_workers, scheduler.
    """

    task: Task
    drives: Sequence[float]
    couplings: Sequence[float] | np.ndarray
    settings: dict = field(default_factory=dict)
    network: dict = field(default_factory=dict)

    @property
    def moderate(self) -> float:
        """The middle one of the drives."""
        return sorted(self.drives)[len(self.drives) // 2]

    @property
    def bias_strength(self) -> float:
        """w_beta of the constant biases."""
        return self.settings.get("bias_strength", 0.1)

    def solve_at(
        self, couplings: Sequence[float], drive: float | None = None
    ) -> tuple[list[str], list[Solution]]:
        """Networks without a knob, from one seed and balanced: a head for each and what it did.

        Parameters
        ----------
        couplings : sequence of float
            x = w sqrt(N), one network each.
        drive : float, optional
            u; `moderate` by default.

        Returns
        -------
        titles : list of str
            Coupling, accuracy, and what the task reports besides.
        solved : list of reservoir.Solution
        """
        n, seed = self.network["n_neurons"], self.network.get("seed", 0)
        settings = self.settings | dict(drive=self.moderate if drive is None else drive)
        networks = [weight_matrix(n, x / np.sqrt(n), seed=seed) for x in couplings]
        solved = [solve(W, self.task, seed, **settings) for W in networks]
        heads = zip(couplings, solved)
        return [f"$w\\sqrt{{N}}$ = {short(x)}: {_outcome(self.task, one)}" for x, one in heads], solved

    def over_coupling(
        self,
        levels: Sequence[float] | np.ndarray,
        balances: Sequence[float] = (0.0,),
        drives: Sequence[float] | None = None,
    ) -> xr.Dataset:
        """What `evaluate` gives over (drive, knob, level, coupling, balance, replicate).

        drives: all those of the study by default.
        """
        return self._knobs(levels, balances, evaluate, self.drives if drives is None else drives)

    def over_plane(self, balances: Sequence[float] | np.ndarray) -> xr.Dataset:
        """The same with each knob at 0 and at 1."""
        return self._knobs([0.0, 1.0], balances, evaluate, self.drives)

    def _knobs(self, levels, balances, function, drives):
        grid = dict(coupling=self.couplings, balance=balances)
        how = dict(settings=self._read, vary=dict(drive=list(drives)))
        return sweep_knobs(grid, levels, function, **how, **self.network)

    @property
    def _read(self):
        return dict(task=self.task) | self.settings

    def alone(self, balances: Sequence[float] | np.ndarray, **length: int) -> xr.Dataset:
        """Free runs of the networks of `over_plane`, over (knob, level, coupling, balance, replicate).

        length: n_steps and burn_in of `free_dynamics`.
        """
        grid = dict(coupling=self.couplings, balance=balances)
        return sweep_knobs(grid, [0.0, 1.0], free_dynamics, settings=length, **self.network)

    def each_knob(self, couplings: Sequence[float] | None = None, **vary: Sequence) -> xr.DataArray:
        """Accuracy of balanced networks without a knob and with each knob at 1.

        Parameters
        ----------
        couplings : sequence of float, optional
            Those of the study by default.
        **vary
            Arguments of `evaluate` that take several values, such as reset=[False, True] or
            ridge=[1e-8, 1e-4].

        Returns
        -------
        xarray.DataArray
            Over (variant, drive, varied settings, coupling, replicate).
        """
        variants = {"no knob": {}, **{level_text(knob, 1.0): {knob: 1.0} for knob in KNOBS}}
        each = [self._balanced(couplings, vary, **knob) for knob in variants.values()]
        return xr.concat(each, "variant").assign_coords(variant=list(variants))

    def by_ridge(self, couplings: Sequence[float], ridges: Sequence[float]) -> xr.DataArray:
        """Accuracy of balanced networks without a knob, over (drive, ridge, coupling, replicate)."""
        return self._balanced(couplings, dict(ridge=list(ridges)))

    def _balanced(self, couplings, vary, **knob):
        grid = dict(coupling=self.couplings if couplings is None else couplings)
        how = dict(settings=self._read, vary=dict(drive=list(self.drives)) | vary)
        return sweep(grid, evaluate, **how, **self.network, **knob).accuracy

    def exponents(self, *tasks: Task) -> xr.DataArray:
        """Conditional exponent of balanced networks without a knob, over (task, drive, coupling, replicate).

        tasks: those whose streams are read; that of the study by default.
        """
        vary = dict(task=list(tasks) or [self.task], drive=list(self.drives))
        settings = dict(bias_strength=self.bias_strength)
        grid = dict(coupling=self.couplings)
        return sweep(grid, driven_exponent, settings=settings, vary=vary, **self.network).lyapunov


def curve_levels(n_levels: int) -> np.ndarray:
    """Levels of curves over coupling: evenly spaced over 0 .. 1, and those of `PARTIAL`."""
    return np.union1d(level_grid(n_levels), list(PARTIAL.values()))


def without_knob(data: xr.Dataset) -> xr.Dataset:
    """The networks without a knob of a sweep over (knob, level, ...): at level 0, which all knobs share."""
    return data.isel(knob=0, level=0, drop=True)


def _outcome(task, solved):
    scores = dict(
        accuracy=task.score(solved.output, solved.target), **task.report(solved.output, solved.target)
    )
    return ", ".join(f"{_short(name)} {number(value)}" for name, value in scores.items())


def _short(name):
    return "NRMSE" if name == "nrmse" else name.replace("_", " ")


# ---------------------------------------------------------------- over the plane
def effect_maps(change: xr.DataArray) -> dict[str, xr.Dataset]:
    """Rows of `figures.maps.measures`, one per drive: what every knob changes.

    That is the mean paired change, and where its interval includes 0. All panels of a figure share one colour
    scale, just wide enough for the largest change.

    Parameters
    ----------
    change : xarray.DataArray
        Paired change of accuracy over (drive, knob, coupling, balance, replicate).
    """
    each = {drive_text(u): change.sel(drive=u).to_dataset("knob") for u in change.drive.values}
    top = STEP * max(1, np.ceil(np.abs(change.mean("replicate")).max().item() / STEP))
    return {text: mean_effects(values, (-top, top), "change of accuracy") for text, values in each.items()}


def each_network(values: xr.DataArray) -> np.ndarray:
    """All networks of a plane in a row: those without a knob once, then those with each knob at 1.

    values: over (knob, level, ...), the levels 0 and 1, in this order, as from `sweep_knobs`.
    """
    return np.concatenate([values.isel(knob=0, level=0).values.ravel(), values.isel(level=1).values.ravel()])


def side_by_side(
    accuracy: xr.DataArray, alone: xr.Dataset
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Accuracy of all networks of a plane by drive, and measures of their free runs, in the same order.

    accuracy, alone: from `Study.over_plane` and `Study.alone`.
    """
    scores = {drive_text(u): each_network(accuracy.sel(drive=u)) for u in accuracy.drive.values}
    return scores, {name: each_network(alone[name]) for name in PREDICTORS}


def changes(curves: xr.Dataset, points: dict[str, float]) -> str:
    """Markdown table of paired changes of accuracy at b = 0: rows are drives and knobs, columns couplings.

    Parameters
    ----------
    curves : xarray.Dataset
        Accuracy over (drive, knob, level, coupling, balance, replicate), with the levels 0, 1/4 and 1.
    points : dict of str to float
        Name of a column -> coupling; the heads say which one of the grid was taken.

    Returns
    -------
    str
        Mean over networks and 95 % interval. Reciprocity has a row at 1/4 and one at 1.
    """
    rows = {
        f"{drive_text(u)}: {level_text(knob, level)}": _change(curves, knob, level).sel(drive=u)
        for u in curves.drive.values
        for knob in KNOBS
        for level in _levels(knob)
    }
    return change_table(rows, {name: (x, 0.0) for name, x in points.items()})


def _levels(knob):
    return [PARTIAL[knob], 1.0] if knob in PARTIAL else [1.0]


def _change(data, knob, level):
    return paired_effect(data[["accuracy"]].sel(knob=knob), "level", high=level).accuracy


def balanced_ranks(accuracy: xr.DataArray, measure: xr.DataArray) -> str:
    """One sentence: rank correlation of accuracy and a measure of free runs among balanced networks alone.

    accuracy: over (drive, knob, level, coupling, balance, replicate), the levels 0 and 1; measure: the same
    without drive.
    """
    alone = each_network(_balanced_cells(measure))
    texts = []
    for u in accuracy.drive.values:
        scores = each_network(_balanced_cells(accuracy.sel(drive=u)))
        rank = spearmanr(alone, scores, nan_policy="omit").statistic
        texts.append(f"{number(float(rank), signed=True)} under {drive_text(u)}")
    name = TABLE[measure.name].symbol
    return (
        f"Among networks with b = 0 alone the rank correlation of ${name}$ and accuracy is "
        f"{', '.join(texts)}."
    )


def _balanced_cells(values):
    return values.sel(balance=0.0, method="nearest")


def best_without_knob(data: xr.Dataset) -> str:
    """One line of Markdown per drive: where on the plane networks without a knob do best, and how well.

    Best is meant on average over networks.

    data: accuracy, chance and baseline over (drive, knob, level, coupling, balance, replicate).
    """
    free = without_knob(data)
    return "\n".join(_best(free.sel(drive=u)) for u in data.drive.values)


def _best(data):
    mean = data.accuracy.mean("replicate")
    x, b = mean.stack(at=("coupling", "balance")).idxmax().item()
    best = data.sel(coupling=x, balance=b).mean("replicate")
    reported = "".join(
        f", {_short(name)} {number(best[name].item())}" for name in data if name not in MEASURES
    )
    place = f"$w\\sqrt{{N}}$ = {number(x)}, b = {short(b)}"
    return (
        f"- Knob-free networks are best at {place} with accuracy **{number(mean.max().item())}**{reported} "
        f"under {drive_text(data.drive.item())} (chance {short(data.chance.mean().item())}, without memory "
        f"{number(data.baseline.mean().item())})."
    )


def change_by_ridge(accuracy: xr.DataArray, least_squares: xr.DataArray, knob: str) -> str:
    """Markdown table of the paired change of accuracy by a knob, 0 to 1: rows are ridges, columns drives.

    accuracy: over (variant, drive, ridge, replicate), from `Study.each_knob`; least_squares: the same without
    `ridge`.
    """
    at = level_text(knob, 1.0)
    change, exact = (each.sel(variant=at) - each.sel(variant="no knob") for each in (accuracy, least_squares))
    rows = {f"ridge {value:g}": change.sel(ridge=value) for value in change.ridge.values}
    lines = interval_rows({"least squares": exact} | rows, "drive")
    return markdown_table([at, *map(drive_text, change.drive.values)], lines)


# ---------------------------------------------------------------- failures
def failures(nrmse: xr.DataArray) -> str:
    """Markdown table of how readouts fail, by drive and knob.

    It says how many have an NRMSE above 1, and how large it gets.

    nrmse: over (drive, knob, level, ...), the levels 0 and 1.
    """
    rows = []
    for u in nrmse.drive.values:
        at = nrmse.sel(drive=u)
        networks = {"no knob": without_knob(at)} | {
            level_text(knob, 1.0): at.sel(knob=knob).isel(level=1) for knob in KNOBS
        }
        rows += [[drive_text(u), name, *_failures(values)] for name, values in networks.items()]
    return markdown_table(["drive", "network", "NRMSE above 1", "median NRMSE", "largest NRMSE"], rows)


def _failures(nrmse):
    return (
        f"{100 * (nrmse > 1).mean().item():.0f} %",
        number(nrmse.median().item()),
        number(nrmse.max().item(), 1),
    )


class Failure(NamedTuple):
    """The network whose readout fails most; see `worst_network`."""

    knob: str  # "" for none
    level: float
    coupling: float
    balance: float
    drive: float
    seed: tuple[int, int]  # (seed, replicate)
    matrix: np.ndarray  # (N, N)

    @property
    def text(self) -> str:
        """What network it is, as a head names it (mathtext)."""
        knob = level_text(self.knob, self.level) if self.knob else "no knob"
        x, b = f"$w\\sqrt{{N}}$ = {short(self.coupling)}", f"$b$ = {short(self.balance)}"
        return ", ".join([knob, x, b, drive_text(self.drive)])


def worst_network(nrmse: xr.DataArray, study: Study) -> Failure:
    """The network of the largest NRMSE.

    nrmse: over (drive, knob, level, coupling, balance, replicate), from `study`.
    """
    dims = ("drive", "knob", "level", "coupling", "balance", "replicate")
    u, knob, level, x, b, k = nrmse.stack(at=dims).idxmax().item()
    n, modules = study.network["n_neurons"], study.network.get("n_modules", 5)
    seed = study.network.get("seed", 0), int(k)
    W = weight_matrix(n, x / np.sqrt(n), b, n_modules=modules, seed=seed, **{knob: level})
    return Failure(knob if level else "", level, x, b, u, seed, W)
