"""Explorers: move a slider, the network answers. Widgets around the library's own functions.

    from regrnn_lib import explore
    explore.network(coupling=2.0, dale=1.0)    matrix, spectrum, activity and measures of one network
    explore.plane(measure="lyapunov")          a map over strength and balance, and the network behind each cell
    explore.reservoir(task="narma")            a network on a task, beside the same network without knobs
    explore.page()                             the three in tabs: what `make explore` serves

In a live notebook each shows its sliders; where nobody can move one (papermill, `make`) it returns the same
panels as a still figure.
"""

import html
import os
import sys
from typing import NamedTuple

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

from . import panels, theory
from .dynamics import free_dynamics
from .parameters import refuse
from .reservoir import evaluate, solve
from .sweep import QUANTITIES, balance_grid, coupling_grid, sweep
from .tasks import TASKS
from .weights import weight_matrix


class Control(NamedTuple):
    """One slider: its name in code, symbol and name for people, range and step."""

    symbol: str
    text: str
    low: float
    high: float
    step: float = 0.01
    log: bool = False


CONTROLS = {
    "coupling": Control("w√N", "strength", 0.1, 10.0, 0.02, log=True),
    "balance": Control("b", "balance", -1.0, 1.0),
    "dale": Control("d", "Dale monopolarity", 0.0, 1.0),
    "reciprocity": Control("r", "reciprocity", 0.0, 1.0),
    "modularity": Control("m", "modularity", 0.0, 1.0),
    "n_modules": Control("K", "modules", 1, 10, 1),
    "density": Control("ρ", "density", 0.01, 1.0),
    "n_neurons": Control("N", "neurons", 10, 500, 10),
    "seed": Control("", "seed", 0, 99, 1),
    "input_strength": Control("w_in", "input strength", 0.01, 10.0, 0.02, log=True),
}
START = dict(coupling=2.0, balance=0.0, dale=0.0, reciprocity=0.0, modularity=0.0, n_modules=5)
START |= dict(density=1.0, n_neurons=100, seed=1)
REGIMES = {"chaotic": 0.0, "fixed point": 0.25, "oscillatory": -0.25}  # balance at coupling 2, without a knob
KNOBS = panels.KNOBS
PRESETS = {
    f"{regime}, {knob + ' on' if knob else 'no regularity'}": dict(coupling=2.0, balance=balance)
    | {other: float(other == knob) for other in KNOBS}
    for regime, balance in REGIMES.items()
    for knob in ("", *KNOBS)
}
WHOLE = ("n_modules", "n_neurons", "seed")


def is_live():
    """Whether somebody can move a slider: the cell was sent by a front end, or Voila serves it.

    JupyterLab, Notebook and VS Code name the cell that they run; papermill and nbconvert do not. In doubt, no.
    """
    if "REGRNN_RESULTS" in os.environ or "ipykernel" not in sys.modules:
        return False
    from IPython import get_ipython

    if "VOILA_REQUEST_URL" in os.environ:
        return True
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and "cellId" in kernel.get_parent("shell").get("metadata", {})


# ---------------------------------------------------------------- sliders
def nearest(name, text):
    """The allowed value nearest to what was typed, and what to say if that is another one.

    Raises
    ------
    ValueError
        If the text is not a number.
    """
    control = CONTROLS[name]
    try:
        typed = float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        typed = np.nan
    if np.isnan(typed):
        refuse([f"{control.text} = {text!r}: must be a number, {control.low:g} to {control.high:g}"])
    value = min(max(typed, control.low), control.high)
    value = round(value) if name in WHOLE else value
    said = "" if value == typed else f"{control.text} {text} is not allowed: set to {shown(value)}, the nearest value in "
    return value, said and f"{said}{control.low:g} to {control.high:g}"


def shown(value):
    """A setting as short text."""
    return f"{value:.4g}".replace("-", "−")


