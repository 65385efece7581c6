"""The claims ledger: what the paper's abstract states, each statement judged by a criterion written beforehand.

`claims.toml` holds the claims and their criteria; this file turns datasets into one table of verdicts, and the
table into sentences. Notebook 10 computes the data and saves the table.

    python -m regrnn_lib.claims readme      write the saved table into README.md
"""

import json
import sys
import tomllib
from itertools import product
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import statistics
from .digest import PACKAGE
from .dynamics import REGIMES
from .parameters import refuse
from .record import project_root, write_file
from .sweep import KNOBS, QUANTITIES
from .tasks import TASKS
from .theory import mean_field

LABELS = ["claim", "knob", "measure", "level", "task", "regime", "drive"]  # what names a row of the ledger
NUMBERS = ["reference", "n_cells", "n_networks", "effect", "low", "high", "dz", "p", "p_adjusted", "interval"]
DIRECTIONS = {"raises": 1, "lowers": -1, "changes": 0}
MARKS = {"supported": "✓", "contradicted": "✗", "no effect": "=", "inconclusive": "?", "too few networks": "·"}
SYMBOLS = dict(dale="d", reciprocity="r", modularity="m", fluctuation="F", correlation="C", nonlinearity="NL")
TABLE = "10_ledger_table.csv"
NO_LEDGER = "no ledger yet: `make` writes it (notebook 10)"
BEGIN, END = "<!-- ledger -->", "<!-- /ledger -->"


# ---------------------------------------------------------------- what is claimed
class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Strict):
    """One thing that a claim is judged by; `claims.toml` explains the fields."""

    kind: Literal["change", "crossing", "agreement"]
    data: str
    knobs: list[Literal[KNOBS]] = []
    measures: list[str] = []
    levels: tuple[float, float] = (0.0, 1.0)
    at_least: float = Field(0.0, ge=0)
    value: float = 0.0
    reference: Literal["mean field", "other networks"] = "mean field"
    share: float = Field(0.5, ge=0, le=1)
    tasks: list[str] = []
    regimes: list[Literal[("all", *REGIMES)]] = []
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


class Criteria(_Strict):
    """Common to all claims: false discovery rate, margin of "no effect", networks for a verdict."""

    rate: float = Field(statistics.RATE, gt=0, lt=1)
    margin: float = Field(statistics.MARGIN, gt=0)
    fewest: int = Field(statistics.FEWEST, ge=2)


class Ledger(_Strict):
    """All claims with their criteria."""

    criteria: Criteria
    claim: list[Claim] = Field(min_length=1)


