"""Save figures, tables and pages so that they can be trusted, traced and made again.

Beside every figure (SVG + PNG, with the numbers that it shows as data/NAME.csv), table (CSV) and page (HTML)
lies its *passport*, a JSON file that says what is shown, which parameters and which versions made it, by
which command, and the SHA-256 of each file. A figure's passport also holds a digest of the code that draws:
that of its notebook and of the modules that use matplotlib. Executed notebooks have a passport, too, which
`build` writes. Nothing in these files depends on the time, the machine or the folder: the same run writes the
same bytes, but for what rounding does to the last digits of a picture's paths;
`sameness` says when that counts as the same.
"""

import io
import re
import sys
from typing import TYPE_CHECKING

from ..project import file_digest, six_digits, write_file
from .figuredata import figure_data
from .passports import drawing_digest, faults, passport, passport_page, write_passport
from .runs import tell, this_run
from .svg import dense_as_image, three_decimals

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# matplotlib and pandas take a second to import and `build` reads passports in every run that has
# nothing to do: they are imported where they are used.

# the salt fixes the ids inside the SVG; glyphs as paths look the same with any fonts installed
SETTINGS = {"svg.hashsalt": "regrnn", "svg.fonttype": "path", "figure.constrained_layout.use": False}

__all__ = ["faults", "passport", "save_figure", "save_page", "save_screenshot", "save_table"]


def save_figure(fig: "Figure", name: str, caption: str) -> None:
    """Write a figure as `name`.svg and `name`.png (200 dpi) with its passport, `name`.json.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    name : str
        File name without ending: letters, digits, `_` and `-`.
    caption : str
        What is shown, for a reader who has nothing else before them.

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
    with mpl.rc_context(SETTINGS):
        fig.set_layout_engine(None)  # laid out once, for both files and for the notebook
        with dense_as_image(fig):
            fig.savefig(svg, format="svg", dpi=200, metadata={"Date": None, "Creator": None})
        fig.savefig(png, format="png", dpi=200, metadata={"Software": None})
    files = {f"{name}.svg": three_decimals(svg.getvalue()), f"{name}.png": png.getvalue()}
    files[f"data/{name}.csv"] = data.encode()
    _save(name, files, caption, draws=True)
    _show(fig, caption)


def _show(fig, caption):
    """In a notebook, show the figure and its caption below it, in place of the figure alone."""
    if "IPython" not in sys.modules or sys.modules["IPython"].get_ipython() is None:
        return
    import matplotlib.pyplot as plt
    from IPython.display import Markdown, display

    display(fig, Markdown(f"*{caption}*"))
    plt.close(fig)


def save_table(frame: "pd.DataFrame", name: str, caption: str) -> None:
    """Write a DataFrame as `name`.csv with its passport, `name`.json.

    Real numbers are written with six significant digits (see `six_digits`), NaN as an empty field.
    A named index becomes the first columns and, where its rows are unique, is noted in the passport
    as the table's key; an unnamed one is dropped. Errors as in `save_figure`.
    """
    names = [label for label in frame.index.names if label is not None]
    key = names if frame.index.is_unique else []
    frame = frame.reset_index() if names else frame
    text = frame.map(six_digits).to_csv(index=False, lineterminator="\n")
    _save(name, {f"{name}.csv": text.encode()}, caption, key=key)


def save_page(text: str, name: str, caption: str) -> None:
    """Write a self-contained HTML page as `name`.html with its passport, `name`.json.

    Errors as in `save_figure`; `text` is the page.
    """
    _save(name, {f"{name}.html": text.encode()}, caption)


def save_screenshot(png: bytes, name: str, caption: str) -> None:
    """Write a picture that a browser took, PNG bytes, as `name`.png with its passport;
    else as in `save_figure`.
    """
    _save(name, {f"{name}.png": png}, caption)


def _save(name, files, caption, *, draws=False, **more):
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError(f"name = {name!r}: must be a file name of letters, digits, _ and -")
    run = this_run(name)
    tell(run.folder)
    for file, data in files.items():
        write_file(run.folder / file, data)
    page = passport_page(caption, {file: file_digest(run.folder / file) for file in files}, run) | more
    page |= {"drawing": drawing_digest(run.notebook)} if draws else {}
    write_passport(run.folder / f"{name}.json", page)
