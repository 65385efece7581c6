"""Save figures, tables and pages so that they can be trusted, traced and made again.

Beside every figure (SVG + PNG, with the numbers that it shows as data/NAME.csv), table (CSV) and page (HTML)
lies its *passport*, a JSON file that says what is shown, which parameters and which versions made it, by which
command, and the SHA-256 of each file. A figure's passport also holds a digest of the code that draws: that of its
notebook and of the modules that use matplotlib. Executed notebooks have a passport, too, which `build` writes.
Nothing in these files depends on the time, the machine or the folder: the same run writes the same bytes, but for
what rounding does to the last digits of a picture's paths; `sameness` says when that counts as the same.
"""

import hashlib
import io
import json
import re
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ..project import PACKAGE, file_digest, library_digest, project_root, six_digits, write_file
from .figuredata import figure_data
from .runs import results_folder, run_identity, tell
from .svg import dense_as_image, three_decimals

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# matplotlib and pandas take a second to import and `build` reads passports in every run that has
# nothing to do: they are imported where they are used.

VERSIONS = ("matplotlib", "numba", "numpy", "scipy")
KINDS = {".svg", ".png", ".csv", ".html"}


def save_figure(fig: "Figure", name: str, caption: str, *, parameters: dict | None = None) -> None:
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
    data = figure_data(fig)
    # the salt fixes the ids inside the SVG; glyphs as paths look the same with any fonts installed
    with mpl.rc_context(
        {"svg.hashsalt": "regrnn", "svg.fonttype": "path", "figure.constrained_layout.use": False}
    ):
        fig.set_layout_engine(None)  # laid out once, for both files and for the notebook
        with dense_as_image(fig):
            fig.savefig(svg, format="svg", dpi=200, metadata={"Date": None, "Creator": None})
        fig.savefig(png, format="png", dpi=200, metadata={"Software": None})
    files = {f"{name}.svg": three_decimals(svg.getvalue()), f"{name}.png": png.getvalue()}
    files[f"data/{name}.csv"] = data.encode()
    _save(name, files, caption, parameters, draws=True)
    _show(fig, caption)


def _show(fig, caption):
    """In a notebook, show the figure and its caption below it, in place of the figure alone."""
    if "IPython" not in sys.modules or sys.modules["IPython"].get_ipython() is None:
        return
    import matplotlib.pyplot as plt
    from IPython.display import Markdown, display

    display(fig, Markdown(f"*{caption}*"))
    plt.close(fig)


def save_table(frame: "pd.DataFrame", name: str, caption: str, *, parameters: dict | None = None) -> None:
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


def save_page(text: str, name: str, caption: str, *, parameters: dict | None = None) -> None:
    """Write a self-contained HTML page as `name`.html with its passport, `name`.json.

    Parameters and errors as in `save_figure`; `text` is the page.
    """
    _save(name, {f"{name}.html": text.encode()}, caption, parameters)


def save_screenshot(png: bytes, name: str, caption: str, *, parameters: dict | None = None) -> None:
    """Write a picture that a browser took, PNG bytes, as `name`.png with its passport; else as in `save_figure`."""
    _save(name, {f"{name}.png": png}, caption, parameters)


def faults(folder: str | Path) -> list[str]:
    """Compare every file that a passport in `folder` names with the digest there.

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
    paths = [path for path in (*folder.glob("*"), *folder.glob("data/*")) if path.suffix in KINDS]
    there = {path.relative_to(folder).as_posix() for path in paths}
    return faults + [f"{file}: without passport" for file in sorted(there - known)]


def intact(folder: str | Path, page: dict) -> bool:
    """Whether all files that a passport names are there as they were written."""
    files = {Path(folder) / file: digest for file, digest in page["files"].items()}
    return all(file.exists() and file_digest(file) == digest for file, digest in files.items())


def passport(path: str | Path) -> dict:
    """Read a passport; one that cannot be read counts as naming no files."""
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
        return {"notebook": None, **read, "files": dict(read["files"])}
    except (ValueError, TypeError, KeyError):
        return {"notebook": None, "files": {}}


def _save(name, files, caption, parameters, *, draws=False, **more):
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError(f"name = {name!r}: must be a file name of letters, digits, _ and -")
    folder = results_folder(name)
    tell(folder)
    for file, data in files.items():
        write_file(folder / file, data)
    page = passport_page(caption, {file: file_digest(folder / file) for file in files}, name)
    page |= more | ({"drawing": drawing_digest(page["notebook"])} if draws else {})
    if parameters is not None:
        page["parameters"] = parameters
    write_passport(folder / f"{name}.json", page)


def passport_page(caption: str, files: Mapping[str, str], name: str = "") -> dict:
    """What stands in every passport; `files` maps file names to digests, `name` is that of a figure."""
    notebook, parameters, command = run_identity(name)
    return {
        "caption": caption,
        "command": command,
        "files": files,
        "library": library_digest(),
        "notebook": notebook,
        "parameters": parameters,
        "versions": {package: version(package) for package in VERSIONS},
    }


def write_passport(path: str | Path, page: dict) -> None:
    """Write a passport, keys sorted."""
    text = json.dumps(page, indent=1, sort_keys=True, ensure_ascii=False, default=_plain) + "\n"
    write_file(path, text.encode())


def drawing_digest(notebook: str | None) -> str:
    """SHA-256 of the code that draws: a notebook's, that of the modules that use matplotlib, its version."""
    source = project_root() / "notebooks" / f"{notebook}.py"
    lines = source.read_text(encoding="utf-8").splitlines() if source.exists() else []
    parts = [
        version("matplotlib"),
        *(line for line in lines if not line.startswith("#")),
    ]  # without the prose
    modules = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))]
    parts += [text for text in modules if "matplotlib" in text]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _plain(value):
    """NumPy scalars and arrays as the numbers they hold."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a passport cannot hold {type(value).__name__}")
