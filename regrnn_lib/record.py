"""Save figures, tables and pages so that they can be trusted, traced and made again.

Beside every figure (SVG + PNG), table (CSV) and page (HTML) lies its *passport*, a JSON file that says what is
shown, which parameters and which versions made it, by which command, and the SHA-256 of each file.
Nothing in these files depends on the time, the machine or the folder: the same run writes the same
bytes.
"""

import io
import json
import os
import re
import sys
from importlib.metadata import version
from pathlib import Path

from .project import file_digest, library_digest, project_root, write_file

# matplotlib and pandas take a second to import and `build` reads passports in every run that has
# nothing to do: they are imported where they are used.

VERSIONS = ("matplotlib", "numba", "numpy", "scipy")
KINDS = {".svg", ".png", ".csv", ".html"}


def results_folder():
    """The folder into which this run writes.

    `regrnn_lib.build` names it; a notebook run by hand (JupyterLab, plain papermill) writes to
    `results/notebook`, so that it never touches the committed `figures/`.
    """
    named = os.environ.get("REGRNN_RESULTS")
    return Path(named) if named else project_root() / "results" / "notebook"


def save_figure(fig, name, caption, *, parameters=None):
    """Write a figure as `name`.svg and `name`.png (200 dpi) with its passport, `name`.json.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    name : str
        File name without ending: letters, digits, `_` and `-`.
    caption : str
        What is shown, for a reader who has nothing else before them.
    parameters : dict, optional
        The parameters that determine the figure; by default those of the run.

    Raises
    ------
    ValueError
        If `name` is not a plain file name.
    OSError
        If the folder cannot be written; the message says which file and why.
    """
    import matplotlib as mpl

    svg, png = io.BytesIO(), io.BytesIO()
    if layout := fig.get_layout_engine():
        layout.execute(fig)
    # the salt fixes the ids inside the SVG; glyphs as paths look the same with any fonts installed
    with mpl.rc_context({"svg.hashsalt": "regrnn", "svg.fonttype": "path", "figure.constrained_layout.use": False}):
        fig.set_layout_engine(None)  # laid out once, for both files and for the notebook
        fig.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        fig.savefig(png, format="png", dpi=200, metadata={"Software": None})
    files = {f"{name}.svg": svg.getvalue(), f"{name}.png": png.getvalue()}
    _save(name, files, caption, parameters)
    _show(fig, caption)


def _show(fig, caption):
    """In a notebook, show the figure and its caption below it, in place of the figure alone."""
    if "IPython" not in sys.modules or sys.modules["IPython"].get_ipython() is None:
        return
    import matplotlib.pyplot as plt
    from IPython.display import Markdown, display

    display(fig, Markdown(f"*{caption}*"))
    plt.close(fig)


def save_table(frame, name, caption, *, parameters=None):
    """Write a DataFrame as `name`.csv with its passport, `name`.json.

    Real numbers are written with six significant digits (see `six_digits`), NaN as an empty field.
    A named index becomes the first columns and, where its rows are unique, is noted in the passport
    as the table's key; an unnamed one is dropped. Parameters and errors as in `save_figure`.
    """
    names = [label for label in frame.index.names if label is not None]
    key = names if frame.index.is_unique else []
    frame = frame.reset_index() if names else frame
    text = frame.map(six_digits).to_csv(index=False, lineterminator="\n")
    _save(name, {f"{name}.csv": text.encode()}, caption, parameters, key=key)


def save_page(text, name, caption, *, parameters=None):
    """Write a self-contained HTML page as `name`.html with its passport, `name`.json.

    Parameters and errors as in `save_figure`; `text` is the page.
    """
    _save(name, {f"{name}.html": text.encode()}, caption, parameters)


def save_screenshot(png, name, caption, *, parameters=None):
    """Write a picture that a browser took, PNG bytes, as `name`.png with its passport; else as in `save_figure`."""
    _save(name, {f"{name}.png": png}, caption, parameters)


def six_digits(value):
    """A real number as text with six significant digits (`%.6g`, without a sign on zero).

    NaN, and whatever is not a real number, is returned as it is. Results of linear algebra differ
    between processors in their last bits; six digits of them do not.
    """
    import numpy as np

    real = isinstance(value, (float, np.floating)) and not np.isnan(value)
    return f"{value + 0.0:.6g}" if real else value


