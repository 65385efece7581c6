"""The three explorers: widgets around the library's own functions. `explore` is where they are opened."""

import html
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from .. import theory
from ..experiments.sweep import balance_grid, coupling_grid, sweep
from ..parameters import DYNAMICS, number, short
from ..regularities import KNOBS
from ..reservoir import DRIVES, evaluate, solve
from ..tasks import TASKS, Task
from ..weights import weight_matrix
from . import views
from .questions import SEED, presets, questions, start
from .sliders import CLICKS, NAMES_FOR_HANDLES, ROW, Explorer, Sliders, copy_button, numbers_html, table

OWN = "your own values"  # where the sliders stand as no question sets them


def start_on_task() -> dict[str, float | str]:
    """Where the sliders of a network on a task begin."""
    network = start()
    network.pop("density")
    return dict(drive=DRIVES["moderate"]) | network | dict(modularity=1.0, task="sequence_generation")


# ---------------------------------------------------------------- the network explorer
def _reset_button(action):
    about = "all sliders back to where they began"
    button = widgets.Button(description="reset", tooltip=about, layout={"width": "76px"})
    button.on_click(lambda _: action())
    return button


class NetworkExplorer(Explorer):
    """One network from all sides; see `network`."""

    NAME = "network"

    def __init__(self, first=(), **start):
        self.sliders = Sliders(sorted(start, key=lambda name: name not in first), start, self.update)
        fig = views.new_figure(*(n / 100 for n in self.SIZE), static=False)
        self.panels = views.Panels(fig)
        self.drawing = views.Picture(fig, self.panels.moving, self.panels.resting)
        self.preset = widgets.Dropdown(
            options=[OWN, *presets()],
            description="question → knob",
            style={"description_width": "112px"},
            layout={"width": "auto", "flex": "1 1 0", "min_width": "0"},
        )
        self.preset.observe(self._chosen, "value")
        reset = _reset_button(self._reset)
        self.code = widgets.HTML(layout={"width": "100%"})
        self.caption = widgets.HTML(layout={"max_width": ROW, "min_height": "44px"})
        self.caption.add_class("regrnn-caption")
        line = widgets.HBox([self.preset, reset], layout={"width": ROW, "max_width": "100%"})
        head = widgets.VBox([line, self.caption])
        super().__init__([head, self.sliders], below=[self.code])

    def settings(self) -> dict[str, float]:
        return dict(self.sliders.values)

    def draw(self) -> bytes:
        self.view = views.look(**self.sliders.values)
        self.plain = views.without_knobs(self.view)
        return self.drawing.png(self.panels.show(self.view, self.plain))

    def remark(self) -> str:
        asked, full = self.view.asked, views.run_length(100)
        said = []
        if asked["n_steps"] < full[0]:
            steps = f"{asked['n_steps']} steps after {asked['burn_in']}"
            said.append(f"N = {asked['n_neurons']}: the run is shortened to {steps}.")
        if self.view.shape is None:
            said.append("For these knobs there is no prediction of the spectrum.")
        return " ".join(said)

    def write(self) -> None:
        if any(
            self.sliders.values[name] != value for name, value in presets().get(self.preset.value, {}).items()
        ):
            self.preset.value = OWN
        self.caption.value = f"<small>{html.escape(questions().get(self.preset.value, ('', ''))[1])}</small>"
        self.numbers.value = numbers_html(self.view, self.plain)
        code, line = python_lines(self.view.asked), papermill_line(self.view.asked)
        buttons = copy_button(code, "copy the code") + " " + copy_button(line, "copy the papermill line")
        pre = "<pre style='white-space:pre-wrap;font:11px/1.3 monospace;margin:2px 0'>"
        self.code.value = f"{NAMES_FOR_HANDLES}{buttons}{pre}{html.escape(code)}</pre>"

    def _chosen(self, change):
        if change.new != OWN:
            self.sliders.put(presets()[change.new])

    def _reset(self):
        self.preset.value = OWN
        self.sliders.reset()


def python_lines(asked: Mapping[str, Any]) -> str:
    """Three lines of Python that give this very network and its run."""
    network = views.network_arguments(asked)
    n_neurons = network.pop("n_neurons")
    words = ", ".join(f"{name}={value!r}" for name, value in network.items())
    run = ", ".join(f"{name}={asked[name]!r}" for name in ("n_steps", "burn_in", "seed"))
    return (
        "from regrnn_lib import free_run, weight_matrix\n"
        f"W = weight_matrix({n_neurons}, {words}, seed={asked['seed']})\n"
        f"Y = free_run(W, {run})"
    )


def papermill_line(asked: Mapping[str, Any]) -> str:
    """The command that shows this network in notebook 11."""
    words = " ".join(f"-p {name} {asked[name]!r}" for name in start())
    return f"papermill notebooks/11_explorer.ipynb out.ipynb {words}"


