"""`compare A B`: the tables of two runs side by side, and the data of their figures, where they differ."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..project import project_root, six_digits
from ..record.passports import passport, passports
from ..record.sameness import unlike_rows

if TYPE_CHECKING:
    import pandas as pd


def command(words: list[str]) -> int:
    """Print what differs; exit status 0 if tables and figures' data agree, 1 if not."""
    if len(words) != 2 or any(word.startswith("-") for word in words):
        raise ValueError("usage: python -m regrnn_lib.build compare A B (names of runs, or figures)")
    a, b = map(_folder, words)
    unlike, drawn = tables(a, b), _figures(a, b)
    for name, difference in unlike.items():
        text = isinstance(difference, str)
        print(f"{name}: {difference}" if text else f"{name}:\n{difference.to_string(max_rows=20)}\n")
    for line in drawn:
        print(line)
    print(f"tables that differ: {', '.join(unlike)}" if unlike else "the tables agree")
    names = dict.fromkeys(line.split(",")[0] for line in drawn)
    print(f"figures that differ: {', '.join(names)}" if drawn else "the figures' data agree")
    return 1 if unlike or drawn else 0


def _folder(word):
    root = project_root()
    for folder in (root / "results" / word, root / word, Path(word)):
        if folder.is_dir():
            return folder
    raise ValueError(f"{word}: no such run; results/{word} does not exist")


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
