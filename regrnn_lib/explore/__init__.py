"""Explorers: move a slider, the network answers. Widgets around the library's own functions.

    from regrnn_lib import explore
    explore.network(coupling=2.0, dale=1.0)    matrix, spectrum, activity, measures, its knobs off and on
    explore.plane(measure="lyapunov")          a map over balance and coupling, the network behind each cell
    explore.reservoir(task="narma")            a network on a task, beside the same network without knobs
    explore.page()                             the three in tabs: what `make explore` serves

In a live notebook each shows its sliders; where nobody can move one (papermill, `make`) it returns the same
panels as a still figure.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import matplotlib.pyplot as plt
from ipywidgets import Tab, VBox
from matplotlib.figure import Figure

from ..parameters import DYNAMICS, TABLE, attempt, check, cut, items, misfits, nearest, refuse, shown
from ..project import is_live
from ..regularities import KNOBS
from ..tasks import TASKS
from . import views
from .questions import start
from .server import serve  # noqa: F401 - for `python -m regrnn_lib.explore`
from .widgets import (
    PLANE,
    NetworkExplorer,
    Plane,
    PlaneExplorer,
    ReservoirExplorer,
    plane_picture,
    start_on_task,
    verdict,
    without_and_with,
)


# ---------------------------------------------------------------- one entry for each explorer
def network(first: Sequence[str] = (), **values: Any) -> NetworkExplorer | Figure:
    """The network explorer, or, where nobody can move a slider, its picture.

    The network as its knobs are set stands beside the same without them.

    Parameters
    ----------
    first : sequence of str
        Sliders that stand at the top, such as ("dale",).
    **values
        Where the sliders begin: coupling, balance, dale, reciprocity, modularity, n_modules, density,
        n_neurons, seed; by default balanced chaos without a regularity.

    Returns
    -------
    NetworkExplorer or matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If a value is out of the range of its slider, or no slider has that name.
    """
    names = items(first)
    refuse(
        [] if names is not None else [f"first = {shown(first)}: must be names of sliders, such as ('dale',)"]
    )
    asked = _checked(start(), values)
    return NetworkExplorer(first, **asked) if is_live() else _still(views.network_figure(**asked))


def plane(**values: Any) -> PlaneExplorer | Figure:
    """The map explorer: a measure over coupling and balance for one network, and the run behind each cell.

    Parameters
    ----------
    **values
        measure, knob, level, coupling, balance, seed: where the controls begin. n_neurons, coupling_min,
        coupling_max, n_couplings, n_balances, n_steps, burn_in: the grid and its runs.

    Returns
    -------
    PlaneExplorer or matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no such parameter.
    """
    asked = _checked(PLANE, values)
    return PlaneExplorer(**asked) if is_live() else _still(plane_figure(**asked))


def plane_figure(**values: Any) -> Figure:
    """The map explorer as a still figure."""
    asked = PLANE | values
    behind, which = Plane(asked), [asked[name] for name in ("knob", "level", "seed")]
    stored = behind.data(*which)
    cell = stored.sel(coupling=asked["coupling"], balance=asked["balance"], method="nearest")
    at = dict(coupling=float(cell.coupling), balance=float(cell.balance))
    fig, crosshair, shown_ = plane_picture(stored, asked["measure"], behind.borders, (720, 990), static=True)
    view = behind.look(*which, **at)
    plain = views.without_knobs(view)
    crosshair.show(**at)
    shown_.show(view, plain)
    views.caption(fig.subfigs[-1], view, plain, f"At the crosshair. {verdict(view, cell)}")
    return fig


def reservoir(**values: Any) -> ReservoirExplorer | Figure:
    """The reservoir explorer: input, activity, output, accuracy of a network, with and without its knobs.

    Parameters
    ----------
    **values
        task (a name in `tasks.TASKS`), drive, and the sliders of `network`: where they begin.

    Returns
    -------
    ReservoirExplorer or matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If a value is out of the range of its slider, or no slider has that name.
    """
    asked = _checked(start_on_task(), values)
    return ReservoirExplorer(**asked) if is_live() else _still(reservoir_figure(**asked))


def reservoir_figure(**values: Any) -> Figure:
    """The reservoir explorer as a still figure."""
    asked = start_on_task() | values
    task = TASKS[asked.pop("task")]
    fig = views.new_figure(views.WIDTH, 5.4, static=True)
    pair = without_and_with(task, **asked)
    views.TaskPanels(fig, task).show([one.solved for one in pair], [one.title for one in pair])
    return fig


# ---------------------------------------------------------------- all three, as a page
def page() -> Tab:
    """The three explorers in tabs; each is made when its tab is first opened."""
    makers = {"one network": network, "a map": plane, "a task": reservoir}
    kept = kept_settings(os.environ.get("QUERY_STRING", ""))
    makers = {words: partial(_kept_or_not, make, kept[make.__name__]) for words, make in makers.items()}
    first, *_ = makers.values()
    tabs = Tab([first(), VBox(), VBox()], titles=list(makers))

    def opened(change):
        children = list(tabs.children)
        if isinstance(children[change.new], VBox) and not children[change.new].children:
            children[change.new] = list(makers.values())[change.new]()
            tabs.children = children

    tabs.observe(opened, "selected_index")
    return tabs


def kept_settings(query: str) -> dict[str, dict[str, Any]]:
    """Settings of each explorer in the query of the page's address.

    The page writes them there while one moves the sliders, such as network.coupling=2&plane.knob=dale, so
    that a reload shows the same.
    """
    starts = dict(network=start(), plane=PLANE, reservoir=start_on_task())
    kept = {name: {} for name in starts}
    for words, value in parse_qsl(query):
        explorer, _, name = words.partition(".")
        if name in starts.get(explorer, ()):
            with suppress(ValueError):
                kept[explorer][name] = type(starts[explorer][name])(value)
    return kept


def _kept_or_not(make, kept):
    """An explorer with the settings that were kept; as it begins if they are none."""
    with suppress(ValueError):
        return make(**kept)
    return make()


# ---------------------------------------------------------------- parts
def _checked(defaults, values):
    """Where the controls begin, or one message with every fault."""
    there = f"no such control; there are {', '.join(defaults)}"
    faults = [f"{cut(name)}: {there}{nearest(name, defaults)}" for name in values if name not in defaults]
    asked = defaults | {name: value for name, value in values.items() if name in defaults}
    for name, known in dict(task=list(TASKS), measure=list(DYNAMICS), knob=list(KNOBS)).items():
        if name in asked and not (isinstance(asked[name], str) and asked[name] in known):
            meant = nearest(asked[name], known)
            faults.append(f"{name} = {shown(asked[name])}: must be one of {', '.join(known)}{meant}")
    if "level" in asked:  # of any knob: all go from 0 to 1
        faults += [fault.replace("dale", "level") for fault in misfits("dale", asked["level"])]
    numbers = attempt(faults, check, **{name: value for name, value in asked.items() if name in TABLE})
    refuse(faults)
    return asked | numbers


def _still(fig):
    """A figure that a notebook shows once: as the value of the cell, not again at its end."""
    plt.close(fig)
    return fig
