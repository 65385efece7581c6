"""The recorded ledger, for the live figure of chapter 10: its verdicts on accuracy, and where in the plane each place lies."""

import json
from typing import Any

import numpy as np
import pandas as pd

from ..experiments import claims
from ..experiments.places import PLACES
from ..experiments.sweep import coupling_grid
from ..experiments.verdicts import MARKS, SAVED
from ..figures.ledger import SHORT
from ..figures.style import PLACE_COLORS
from ..parameters import TABLE
from ..project import project_root
from ..regularities import REGULARITIES
from ..reservoir import DRIVES
from ..tasks import TASKS

PLANE = "10_places"  # the figure of the places, and its passport with the parameters of all networks


def recorded() -> dict[str, Any]:
    """What chapter 10 is told: claims, rows (a place under a drive), tasks, and what the table has of each.

    Returns
    -------
    dict
        `cells[claim][row][task]` is effect, low, high, verdict, and number of cells of the plane; `rows` have the
        cell in the middle of their place, where the page simulates the ledger's networks.
    """
    figures = project_root() / "figures"
    asked = json.loads((figures / f"{PLANE}.json").read_text(encoding="utf-8"))["parameters"]
    table = pd.read_csv(figures / SAVED).query("measure == 'accuracy'")
    where = _rows(pd.read_csv(figures / "data" / f"{PLANE}.csv"), asked)
    known = {claim.id: claim for claim in claims.read().claim}
    heads = table[["claim", "knob", "level"]].drop_duplicates().values.tolist()
    found = table.set_index(["claim", "level", "drive", "place", "task"])
    return dict(
        seed=asked["seed"],
        networks=asked["n_replicates"],
        marks=MARKS,
        claims=[_claim(known[i], k, x) for i, k, x in heads],
        tasks=[dict(name=t, label=TASKS[t].label, short=SHORT[t]) for t in TASKS],
        rows=where,
        cells=[[[_cell(found, i, x, row, t) for t in TASKS] for row in where] for i, _, x in heads],
    )


def _claim(claim, knob, level):
    words = dict(id=claim.id, title=claim.title, direction=claim.direction, short=REGULARITIES[knob].short)
    return words | dict(knob=knob, level=level, symbol=TABLE[knob].plain)


def _cell(found, claim, level, row, task):
    one = found.loc[(claim, level, row["drive"], row["place"], task)]
    return [float(one.effect), float(one.low), float(one.high), one.verdict, int(one.n_cells)]


def _rows(drawn, asked):
    """Places under drives, from the picture of the places: a panel for the free network, then one for each drive."""
    grid = coupling_grid(asked["coupling_min"], asked["coupling_max"], asked["n_couplings"])
    images = drawn[drawn.series.str.startswith("image")]
    rows = []
    for panel, (drive, u) in enumerate(DRIVES.items(), start=2):
        image = images[images.panel == panel]
        for place in PLACES:
            x, y = _middle(image[image.value == PLACE_COLORS[place]])
            at = dict(coupling=round(float(grid[y]), 6), balance=asked["balances"][x])
            rows.append(dict(place=place, drive=drive, u=u, **at))
    return rows


def _middle(cells):
    """Column and row of the cell nearest to the centre of some cells."""
    at = cells[["x", "y"]].to_numpy()
    nearest = np.square(at - at.mean(axis=0)).sum(axis=1).argmin()
    return tuple(int(k) for k in at[nearest])
