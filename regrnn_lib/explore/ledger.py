"""The recorded ledger, for the live figure of chapter 10.

Its verdicts on accuracy, and where in the plane each place lies.
"""

import json
from typing import Any

import numpy as np
import pandas as pd

from ..experiments import claims
from ..experiments.places import PLACES, places
from ..experiments.sweep import coupling_grid
from ..experiments.verdicts import MARKS, SAVED
from ..figures.ledger import SHORT
from ..parameters import TABLE
from ..project import project_root
from ..regularities import REGULARITIES
from ..reservoir import DRIVES
from ..tasks import TASKS

PASSPORT = "10_places.json"  # of the figure of the places: the parameters of all networks
GRID, NETWORK = ("coupling_min", "coupling_max", "n_couplings"), ("n_neurons", "bias_strength")


def recorded() -> dict[str, Any]:
    """What chapter 10 is told: claims, rows (a place under a drive), tasks, and what the table has of each.

    Returns
    -------
    dict
        `cells[claim][row][task]` is effect, low, high, verdict, and number of cells of the plane; `rows` have
        the cell in the middle of their place, where the page simulates the ledger's networks.
    """
    figures = project_root() / "figures"
    asked = json.loads((figures / PASSPORT).read_text(encoding="utf-8"))["parameters"]
    table = pd.read_csv(figures / SAVED).query("measure == 'accuracy'")
    where, tasks = _rows(asked), [task for task in TASKS if task in set(table.task)]
    known = {claim.id: claim for claim in claims.read().claim}
    heads = _whole(table, len(where) * len(tasks))
    found = table.set_index(["claim", "level", "drive", "place", "task"])
    return dict(
        seed=asked["seed"],
        networks=asked["n_replicates"],
        marks=MARKS,
        claims=[_claim(known[i], k, x) for i, k, x in heads],
        tasks=[dict(name=t, label=TASKS[t].label, short=SHORT.get(t, TASKS[t].label)) for t in tasks],
        rows=where,
        cells=[[[_cell(found, i, x, row, t) for t in tasks] for row in where] for i, _, x in heads],
    )


def _whole(table, n_cells):
    """Claim, knob and level of those judged in every cell; a claim on a few places has no table here."""
    sizes = table.groupby(["claim", "knob", "level"], sort=False).size()
    return sizes.index[sizes == n_cells].tolist()


def _claim(claim, knob, level):
    words = dict(id=claim.id, title=claim.title, direction=claim.direction, short=REGULARITIES[knob].short)
    return words | dict(knob=knob, level=level, symbol=TABLE[knob].plain)


def _cell(found, claim, level, row, task):
    one = found.loc[(claim, level, row["drive"], row["place"], task)]
    return [float(one.effect), float(one.low), float(one.high), one.verdict, int(one.n_cells)]


def _rows(asked):
    """Places under drives, each with the cell in its middle."""
    grid, alike = coupling_grid(*(asked[name] for name in GRID)), {name: asked[name] for name in NETWORK}
    where = places(grid, asked["balances"], DRIVES, **alike)
    return [
        dict(place=place, drive=drive, u=u, **_middle(where.sel(drive=drive) == index))
        for drive, u in DRIVES.items()
        for index, place in enumerate(PLACES)
    ]


def _middle(there):
    """Coupling and balance of the cell nearest to the centre of those marked, over (coupling, balance)."""
    at = np.argwhere(there.values)
    x, b = at[np.square(at - at.mean(axis=0)).sum(axis=1).argmin()]
    return dict(coupling=there.coupling.values[x].item(), balance=there.balance.values[b].item())
