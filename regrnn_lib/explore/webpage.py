"""The network explorer as one HTML page that needs neither Python nor a network.

`explorer.html` simulates in the reader's browser. The random numbers come from here, as full doubles, so that its
thresholds fall on the same side as ours: its matrices are the library's, entry for entry, at any setting of the knobs.
"""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..dynamics import start_state
from ..figures.style import BRIGHT
from ..parameters import DYNAMICS, TABLE, check, refuse
from ..regularities import KNOBS
from ..weights import draws, normal, random_stream
from . import views
from .sliders import control
from .widgets import presets, start

TEMPLATE = Path(__file__).with_name("explorer.html")
LARGEST = 3_000_000  # bytes of a page


def page(
    n_neurons: int = 100, seeds: Sequence[int] = (0, 1, 2, 3), n_steps: int = 500, burn_in: int = 200
) -> str:
    """The page as text.

    Parameters
    ----------
    n_neurons : int
        Number of neurons N of its networks.
    seeds : sequence of int
        Seeds to choose from; each costs 54 N^2 bytes.
    n_steps, burn_in : int
        Steps recorded and dropped of each run.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a parameter is out of range, or the page would be larger than 3 MB.
    """
    check(n_neurons=n_neurons, n_steps=n_steps, burn_in=burn_in)
    if len(seeds) * 54 * n_neurons**2 > LARGEST - 100_000:
        refuse(
            [
                f"n_neurons = {n_neurons} with {len(seeds)} seeds: the page would be larger than 3 MB; take fewer"
            ]
        )
    template = TEMPLATE.read_text(encoding="utf-8")
    refuse([f"{name}: explorer.html has no law of this name" for name in KNOBS if name not in laws(template)])
    data = dict(
        knobs=list(KNOBS),
        n_neurons=n_neurons,
        n_steps=n_steps,
        burn_in=burn_in,
        largest_weight=views.LARGEST_WEIGHT,
        colors=[[round(255 * c) for c in rgba[:3]] for rgba in BRIGHT(np.arange(256))],
        start={name: value for name, value in start().items() if name != "n_neurons"} | dict(seed=seeds[0]),
        controls=_controls(seeds, n_neurons),
        presets={name: values | dict(n_modules=5, density=1.0) for name, values in presets().items()},
        measures=_names(DYNAMICS),
        indices=_names([*views.INDICES, *KNOBS]),
        draws={str(seed): _draws(n_neurons, seed) for seed in seeds},
    )
    return template.replace("__DATA__", json.dumps(data, ensure_ascii=False))


def laws(template: str) -> list[str]:
    """Names of the regularities whose laws the page knows, from its text."""
    body = re.search(r"const LAWS = \{(.*?)^\};", template, re.DOTALL | re.MULTILINE)[1]
    return re.findall(r"^  (\w+)\(", body, re.MULTILINE)


def _controls(seeds, n_neurons):
    """The sliders of the page: no number of neurons, and the seeds that are there."""
    names = [name for name in start() if name != "n_neurons"]
    controls = {name: control(name)._asdict() for name in names}
    controls["seed"] |= dict(low=min(seeds), high=max(seeds))
    controls["n_modules"]["high"] = min(controls["n_modules"]["high"], n_neurons)
    return controls


def _names(names):
    return {name: (TABLE[name].plain, TABLE[name].label) for name in names}


def _draws(n_neurons, seed):
    """All random numbers behind a seed: those of the matrix, the start, the first tangent vector."""
    tangent = normal(random_stream(seed, "analysis"), n_neurons)
    arrays = dict(draws(n_neurons, seed))
    arrays |= dict(start=start_state(n_neurons, seed), tangent=tangent / np.sqrt(np.sum(tangent**2)))
    return {name: base64.b64encode(array.astype("<f8").tobytes()).decode() for name, array in arrays.items()}
