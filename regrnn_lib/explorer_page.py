"""The network explorer as one HTML page that needs neither Python nor a network.

`explorer.html` simulates in the reader's browser. The random numbers come from here, as full doubles, so that its
thresholds fall on the same side as ours: its matrices are the library's, entry for entry, at any setting of the knobs.
"""

import base64
import json
from pathlib import Path

import numpy as np

from . import panels
from .dynamics import start_state
from .explorers import PRESETS, START
from .parameters import check, refuse
from .plots import BRIGHT
from .sliders import CONTROLS, PLAIN, WHOLE
from .sweep import QUANTITIES
from .weights import draws, random_stream

TEMPLATE = Path(__file__).with_name("explorer.html")
LARGEST = 3_000_000  # bytes of a page


def page(n_neurons=100, seeds=(0, 1, 2, 3), n_steps=500, burn_in=200):
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
        refuse([f"n_neurons = {n_neurons} with {len(seeds)} seeds: the page would be larger than 3 MB; take fewer"])
    data = dict(
        n_neurons=n_neurons,
        n_steps=n_steps,
        burn_in=burn_in,
        largest_weight=panels.LARGEST_WEIGHT,
        colors=[[round(255 * c) for c in rgba[:3]] for rgba in BRIGHT(np.arange(256))],
        start={name: START[name] for name in _controls(seeds, n_neurons)} | dict(seed=seeds[0]),
        controls=_controls(seeds, n_neurons),
        presets={name: values | dict(n_modules=5, density=1.0) for name, values in PRESETS.items()},
        measures=_names(panels.MEASURES),
        indices=_names(panels.INDICES),
        draws={str(seed): _draws(n_neurons, seed) for seed in seeds},
    )
    return TEMPLATE.read_text(encoding="utf-8").replace("__DATA__", json.dumps(data, ensure_ascii=False))


def _controls(seeds, n_neurons):
    """The sliders of the page: no number of neurons, and the seeds that are there."""
    made = {name: control._asdict() | dict(whole=name in WHOLE) for name, control in CONTROLS.items()}
    made["seed"] |= dict(low=min(seeds), high=max(seeds))
    made["n_modules"]["high"] = min(made["n_modules"]["high"], n_neurons)
    return {name: made[name] for name in START if name != "n_neurons"}


def _names(names):
    return {name: (PLAIN.get(QUANTITIES[name].symbol, QUANTITIES[name].symbol), QUANTITIES[name].name) for name in names}


def _draws(n_neurons, seed):
    """All random numbers behind a seed: those of the matrix, the start, the first tangent vector."""
    tangent = random_stream(seed, "analysis").standard_normal(n_neurons)
    arrays = draws(n_neurons, seed)._asdict()
    arrays |= dict(start=start_state(n_neurons, seed), tangent=tangent / np.sqrt(np.sum(tangent**2)))
    return {name: base64.b64encode(array.astype("<f8").tobytes()).decode() for name, array in arrays.items()}
