"""The network explorer as one HTML page that needs neither Python nor a network.

It is made of the parts in `page/`, which the live figures of the chapters use too, all in one file. It
simulates in the reader's browser and draws the library's own random numbers there: its matrices are the
library's, entry for entry, at any setting of the knobs and any seed.
"""

import re
from collections.abc import Mapping

from ..parameters import check, refuse
from ..regularities import KNOBS
from . import live
from .questions import questions

SCRIPTS = (*live.FACE, "glances", "explorer")
LARGEST = 200  # neurons; with more a slider no longer answers at once
CHAPTERS = {
    "regimes": "../notebooks/01_dynamical_regimes.ipynb",
    "Dale": "../notebooks/02_dale.ipynb",
    "reciprocity": "../notebooks/03_reciprocity.ipynb",
    "modules": "../notebooks/04_modularity.ipynb",
    "all knobs": "../notebooks/11_explorer.ipynb",
}


def page(
    n_neurons: int = 100, n_steps: int = 500, burn_in: int = 200, chapters: Mapping[str, str] | None = None
) -> str:
    """The page as text.

    Parameters
    ----------
    n_neurons : int
        Number of neurons N of its networks, 2 .. 200.
    n_steps, burn_in : int
        Steps recorded and dropped of each run.
    chapters : mapping of str to str, optional
        Words -> address of the chapters that it links; by default the notebooks, as seen from `figures/`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a parameter is out of range, or a regularity has no law on the page.
    """
    check(n_neurons=n_neurons, n_steps=n_steps, burn_in=burn_in)
    slow = f"n_neurons = {n_neurons}: must be at most {LARGEST}, a page would answer too slowly"
    refuse([] if n_neurons <= LARGEST else [slow])
    refuse([f"{name}: page/matrix.js has no law of this name" for name in KNOBS if name not in laws()])
    told = live.settings() | dict(
        n_neurons=n_neurons, n_steps=n_steps, burn_in=burn_in, questions=told_questions()
    )
    told["controls"]["n_modules"]["high"] = min(told["controls"]["n_modules"]["high"], n_neurons)
    return _filled(
        live.source("explorer.html"),
        STYLE=live.source("live.css") + live.source("explorer.css"),
        CHAPTERS=_links(CHAPTERS if chapters is None else chapters),
        SCRIPTS="\n".join(_scripts(told)),
    )


def told_questions() -> dict[str, dict]:
    """Question -> the sliders that it sets and its caption, as the page is told."""
    return {words: dict(set=values, caption=caption) for words, (values, caption) in questions().items()}


def _scripts(told):
    """The scripts of the page in their order; an ending tag in one of them would end it."""
    yield live.source("parts.js")
    yield live.assignment("settings", told)
    for name in (*live.LIBRARY, *SCRIPTS):
        yield live.source(f"{name}.js")


def _filled(template, **parts):
    for name, text in parts.items():
        template = template.replace(f"__{name}__", text)
    return template


def _links(chapters):
    return ", ".join(f'<a href="{address}">{words}</a>' for words, address in chapters.items())


def laws(text: str = "") -> list[str]:
    """Names of the regularities whose laws the page knows; from its `matrix.js`, or another text of it."""
    body = re.search(
        r"const LAWS = \{(.*?)^  \};", text or live.source("matrix.js"), re.DOTALL | re.MULTILINE
    )[1]
    return re.findall(r"^    (\w+)\(W", body, re.MULTILINE)
