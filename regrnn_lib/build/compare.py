"""`compare A B`: the tables of two runs side by side, and the data of their figures, where they differ."""

from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from ..project import project_root, six_digits
from ..record.passports import passport, passports
from ..record.sameness import unlike_rows
from .profile import cut

if TYPE_CHECKING:
    import pandas as pd

KINDS = {"*.csv": "table", "data/*.csv": "figure"}


def command(words: list[str]) -> int:
    """Print what was compared and what differs; exit status 0 if tables and figures' data agree, 1 if not."""
    if len(words) != 2 or any(word.startswith("-") for word in words):
        raise ValueError("usage: python -m regrnn_lib.build compare A B (names of runs, or figures)")
    a, b = map(_folder, words)
    unlike, drawn = tables(a, b), _figures(a, b)
    for line in [_compared(a, b), *_parameters(a, b)]:
        print(line)
    for name, difference in unlike.items():
        text = isinstance(difference, str)
        print(f"{name}: {difference}" if text else f"{name}:\n{difference.to_string(max_rows=20)}\n")
    for line in [*drawn, *_largest(unlike)]:
        print(line)
    print(f"tables that differ: {', '.join(unlike)}" if unlike else "the tables agree")
    names = dict.fromkeys(line.split(",")[0] for line in drawn)
    print(f"figures that differ: {', '.join(names)}" if drawn else "the figures' data agree")
    return 1 if unlike or drawn else 0


def _folder(word):
    root = project_root()
    for folder in (root / "results" / word, root / word, Path(word)):
        with suppress(OSError, ValueError):  # too long a name, or none
            if word and folder.is_dir():
                return folder
    raise ValueError(f"{cut(word)}: no such run; results/{cut(word)} does not exist")


# ---------------------------------------------------------------- what is compared
def _ran(folder):
    """Parameters of each notebook that has left something in a folder."""
    return {page["notebook"]: page.get("parameters") or {} for page in passports(folder).values()}


def _compared(a, b):
    """Which notebooks, how many tables and figures both folders have, as a line."""
    both = sorted(filter(None, _ran(a).keys() & _ran(b).keys()))
    counts = [
        len({path.name for path in a.glob(kind)} & {path.name for path in b.glob(kind)}) for kind in KINDS
    ]
    words = ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in zip(counts, KINDS.values()))
    return f"compared: {a.name} and {b.name}, {words} of {', '.join(both) or 'no notebook that ran in both'}"


def _parameters(a, b):
    """One line for each notebook that ran with other parameters, or in one of them alone."""
    here, there = _ran(a), _ran(b)
    lines = [f"{name}: ran for {a.name} only" for name in sorted(filter(None, here.keys() - there.keys()))]
    lines += [f"{name}: ran for {b.name} only" for name in sorted(filter(None, there.keys() - here.keys()))]
    for name in sorted(filter(None, here.keys() & there.keys())):
        one, two = here[name], there[name]
        pairs = {key: (one.get(key, "-"), two.get(key, "-")) for key in sorted(one.keys() | two.keys())}
        other = [f"{key} {x} / {y}" for key, (x, y) in pairs.items() if x != y]
        lines += [f"{name}: parameters that differ: {', '.join(other)}"] if other else []
    return lines


def _largest(unlike):
    """The largest change of a number in the tables, as a line; nothing where no number differs."""
    changes = [
        (abs(new - old), name, column, old, new)
        for name, frame in unlike.items()
        if not isinstance(frame, str)
        for column in dict.fromkeys(frame.columns.get_level_values(0))
        for old, new in zip(*(map(_number, frame[column].iloc[:, side]) for side in (0, 1)))
        if old is not None and new is not None
    ]
    if not changes:
        return []
    size, name, column, old, new = max(changes)
    return [f"largest change: {name}, {column}: {old:g} to {new:g} ({size:.2g})"]


def _number(text):
    """A finite number, None for anything else."""
    with suppress(ValueError, TypeError):
        return float(text) if isfinite(float(text)) else None
    return None


def _figures(a, b):
    """Lines on the data of figures that both runs have."""
    lines = []
    for path in sorted((a / "data").glob("*.csv")):
        if (other := b / "data" / path.name).exists():
            both = (each.read_text(encoding="utf-8") for each in (path, other))
            lines += [f"{path.stem}, {line}" for line in unlike_rows(*both, by_series=True)]
    return lines


def tables(a: str | Path, b: str | Path) -> "dict[str, pd.DataFrame | str]":
    """The tables of two folders side by side, where they differ, of notebooks that have run in both.

    Numbers count as equal when they agree to six significant digits. Rows are matched by the key
    that the passport notes (the named index of `save_table`), without one by their place.

    Returns
    -------
    dict of str to (pandas.DataFrame or str)
        For each table that differs: its differing rows and columns, or what is wrong.
    """
    a, b = Path(a), Path(b)
    (owners, ran), (others, ran_too) = map(_tables, (a, b))
    names = sorted(name for name, notebook in (owners | others).items() if notebook in ran & ran_too)
    differences = {name: _difference(a, b, name) for name in names}
    return {name: difference for name, difference in differences.items() if len(difference)}


def _tables(folder):
    """The notebook that made each table of a folder, and all notebooks that left something there."""
    owners = {name: page["notebook"] for name, page in passports(folder).items()}
    return {path.stem: owners.get(path.stem) for path in folder.glob("*.csv")}, {*owners.values(), None}


def _difference(a, b, name):
    for folder, other in ((a, b), (b, a)):
        if not (folder / f"{name}.csv").exists():
            return f"only in {other.name}"
    key = passport(a / f"{name}.json").get("key") or []
    left, right = (_read(folder / f"{name}.csv", key) for folder in (a, b))
    if list(left.columns) != list(right.columns):
        return f"columns {', '.join(left.columns)} against {', '.join(right.columns)}"
    rows = left.index.union(right.index, sort=False)
    left, right = (frame.reindex(rows, fill_value="-") for frame in (left, right))
    return left.compare(right, keep_equal=True, result_names=(a.name, b.name))


def _read(path, key):
    import pandas as pd

    # as text: whether a column of a CSV counts as whole or real numbers depends on its values
    frame = pd.read_csv(path, dtype=str, keep_default_na=False).map(_rounded)
    return frame.set_index(key) if key else frame.rename_axis("row")


def _rounded(text):
    try:
        return text if text.lstrip("-").isdigit() else str(six_digits(float(text)))
    except ValueError:
        return text