class Sliders(widgets.VBox):
    """Sliders with the value beside each, which can also be typed.

    Parameters
    ----------
    names : sequence of str
        Of `CONTROLS`.
    start : dict of str to number
        First values; also what `reset` goes back to.
    changed : callable
        Called with a note to the reader, mostly empty, after every change.
    """

    def __init__(self, names, start, changed):
        self.values, self.start = dict(start), dict(start)
        self.changed, self.held = changed, False
        self.rows = {name: self._row(name) for name in names}
        # one column beside the picture, two above it where the page is narrow
        layout = {"flex_flow": "row wrap", "width": "100%"}
        super().__init__([row for _, _, row in self.rows.values()], layout=layout)

    def _row(self, name):
        control = CONTROLS[name]
        kind = widgets.FloatLogSlider if control.log else widgets.FloatSlider
        kind = widgets.IntSlider if name in WHOLE else kind
        ends = np.log10([control.low, control.high]) if control.log else (control.low, control.high)
        words = f"{control.text} {control.symbol}".strip()
        about = f"{words}: {control.low:g} to {control.high:g}, no unit. Arrow keys move the slider; or type a value."
        slider = kind(
            value=self.values[name], min=ends[0], max=ends[1], step=control.step, description=words, tooltip=about,
            readout=False, style={"description_width": "142px"}, layout={"width": "270px"},
        )  # fmt: skip
        typed = widgets.Text(shown(self.values[name]), continuous_update=False, tooltip=about, layout={"width": "62px"})
        limits = widgets.HTML(f"<small style='color:#666'>{shown(control.low)} … {shown(control.high)}</small>")
        slider.observe(lambda change: self._moved(name, change.new), "value")
        typed.observe(lambda change: self._typed(name, change.new), "value")
        for part in (slider, typed):
            part.add_class(f"regrnn-{name}")
        return slider, typed, widgets.HBox([slider, typed, limits], layout={"width": "400px"})

    def _moved(self, name, value):
        if not self.held:
            self.put({name: value})

    def _typed(self, name, text):
        if self.held:
            return
        try:
            value, note = nearest(name, text)
        except ValueError as error:
            value, note = self.values[name], str(error).splitlines()[-1].strip()
        self.put({name: value}, note)

    def put(self, values, note=""):
        """Set several values at once, and answer once."""
        self.held = True
        for name, value in values.items():
            self.values[name] = value
            if name in self.rows:
                slider, typed, _ = self.rows[name]
                slider.value, typed.value = value, shown(value)
        self.held = False
        self.changed(note)

    def reset(self):
        """Back to the first values."""
        self.put(self.start)


# ---------------------------------------------------------------- what all explorers share
class Explorer(widgets.VBox):
    """A picture that follows its controls; a subclass has `draw()` -> PNG and says more through `numbers`.

    An exception shows its message in the place of the picture: what is shown always belongs to the sliders.
    """

    SIZE = (820, 520)

    def __init__(self, controls, below=()):
        width, height = (f"{n}px" for n in self.SIZE)
        self.picture = widgets.Image(format="png", width=self.SIZE[0], height=self.SIZE[1])
        self.picture.layout = widgets.Layout(width=width, height=height, min_width=width, max_width=width)
        self.message = widgets.HTML(layout={"min_height": "26px"})
        self.numbers = widgets.HTML()
        self.message.add_class("regrnn-message")
        self.numbers.add_class("regrnn-numbers")
        left = widgets.VBox([*controls], layout={"flex": "1 1 400px"})
        right = widgets.VBox([self.message, self.picture, self.numbers], layout={"flex": f"0 0 {width}"})
        super().__init__([left, right, *below], layout={"flex_flow": "row wrap", "align_items": "flex-start"})
        self.add_class("regrnn-explorer")
        self.update()

    def update(self, note=""):
        """Compute and draw anew."""
        try:
            self.picture.value = self.draw()
            note = " ".join(filter(None, (note, self.remark())))
            self.picture.layout.visibility = "visible"
        except Exception as error:
            self.picture.layout.visibility = "hidden"
            self.numbers.value = ""
            self.message.value = _box("; ".join(line.strip() for line in str(error).splitlines()) or repr(error), "#D55E00")
        else:
            self.message.value = _box(note, "#0072B2") if note else ""

    def remark(self):
        """What the reader should know about the picture, or nothing."""
        return ""


def _box(text, color):
    return f"<div role='status' style='border-left:4px solid {color};padding:0 8px'>{html.escape(text)}</div>"


def copy_button(text, words):
    """A button that copies a text, as HTML: the clipboard belongs to the browser, not to Python."""
    script = "navigator.clipboard.writeText(this.dataset.text).then(() =&gt; this.textContent = 'copied')"
    return f"<button data-text=\"{html.escape(text, quote=True)}\" onclick=\"{script}\">{words}</button>"


def _table(pairs):
    """Symbols over values, as one line of cells."""
    cells = (f"<td title='{name}' style='padding:0 9px 0 0'><i>{symbol}</i> = <b>{value}</b></td>" for symbol, name, value in pairs)
    return f"<table><tr>{''.join(cells)}</tr></table>"


