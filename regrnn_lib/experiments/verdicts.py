"""The ledger in words and tables: sentences, Markdown, and the part of the README that is written by code.

python -m regrnn_lib.claims readme      write the saved table into README.md
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from ..parameters import TABLE, number, refuse, short
from ..project import project_root, write_file
from ..reservoir import DRIVES
from ..tasks import TASKS
from . import statistics
from .claims import LABELS, NUMBERS, Claim, Ledger, read

MARKS = {
    "supported": "✓",
    "contradicted": "✗",
    "negligible": "=",
    "inconclusive": "?",
    "too few networks": "·",
}
SAVED = "10_ledger_table.csv"
NO_LEDGER = "no ledger yet: `make` writes it (notebook 10)"
BEGIN, END = "<!-- ledger -->", "<!-- /ledger -->"


def sentence(claim: Claim, table: pd.DataFrame, margin: float = statistics.MARGIN) -> str:
    """One sentence on a claim, made from its numbers: how often it holds and how often not, and where mainly.

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
    parts = [f"{head}{_judged(some, margin)}" for head, some in _parts(rows)]
    text = ("; " if rows.reference.any() else ". ").join(parts)
    return f"**{claim.id}, {claim.title}** ({len(rows)} comparisons): {text}."


def _parts(rows):
    """A claim on tasks at several levels in its levels, one on agreement in its references;
    any other as it is.
    """
    if rows.reference.any():
        return [(f"{_measure_text(name)}: ", some) for name, some in rows.groupby("measure", sort=False)]
    if rows.task.any() and rows.level.nunique() > 1:
        return [(f"{_level_text(some.iloc[0])}: ", some) for _, some in rows.groupby("level", sort=False)]
    return [("", rows)]


def _judged(rows, margin):
    """Verdicts with their counts and main places; of agreements the shares themselves."""
    if rows.reference.any():
        shares = [
            f"{_cells_text(row.place)} {row.effect + row.reference:.0%} ({row.verdict})"
            for row in rows.itertuples()
        ]
        return ", ".join(shares)
    words = [word for word in statistics.VERDICTS if (rows.verdict == word).any()]
    clauses = [_count(word, rows, margin) + _mainly(word, rows) for word in words]
    mixed = [f"in {rows.mixed.sum()} of them cells of both signs are averaged"] if rows.mixed.any() else []
    return "; ".join(clauses + mixed)


def _count(word, rows, margin):
    """How many cells have a verdict, and how many of these are too small to matter."""
    some = rows[rows.verdict == word]
    if len(some) == len(rows):
        return f"{word} in all"
    decided = word in ("supported", "contradicted") and rows.task.any()
    small = (some.effect.abs() < margin).sum() if decided else 0
    return f"{word} in {len(some)}" + (f" ({small} below {margin:g})" if small else "")


def sentences(table: pd.DataFrame, ledger: Ledger | None = None) -> list[str]:
    """One sentence per claim, in their order; see `sentence`."""
    ledger = ledger or read()
    return [sentence(claim, table, ledger.criteria.margin) for claim in ledger.claim]


def read_table(path: str | Path | None = None) -> pd.DataFrame:
    """The saved ledger as `judge` gave it, to six digits; that of `figures/` by default.

    Empty, with a warning, before there is one, and where the one of `figures/` is that of an older version.
    """
    saved = project_root() / "figures" / SAVED
    if path is None and not saved.exists():
        return _no_ledger(f"{saved} does not exist")
    blank = {name: [""] for name in [*NUMBERS, "level"]}
    table = pd.read_csv(path or saved, keep_default_na=False, na_values=blank)
    if path is None and not {*LABELS, "mixed"} <= set(table):
        return _no_ledger(f"{saved} is that of an older version")
    return table.set_index(LABELS)


def _no_ledger(why):
    warnings.warn(f"there is no ledger: {why}; notebook 10 of a checkout writes it (make)", stacklevel=3)
    return pd.DataFrame(columns=[*LABELS, *NUMBERS, "verdict", "mixed"]).set_index(LABELS)


def readme_table(table: pd.DataFrame, ledger: Ledger | None = None) -> str:
    """The ledger in short, as Markdown: one sentence a claim."""
    return "\n".join(f"- {text}" for text in sentences(table, ledger))


def _mainly(word, rows):
    """Where more than half of the cells have a verdict: knobs, if there are several, or places and drives."""
    if (rows.verdict == word).all() or word not in ("supported", "contradicted"):
        return ""
    if rows.knob.nunique() > 1:
        share = (rows.verdict == word).groupby(rows.knob, sort=False).mean()
        places = [TABLE[knob].label for knob in share.index[share > 0.5]]
    else:
        places = _main_places(word, rows)
    return f", mainly {_listed(places)}" if places else ""