# ---------------------------------------------------------------- the map explorer
PLANE = dict(
    measure="fluctuation", knob="dale", level=0.0, n_neurons=100, seed=SEED, coupling=2.0, balance=0.0
)
PLANE |= dict(coupling_min=0.3, coupling_max=6.0, n_couplings=21, n_balances=25, n_steps=500, burn_in=200)


class Plane:
    """The sweep behind a map, and the network behind each of its cells, simulated anew."""

    def __init__(self, asked):
        self.asked = asked
        self.couplings = coupling_grid(asked["coupling_min"], asked["coupling_max"], asked["n_couplings"])
        self.balances = balance_grid(asked["n_balances"])
        self.borders = theory.boundaries(asked["n_neurons"], self.couplings)

    def data(self, knob: str, level: float, seed: int) -> xr.Dataset:
        """The stored map of one network, over coupling and balance."""
        run = dict(n_steps=self.asked["n_steps"], burn_in=self.asked["burn_in"])
        grid = dict(coupling=self.couplings, balance=self.balances)
        data = sweep(grid, seed=seed, settings=run, n_neurons=self.asked["n_neurons"], **{knob: level})
        return data.isel(replicate=0)

    def look(self, knob: str, level: float, seed: int, coupling: float, balance: float) -> views.View:
        """The network behind a cell, from its parameters alone."""
        run = dict(n_steps=self.asked["n_steps"], burn_in=self.asked["burn_in"], seed=seed)
        network = dict(n_neurons=self.asked["n_neurons"], coupling=coupling, balance=balance)
        return views.look(**network, **{knob: level}, **run)


def verdict(view: views.View, stored: xr.Dataset) -> str:
    """Whether a network simulated anew gave the stored values to the last bit, in words."""
    names = (*DYNAMICS, "regime", "period_two")
    pairs = [(getattr(view.dynamics, name), float(stored[name])) for name in names]
    unequal = [
        n for n, (new, old) in zip(names, pairs) if not (new == old or (np.isnan(new) and np.isnan(old)))
    ]
    if not unequal:
        all_ = f"all {len(names)} values (measures, regime, period two)"
        return f"Simulated anew: {all_} equal those stored in the map."
    return (
        f"Simulated anew: {', '.join(unequal)} differ from the stored map; "
        "its cache comes from another machine or version."
    )


class PlaneExplorer(Explorer):
    """A map with a crosshair; see `plane`."""

    NAME = "plane"
    SIZE = (1180, 490)

    def __init__(self, **start):
        self.plane = Plane(start)
        self.key = None
        layout = {"width": "386px", "max_width": "100%"}
        style = {"style": {"description_width": "92px"}, "layout": layout}
        self.measure = widgets.Dropdown(
            options=DYNAMICS, value=start["measure"], description="measure", **style
        )
        self.knob = widgets.Dropdown(options=list(KNOBS), value=start["knob"], description="knob", **style)
        about = {"continuous_update": False, **style}
        self.level = widgets.FloatSlider(
            value=start["level"], min=0, max=1, step=0.25, description="its level", **about
        )
        self.seed = widgets.IntSlider(value=start["seed"], min=0, max=99, description="seed", **about)
        self.coupling = _choice(self.plane.couplings, start["coupling"], "coupling w√N", style)
        self.balance = _choice(self.plane.balances, start["balance"], "balance b", style)
        controls = [self.measure, self.knob, self.level, self.seed, self.coupling, self.balance]
        for control in controls:
            control.observe(lambda change: self.update(), "value")
        grid = widgets.HBox(controls, layout={"flex_flow": "row wrap", "width": "100%"})
        self.click = widgets.Text(continuous_update=False, layout={"display": "none"})
        self.click.add_class("regrnn-click")
        self.click.observe(lambda change: self._clicked(change.new), "value")
        super().__init__([grid, widgets.HTML(NAMES_FOR_HANDLES), self.click], below=[widgets.HTML(CLICKS)])
        self.add_class("regrnn-map")

    def _clicked(self, text):
        """Move the crosshair to the cell at a place of the picture: two shares, from the upper left."""
        across, down = map(float, text.split())
        if cell := self.map.cell_at(across, down):
            self.coupling.value, self.balance.value = cell

    def settings(self) -> dict[str, float | str]:
        controls = ("measure", "knob", "level", "seed", "coupling", "balance")
        return {name: getattr(self, name).value for name in controls}

    def draw(self) -> bytes:
        which = self.knob.value, self.level.value, self.seed.value
        changed = (self.measure.value, *which) != self.key
        if changed and self.key:
            self.wait()
        if changed:
            self.stored = self.plane.data(*which)
            self.picture_of, self.map, self.panels = plane_picture(
                self.stored, self.measure.value, self.plane.borders, self.SIZE
            )
            self.drawing = views.Picture(
                self.picture_of,
                lambda: [*self.map.moving(), *self.panels.moving()],
                lambda: self.panels.resting(),
            )
            self.key = (self.measure.value, *which)
        at = dict(coupling=self.coupling.value, balance=self.balance.value)
        self.view = self.plane.look(*which, **at)
        self.plain = views.without_knobs(self.view)
        self.map.show(**at)
        changed = self.panels.show(self.view, self.plain) or changed
        return self.drawing.png(changed)

    def write(self) -> None:
        self.numbers.value = numbers_html(self.view, self.plain)

    def remark(self) -> str:
        return verdict(self.view, self.stored.sel(coupling=self.coupling.value, balance=self.balance.value))


