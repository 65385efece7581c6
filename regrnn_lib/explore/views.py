"""One network from all sides, beside the same without its knobs: what the explorers show.

It stands in a figure that is drawn once and then only changed.

A whole figure takes matplotlib 60 ms and more; axes, ticks and labels are most of it, and they stay the same
while a slider moves. A `Picture` keeps them as a background and draws anew only what moves. What shows the
network without its knobs rests while a knob moves.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from PIL import Image

from .. import dynamics, theory, weights
from ..figures.maps import beyond, draw_boundaries, map_panel, name_regimes
from ..figures.networks import raster
from ..figures.reservoir import IN_TIME, channels, outcome
from ..figures.style import BLUE, BRIGHT, INK, ORANGE, STYLE, WIDTH, boxed, label, title, white_edge
from ..parameters import DYNAMICS, TABLE, check, cut, nearest, network_defaults, number, refuse
from ..regularities import KNOBS, module_labels
from ..reservoir import Solution
from ..tasks import stream
from ..weights import Seed

N_SHOWN = 50  # time steps in each raster
PALE, GREY = "0.72", "0.45"  # the plain network: its marks behind those of the other, and its words
BINS = np.linspace(-1, 1, 41)
# limits of the spectrum up to each coupling: no knob moves the axes, and the largest cloud (twice it) fits
REACHES = {1.2: 2.6, 2.45: 5.2, 6.0: 13.0}
ARROWS = {">": (1, 0), "<": (-1, 0), "^": (0, 1), "v": (0, -1)}  # at the rim, for what lies beyond
LARGEST_WEIGHT = 2.6  # of |W| / w in the colours: 99 % of a normal distribution
HAT = "\u0302"  # over the symbol of what is measured from the matrix
INDICES = ("strength", "balance", "density")  # and the knobs


class View(NamedTuple):
    """One network, computed: all that the panels and the numbers show; see `look`."""

    asked: dict
    weights: np.ndarray  # W, (N, N)
    eigenvalues: np.ndarray  # (N,)
    shape: theory.Spectrum | None  # None where there is no prediction: combined knobs
    states: np.ndarray  # the free run, (T, N)
    dynamics: dynamics.Dynamics
    indices: tuple


def run_length(n_neurons: int) -> tuple[int, int]:
    """Recorded steps and burn-in of an explorer: shorter for large networks, so that a slider stays quick."""
    return (500, 200) if n_neurons <= 150 else (200, 100) if n_neurons <= 300 else (100, 50)


def network_arguments(asked: Mapping[str, float]) -> dict:
    """Arguments of `weight_matrix`, with `coupling` x = w sqrt(N) turned into a strength."""
    strength = asked["coupling"] / np.sqrt(asked["n_neurons"])
    further = {name: asked[name] for name in network_defaults() if name in asked}
    return dict(n_neurons=asked["n_neurons"], strength=float(strength)) | further


def look(seed: Seed = 0, n_steps: int | None = None, burn_in: int | None = None, **asked: Any) -> View:
    """Draw a network, run it and measure it, all by the library's own functions.

    Parameters
    ----------
    seed, n_steps, burn_in
        As in `free_run`; by default the steps of `run_length`.
    **asked
        n_neurons and coupling, and any of balance, dale, reciprocity, modularity, n_modules, density.

    Returns
    -------
    View

    Raises
    ------
    ValueError
        As in `weight_matrix`; names that are none of these are refused with the nearest one.
    """
    asked = _check_names(asked)
    steps, dropped = run_length(asked["n_neurons"])
    run = dict(
        n_steps=steps if n_steps is None else n_steps,
        burn_in=dropped if burn_in is None else burn_in,
        seed=seed,
    )
    run = check(**run)
    seed = run["seed"]
    network = network_arguments(asked)
    W = weights.weight_matrix(**network, seed=seed)
    states, measured = dynamics.measured_run(W, **run)
    labels = module_labels(len(W), network.get("n_modules", 5))
    combined = sum(network.get(knob, 0) > 0 for knob in KNOBS) > 1
    return View(
        asked | run,
        W,
        np.linalg.eigvals(W),
        None if combined else theory.spectrum(**network),
        states,
        measured,
        weights.matrix_indices(W, labels),
    )


def without_knobs(view: View) -> View:
    """The same network with all knobs at 0: same seed, random numbers, coupling, balance and density.

    It is the view itself if no knob is on. The last ones are kept: a knob that moves costs one network.
    """
    if not any(view.asked.get(knob) for knob in KNOBS):
        return view
    return _kept_look(**view.asked | dict.fromkeys(KNOBS, 0.0))


@lru_cache(maxsize=2)
def _kept_look(**asked):
    return look(**asked)


def _check_names(asked):
    known = ("n_neurons", "coupling", *network_defaults())
    faults = [
        f"{cut(name)}: no parameter of a network; there are {', '.join(known)}{nearest(name, known)}"
        for name in asked
        if name not in known
    ]
    refuse(faults + [f"{name}: is missing" for name in known[:2] if name not in asked])
    return check(**asked)


def measures_text(view: View) -> list[tuple[str, str, str]]:
    """(symbol, label, value as text) of the measures."""
    return [
        (TABLE[name].plain, TABLE[name].label, number(getattr(view.dynamics, name), 3)) for name in DYNAMICS
    ]


def indices_text(view: View) -> list[tuple[str, str, str]]:
    """(symbol, label, value as text) of the indices measured from the matrix."""
    names = [*INDICES, *KNOBS]
    return [(TABLE[name].plain, TABLE[name].label, number(getattr(view.indices, name), 3)) for name in names]


def regime_text(view: View) -> str:
    """The regime in words."""
    name, share = _regime(view), view.dynamics.period_two
    return f"{name} ({share:.0%} of the neurons flip with period two)" if name == "oscillatory" else name


def _regime(view):
    return dynamics.REGIMES[view.dynamics.regime]


# ---------------------------------------------------------------- a picture that is quick to change
class Picture:
    """A figure whose axes, ticks and labels are kept as a background.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    moving, resting : callable
        () -> the artists that change, all of them `animated`: drawn by `png` and in a saved file, but not
        with the background. Those that rest change less often, lie below the others, and are kept as well.
    """

    def __init__(
        self,
        fig: Figure,
        moving: Callable[[], Sequence[Artist]],
        resting: Callable[[], Sequence[Artist]] = list,
    ):
        self.fig, self.moving, self.resting = fig, moving, resting
        self.empty = self.background = None  # without and with what rests
        self.canvas = FigureCanvasAgg(fig)

    def png(self, changed: bool = False) -> bytes:
        """The picture as it is now, as bytes; `changed`: the axes did, so the background is out of date."""
        if changed or self.background is None:
            self.canvas.draw()
            self.empty = self.canvas.copy_from_bbox(self.fig.bbox)
        if changed or self.background is None or any(artist.stale for artist in self.resting()):
            self._draw_resting()
        self.canvas.restore_region(self.background)
        _draw(self.moving())
        buffer = io.BytesIO()
        drawn = Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB")
        drawn.save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    def _draw_resting(self):
        self.canvas.restore_region(self.empty)
        _draw(self.resting())
        self.background = self.canvas.copy_from_bbox(self.fig.bbox)


def _draw(artists):
    for artist in artists:
        artist.axes.draw_artist(artist)


def new_figure(width: float, height: float, static: bool) -> Figure:
    """A figure in the house style; a static one is shown by a notebook, the other only by a widget."""
    style = STYLE | {"figure.constrained_layout.use": False}
    with mpl.rc_context(style):
        return plt.figure(figsize=(width, height)) if static else Figure(figsize=(width, height), dpi=100)


class Side(NamedTuple):
    """What shows one of two networks: head, matrix and raster in its own column, the rest in a common one."""

    head: Artist
    matrix: Artist
    raster: Artist
    dots: Artist
    arrows: dict[str, Artist]  # at the rim, for eigenvalues beyond it
    bars: Artist

    def artists(self) -> list[Artist]:
        """All of them, in the order in which they are drawn."""
        return [self.matrix, self.dots, *self.arrows.values(), self.bars, self.raster, self.head]

    def show(self, view: View, words: str, reach: float) -> None:
        """Put a network there; `reach`: where the axes of the spectrum end."""
        self.head.set_text(words)
        w = view.asked["coupling"] / np.sqrt(view.asked["n_neurons"])
        self.matrix.set_data(view.weights / w if w > 0 else view.weights)
        raster = np.full((view.states.shape[1], N_SHOWN), np.nan)
        raster[:, : len(view.states)] = view.states[:N_SHOWN].T
        self.raster.set_data(raster)
        counts = np.histogram(view.states, BINS)[0]
        self.bars.set_data(counts / counts.max())
        self.dots.set_data(view.eigenvalues.real, view.eigenvalues.imag)
        self._show_far(view.eigenvalues, reach)

    def _show_far(self, eigenvalues, reach):
        """An arrow at the rim for each eigenvalue beyond it."""
        points = np.array([eigenvalues.real, eigenvalues.imag])
        far = points[:, np.abs(points).max(axis=0) > reach]
        rim = far / np.abs(far).max(axis=0, initial=1) * 0.95 * reach
        for marker, direction in ARROWS.items():
            there = np.isclose(np.asarray(direction) @ rim, 0.95 * reach)
            self.arrows[marker].set_data(*rim[:, there])


class Panels:
    """A network as its knobs are set, beside the same network without them, in a figure or part of one.

    Two columns have matrix and raster of each, a third has spectra and distributions of states of both.
    """

    COLUMNS = (0.035, 0.335, 0.715)  # left ends
    WIDTH = 0.265
    ROWS = ((0.475, 0.425), (0.09, 0.25))  # bottom, height
    SHARES = {"saturated": (-0.75, 0.75), "linear": (0,)}  # words above the distribution, and where

    def __init__(self, fig):
        self.plain = self.reach = None
        with mpl.rc_context(STYLE | {"figure.constrained_layout.use": False}):
            upper, lower = (
                [fig.add_axes((x, y, self.WIDTH, height)) for x in self.COLUMNS] for y, height in self.ROWS
            )
            self.axes = [*upper, *lower]
            self._frames(upper, lower)
            self._predicted(upper[2])
            self.sides = [_side(k, upper, lower) for k in (0, 1)]
            self._shares(lower[2])
        self.spectrum = upper[2]

    def _frames(self, upper, lower):
        """All that never moves."""
        for weights_, raster_ in zip(upper[:2], lower):
            _frame(weights_, "weights $W_{ij}/w$: orange excites", "sender $j$")
            weights_.set_xticks([])
            weights_.xaxis.labelpad = 3
            _frame(raster_, "state $y$: blue −1, orange +1", "time $t$ (steps after the burn-in)")
        upper[0].set_ylabel("receiver $i$")
        lower[0].set_ylabel("neuron")
        _head_above(upper[2], INK).set(text="off in grey, as set in blue", animated=False)
        self._complex_plane(upper[2])
        lower[2].axvspan(-0.5, 0.5, color="0.92", lw=0)
        _frame(lower[2], "distribution of states $y$", "state $y$")
        lower[2].set(xlim=(-1, 1), ylim=(0, 1.42))
        lower[2].xaxis.labelpad = 2
        boxed(lower[2])

    def _complex_plane(self, ax):
        ax.set(title="eigenvalues, predicted edge", xlabel=r"Re $\Lambda$")
        ax.set_ylabel(r"Im $\Lambda$", labelpad=1)
        ax.axhline(0, lw=0.4, color="0.8", zorder=0)
        ax.axvline(0, lw=0.4, color="0.8", zorder=0)
        angle = np.linspace(0, 2 * np.pi, 181)
        ax.plot(np.cos(angle), np.sin(angle), ":", lw=0.9, color="0.45")
        ax.set_box_aspect(1)

    def _predicted(self, ax):
        """Edge and outliers of theory, and how far out the farthest eigenvalue lies on either side."""
        self.edge, *_ = ax.plot([], [], color=INK, lw=1, zorder=4, animated=True)
        how = dict(ms=8, mfc="none", mec=ORANGE, mew=1.2, zorder=4, animated=True)
        self.rings, *_ = ax.plot([], [], "o", **how)
        self.far = [
            ax.text(x, 0.54, "", transform=ax.transAxes, ha=side, va="bottom", fontsize=7, animated=True)
            for x, side in ((0.03, "left"), (0.97, "right"))
        ]

    def _shares(self, ax):
        how = dict(ha="center", va="top", fontsize=6, animated=True)
        for words, places in self.SHARES.items():
            for x in places:
                ax.text(x, 1.38, words, **how | dict(animated=False))
        self.shares = [ax.text(x, 1.25, "", **how) for x in (-0.75, 0, 0.75)]

    def moving(self) -> list[Artist]:
        """The artists that change from one network to the next."""
        return [*self.sides[1].artists(), self.edge, self.rings, *self.far, *self.shares]

    def resting(self) -> list[Artist]:
        """The artists of the network without knobs."""
        return self.sides[0].artists()

    def show(self, view: View, plain: View) -> bool:
        """Put a network and its plain one into the panels.

        True if the axes changed, so that a background is out of date.
        """
        changed = self._show_reach(view.asked["coupling"])
        off, on = self.sides
        if plain is not self.plain:
            off.show(plain, f"knobs off: {_regime(plain)}", self.reach)
            self.plain = plain
        words = "the same, no knob is on" if plain is view else _regime(view)
        on.show(view, f"as set: {words}", self.reach)
        self._show_predicted(view)
        self._show_shares(view.states)
        return changed

    def _show_reach(self, coupling):
        reach = next((reach for most, reach in REACHES.items() if coupling <= most), 2.2 * coupling)
        changed, self.reach = reach != self.reach, reach
        if changed:
            self.spectrum.set(xlim=(-reach, reach), ylim=(-reach, reach))
        return changed

    def _show_predicted(self, view):
        outliers = view.shape.outliers if view.shape else np.array([])
        self.edge.set_data(*(view.shape.outline() if view.shape else ([], [])))
        self.rings.set_data(outliers, np.zeros(len(outliers)))
        ends = (end(view.eigenvalues.real, initial=0) for end in (np.min, np.max))
        for text, end in zip(self.far, ends):
            text.set_text(number(end) if abs(end) > self.reach else "")

    def _show_shares(self, states):
        low, high = np.mean(states < -0.5), np.mean(states > 0.5)
        for text, share in zip(self.shares, (low, 1 - low - high, high)):
            text.set_text(f"{share:.0%}")


def _side(k, upper, lower):
    """Artists of the plain network (0), in grey, or of the other (1)."""
    color, words, ink, above = ((PALE, GREY, "0.6", 0), (BLUE, BLUE, INK, 1))[k]
    spectrum, distribution = upper[2], lower[2]
    raster_ = _image(lower[k], BRIGHT, aspect="auto", vmin=-1, vmax=1)
    raster_.set_extent((0, N_SHOWN, 1, 0))
    how = dict(ms=7, mfc=(PALE, ORANGE)[k], mec=ink, mew=0.5, ls="none", zorder=2 + above, animated=True)
    return Side(
        _head_above(upper[k], words),
        _image(upper[k], BRIGHT, vmin=-LARGEST_WEIGHT, vmax=LARGEST_WEIGHT),
        raster_,
        *spectrum.plot([], [], ".", ms=3.6, mew=0, color=color, zorder=2 + above, animated=True),
        {marker: spectrum.plot([], [], marker, **how)[0] for marker in ARROWS},
        _bars(distribution, k),
    )


def _bars(ax, k):
    """The distribution of the plain network (0) as a grey outline behind the filled bars of the other (1)."""
    how = (dict(color=GREY, lw=1.1), dict(fill=True, color=BLUE))[k]
    return ax.stairs(np.zeros(len(BINS) - 1), BINS, zorder=1 + k / 2, animated=True, **how)


def _frame(ax, title_, xlabel):
    ax.set(title=title_, yticks=[])
    ax.set_xlabel(xlabel, labelpad=1)


def _head_above(ax, color):
    """The head of a column, still empty."""
    how = dict(weight="bold", color=color, animated=True)
    return ax.text(0, 1.125, "", transform=ax.transAxes, va="bottom", **how)


def _image(ax, cmap, aspect="equal", **limits):
    boxed(ax)
    image = ax.imshow(np.zeros((1, 1)), cmap=cmap, interpolation="nearest", aspect=aspect, **limits)
    image.set_extent((0, 1, 1, 0))
    image.set_animated(True)
    return image


class MapPanel:
    """A map of one measure over balance and coupling, its regimes named, with a crosshair."""

    def __init__(self, part, data, name, boundaries=None):
        with mpl.rc_context(STYLE | {"figure.constrained_layout.use": False}):
            ax = part.add_axes((0.17, 0.27, 0.78, 0.65))
            mesh = map_panel(ax, data, name)
            draw_boundaries(ax, boundaries)
            name_regimes(ax, data.regime)
            ax.set(title=f"{title(name)}, one network", xlabel=label("balance"), ylabel=label("coupling"))
            cax = part.add_axes((0.17, 0.09, 0.78, 0.03))
            bar = part.colorbar(mesh, cax=cax, orientation="horizontal", extend=beyond([mesh]))
            bar.outline.set_linewidth(0.6)
        how = dict(color=INK, lw=1.1, path_effects=white_edge(), animated=True)
        self.lines = [ax.axvline(0, **how), ax.axhline(1, **how)]
        self.axes, self.cells = ax, (data.coupling.values, data.balance.values)

    def cell_at(self, across: float, down: float) -> tuple[float, float] | None:
        """Coupling and balance of the cell at a place of the whole picture; None beside the map.

        The place: shares of the picture's width and height from the upper left.
        """
        whole = self.axes.get_figure(root=True).bbox
        point = np.array([across * whole.width, (1 - down) * whole.height])
        if not self.axes.bbox.contains(*point):
            return None
        couplings, balances = self.cells
        columns = self.axes.transData.transform([(b, couplings[0]) for b in balances])[:, 0]
        rows = self.axes.transData.transform([(balances[0], x) for x in couplings])[:, 1]
        nearest = abs(rows - point[1]).argmin(), abs(columns - point[0]).argmin()
        return float(couplings[nearest[0]]), float(balances[nearest[1]])

    def moving(self) -> list[Artist]:
        """The crosshair."""
        return self.lines

    def show(self, coupling: float, balance: float) -> None:
        """Move the crosshair."""
        self.lines[0].set_xdata([balance, balance])
        self.lines[1].set_ydata([coupling, coupling])


class TaskPanels:
    """Input, activity and output of two networks on one task, side by side."""

    N_STEPS = 60
    ROWS = ((0.745, 0.15), (0.47, 0.20), (0.09, 0.29))  # bottom, height
    COLUMNS = (0.085, 0.58)

    def __init__(self, fig, task):
        self.task = task
        with mpl.rc_context(STYLE | {"figure.constrained_layout.use": False}):
            self.axes = [
                [fig.add_axes((x, y, 0.405, height)) for x in self.COLUMNS] for y, height in self.ROWS
            ]
        targets = stream(task, 0).targets
        low, high = (targets.min(), targets.max()) if task.kind in IN_TIME else (0, 1)
        self.limits = low - 0.35 * (high - low), high + 0.35 * (high - low)

    def moving(self) -> list[Artist]:
        """Everything inside the axes, and the titles."""
        return [a for row in self.axes for ax in row for a in (*ax.images, *ax.lines, *ax.texts)]

    def show(self, solved: Sequence[Solution], titles: Sequence[str]) -> None:
        """Two `reservoir.Solution`s of the task, with a title each."""
        for artist in self.moving():
            artist.remove()
        for (top, middle, bottom), one, text in zip(zip(*self.axes), solved, titles):
            self._input(top, one.stream, text)
            self._states(middle, one)
            outcome(bottom, self.task, one, self.N_STEPS)
            self._name(bottom)
        for artist in self.moving():
            artist.set_animated(True)

    def _name(self, ax):
        """Title and limits of an output: those of the task, whatever a network says."""
        if self.task.kind == "classes":
            _head(ax, "output: dark is more; a ring at the right class, a cross at a wrong choice")
        elif self.task.kind in IN_TIME:
            _head(ax, "wanted (dark) and given (orange)")
            ax.set_ylim(self.limits)
        else:
            _head(ax, "how well each delay is recalled")

    def _input(self, ax, stream, text):
        seen = stream.inputs[stream.split : stream.split + self.N_STEPS]
        channels(ax, np.arange(len(seen)), seen, len(seen))
        ax.set(xlim=(-0.5, len(seen) - 0.5), xticklabels=[])
        _head(ax, f"in: {self.task.input_label}")
        ax.text(0, 1.27, text, transform=ax.transAxes, fontsize=10, weight="bold")

    def _states(self, ax, one):
        split = one.stream.split
        raster(ax, one.states[split : split + self.N_STEPS, :40])
        ax.set_ylabel("40 neurons")
        _head(ax, "activity")


def _head(ax, text):
    ax.set_title(text, loc="left", fontsize=STYLE["axes.titlesize"])


# ---------------------------------------------------------------- still pictures
def network_figure(**asked: Any) -> Figure:
    """The network explorer as a still figure, with its numbers below; parameters as in `look`.

    Returns
    -------
    matplotlib.figure.Figure
    """
    view = look(**asked)
    plain = without_knobs(view)
    fig = new_figure(WIDTH, 5.9, static=True)
    top, bottom = fig.subfigures(2, 1, height_ratios=(5, 0.9))
    Panels(top).show(view, plain)
    caption(bottom, view, plain)
    return fig


def caption(part: Figure | SubFigure, view: View, plain: View, more: str = "") -> None:
    """A small table of the measures and regimes of a network and of the plain one.

    Below it what was measured from the matrix, and perhaps one line `more`.
    """
    lines = 5 if more else 4
    heights = 0.97 - 0.94 * (np.arange(lines) + 0.5) / lines
    heads = [symbol for symbol, *_ in measures_text(view)]
    _line(part, heights[0], "", heads, "regime", style="italic")
    for y, words, one, color in zip(heights[1:], ("as set", "knobs off"), (view, plain), (INK, GREY)):
        values = [value for *_, value in measures_text(one)]
        _line(part, y, words, values, regime_text(one), color=color)
    indices = "   ".join(f"{symbol}{HAT} = {value}" for symbol, _, value in indices_text(view))
    for y, text in zip(heights[3:], (f"measured from the matrix as set:   {indices}", more)):
        part.text(0.035, y, text, fontsize=8, va="center", color="0.35")


def _line(part, y, words, values, regime, **how):
    """A line of the table: its name, values below one another, and a regime."""
    how |= dict(fontsize=8, va="center")
    part.text(0.035, y, words, **how)
    for k, value in enumerate(values):
        part.text(0.18 + 0.066 * k, y, value, ha="right", **how)
    part.text(0.54, y, regime, **how)