def read(path=None):
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
    path = Path(path or PACKAGE / "claims.toml")
    try:
        made = Ledger(**tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        refuse([f"{path.name}: {error}"])
    except ValidationError as error:
        refuse([f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()])
    ids = [claim.id for claim in made.claim]
    refuse([f"{path.name}: claim {name} is there twice" for name in sorted(set(ids)) if ids.count(name) > 1])
    return made


# ---------------------------------------------------------------- judging
def judge(data, ledger=None):
    """Verdicts on all claims.

    Parameters
    ----------
    data : dict of str to xarray.Dataset
        - "tasks", "free": over knob, level, coupling, balance, replicate (tasks: and task, drive), as from
          `controls.sweep_tasks` and `sweep.sweep_knobs`; the knob-free networks of "free" give each cell its regime;
        - "waking", "driven": nonlinearity over drive, level, coupling, replicate;
        - "regimes": `regime` over coupling, balance, replicate, from `sweep.sweep` without knobs.
        - whatever further data a claim names.
    ledger : Ledger, optional
        That of `claims.toml` by default.

    Returns
    -------
    pandas.DataFrame
        Indexed by `LABELS` (empty where a label does not apply), a row per cell: reference (what was subtracted
        from the effect: the share that an agreement has to exceed), n_cells (of the plane), n_networks, effect,
        low, high, dz, p, p_adjusted, interval (the level of low and high), verdict. Regimes without a cell have no row.

    Raises
    ------
    ValueError
        If a claim asks for data, a measure, a task or a drive that is not there.
    """
    ledger = ledger or read()
    refuse([fault for claim in ledger.claim for part in claim.part for fault in _missing(claim, part, data)])
    made = [judge_claim(claim, data, ledger.criteria) for claim in ledger.claim]
    return pd.concat([rows for rows in made if len(rows)])


def judge_claim(claim, data, criteria):
    """The rows of one claim; its cells are corrected together. See `judge`."""
    cells = [cell for part in claim.part for cell in _KINDS[part.kind](part, data)]
    values, at_least = [cell.pop("values") for cell in cells], [cell.pop("at_least", 0.0) for cell in cells]
    table = statistics.cell_statistics(values, criteria.rate, criteria.fewest).rename(columns={"level": "interval"})
    words = dict(rate=criteria.rate, margin=criteria.margin, fewest=criteria.fewest)
    verdicts = statistics.verdicts(table, DIRECTIONS[claim.direction], at_least=at_least, **words)
    blank = dict(claim=claim.id, knob="", measure="", level=np.nan, task="", regime="", drive="", reference=0.0, n_cells=0)
    heads = pd.DataFrame([blank | cell for cell in cells], columns=list(blank))
    return pd.concat([heads, table], axis=1).assign(verdict=verdicts).set_index(LABELS)


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
    """Mean paired change of each measure over the cells of each regime of the knob-free network."""
    regimes = statistics.majority_regime(data["free"].regime.isel(knob=0).sel(level=0.0))
    change = statistics.paired_effect(data[part.data][list(part.measures)], "level", *part.levels)
    means = {name: statistics.by_regime(change[name], regimes) for name in part.measures}
    level = part.levels[1]
    for knob, measure, drive, regime, task in product(*map(_or_none, (part.knobs, part.measures, part.drives, part.regimes, part.tasks))):
        label = dict(knob=knob, task=task, regime=regime, drive=drive)
        at = means[measure].sel({dim: value for dim, value in label.items() if value})
        if at.n_cells:
            yield label | dict(measure=measure, level=level, n_cells=int(at.n_cells), at_least=part.at_least, values=at.values)


def _crossing(part, data):
    """Paired change, from level 0, of the coupling at which a measure rises through a value."""
    (measure,), (knob,) = part.measures, part.knobs
    at = statistics.crossing(data[part.data][measure], "coupling", part.value)
    change = at - at.sel(level=0.0)
    for drive, level in product(part.drives, change.level.values[1:]):
        values = change.sel(drive=drive, level=level).values
        yield dict(knob=knob, measure=f"{measure} = {part.value:g}", level=float(level), drive=drive, values=values)


def _agreement(part, data):
    """Share of cells off the boundaries where a network has the regime of a reference, minus the share asked for."""
    regime, theory = data[part.data].regime, theory_regimes(data[part.data])
    wanted = theory if part.reference == "mean field" else others_majority(regime)
    agrees, off = (regime == wanted), off_boundaries(theory)
    for name in part.regimes:
        cells = off if name == "all" else off & (theory == REGIMES.index(name))
        if cells.any():
            values = agrees.where(cells).mean(("coupling", "balance")).values - part.share
            label = dict(regime=name, measure=f"agreement with {part.reference}", reference=part.share)
            yield label | dict(n_cells=int(cells.sum()), values=values)


_KINDS = {"change": _change, "crossing": _crossing, "agreement": _agreement}


def _or_none(names):
    return list(names) or [""]


# ---------------------------------------------------------------- regimes against theory
def theory_regimes(dataset):
    """Mean-field regime of every cell of a plane: index into `REGIMES` over (coupling, balance)."""
    asked = json.loads(dataset.attrs["parameters"])
    n, density = asked["n_neurons"], asked.get("density", 1.0)
    names = [[mean_field(n, x / np.sqrt(n), b, density).regime for b in dataset.balance.values] for x in dataset.coupling.values]
    made = np.vectorize(REGIMES.index)(names)
    return xr.DataArray(made, dims=("coupling", "balance"), coords={d: dataset[d].values for d in ("coupling", "balance")})


def off_boundaries(regimes):
    """Cells that have, like all their neighbours on the grid (up to eight), one regime; boolean, same shape."""
    padded = np.pad(regimes.values, 1, mode="edge")
    shape = regimes.shape
    around = [padded[i : i + shape[0], j : j + shape[1]] for i, j in product(range(3), range(3))]
    return regimes.copy(data=np.all([near == regimes.values for near in around], axis=0))


def others_majority(regime):
    """For each network, the most frequent regime of all others; (..., replicate) of indices -> the same shape."""
    counts = xr.concat([(regime == k).astype(int) for k in range(len(REGIMES))], "kind")
    return (counts.sum("replicate") - counts).argmax("kind")


# ---------------------------------------------------------------- in words
def sentence(claim, table, margin=statistics.MARGIN):
    """One sentence on a claim, made from its numbers: where it holds, and where not.

    Parameters
    ----------
    claim : Claim
    table : pandas.DataFrame
        As from `judge` or `read_table`; the rows of other claims are left out.
    margin : float
        Effects below it in size are counted as small.
    """
    rows = table.reset_index().query("claim == @claim.id")
    if rows.empty:
        return f"**{claim.id}, {claim.title}:** not judged, no cell of the plane belongs to it."
    clauses = [_clause(word, rows, margin) for word in statistics.VERDICTS if (rows.verdict == word).any()]
    return f"**{claim.id}, {claim.title}:** {'; '.join(clauses)}."


def _clause(word, rows, margin):
    found = rows[rows.verdict == word]
    head = _count(word, rows, margin)
    if len(found) == len(rows) and word not in ("supported", "contradicted"):
        return head
    places = [_place_text(group, rows) for _, group in found.groupby(_place(rows), sort=False)]
    return f"{head}: {', '.join(places)}"


def _count(word, rows, margin):
    """How many cells have a verdict, and how many of these are too small to matter."""
    found = rows[rows.verdict == word]
    small = (found.effect.abs() < margin).sum() if word in ("supported", "contradicted") else 0
    return f"{word} in {len(found)} of {len(rows)}" + (f" ({small} of these smaller than {margin:g})" if small else "")


def _place(rows):
    """Columns that say where: regime and drive; for levels of one knob what is measured, too."""
    return ["regime", "drive", *(["measure"] if rows.level.nunique() > 1 else [])]


def _place_text(group, rows):
    one = group.iloc[0]
    every = rows[np.logical_and.reduce([rows[name] == one[name] for name in _place(rows)])]
    measure = _measure_text(one.measure) if rows.level.nunique() > 1 else ""
    where = " ".join(filter(None, [measure, _regime_text(one.regime), _drive_text(one.drive)])) or "everywhere"
    return f"{where} ({_items(group, every, rows)})"


def _items(group, every, rows):
    """The cells of one place by name with their effects; where all share the verdict, the range of effects."""
    if len(group) == len(every) > 2 and group.measure.nunique() == 1:
        kind = "tasks" if group.task.iloc[0] else "levels"
        return f"all {kind}, {signed(group.effect.min())} to {signed(group.effect.max())}"
    return ", ".join(_item(row, rows) for row in group.itertuples())


def _item(row, rows):
    parts = [SYMBOLS[row.knob] if rows.knob.nunique() > 1 else "", _task_text(row.task)]
    levels, measures = rows.level.nunique() > 1, rows.measure.nunique() > 1
    parts += [_measure_text(row.measure) if measures and not levels else "", f"r = {row.level:g}" if levels else ""]
    # of an agreement the share itself says more than its distance from what was asked for
    number = f"{row.effect + row.reference:.0%}" if row.reference else signed(row.effect)
    return " ".join(filter(None, [*parts, number]))


def _measure_text(name):
    first, *rest = name.split(" ", 1)
    return " ".join([SYMBOLS.get(first, first), *rest]).replace("= -", "= \N{MINUS SIGN}")


def _task_text(name):
    return TASKS[name].label if name in TASKS else name


def _regime_text(name):
    names = {"": "", "all": "all regimes together", "fixed point": "fixed-point networks"}
    return names.get(name, f"{name} networks")


def _drive_text(name):
    names = {"": "", "free": "in free runs", "weak": "under weak drive", "strong": "under strong drive"}
    return names.get(name, f"under {name}")


def signed(value):
    """A number with its sign and two digits; "undefined" for NaN."""
    return "undefined" if np.isnan(value) else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def sentences(table, ledger=None):
    """One sentence per claim, in their order; see `sentence`."""
    ledger = ledger or read()
    return [sentence(claim, table, ledger.criteria.margin) for claim in ledger.claim]


# ---------------------------------------------------------------- tables
def read_table(path=None):
    """The saved ledger as `judge` gave it, to six digits; that of `figures/` by default, empty before there is one."""
    saved = project_root() / "figures" / TABLE
    if path is None and not saved.exists():
        return pd.DataFrame(columns=[*LABELS, *NUMBERS, "verdict"]).set_index(LABELS)
    blank = {name: [""] for name in [*NUMBERS, "level"]}
    return pd.read_csv(path or saved, keep_default_na=False, na_values=blank).set_index(LABELS)


def readme_table(table, ledger=None):
    """The ledger as Markdown: claims by regime and drive against tasks, what the marks mean, and a sentence per claim."""
    rows = table.reset_index()
    tasks = [name for name in TASKS if (rows.task == name).any()]
    judged = rows[rows.task != ""].groupby(["claim", "regime", "drive"], sort=False)
    lines = [[claim, f"{regime}, {drive}", *(_cell_text(group[group.task == name]) for name in tasks)]
             for (claim, regime, drive), group in judged]  # fmt: skip
    head = ["claim", "knob-free network, drive", *map(_task_text, tasks)]
    numbers = f"Numbers: paired change of accuracy, knob 0 to 1. {_legend(statistics.VERDICTS[:4])}"
    return "\n".join([statistics.markdown_table(head, lines), "", numbers, "",
                      *(f"- {text}" for text in sentences(table, ledger))])  # fmt: skip


def _legend(words):
    return f"Marks: {', '.join(f'{MARKS[word]} {word}' for word in words)}."


def _cell_text(rows):
    return " / ".join(f"{MARKS[row.verdict]} {signed(row.effect)}" for row in rows.itertuples())


def concerning(table, knob=None, task=None, ledger=None):
    """The verdicts that concern one knob or one task, in Markdown.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `judge` or `read_table`.
    knob, task : str, optional
        A knob gives a table per claim, across it the tasks, levels or measures; a task one table, across it the claims.
    ledger : Ledger, optional
        That of `claims.toml` by default; claims that it does not hold are left out.

    Returns
    -------
    str
        For each claim its criterion and the count of its verdicts, the tables, and what the marks mean; one line
        where there is no ledger, or none of its cells concerns what is asked for.
    """
    if table.empty:
        return NO_LEDGER
    ledger, rows = ledger or read(), table.reset_index()
    for name, wanted in dict(knob=knob, task=task).items():
        rows = rows[rows[name] == wanted] if wanted else rows
    claimed = [claim for claim in ledger.claim if (rows.claim == claim.id).any()]
    if not claimed:
        return "no verdict of the ledger concerns this"
    each = [rows[rows.claim == claim.id] for claim in claimed]
    heads = [_headline(claim, some, ledger.criteria.margin) for claim, some in zip(claimed, each)]
    if task:
        parts = [*heads, _grid(pd.concat(each))]
    else:
        parts = [part for head, some in zip(heads, each) for part in (head, _grid(some))]
    return "\n\n".join([*parts, f"Numbers: mean paired change over networks. {_legend(MARKS)}"])


def _headline(claim, rows, margin):
    counts = [_count(word, rows, margin) for word in statistics.VERDICTS if (rows.verdict == word).any()]
    return f"**{claim.id}, {claim.title}** ({claim.criterion}): {'; '.join(counts)}."


def _grid(rows):
    """Places down, across them the first label that varies; mark and effect in every cell."""
    across = next((name for name in _ACROSS if rows[name].nunique() > 1), "task")
    down = [name for name in _DOWN if name != "measure" or (name != across and rows.measure.nunique() > 1)]
    columns = {value: _ACROSS[across](some.iloc[0]) for value, some in rows.groupby(across, sort=False)}
    lines = []
    for place, some in rows.groupby(down, sort=False):
        where = " ".join(filter(None, (_DOWN[name](value) for name, value in zip(down, place))))
        lines.append([where, *(_cell_text(some[some[across] == value]) for value in columns)])
    return statistics.markdown_table(["where", *columns.values()], lines)


_DOWN = {"measure": _measure_text, "regime": _regime_text, "drive": _drive_text}  # how a row of a table is named
_ACROSS = {  # ... and how a column
    "claim": lambda row: f"{row.claim}: {QUANTITIES[row.knob].name}",
    "task": lambda row: _task_text(row.task),
    "level": lambda row: f"{SYMBOLS[row.knob]} = {row.level:g}",
    "measure": lambda row: _measure_text(row.measure),
}


# ---------------------------------------------------------------- README
def with_ledger(page, text):
    """A page with `text` between the markers of the ledger; ValueError if they are not there."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        refuse([f"README.md: the markers {BEGIN} and {END} must stand there once, in this order"])
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}"


def main(words):
    """The command line; see the head of this file. Returns the exit status."""
    if words != ["readme"]:
        print("usage: python -m regrnn_lib.claims readme", file=sys.stderr)
        return 2
    readme = project_root() / "README.md"
    table = read_table()
    if table.empty:
        print(NO_LEDGER, file=sys.stderr)
        return 1
    try:
        made = with_ledger(readme.read_text(encoding="utf-8"), readme_table(table))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    write_file(readme, made.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
