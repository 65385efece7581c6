"""The ledger in words and tables: sentences, Markdown, and the part of the README that is written by code.

python -m regrnn_lib.claims readme      write the saved table into README.md
"""

import sys

import numpy as np
import pandas as pd

from ..parameters import TABLE, number, refuse, short
from ..project import project_root, write_file
from ..tasks import TASKS
from . import statistics
from .claims import LABELS, NUMBERS, read

MARKS = {
    "supported": "✓",
    "contradicted": "✗",
    "no effect": "=",
    "inconclusive": "?",
    "too few networks": "·",
}
SAVED = "10_ledger_table.csv"
NO_LEDGER = "no ledger yet: `make` writes it (notebook 10)"
BEGIN, END = "<!-- ledger -->", "<!-- /ledger -->"


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
    some = rows[rows.verdict == word]
    head = _count(word, rows, margin)
    if len(some) == len(rows) and word not in ("supported", "contradicted"):
        return head
    places = [_place_text(group, rows) for _, group in some.groupby(_place(rows), sort=False)]
    return f"{head}: {', '.join(places)}"


def _count(word, rows, margin):
    """How many cells have a verdict, and how many of these are too small to matter."""
    some = rows[rows.verdict == word]
    small = (some.effect.abs() < margin).sum() if word in ("supported", "contradicted") else 0
    return f"{word} in {len(some)} of {len(rows)}" + (
        f" ({small} of these smaller than {margin:g})" if small else ""
    )


def _place(rows):
    """Columns that say where: regime and drive; for levels of one knob what is measured, too."""
    return ["regime", "drive", *(["measure"] if rows.level.nunique() > 1 else [])]


def _place_text(group, rows):
    one = group.iloc[0]
    every = rows[np.logical_and.reduce([rows[name] == one[name] for name in _place(rows)])]
    measure = _measure_text(one.measure) if rows.level.nunique() > 1 else ""
    where = (
        " ".join(filter(None, [measure, _regime_text(one.regime), _drive_text(one.drive)])) or "everywhere"
    )
    return f"{where} ({_items(group, every, rows)})"


def _items(group, every, rows):
    """The cells of one place by name with their effects; where all share the verdict, the range of effects."""
    if len(group) == len(every) > 2 and group.measure.nunique() == 1:
        kind = "tasks" if group.task.iloc[0] else "levels"
        return f"all {kind}, {signed(group.effect.min())} to {signed(group.effect.max())}"
    return ", ".join(_item(row, rows) for row in group.itertuples())


def _item(row, rows):
    parts = [TABLE[row.knob].plain if rows.knob.nunique() > 1 else "", _task_text(row.task)]
    levels, measures = rows.level.nunique() > 1, rows.measure.nunique() > 1
    parts += [
        _measure_text(row.measure) if measures and not levels else "",
        f"r = {short(row.level)}" if levels else "",
    ]
    # of an agreement the share itself says more than its distance from what was asked for
    number = f"{row.effect + row.reference:.0%}" if row.reference else signed(row.effect)
    return " ".join(filter(None, [*parts, number]))


def _measure_text(name):
    first, *rest = name.split(" ", 1)
    return " ".join([TABLE[first].plain if first in TABLE else first, *rest]).replace(
        "= -", "= \N{MINUS SIGN}"
    )


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
    return "undefined" if np.isnan(value) else number(value, signed=True)


def sentences(table, ledger=None):
    """One sentence per claim, in their order; see `sentence`."""
    ledger = ledger or read()
    return [sentence(claim, table, ledger.criteria.margin) for claim in ledger.claim]


def read_table(path=None):
    """The saved ledger as `judge` gave it, to six digits; that of `figures/` by default, empty before there is one."""
    saved = project_root() / "figures" / SAVED
    if path is None and not saved.exists():
        return pd.DataFrame(columns=[*LABELS, *NUMBERS, "verdict"]).set_index(LABELS)
    blank = {name: [""] for name in [*NUMBERS, "level"]}
    return pd.read_csv(path or saved, keep_default_na=False, na_values=blank).set_index(LABELS)


def readme_table(table, ledger=None):
    """The ledger in short, as Markdown: per claim one sentence, which counts its verdicts; see `summary`."""
    ledger = ledger or read()
    return "\n".join(f"- {summary(claim, table, ledger.criteria.margin)}" for claim in ledger.claim)


def summary(claim, table, margin=statistics.MARGIN):
    """A short `sentence` on a claim: how often it is supported and contradicted, and in which places mainly."""
    rows = table.reset_index().query("claim == @claim.id")
    if rows.empty:
        return sentence(claim, table, margin)
    words = [word for word in statistics.VERDICTS if (rows.verdict == word).any()]
    decided = [word for word in words if word in ("supported", "contradicted")]
    clauses = [_short_count(word, rows, margin) + _mainly(word, rows) for word in decided or words]
    return f"**{claim.id}, {claim.title}** ({len(rows)} comparisons): {'; '.join(clauses)}."


def _short_count(word, rows, margin):
    found = rows[rows.verdict == word]
    if len(found) == len(rows):
        return f"{word} in all"
    small = (found.effect.abs() < margin).sum() if rows.task.any() else 0
    return f"{word} in {len(found)}" + (f" ({small} below {margin:g})" if small else "")


def _mainly(word, rows):
    """Where more than half of the cells have a verdict: knobs, if there are several, or regimes and drives."""
    if (rows.verdict == word).all():
        return ""
    if rows.knob.nunique() > 1:
        share = (rows.verdict == word).groupby(rows.knob, sort=False).mean()
        places = [TABLE[knob].label for knob in share.index[share > 0.5]]
    else:
        places = _main_places(word, rows)
    return f", mainly {_listed(places)}" if places else ""


def _main_places(word, rows):
    """Regimes and drives with more than half of their cells, as texts: regimes with the same drives together."""
    share = (rows.verdict == word).groupby([rows.regime, rows.drive], sort=False).mean()
    drives, together = rows.drive.nunique(), {}
    for regime in rows.regime.unique():
        where = tuple(drive for name, drive in share.index[share > 0.5] if name == regime)
        together.setdefault(where, []).append(regime)
    together.pop((), None)
    return [" ".join(filter(None, [_regimes_text(regimes), _drives_text(where, drives)]))
            for where, regimes in together.items()]  # fmt: skip


def _regimes_text(regimes):
    names = [_regime_text(name).removesuffix(" networks") for name in regimes if name]
    return f"{_listed(names)} networks" if names and "all" not in regimes else _listed(names)


def _drives_text(drives, n_drives):
    if len(drives) == n_drives > 1:
        return "under both drives" if n_drives == 2 else "under all drives"
    return _listed([_drive_text(name) for name in drives if name])


def _listed(words):
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


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


_DOWN = {
    "measure": _measure_text,
    "regime": _regime_text,
    "drive": _drive_text,
}  # how a row of a table is named
_ACROSS = {  # ... and how a column
    "claim": lambda row: f"{row.claim}: {TABLE[row.knob].label}",
    "task": lambda row: _task_text(row.task),
    "level": lambda row: f"{TABLE[row.knob].plain} = {short(row.level)}",
    "measure": lambda row: _measure_text(row.measure),
}


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
        text = with_ledger(readme.read_text(encoding="utf-8"), readme_table(table))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    write_file(readme, text.encode())
    return 0