def _main_places(word, rows):
    """Places and drives with more than half of their cells, as texts:
    places with the same drives together.
    """
    share = (rows.verdict == word).groupby([rows.place, rows.drive], sort=False).mean()
    drives, together = rows.drive.nunique(), {}
    for place in rows.place.unique():
        where = tuple(drive for name, drive in share.index[share > 0.5] if name == place)
        together.setdefault(where, []).append(place)
    together.pop((), None)
    return [_place_text(places, where, drives) for where, places in together.items()]


def _place_text(places, drives, n_drives):
    names = [_cells_text(name).removesuffix(" networks") for name in places if name]
    networks = [f"{_listed(names)} networks"] if names else []
    return " ".join([*networks, *filter(None, [_drives_text(drives, n_drives)])])


def _drives_text(drives, n_drives):
    if len(drives) == n_drives > 1:
        return "under all drives"
    if set(drives) <= set(DRIVES) and len(drives) > 1:
        return f"under {_listed(list(drives))} drive"
    return _listed([_drive_text(name) for name in drives if name])


def _measure_text(name):
    first, *rest = name.split(" ", 1)
    return " ".join([TABLE[first].plain if first in TABLE else first, *rest]).replace(
        "= -", "= \N{MINUS SIGN}"
    )


def _task_text(name):
    return TASKS[name].label if name in TASKS else name


def _level_text(row):
    return f"{TABLE[row.knob].plain} = {short(row.level)}"


def _cells_text(name):
    names = {
        "": "",
        "all": "all cells",
        "near": "cells near a boundary",
        "away": "cells away from boundaries",
    }
    return names.get(name, f"{name} networks")


def _drive_text(name):
    names = {"": "", "free": "in free runs"} | {drive: f"under {drive} drive" for drive in DRIVES}
    return names.get(name, f"under {name}")


def signed(value: float) -> str:
    """A number with its sign and two digits; "undefined" for NaN."""
    return "undefined" if np.isnan(value) else number(value, signed=True)


def _listed(words):
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _legend(words):
    return f"Marks: {', '.join(f'{MARKS[word]} {word}' for word in words)}."


def _cell_text(rows):
    return " / ".join(f"{MARKS[row.verdict]} {signed(row.effect)}" for row in rows.itertuples())


def concerning(
    table: pd.DataFrame, knob: str | None = None, task: str | None = None, ledger: Ledger | None = None
) -> str:
    """The verdicts that concern one knob or one task, in Markdown.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `judge` or `read_table`.
    knob, task : str, optional
        A knob gives a table per claim, across it the tasks, levels or measures; a task one table, across it
        the claims.
    ledger : Ledger, optional
        That of `claims.toml` by default; claims that it does not hold are left out.

    Returns
    -------
    str
        For each claim its criterion and the count of its verdicts, the tables, and what the marks mean; one
        line where there is no ledger, or none of its cells concerns what is asked for.
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
    return f"**{claim.id}, {claim.title}** ({claim.criterion}), {len(rows)} comparisons: {'; '.join(counts)}."


def _grid(rows):
    """Places down, across them the first label that varies; mark and effect in every cell."""
    across = next((name for name in _ACROSS if rows[name].nunique() > 1), "task")
    keys = ["claim", "level"] if across == "claim" else [across]
    down = [
        name
        for name in _DOWN
        if name not in keys and (name in ("place", "drive") or rows[name].nunique() > 1)
    ]
    columns = {key: _ACROSS[across](some.iloc[0]) for key, some in rows.groupby(keys, sort=False)}
    lines = []
    for _, some in rows.groupby(down, sort=False):
        where = " ".join(filter(None, (_DOWN[name](some.iloc[0]) for name in down)))
        cells = dict(list(some.groupby(keys, sort=False)))
        lines.append([where, *(_cell_text(cells.get(key, some[:0])) for key in columns)])
    return statistics.markdown_table(["where", *columns.values()], lines)


_DOWN = {  # how a row of a table is named
    "measure": lambda row: _measure_text(row.measure),
    "level": _level_text,
    "place": lambda row: _cells_text(row.place),
    "drive": lambda row: _drive_text(row.drive),
}
_ACROSS = {  # ... and how a column
    "claim": lambda row: f"{row.claim}: {TABLE[row.knob].label}, {_level_text(row)}",
    "task": lambda row: _task_text(row.task),
    "level": _level_text,
    "measure": lambda row: _measure_text(row.measure),
}


def with_ledger(page: str, text: str) -> str:
    """A page with `text` between the markers of the ledger; ValueError if they are not there."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        refuse([f"README.md: the markers {BEGIN} and {END} must stand there once, in this order"])
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}"


def main(words: list[str]) -> int:
    """The command line; see the head of this file. Returns the exit status."""
    if words != ["readme"]:
        print("usage: python -m regrnn_lib.claims readme", file=sys.stderr)
        return 2
    readme = project_root() / "README.md"
    if not (project_root() / "figures" / SAVED).exists() or (table := read_table()).empty:
        print(NO_LEDGER, file=sys.stderr)
        return 1
    try:
        text = with_ledger(readme.read_text(encoding="utf-8"), readme_table(table))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    write_file(readme, text.encode())
    return 0