def _plain(symbol):
    """A symbol in mathtext as plain HTML."""
    return {r"\mathcal{N}": "NL", r"\lambda": "λ", r"\rho": "ρ"}.get(symbol, symbol)


# ---------------------------------------------------------------- the network explorer
class NetworkExplorer(Explorer):
    """One network from all sides; see `network`."""

    NAMES = ("coupling", "balance", *KNOBS, "n_modules", "density", "n_neurons", "seed")

    def __init__(self, first=(), **start):
        self.sliders = Sliders(sorted(self.NAMES, key=lambda name: name not in first), start, self.update)
        fig = panels.new_figure(*(n / 100 for n in self.SIZE), static=False)
        self.panels = panels.Panels(fig)
        self.drawing = panels.Picture(fig, self.panels.moving)
        self.preset = widgets.Dropdown(options=["", *PRESETS], description="preset", style={"description_width": "142px"})
        self.preset.observe(self._chosen, "value")
        reset = widgets.Button(description="reset", tooltip="all sliders back to where they began")
        reset.on_click(lambda _: self._reset())
        self.code = widgets.HTML()
        super().__init__([widgets.HBox([self.preset, reset]), self.sliders, self.code])

    def draw(self):
        self.view = panels.look(**self.sliders.values)
        changed = self.panels.show(self.view)
        self._write()
        return self.drawing.png(changed)

    def remark(self):
        asked, full = self.view.asked, panels.run_length(100)
        said = []
        if asked["n_steps"] < full[0]:
            said.append(f"N = {asked['n_neurons']}: the run is shortened to {asked['n_steps']} steps after {asked['burn_in']}.")
        if self.view.shape is None:
            said.append("Knobs combined: there is no prediction for the spectrum.")
        return " ".join(said)

    def _write(self):
        pairs = ([(_plain(s), n, v) for s, n, v in panels.measures_text(self.view)], panels.indices_text(self.view))
        hats = [(f"{_plain(s)}̂", f"{n}, measured from the matrix", v) for s, n, v in pairs[1]]
        head = f"<b class='regrnn-regime'>{panels.regime_text(self.view)}</b>"
        self.numbers.value = head + _table(pairs[0]) + "<small>measured from the matrix</small>" + _table(hats)
        code, line = python_lines(self.view.asked), papermill_line(self.view.asked)
        buttons = copy_button(code, "copy the code") + " " + copy_button(line, "copy the papermill line")
        pre = "<pre style='white-space:pre-wrap;font-size:11px;line-height:1.3;max-width:400px'>"
        self.code.value = f"{buttons}{pre}{html.escape(code)}</pre>"

    def _chosen(self, change):
        if change.new:
            self.sliders.put(PRESETS[change.new] | dict(n_modules=5, density=1.0))

    def _reset(self):
        self.preset.value = ""
        self.sliders.reset()


def python_lines(asked):
    """Three lines of Python that give this very network and its run."""
    network = panels.network_arguments(asked)
    n_neurons = network.pop("n_neurons")
    words = ", ".join(f"{name}={value!r}" for name, value in network.items())
    run = ", ".join(f"{name}={asked[name]!r}" for name in ("n_steps", "burn_in", "seed"))
    return (
        "from regrnn_lib import free_run, weight_matrix\n"
        f"W = weight_matrix({n_neurons}, {words}, seed={asked['seed']})\n"
        f"Y = free_run(W, {run})"
    )


def papermill_line(asked):
    """The command that shows this network in notebook 11."""
    names = (*NetworkExplorer.NAMES, "n_steps", "burn_in")
    words = " ".join(f"-p {name} {asked[name]!r}" for name in names)
    return f"papermill notebooks/11_explorer.ipynb out.ipynb {words}"


def network(first=(), **start):
    """The network explorer, or, where nobody can move a slider, its picture.

    Parameters
    ----------
    first : sequence of str
        Sliders that stand at the top, such as ("dale",).
    **start
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
    start = _checked(START, start)
    return NetworkExplorer(first, **start) if is_live() else _still(panels.network_figure(**start))


def _checked(defaults, start):
    faults = [f"{name}: no slider; there are {', '.join(defaults)}" for name in start if name not in defaults]
    for name, value in start.items():
        if name in CONTROLS and not CONTROLS[name].low <= value <= CONTROLS[name].high:
            control = CONTROLS[name]
            faults.append(f"{name} = {value}: the slider goes from {control.low:g} to {control.high:g}")
    refuse(faults)
    return defaults | start


def _still(fig):
    """A figure that a notebook shows once: as the value of the cell, not again at its end."""
    plt.close(fig)
    return fig
