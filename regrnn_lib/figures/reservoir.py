"""Figures of the reservoir computer, in the house style: tasks, solutions, accuracies."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..experiments.studies import drive_text, effect_maps
from ..parameters import TABLE, number, short
from ..regularities import KNOBS
from ..reservoir import Solution
from ..tasks import Stream, Task, squared_correlations
from . import maps
from .curves import line
from .networks import raster
from .style import (
    BLUE,
    BRIGHT,
    CARRIED,
    DOT,
    DRIVE_COLORS,
    INK,
    ORANGE,
    OTHER_STYLE,
    RESET,
    UNSIGNED,
    WIDTH,
    boxed,
    label,
    scale,
    series,
    title,
    undefined,
)

if TYPE_CHECKING:
    from ..theory import Boundaries

IN_TIME = ("signal", "signs")  # kinds of task whose output is drawn over time
LOWEST = {"lyapunov": -2.0}  # smaller values are drawn there
EDGE = "driven edge (theory)"
EACH = "a row for each drive u, a column for each knob"
BAND = "Line: mean over networks; band: 95 % of them"
CAPTIONS = {  # of the figures that the notebooks of all tasks share
    "curves": (
        f"Accuracy against coupling w√N at balance b = 0: {EACH}, a line for each level of the knob. {BAND}. "
        "Dotted: chance; dashed: without recurrence, W = 0; upright: the driven edge that theory predicts "
        "for networks without a knob."
    ),
    "biased": (
        "Accuracy against coupling w√N under the middle drive with an excess of inhibition (above) and of "
        f"excitation (below): a column for each knob, a line for each of three levels. {BAND}. Dotted: "
        "chance; dashed: without recurrence, W = 0."
    ),
    "effects": (
        "Paired change of accuracy when a knob goes from 0 to 1, over balance b and coupling w√N: "
        f"{EACH}; orange: gain, blue: loss. Stroke: the 95 % interval includes 0. Lines, for networks "
        "without a knob: borders of the regimes of free runs (thin), and the driven edge (dashed); the "
        "driven network is chaotic inside."
    ),
    "predictors": (
        "Accuracy of every network of the map, a dot each, against five measures of its free run: "
        "fluctuation F, correlation C, nonlinearity 𝒩, Lyapunov exponent λ (values below −2 drawn at −2), "
        "dimension D. A row for each drive u; in the heads Spearman's rank correlation."
    ),
    "reset": (
        "Accuracy against coupling w√N at balance b = 0, with the state carried over and with a reset before "
        f"each episode. Columns: no knob, then each knob at 1. Rows: drives u. {BAND}. Dotted: chance; "
        "upright: the driven edge without a knob."
    ),
    "ridge": (
        "Accuracy against the ridge of the readout, relative to the mean diagonal of its Gram matrix, for "
        "networks without a knob at b = 0: a line for each of four couplings w√N, a panel for each drive u. "
        f"{BAND}. Dotted: chance."
    ),
}


def stream_of(task: Task, stream: Stream, n_steps: int = 60) -> Figure:
    """What goes in and what is wanted, over the first steps of a stream.

    task: tasks.Task; stream: tasks.Stream; n_steps: steps shown, cut to whole episodes where there are any.
    """
    if stream.episode:
        n_steps = max(1, n_steps // stream.episode) * stream.episode
    fig, axes = plt.subplots(2, 1, sharex=True, figsize=(WIDTH, 3.2))
    channels(axes[0], np.arange(n_steps), stream.inputs[:n_steps], n_steps)
    rows = stream.times < n_steps
    wanted(axes[1], task.kind, stream.times[rows], stream.targets[rows], n_steps)
    plt.setp(axes[1].lines, color=INK)  # what is wanted is dark, here and beside the output
    for ax, text in zip(axes, (f"in: {task.input_label}", f"wanted: {task.target_label}")):
        ax.set_title(text)
        _episodes(ax, stream.episode, n_steps)
    axes[1].set_xlabel("time $t$ (steps)")
    return fig


def solutions(task: Task, solved: Sequence[Solution], titles: Sequence[str], n_steps: int = 60) -> Figure:
    """Several networks on one task: activity of 40 neurons, and the output against what was wanted.

    solved: list of reservoir.Solution; titles: one per network.
    """
    fig, axes = plt.subplots(
        2, len(solved), sharey="row", figsize=(WIDTH, 4.1), squeeze=False, height_ratios=(1, 1.15)
    )
    for (top, bottom), one, text in zip(axes.T, solved, titles):
        split = one.stream.split
        raster(top, one.states[split : split + n_steps, :40])
        top.set(title=text, xlabel="time $t$ (steps of the test part)")
        outcome(bottom, task, one, n_steps)
        for ax in (top, bottom) if task.kind in IN_TIME else (top,):
            _episodes(ax, one.stream.episode, n_steps)
    axes[0, 0].set_ylabel("neuron")
    plt.setp(axes[1, 1:], ylabel="")
    handles, texts = axes[1, 0].get_legend_handles_labels()
    if len(handles) > 1:  # the axes name what stands alone
        fig.legend(handles, texts, loc="outside lower center", ncols=3)
    return fig


def accuracy_curves(
    dataset: xr.Dataset, task: Task, edges: xr.DataArray | None = None, rows: str = "drive"
) -> Figure:
    """Accuracy over coupling: a row per drive (or balance), a column per knob, a line per level.

    Parameters
    ----------
    dataset : xarray.Dataset
        `accuracy` and `baseline` over (knob, level, coupling, replicate) and `rows`; any other dimension has
        one value.
    task : Task
    edges : xarray.DataArray, optional
        Coupling of the predicted driven edge over `rows`, a vertical line; NaN: none.
    rows : "drive" or "balance"
    """
    dataset = dataset.squeeze([d for d in ("drive", "balance") if d != rows and d in dataset.dims], drop=True)
    values, x = dataset[rows].values, dataset.coupling.values
    size = (WIDTH, 1.55 * len(values) + 0.8)
    fig, axes = plt.subplots(len(values), len(KNOBS), sharex=True, sharey=True, figsize=size, squeeze=False)
    for row, value in zip(axes, values):
        data = dataset.sel({rows: value})
        for ax, knob in zip(row, KNOBS):
            for level, color, marker in series(dataset.level.values):
                line(ax, x, data.accuracy.sel(knob=knob, level=level), color, marker)
            _references(ax, task, data)
            _edge(ax, edges, {rows: value}, ax is axes[0, 0])
        row[0].set_ylabel(f"{_row_text(rows, value)}\naccuracy")
    for ax, knob in zip(axes[0], KNOBS):
        ax.set_title(title(knob))
    _couplings(axes, x)
    means = dataset.accuracy.mean("replicate")
    low, high = min(task.chance - 0.05, float(means.min()) - 0.02), float(dataset.accuracy.max()) + 0.03
    axes[0, 0].set_ylim(low, high)
    handles = [
        plt.Line2D([], [], color=c, marker=m, ms=4, label=short(v))
        for v, c, m in series(dataset.level.values)
    ]
    handles[0].set_label(f"level {handles[0].get_label()}")
    handles += axes[0, 0].get_legend_handles_labels()[0]
    fig.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.2)
    return fig


def _row_text(name, value):
    return drive_text(value) if name == "drive" else f"${TABLE[name].symbol}$ = {short(value)}"


def effects(change: xr.DataArray, boundaries: "Boundaries", exponents: xr.DataArray) -> Figure:
    """Maps of paired changes, a row per drive, a column per knob, with the borders of theory.

    Parameters
    ----------
    change : xarray.DataArray
        Over (drive, knob, coupling, balance, replicate).
    boundaries : theory.Boundaries
        Of free networks: thin lines.
    exponents : xarray.DataArray
        Conditional exponent over (drive, coupling, balance), on any grid: dashed where it crosses 0.
    """
    rows = effect_maps(change)
    fig = maps.measures(rows, KNOBS, boundaries)
    panels = np.reshape(fig.axes[: len(rows) * len(KNOBS)], (len(rows), len(KNOBS)))
    for row, u in zip(panels, change.drive.values):
        for ax in row:
            maps.draw_edge(ax, exponents.sel(drive=u))
    return fig


def exponents(measured: xr.DataArray, predicted: xr.DataArray, texts: Sequence[str]) -> Figure:
    """Conditional exponent of driven networks over coupling, a panel per drive, on the line of theory.

    measured: over (task, drive, coupling, replicate), in the order of `texts`; predicted: over (drive,
    coupling).
    """
    drives, x = measured.drive.values, measured.coupling.values
    fig, axes = plt.subplots(1, len(drives), sharey=True, figsize=(WIDTH, 2.6), squeeze=False)
    for ax, u in zip(axes[0], drives):
        ax.axhline(0, color="0.6", lw=0.6, zorder=0)
        ax.plot(predicted.coupling, predicted.sel(drive=u), color=INK, lw=1, label="driven mean field")
        for k, (text, (color, marker)) in enumerate(zip(texts, OTHER_STYLE)):
            line(ax, x, measured.isel(task=k).sel(drive=u), color, marker, text, style="none")
            ax.lines[-1].set(ms=3 + 2 * k, mfc="none" if k else color)  # what lies below stays in sight
        ax.set_title(drive_text(u))
    axes[0, 0].set_ylabel("conditional exponent")
    _couplings(axes, x)
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return fig


def predictors(accuracy: Mapping[str, np.ndarray], measures: Mapping[str, np.ndarray]) -> Figure:
    """Accuracy of every network against measures of its free run; rank correlations in the heads.

    accuracy: dict of drive text -> (n,), a row each; measures: dict of name -> (n,), a column each.
    """
    shape = (len(accuracy), len(measures))
    fig, axes = plt.subplots(
        *shape, sharex="col", sharey=True, figsize=(WIDTH, 1.6 * len(accuracy) + 0.6), squeeze=False
    )
    for row, (text, values), color in zip(axes, accuracy.items(), DRIVE_COLORS):
        for ax, (name, x) in zip(row, measures.items()):
            ax.plot(
                np.clip(x, LOWEST.get(name), None),
                values,
                "o",
                ms=1.6,
                mew=0,
                alpha=0.35,
                color=color,
                rasterized=True,
            )
            rank = pd.DataFrame(dict(x=x, y=values)).corr("spearman", min_periods=3).loc["x", "y"]
            ax.set_title(
                rf"$\rho_S$ = {number(rank, signed=True)}" if np.isfinite(rank) else r"$\rho_S$ undefined",
                fontsize=7.5,
            )
        row[0].set_ylabel(f"{text}\naccuracy")
    for ax, name in zip(axes[-1], measures):
        ax.set_xlabel(f"{TABLE[name].label}\n${TABLE[name].symbol}$")
    return fig


def error_in_time(solved: Solution, output: np.ndarray, titles: Sequence[str], n_neurons: int = 40) -> Figure:
    """A readout that fails at once: activity over the whole stream, and the error of the output along it.

    solved: reservoir.Solution; output (T, L): the readout at every step; titles: heads of the two panels.
    """
    times, target = solved.stream.times, solved.stream.targets
    fig, axes = plt.subplots(2, 1, sharex=True, figsize=(WIDTH, 3.6), height_ratios=(1.2, 1))
    every = 2 * max(1, round(len(solved.states) / 500))  # even: what flips at every step looks steady
    shown = solved.states[::every, :n_neurons]
    raster(axes[0], shown, extent=(-every / 2, every * (len(shown) - 0.5), n_neurons, 0))
    blocks = np.array_split(np.arange(len(times)), 60)
    errors = [np.sqrt(np.mean((output[times[k]] - target[k]) ** 2)) / target.std() for k in blocks]
    axes[1].plot([times[k].mean() for k in blocks], errors, "o-", ms=2.5, color=DOT)
    axes[1].axhline(1, color="0.35", lw=0.8, ls="--", label="the mean of the target")
    for ax in axes:
        ax.axvline(solved.stream.split - 0.5, color=INK, lw=1)
    axes[0].set(title=f"{titles[0]}: one step in {every}", ylabel="neuron")
    axes[1].set(title=titles[1], ylabel="NRMSE", yscale="log")
    axes[1].set_xlabel("time $t$ (steps): training left of the line, test right of it")
    axes[1].legend(loc="center right")
    return fig


def carried_or_reset(
    carried: xr.DataArray, reset: xr.DataArray, task: Task, edges: xr.DataArray | None = None
) -> Figure:
    """Accuracy with the state carried over and with a reset before each episode:
    a panel per variant of the network.

    carried, reset: `accuracy` over (variant, drive, coupling, replicate); edges:
    predicted driven edge over drive.
    """
    variants, drives, x = carried.variant.values, carried.drive.values, carried.coupling.values
    shape, size = (len(drives), len(variants)), (WIDTH, 1.5 * len(drives) + 0.8)
    fig, axes = plt.subplots(*shape, sharex=True, sharey=True, figsize=size, squeeze=False)
    lines = ((carried, CARRIED, "o", "carried over"), (reset, RESET, "s", "reset"))
    for row, drive in zip(axes, drives):
        for ax, variant in zip(row, variants):
            for data, color, marker, text in lines:
                line(ax, x, data.sel(variant=variant, drive=drive), color, marker, text)
            ax.axhline(task.chance, color="0.6", lw=0.8, ls=":")
            _edge(ax, edges, dict(drive=drive), ax is axes[0, 0])
        row[0].set_ylabel(f"{drive_text(drive)}\naccuracy")
    for ax, variant in zip(axes[0], variants):
        ax.set_title(str(variant))
    _couplings(axes, x)
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return fig


def ridge_sensitivity(accuracy: xr.DataArray, task: Task, by: str = "coupling") -> Figure:
    """Accuracy against the ridge: a panel per drive, a line per coupling (or variant of the network).

    accuracy: over (drive, ridge, replicate) and `by`, "coupling" or "variant".
    """
    drives = accuracy.drive.values
    fig, axes = plt.subplots(1, len(drives), sharey=True, figsize=(WIDTH, 2.5), squeeze=False)
    for ax, drive in zip(axes[0], drives):
        for value, color, marker in series(accuracy[by].values):
            text = str(value) if by == "variant" else f"${TABLE[by].symbol}$ = {short(value)}"
            line(ax, accuracy.ridge.values, accuracy.sel({"drive": drive, by: value}), color, marker, text)
        ax.axhline(task.chance, color="0.6", lw=0.8, ls=":")
        ax.set(title=drive_text(drive), xlabel="ridge (relative)", xscale="log")
    fig.get_layout_engine().set(wspace=0.06)  # the powers at the ends of two axes stay apart
    axes[0, 0].set_ylabel("accuracy")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return fig


# ---------------------------------------------------------------- parts of figures
def _episodes(ax, episode, n_steps):
    """Where episodes begin, as thin lines, on an axis of time steps."""
    for at in np.arange(0, n_steps, episode or n_steps)[1:]:
        ax.axvline(at - 0.5, color=INK, lw=0.6)
    ax.set_xlim(-0.5, n_steps - 0.5)


def _edge(ax, edges, at, named):
    """The predicted driven edge as a thin vertical line; its name goes into the legend once."""
    x = np.nan if edges is None else float(edges.sel(at))
    if np.isfinite(x):
        ax.axvline(x, color=DOT, lw=0.8, label=EDGE if named else None, zorder=0)


def _couplings(axes, x):
    for ax in axes[-1]:
        ax.set_xlabel(label("coupling"))
    for ax in axes.flat:
        scale(ax, "x", "coupling", x)


def _references(ax, task, dataset):
    ax.axhline(task.chance, color="0.6", lw=0.8, ls=":", label="chance")
    ax.axhline(float(dataset.baseline.mean()), color="0.35", lw=0.8, ls="--", label="$W=0$")


def channels(ax: Axes, times: np.ndarray, values: np.ndarray, n_steps: int, rows: str = "channel") -> None:
    """Inputs or delays (R, M) at `times`: one as a line, several as an image with a row each,
    counted from 1.
    """
    if values.shape[1] == 1:
        ax.plot(times, values[:, 0], color=DOT, lw=1, marker=".", ms=3)
        return
    image = _placed(times, values, n_steps)
    top = np.nanmax(np.abs(image))
    ax.imshow(image, aspect="auto", cmap=BRIGHT, vmin=-top, vmax=top, interpolation="nearest")
    ax.set(yticks=[0, len(image) - 1], yticklabels=[1, len(image)], ylabel=rows)
    undefined(ax)
    boxed(ax)


def wanted(ax: Axes, kind: str, times: np.ndarray, targets: np.ndarray, n_steps: int) -> None:
    """Targets (R, L) at `times`, in the form of their kind of task."""
    if kind == "classes":
        image = _placed(times, targets, n_steps)
        ax.imshow(image, aspect="auto", cmap=UNSIGNED.reversed(), vmin=0, vmax=1, interpolation="nearest")
        ax.set(yticks=[0, len(image) - 1], ylabel="class")
        boxed(ax)
    elif kind == "signs":
        ax.plot(times, targets[:, 0], color=BLUE, lw=1, marker=".", ms=3, ds="steps-mid")
        ax.set(yticks=[-1, 1], ylabel="sign")
    else:
        channels(ax, times, targets, n_steps, "delay")


def _placed(times, values, n_steps):
    """Values (R, M) at their time steps as an image (M, n_steps), NaN between."""
    image = np.full((values.shape[1], n_steps), np.nan)
    image[:, times] = values.T
    return image


def outcome(ax: Axes, task: Task, solved: Solution, n_steps: int) -> None:
    """The output in the form that the task's score looks at."""
    output, target = solved.output, solved.target
    if task.kind == "classes":
        _votes(ax, output[:30], target[:30])
    elif task.kind == "delays":
        recalled = squared_correlations(output, target)
        ax.plot(np.arange(1, len(recalled) + 1), recalled, "o-", ms=3, color=ORANGE, label="recalled")
        ax.set(xlabel="delay (steps)", ylabel="squared correlation", ylim=(-0.03, 1.03))
    else:
        rows = slice(0, int(np.searchsorted(solved.times, solved.times[0] + n_steps)))
        ax.plot(
            target[rows, 0],
            color=INK,
            lw=1.2,
            label="wanted",
            ds="steps-mid" if task.kind == "signs" else None,
        )
        ax.plot(output[rows, 0], color=ORANGE, lw=1.2, label="output")
        ax.set(xlabel="time $t$ (steps of the test part)", ylabel=task.target_label)


def _votes(ax, output, target):
    """Outputs of all classes per episode, darker for more; a dot at the right class,
    a cross where another won.
    """
    ax.imshow(output.T, aspect="auto", cmap=UNSIGNED.reversed(), vmin=0, vmax=1, interpolation="nearest")
    right, won = target.argmax(axis=1), output.argmax(axis=1)
    episode = np.arange(len(right))
    ax.plot(episode, right, "o", ms=4, mfc="none", mec=ORANGE, label="right class")
    wrong = right != won
    ax.plot(episode[wrong], won[wrong], "x", ms=4, color=INK, label="wrongly chosen")
    ax.set(xlabel="episode of the test part", ylabel="class")
    boxed(ax)
