"""The claims ledger: what the paper's abstract states, each judged by a criterion written beforehand.

`claims.toml` holds the claims and their criteria; this file turns datasets into one table of verdicts, which
`verdicts` puts into words. Notebook 10 computes the data and saves the table.
"""

import json
import tomllib
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ..dynamics import REGIMES, regime_index
from ..parameters import cut, refuse
from ..regularities import KNOBS, REGULARITIES
from ..theory import mean_field
from . import statistics
from .places import PLACES

LABELS = ["claim", "knob", "measure", "level", "task", "place", "drive"]  # what names a row of the ledger
NUMBERS = ["reference", "n_cells", "n_networks", "effect", "low", "high", "dz", "p", "p_adjusted", "interval"]
DIRECTIONS = {"raises": 1, "lowers": -1, "changes": 0}


# ---------------------------------------------------------------- what is claimed
class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _registered(name):
    if name not in KNOBS:
        raise ValueError(f"{cut(name)}: no regularity has this name; there are {', '.join(KNOBS)}")
    return name


class Part(_Strict):
    """One thing that a claim is judged by; `claims.toml` explains the fields."""

    kind: Literal["change", "crossing", "agreement"]
    data: str
    knobs: list[Annotated[str, AfterValidator(_registered)]] = []
    measures: list[str] = []
    levels: tuple[float, float] = (0.0, 1.0)
    at_least: float = Field(0.0, ge=0)
    value: float = 0.0
    reference: Literal["mean field", "other networks"] = "mean field"
    share: float = Field(0.5, ge=0, le=1)
    tasks: list[str] = []
    places: list[Literal[tuple(PLACES)]] = []
    cells: list[Literal["all", "near", "away"]] = []
    drives: list[str] = []


class Claim(_Strict):
    """One claim: what is said, where, and how it is judged."""

    id: str
    title: str
    statement: str
    source: str
    direction: Literal[tuple(DIRECTIONS)]
    criterion: str
    part: list[Part] = Field(min_length=1)

    @property
    def knob(self) -> str:
        """The knob that its first part turns."""
        return self.part[0].knobs[0]


class Criteria(_Strict):
    """Common to all claims: false discovery rate, margin of "negligible", networks for a verdict."""

    rate: float = Field(statistics.RATE, gt=0, lt=1)
    margin: float = Field(statistics.MARGIN, gt=0)
    fewest: int = Field(statistics.FEWEST, ge=2)


class Ledger(_Strict):
    """All claims with their criteria."""

    criteria: Criteria
    claim: list[Claim] = Field(min_length=1)