def _choice(values, start, words, style):
    """A slider over the values of a grid."""
    options = [(short(float(value), 4), float(value)) for value in values]
    nearest_ = min((value for _, value in options), key=lambda value: abs(value - start))
    return widgets.SelectionSlider(options=options, value=nearest_, description=words, **style)


def plane_picture(
    data: xr.Dataset, measure: str, borders: theory.Boundaries, size: tuple[int, int], static: bool = False
) -> tuple[Figure, views.MapPanel, views.Panels]:
    """Figure, map and panels: the map left of the panels, or above them where the figure is static.

    A static one has a part for a caption below.
    """
    fig = views.new_figure(*(n / 100 for n in size), static=static)
    if static:
        left, right, _ = fig.subfigures(3, 1, height_ratios=(1, 1.25, 0.26))
    else:
        left, right = fig.subfigures(1, 2, width_ratios=(1, 2))
    return fig, views.MapPanel(left, data, measure, borders), views.Panels(right)


# ---------------------------------------------------------------- the reservoir explorer
class ReservoirExplorer(Explorer):
    """A network on a task, its knobs off and as set; see `reservoir`."""

    NAME = "reservoir"

    def __init__(self, task, **start):
        self.drawings = {}
        options = [(t.label, name) for name, t in TASKS.items()]
        width = {"width": ROW, "max_width": "calc(100% - 4px)"}
        style = {"style": {"description_width": "112px"}, "layout": width}
        self.task = widgets.Dropdown(options=options, value=task, description="task", **style)
        self.task.observe(lambda change: self.update(), "value")
        self.sliders = Sliders(list(start), start, self.update)
        reset = _reset_button(self.sliders.reset)
        buttons = widgets.HBox([*(self._drive_button(*one) for one in DRIVES.items()), reset])
        buttons.layout = {"flex_flow": "row wrap", "max_width": "100%"}
        super().__init__([self.task, buttons, self.sliders, widgets.HTML(NAMES_FOR_HANDLES)])

    def _drive_button(self, word, drive):
        button = widgets.Button(description=word, tooltip=f"{word} drive", layout={"width": "84px"})
        button.on_click(lambda _: self.sliders.put({"drive": drive}))
        return button

    def settings(self) -> dict[str, float | str]:
        return dict(self.sliders.values) | dict(task=self.task.value)

    def draw(self) -> bytes:
        task = TASKS[self.task.value]
        if task not in self.drawings:
            fig = views.new_figure(*(n / 100 for n in self.SIZE), static=False)
            task_panels = views.TaskPanels(fig, task)
            self.drawings[task] = task_panels, views.Picture(fig, task_panels.moving)
        task_panels, drawing = self.drawings[task]
        self.pair = without_and_with(task, **self.sliders.values)
        task_panels.show([one.solved for one in self.pair], [one.title for one in self.pair])
        return drawing.png()

    def write(self) -> None:
        self.numbers.value = comparison_html(TASKS[self.task.value], self.pair)


class Answer(NamedTuple):
    """One network on a task."""

    title: str
    solved: object
    result: tuple


def without_and_with(task: Task, drive: float, seed: int, **asked: Any) -> list[Answer]:
    """The network with its knobs off, and as set, each solving the task."""
    answers = []
    for words, network in (("knobs off", asked | dict.fromkeys(KNOBS, 0.0)), ("as set", asked)):
        W = weight_matrix(**views.network_arguments(network), seed=seed)
        result = evaluate(W, task, seed, drive=drive)
        solved = solve(W, task, seed, drive=drive)
        answers.append(Answer(f"{words}: accuracy {number(result.accuracy)}", solved, result))
    return answers


def comparison_html(task: Task, pair: Sequence[Answer]) -> str:
    """Accuracies and what they compare with."""
    plain, knobs = (one.result for one in pair)
    values = {
        "accuracy, knobs off": plain.accuracy,
        "as set": knobs.accuracy,
        "change": knobs.accuracy - plain.accuracy,
        "chance": knobs.chance,
        "without memory (W = 0)": knobs.baseline,
    }
    items = [(words, task.score_label, number(value, 3)) for words, value in values.items()]
    return f"<div style='line-height:1.5'>{html.escape(task.score_label)}{table(items)}</div>"