def verify(folder):
    """Compare every figure and table in `folder` with its passport.

    Returns
    -------
    list of str
        One line per file that is missing, altered or without passport; empty if all is well.
    """
    folder = Path(folder)
    faults, known = [], set()
    for path in sorted(folder.glob("*.json")):
        for file, digest in passport(path)["files"].items():
            known.add(file)
            if not (folder / file).exists():
                faults.append(f"{file}: missing")
            elif file_digest(folder / file) != digest:
                faults.append(f"{file}: altered")
    there = {path.name for path in folder.glob("*") if path.suffix in KINDS}
    return faults + [f"{file}: without passport" for file in sorted(there - known)]


def passport(path):
    """Read a passport; one that cannot be read counts as naming no files."""
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
        return {"notebook": None, **read, "files": dict(read["files"])}
    except (ValueError, TypeError, KeyError):
        return {"notebook": None, "files": {}}


def compare(a, b):
    """The tables of two folders side by side, where they differ, of notebooks that have run in both.

    Numbers count as equal when they agree to six significant digits. Rows are matched by the key
    that the passport notes (the named index of `save_table`), without one by their place.

    Returns
    -------
    dict of str to (pandas.DataFrame or str)
        For each table that differs: its differing rows and columns, or what is wrong.
    """
    a, b = Path(a), Path(b)
    (made, ran), (others, ran_too) = map(_tables, (a, b))
    names = sorted(name for name, notebook in (made | others).items() if notebook in ran & ran_too)
    differences = {name: _table_difference(a, b, name) for name in names}
    return {name: found for name, found in differences.items() if len(found)}


def _tables(folder):
    """The notebook that made each table of a folder, and all notebooks that left something there."""
    owners = {path.stem: passport(path)["notebook"] for path in sorted(folder.glob("*.json"))}
    return {path.stem: owners.get(path.stem) for path in folder.glob("*.csv")}, {*owners.values(), None}


def _table_difference(a, b, name):
    import pandas as pd

    for folder, other in ((a, b), (b, a)):
        if not (folder / f"{name}.csv").exists():
            return f"only in {other.name}"
    key = passport(a / f"{name}.json").get("key") or []
    left, right = (_read_table(folder / f"{name}.csv", key) for folder in (a, b))
    if list(left.columns) != list(right.columns):
        return f"columns {', '.join(left.columns)} against {', '.join(right.columns)}"
    rows = left.index.union(right.index, sort=False)
    left, right = left.reindex(rows, fill_value="-"), right.reindex(rows, fill_value="-")
    unlike = left != right
    shown = unlike.any(axis="columns"), unlike.any(axis="index")
    both = pd.concat([left.loc[shown], right.loc[shown]], axis="columns", keys=[a.name, b.name])
    return both.swaplevel(axis="columns").reindex(columns=left.columns[shown[1]], level=0)


def _read_table(path, key):
    import pandas as pd

    # as text: whether a column of a CSV counts as whole or real numbers depends on its values
    frame = pd.read_csv(path, dtype=str, keep_default_na=False).map(_rounded)
    return frame.set_index(key) if key else frame.rename_axis("row")


def _rounded(text):
    try:
        return text if text.lstrip("-").isdigit() else str(six_digits(float(text)))
    except ValueError:
        return text


def _save(name, files, caption, parameters, **more):
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError(f"name = {name!r}: must be a file name of letters, digits, _ and -")
    if parameters is None:
        parameters = json.loads(os.environ.get("REGRNN_PARAMETERS", "{}"))
    folder = results_folder()
    for file, data in files.items():
        write_file(folder / file, data)
    page = {
        "caption": caption,
        "command": os.environ.get("REGRNN_COMMAND"),
        "files": {file: file_digest(folder / file) for file in files},
        "library": library_digest(),
        "notebook": os.environ.get("REGRNN_NOTEBOOK"),
        "parameters": parameters,
        "versions": {package: version(package) for package in VERSIONS},
        **more,
    }
    text = json.dumps(page, indent=1, sort_keys=True, ensure_ascii=False, default=_plain) + "\n"
    write_file(folder / f"{name}.json", text.encode())


def _plain(value):
    """NumPy scalars and arrays as the numbers they hold."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a passport cannot hold {type(value).__name__}")
