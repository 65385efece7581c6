"""One network from all sides, in a figure that is drawn once and then only changed: what the explorers show.

A whole figure takes matplotlib 60 ms and more; axes, ticks and labels are most of it, and they stay the same
while a slider moves. A `Picture` keeps them as a background and draws anew only what moves.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.patheffects import Normal, Stroke
from PIL import Image

from .. import dynamics, theory, weights
from ..figures.maps import draw_boundaries, map_panel
from ..figures.networks import raster
from ..figures.reservoir import IN_TIME, channels, outcome
from ..figures.style import BLUE, BRIGHT, INK, ORANGE, STYLE, WIDTH, boxed, label, title
from ..parameters import DYNAMICS, TABLE, check, cut, nearest, network_defaults, number, refuse
from ..regularities import KNOBS, module_labels
from ..reservoir import Solution
from ..tasks import stream
from ..weights import Seed

N_SHOWN = 100  # time steps in the raster
BINS = np.linspace(-1, 1, 41)
# limits of the spectrum up to each coupling: no knob moves the axes, and the largest cloud, twice the coupling, fits
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
    name, share = dynamics.REGIMES[view.dynamics.regime], view.dynamics.period_two
    return f"{name} ({share:.0%} of the neurons flip with period two)" if name == "oscillatory" else name


# ---------------------------------------------------------------- a picture that is quick to change
class Picture:
    """A figure whose axes, ticks and labels are kept as a background.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    moving : callable
        () -> the artists that change, all of them `animated`: drawn by `png` and in a saved file, but not with
        the background.
    """

    def __init__(self, fig, moving):
        self.fig, self.moving, self.background = fig, moving, None
        self.canvas = FigureCanvasAgg(fig)

    def png(self, changed: bool = False) -> bytes:
        """The picture as it is now, as bytes; `changed`: the axes did, so the background is out of date."""
        if self.background is None or changed:
            self.canvas.draw()
            self.background = self.canvas.copy_from_bbox(self.fig.bbox)
        self.canvas.restore_region(self.background)
        for artist in self.moving():
            artist.axes.draw_artist(artist)
        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())[..., :3]).save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()


def new_figure(width: float, height: float, static: bool) -> Figure:
    """A figure in the house style; a static one is shown by a notebook, the other only by a widget."""
    style = STYLE | {"figure.constrained_layout.use": False}
    with mpl.rc_context(style):
        return plt.figure(figsize=(width, height)) if static else Figure(figsize=(width, height), dpi=100)


class Panels:
    """Matrix, spectrum, distribution of states, and raster of one network, in a figure or part of one."""

    def __init__(self, fig):
        with mpl.rc_context(STYLE | {"figure.constrained_layout.use": False}):
            self.reach = None
            self._matrix(fig.add_axes((0.035, 0.46, 0.27, 0.46)))
            self._spectrum(fig.add_axes((0.385, 0.46, 0.27, 0.46)))
            self._distribution(fig.add_axes((0.705, 0.46, 0.27, 0.46)))
            self._raster(fig.add_axes((0.035, 0.10, 0.94, 0.25)))

    def _matrix(self, ax):
        ax.set(
            title="weights $W_{ij}/w$: orange excites",
            xticks=[],
            yticks=[],
            xlabel="sender $j$",
            ylabel="receiver $i$",
        )
        self.matrix = _image(ax, BRIGHT, vmin=-LARGEST_WEIGHT, vmax=LARGEST_WEIGHT)

    def _spectrum(self, ax):
        ax.set(title="eigenvalues, predicted edge", xlabel=r"Re $\Lambda$")
        ax.set_ylabel(r"Im $\Lambda$", labelpad=1)
        ax.axhline(0, lw=0.4, color="0.8", zorder=0)
        ax.axvline(0, lw=0.4, color="0.8", zorder=0)
        angle = np.linspace(0, 2 * np.pi, 181)
        ax.plot(np.cos(angle), np.sin(angle), ":", lw=0.9, color="0.45")
        self.dots, *_ = ax.plot([], [], ".", ms=3.6, mew=0, color=BLUE, alpha=0.8, animated=True)
        self.edge, *_ = ax.plot([], [], color=INK, lw=1, animated=True)
        self.rings, *_ = ax.plot([], [], "o", ms=8, mfc="none", mec=ORANGE, mew=1.2, animated=True)
        how = dict(ms=7, mfc=ORANGE, mec=INK, mew=0.5, ls="none", animated=True)
        self.arrows = {marker: ax.plot([], [], marker, **how)[0] for marker in ARROWS}
        self.far = [
            ax.text(x, 0.54, "", transform=ax.transAxes, ha=side, va="bottom", fontsize=7, animated=True)
            for x, side in ((0.03, "left"), (0.97, "right"))
        ]
        ax.set_box_aspect(1)
        self.spectrum = ax

    def _distribution(self, ax):
        ax.axvspan(-0.5, 0.5, color="0.92", lw=0)
        ax.set(
            title="distribution of states $y$", xlabel="state $y$", yticks=[], xlim=(-1, 1), ylim=(0, 1.32)
        )
        self.bars = ax.stairs(np.zeros(len(BINS) - 1), BINS, fill=True, color=BLUE, animated=True)
        self.shares = [
            ax.text(x, 1.29, "", ha="center", va="top", fontsize=6.8, animated=True) for x in (-0.76, 0, 0.76)
        ]
        ax.set_box_aspect(1)
        boxed(ax)

    def _raster(self, ax):
        ax.set(title="activity: state $y$ of every neuron, blue −1, orange +1", yticks=[], ylabel="neuron")
        ax.set_xlabel("time $t$ (steps after the burn-in)", labelpad=1)
        self.raster = _image(ax, BRIGHT, aspect="auto", vmin=-1, vmax=1)
        self.raster.set_extent((0, N_SHOWN, 1, 0))

    def moving(self) -> list[Artist]:
        """The artists that change from one network to the next."""
        spectrum = [self.dots, self.edge, self.rings, *self.arrows.values(), *self.far]
        return [self.matrix, *spectrum, self.bars, *self.shares, self.raster]

    def show(self, view: View) -> bool:
        """Put a network into the panels; True if the axes changed, so that a background is out of date."""
        w = view.asked["coupling"] / np.sqrt(view.asked["n_neurons"])
        self.matrix.set_data(view.weights / w if w > 0 else view.weights)
        raster = np.full((view.states.shape[1], N_SHOWN), np.nan)
        raster[:, : len(view.states)] = view.states[:N_SHOWN].T
        self.raster.set_data(raster)
        self._show_distribution(view.states)
        return self._show_spectrum(view.eigenvalues, view.shape, view.asked["coupling"])

    def _show_distribution(self, states):
        counts = np.histogram(states, BINS)[0]
        self.bars.set_data(counts / counts.max())
        low, high = np.mean(states < -0.5), np.mean(states > 0.5)
        words = f"saturated\n{low:.0%}", f"linear\n{1 - low - high:.0%}", f"saturated\n{high:.0%}"
        for text, word in zip(self.shares, words):
            text.set_text(word)

    def _show_spectrum(self, eigenvalues, shape, coupling):
        self.dots.set_data(eigenvalues.real, eigenvalues.imag)
        outline = shape.outline() if shape else ([], [])
        outliers = shape.outliers if shape else np.array([])
        self.edge.set_data(*outline)
        self.rings.set_data(outliers, np.zeros(len(outliers)))
        reach = next((reach for most, reach in REACHES.items() if coupling <= most), 2.2 * coupling)
        changed, self.reach = reach != self.reach, reach
        if changed:
            self.spectrum.set(xlim=(-reach, reach), ylim=(-reach, reach))
        self._show_far(np.array([eigenvalues.real, eigenvalues.imag]))
        return changed

    def _show_far(self, points):
        """An arrow at the rim for each eigenvalue beyond it, and how far out the farthest lies on either side."""
        far = points[:, np.abs(points).max(axis=0) > self.reach]
        rim = far / np.abs(far).max(axis=0, initial=1) * 0.95 * self.reach
        for marker, direction in ARROWS.items():
            there = np.isclose(np.asarray(direction) @ rim, 0.95 * self.reach)
            self.arrows[marker].set_data(*rim[:, there])
        ends = far[0].min(initial=0), far[0].max(initial=0)
        for text, end in zip(self.far, ends):
            text.set_text(number(end) if abs(end) > self.reach else "")


def _image(ax, cmap, aspect="equal", **limits):
    boxed(ax)
    image = ax.imshow(np.zeros((1, 1)), cmap=cmap, interpolation="nearest", aspect=aspect, **limits)
    image.set_extent((0, 1, 1, 0))
    image.set_animated(True)
    return image


class MapPanel:
    """A map of one measure over balance and coupling, with a crosshair."""

    def __init__(self, part, data, name, boundaries=None):
        with mpl.rc_context(STYLE | {"figure.constrained_layout.use": False}):
            ax = part.add_axes((0.17, 0.27, 0.78, 0.65))
            mesh = map_panel(ax, data, name)
            draw_boundaries(ax, boundaries)
            ax.set(title=f"{title(name)}, one network", xlabel=label("balance"), ylabel=label("coupling"))
            bar = part.colorbar(mesh, cax=part.add_axes((0.17, 0.09, 0.78, 0.03)), orientation="horizontal")
            bar.outline.set_linewidth(0.6)
        edge = [Stroke(linewidth=2.6, foreground="white"), Normal()]
        how = dict(color=INK, lw=1.1, path_effects=edge, animated=True)
        self.lines = [ax.axvline(0, **how), ax.axhline(1, **how)]
        self.axes, self.cells = ax, (data.coupling.values, data.balance.values)

    def cell_at(self, across: float, down: float) -> tuple[float, float] | None:
        """Coupling and balance of the cell at a place of the whole picture, shares of it from the upper left; None beside the map."""
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
        self.limits = low - 0.25 * (high - low), high + 0.25 * (high - low)

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
    fig = new_figure(WIDTH, 5.6, static=True)
    top, bottom = fig.subfigures(2, 1, height_ratios=(5, 0.6))
    Panels(top).show(view)
    caption(bottom, view)
    return fig


def caption(part: Figure | SubFigure, view: View) -> None:
    """Regime and numbers of a network as three lines of text."""
    measured = "   ".join(f"{symbol} = {value}" for symbol, _, value in measures_text(view))
    indices = "   ".join(f"{symbol}{HAT} = {value}" for symbol, _, value in indices_text(view))
    lines = (regime_text(view), INK), (measured, INK), (f"measured from the matrix:   {indices}", "0.35")
    for k, (text, color) in enumerate(lines):
        part.text(0.035, 0.85 - 0.3 * k, text, fontsize=8, va="center", color=color)