def read(path: str | Path | None = None) -> Ledger:
    """Read the claims.

    Parameters
    ----------
    path : path-like, optional
        A file like `claims.toml`, which is the default.

    Returns
    -------
    Ledger

    Raises
    ------
    ValueError
        One message with every fault in the file.
    """
    path = Path(path or Path(__file__).with_name("claims.toml"))
    try:
        ledger = Ledger(**tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        refuse([f"{path.name}: {error}"])
    except ValidationError as error:
        refuse([f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()])
    ids = [claim.id for claim in ledger.claim]
    refuse([f"{path.name}: claim {name} is there twice" for name in sorted(set(ids)) if ids.count(name) > 1])
    return ledger


# ---------------------------------------------------------------- judging
def judge(data: Mapping[str, xr.Dataset], ledger: Ledger | None = None) -> pd.DataFrame:
    """Verdicts on all claims.

    Parameters
    ----------
    data : dict of str to xarray.Dataset
        - "tasks", "free": over knob, level, drive, coupling, balance, replicate (tasks: and task), as from
          `controls.sweep_tasks` and `sweep.sweep_knobs`; free runs are means over mirrored pairs, their drive
          is "free";
        - "places": the place of each of their cells, over drive, coupling, balance, from `places.places`;
        - "waking", "driven": nonlinearity over drive, level, coupling, replicate;
        - "regimes": `regime` over mirror, coupling, balance, replicate, from `sweep.sweep` without knobs.
        - whatever further data a claim names.
    ledger : Ledger, optional
        That of `claims.toml` by default.

    Returns
    -------
    pandas.DataFrame
        Indexed by `LABELS` (empty where a label does not apply), a row per cell: reference (what was
        subtracted from the effect: the share that an agreement has to exceed), n_cells (of the plane),
        n_networks, effect, low, high, dz, p, p_adjusted, interval (the level of low and high), verdict, and
        whether it is mixed: whether means over networks of both signs, beyond the margin, stand behind it.
        Places without a cell have no row.

    Raises
    ------
    ValueError
        If a claim asks for data, a measure, a task or a drive that is not there.
    """
    ledger = ledger or read()
    refuse([fault for claim in ledger.claim for part in claim.part for fault in _missing(claim, part, data)])
    tables = [judge_claim(claim, data, ledger.criteria) for claim in ledger.claim]
    return pd.concat([rows for rows in tables if len(rows)])


def judge_claim(claim: Claim, data: Mapping[str, xr.Dataset], criteria: Criteria) -> pd.DataFrame:
    """The rows of one claim; its cells are corrected together. See `judge`."""
    cells = [cell for part in claim.part for cell in _KINDS[part.kind](part, data)]
    values, at_least = [cell.pop("values") for cell in cells], [cell.pop("at_least", 0.0) for cell in cells]
    mixed = [_mixed(cell.pop("means", ()), criteria.margin) for cell in cells]
    table = statistics.cell_statistics(values, criteria.rate, criteria.fewest).rename(
        columns={"level": "interval"}
    )
    words = dict(rate=criteria.rate, margin=criteria.margin, fewest=criteria.fewest)
    verdicts = statistics.verdicts(table, DIRECTIONS[claim.direction], at_least=at_least, **words)
    blank = dict(
        claim=claim.id,
        knob="",
        measure="",
        level=np.nan,
        task="",
        place="",
        drive="",
        reference=0.0,
        n_cells=0,
    )
    heads = pd.DataFrame([blank | cell for cell in cells], columns=list(blank))
    return pd.concat([heads, table], axis=1).assign(verdict=verdicts, mixed=mixed).set_index(LABELS)


def _mixed(means, margin):
    """Whether cells with effects of both signs, beyond the margin, stand behind a verdict."""
    return bool(np.any(np.asarray(means) > margin) and np.any(np.asarray(means) < -margin))


def _missing(claim, part, data):
    if part.data not in data:
        return [f"claim {claim.id}: there are no data {part.data!r}, only {', '.join(data)}"]
    there = data[part.data]
    names = [n for n in part.measures if n not in there]
    wanted = dict(task=part.tasks, drive=part.drives, knob=part.knobs if "knob" in there.dims else [])
    for dim, values in wanted.items():
        known = there[dim].values.tolist() if dim in there.coords else []
        names += [f"{dim} {value}" for value in values if value not in known]
    return [f"claim {claim.id}: data {part.data!r} hold no {name}" for name in names]


def _change(part, data):
    """Mean paired change of each measure over the cells of each place, where the knob can act."""
    change = statistics.paired_effect(data[part.data][list(part.measures)], "level", *part.levels)
    each = part.knobs, part.measures, part.drives, part.places, part.tasks
    for knob, measure, drive, place, task in product(*map(_or_none, each)):
        label = dict(knob=knob, task=task, drive=drive)
        effect = change[measure].sel({dim: value for dim, value in label.items() if value}, drop=True)
        acting = xr.DataArray([REGULARITIES[knob].acts(b) for b in effect.balance.values], dims="balance")
        cells = (data["places"].sel(drive=drive, drop=True) == list(PLACES).index(place)) & acting
        if cells.any():
            yield (
                label
                | dict(measure=measure, place=place, level=part.levels[1], at_least=part.at_least)
                | _over(effect.where(cells), n_cells=int(cells.sum()))
            )


def _over(effect, n_cells):
    """One value per network, the mean over cells, and one per cell, the mean over networks."""
    values, means = effect.mean(("coupling", "balance")), effect.mean("replicate")
    return dict(n_cells=n_cells, values=values.values, means=means.values)


def _crossing(part, data):
    """Paired change, from level 0, of the coupling at which a measure rises through a value."""
    (measure,), (knob,) = part.measures, part.knobs
    at = statistics.crossing(data[part.data][measure], "coupling", part.value)
    change = at - at.sel(level=0.0)
    for drive, level in product(part.drives, change.level.values[1:]):
        values = change.sel(drive=drive, level=level).values
        yield dict(
            knob=knob, measure=f"{measure} = {part.value:g}", level=float(level), drive=drive, values=values
        )


def _agreement(part, data):
    """Share of cells where a pair has the regime of a reference, minus the share asked for.

    Everywhere and by place.
    """
    regime, theory = data[part.data].regime, theory_regimes(data[part.data])
    agrees = (regime == (theory if part.reference == "mean field" else others_majority(regime))).mean(
        "mirror"
    )
    away = off_boundaries(theory)
    for name, cells in dict(all=away | ~away, near=~away, away=away).items():
        if name in part.cells and cells.any():
            values = agrees.where(cells).mean(("coupling", "balance")).values - part.share
            label = dict(place=name, measure=f"agreement with {part.reference}", reference=part.share)
            yield label | dict(n_cells=int(cells.sum()), values=values)


_KINDS = {"change": _change, "crossing": _crossing, "agreement": _agreement}


def _or_none(names):
    return list(names) or [""]


# ---------------------------------------------------------------- regimes against theory
def theory_regimes(dataset: xr.Dataset) -> xr.DataArray:
    """Mean-field regime of every cell of a plane, an index into `REGIMES`; the rules of `dynamics.regime`."""
    asked = json.loads(dataset.attrs["parameters"])
    n, density = asked["n_neurons"], asked.get("density", 1.0)
    indices = [
        [_theory_regime(mean_field(n, x / np.sqrt(n), b, density)) for b in dataset.balance.values]
        for x in dataset.coupling.values
    ]
    return xr.DataArray(
        indices, dims=("coupling", "balance"), coords={d: dataset[d].values for d in ("coupling", "balance")}
    )


def _theory_regime(state):
    return regime_index(np.sqrt(state.q), state.lyapunov, state.fluctuation)


def off_boundaries(regimes: xr.DataArray) -> xr.DataArray:
    """Cells that share one regime with all their neighbours on the grid, up to eight; boolean, same shape."""
    padded = np.pad(regimes.values, 1, mode="edge")
    shape = regimes.shape
    around = [padded[i : i + shape[0], j : j + shape[1]] for i, j in product(range(3), range(3))]
    return regimes.copy(data=np.all([near == regimes.values for near in around], axis=0))


def others_majority(regime: xr.DataArray) -> xr.DataArray:
    """For each pair, the most frequent regime of all others.

    Indices over (..., mirror, replicate) -> (..., replicate).
    """
    counts = xr.concat([(regime == k).sum("mirror") for k in range(len(REGIMES))], "kind")
    return (counts.sum("replicate") - counts).argmax("kind")
