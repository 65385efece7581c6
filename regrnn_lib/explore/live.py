"""The live figures' JavaScript for any page: which scripts a chapter loads, in which order, where they go.

The scripts in `page/` are classic ones, readable as they are; they work from a folder by a double click. They
draw the library's own random numbers: what they need from here is small and lies in `settings.js`.
"""

import base64
import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .. import theory
from ..figures.style import BRIGHT, REGIME_COLORS
from ..parameters import DYNAMICS, TABLE, refuse, rounded, shown
from ..project import project_root
from ..regularities import KNOBS
from ..tasks import handwritten_digits
from . import ledger, views
from .questions import start
from .sliders import control

FOLDER = Path(__file__).with_name("page")
SETTINGS = "settings.js"
LIBRARY = (
    "arrays",
    "random",
    "matrix",
    "eigenvalues",
    "dynamics",
    "prediction",
)  # what runs in a worker, too
TASKS = ("tasks", "readout")  # the same, for the chapters in which networks work
FACE = ("asking", "words", "drawing")
FIGURE = ("glances", "live", "pair", "strip", "work", "pad")
MAP = "regime_map.js"
DIGITS = "digits.js"
LEDGER = "ledger.js"
DATA = {"01": [MAP], "09": [DIGITS], "10": [DIGITS, LEDGER]}  # further scripts of a chapter
STYLE = "live.css"
RUN = dict(n_neurons=100, n_steps=500, burn_in=200)  # of every free run on a page
DRIVES = [0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0]  # of the edge of chaos that pages are told
LAYERS = 256  # of NumPy's ziggurat


def scripts(chapter: str) -> list[str]:
    """Scripts of a chapter's page in the order in which it loads them, as paths below the folder of `write`.

    Parameters
    ----------
    chapter : str
        Number of a chapter that has a live figure, such as "03": one of `chapters()`.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If the chapter has no live figure.
    """
    known = chapters()
    refuse([] if chapter in known else [f"chapter = {shown(chapter)}: must be one of {', '.join(known)}"])
    return [*shared(), *DATA.get(chapter, []), f"chapters/{chapter}.js"]


def shared() -> list[str]:
    """Scripts that all chapters share, in their order."""
    rest = [f"{name}.js" for name in (*LIBRARY, *TASKS, *FACE, *FIGURE)]
    return ["parts.js", SETTINGS, *rest]


def chapters() -> list[str]:
    """Numbers of the chapters that have a live figure."""
    return sorted(path.stem for path in (FOLDER / "chapters").glob("*.js"))


def files() -> dict[str, str]:
    """Path -> text of everything that the live figures load, the style sheet included."""
    names = {*shared(), *(f"chapters/{chapter}.js" for chapter in chapters()), STYLE} - {SETTINGS}
    texts = {name: source(name) for name in sorted(names)}
    return texts | {
        SETTINGS: assignment("settings", settings()),
        MAP: assignment("regimeMap", regime_map()),
        DIGITS: assignment("settings.digits", digits()),
        LEDGER: assignment("ledger", ledger.recorded()),
    }


def assignment(name: str, value: Any) -> str:
    """A script that gives `regrnn` a value: data as a page in a folder can load it."""
    return f'"use strict";\n\nregrnn.{name} = {json.dumps(value, ensure_ascii=False)};\n'


def write(folder: str | Path) -> None:
    """Write all `files` into a folder, such as `assets` beside the pages."""
    for name, text in files().items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def source(name: str) -> str:
    """Text of a file of `page/`."""
    return (FOLDER / name).read_text(encoding="utf-8")


# ---------------------------------------------------------------- what the scripts are told
def settings() -> dict[str, Any]:
    """`regrnn.settings`: names, limits, colours, and the widths behind the normal numbers."""
    names = [name for name in start() if name != "n_neurons"]
    return RUN | dict(
        knobs=list(KNOBS),
        largest_weight=views.LARGEST_WEIGHT,
        colors=[[round(255 * c) for c in rgba[:3]] for rgba in BRIGHT(np.arange(256))],
        regime_colors=REGIME_COLORS,
        start={name: start()[name] for name in names},
        controls={name: dict(name=name) | control(name)._asdict() for name in [*names, "drive"]},
        measures=plain_names(DYNAMICS),
        indices=plain_names([*views.INDICES, *KNOBS]),
        driven_edge=[[u, rounded(theory.driven_edge(max(u, 1e-4)))] for u in DRIVES],
        ziggurat=base64.b64encode(layer_widths().astype("<f8").tobytes()).decode(),
    )


def regime_map() -> dict[str, Any]:
    """The map of figure 01_regimes, from the data it was drawn with, and the mean-field lines over it."""
    data = pd.read_csv(project_root() / "figures" / "data" / "01_regimes.csv")
    cells = data[data.series.str.startswith("image")].pivot(index="y", columns="x", values="value")
    couplings = np.geomspace(*cells.index[[0, -1]], 60)
    borders = theory.boundaries(start()["n_neurons"], couplings)
    return dict(
        balances=[float(b) for b in cells.columns],
        couplings=[float(x) for x in cells.index],
        colors=cells.values.tolist(),
        lines={name: _points(*line) for name, line in borders.lines().items()},
    )


def digits() -> dict[str, str]:
    """The handwritten digits of the task, and what they are.

    Levels 0 .. 16, column after column, as bytes in base64.
    """
    columns, classes = handwritten_digits()
    levels = (8 * (columns + 1)).astype(np.uint8)
    return dict(pixels=base64.b64encode(levels.tobytes()).decode(), digits="".join(map(str, classes)))


def _points(balances, couplings):
    return [[rounded(b), rounded(x)] for b, x in zip(balances, couplings) if np.isfinite(b)]


def plain_names(names: list[str]) -> dict[str, tuple[str, str]]:
    """Symbol and name of parameters and measures, for people."""
    return {name: (TABLE[name].plain, TABLE[name].label) for name in names}


@lru_cache(maxsize=1)
def layer_widths() -> np.ndarray:
    """Widths of the layers of NumPy's ziggurat over 2^52, read off its own numbers; shape (256,).

    In all but one draw in a hundred a normal number is the product of a whole number below 2^52 and the width
    of a layer, both told by the same 64 bits (Marsaglia and Tsang 2000). A dozen such draws leave one double
    that explains them.
    """
    bits, places = np.random.PCG64(0), [[] for _ in range(LAYERS)]
    numbers = np.random.Generator(bits)
    while min(map(len, places)) < 12:
        before = bits.state
        word = bits.random_raw()
        bits.state = before
        places[word % LAYERS].append(((word >> 9) % 2**52, abs(numbers.standard_normal())))
    return np.array([_width(layer) for layer in places])


def _width(layer):
    """The double that gives most of the numbers of a layer from their whole numbers."""
    width = float(np.median([number / whole for whole, number in layer]))
    for _ in range(6):
        width = math.nextafter(width, 0)
    explained = {}
    for _ in range(13):
        explained[width] = sum(whole * width == number for whole, number in layer)
        width = math.nextafter(width, 1)
    return max(explained, key=explained.get)
