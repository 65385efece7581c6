"""Single networks: their matrices, spectra and activity."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from ..parameters import TABLE
from ..regularities import Spectrum
from .style import BLUE, BRIGHT, DOT, INK, ORANGE, WIDTH, bar, boxed, title

TICKS = (0, 0.25, 0.5, 0.75, 1)  # of a knob and its index


def matrices(
    weights: Sequence[np.ndarray], titles: Sequence[str], labels: np.ndarray | None = None
) -> Figure:
    """Weight matrices side by side in one colour scale: orange excites, blue inhibits.

    weights: list of (N, N); titles: one per matrix; labels: module of each neuron, drawn as thin lines.
    """
    fig, axes = plt.subplots(1, len(weights), figsize=(WIDTH, WIDTH / len(weights) + 0.9), squeeze=False)
    top = max(np.percentile(np.abs(W), 99) for W in weights)
    for ax, W, text in zip(axes[0], weights, titles):
        image = ax.imshow(W, cmap=BRIGHT, vmin=-top, vmax=top, interpolation="nearest")
        _module_lines(ax, labels)
        boxed(ax)
        ax.set(title=text, xticks=[], yticks=[], xlabel="sending neuron")
    axes[0, 0].set_ylabel("receiving neuron")
    bar(fig, image, axes, "weight $W_{ij}$", extend="both")
    return fig


def wiring(W: np.ndarray, orders: Mapping[str, np.ndarray], labels: np.ndarray) -> Figure:
    """Signs of a sparse matrix as dots, in several orders of its neurons.

    W: (N, N); orders: dict of title -> permutation (N,); labels: community of each neuron in the last order,
    boxed.
    """
    fig, axes = plt.subplots(
        1, len(orders), figsize=(WIDTH * 0.8, WIDTH * 0.8 / len(orders) + 0.5), squeeze=False
    )
    for ax, (text, order) in zip(axes[0], orders.items()):
        sorted_ = W[np.ix_(order, order)]
        for sign, color, name in ((1, ORANGE, "excitatory"), (-1, BLUE, "inhibitory")):
            i, j = np.nonzero(np.sign(sorted_) == sign)
            ax.plot(j, i, ".", ms=1.8, mew=0, color=color, label=name)
        boxed(ax)
        ax.set(
            title=text,
            xticks=[],
            yticks=[],
            xlabel="sending neuron",
            xlim=(0, len(W)),
            ylim=(len(W), 0),
            aspect="equal",
        )
    for start, size in _runs(labels):
        axes[0, -1].add_patch(plt.Rectangle((start, start), size, size, fill=False, lw=0.7, ec=INK))
    axes[0, 0].set_ylabel("receiving neuron")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, markerscale=4)
    return fig


def spectra(
    eigenvalues: Sequence[np.ndarray],
    shapes: Sequence[Spectrum | None],
    titles: Sequence[str],
    width: float = WIDTH,
) -> Figure:
    """Eigenvalues in the complex plane (dots) with the predicted outline and outliers (rings).

    eigenvalues: list of (n,) complex; shapes: list of `theory.Spectrum` or None.
    """
    reach = _reach(eigenvalues, shapes)
    height = np.ptp(reach[1]) / np.ptp(reach[0]) * (width - 0.9) / len(titles) + 0.65
    fig, axes = plt.subplots(1, len(titles), figsize=(width, height), squeeze=False)
    for ax, values, shape, text in zip(axes[0], eigenvalues, shapes, titles):
        ax.plot(values.real, values.imag, ".", ms=2.6, mew=0, color=DOT, alpha=0.8, zorder=3)
        if shape is not None:
            _outline(ax, shape)
        ax.set(title=text, xlabel=r"Re $\Lambda$", xlim=reach[0], ylim=reach[1], aspect="equal")
        ax.xaxis.set_major_locator(MaxNLocator(5 if len(titles) < 5 else 3, steps=[1, 2, 5, 10]))
        ax.axhline(0, lw=0.4, color="0.8", zorder=0)
        ax.axvline(0, lw=0.4, color="0.8", zorder=0)
    axes[0, 0].set_ylabel(r"Im $\Lambda$")
    for ax in axes[0, 1:]:
        ax.set_yticklabels([])
    return fig


def index_recovered(levels: np.ndarray, measured: np.ndarray, name: str) -> Figure:
    """Measured index of a matrix against the knob it was drawn with, (levels, networks), and the diagonal.

    Size, axes and ticks are those of every regularity, so that the figures of several stand in one row.
    """
    fig = plt.figure(figsize=(3.4, 3.4), layout="none")
    ax = fig.add_axes((0.18, 0.13, 0.79, 0.79), box_aspect=1)
    ax.plot([0, 1], [0, 1], color=INK, lw=0.8)
    low, high = np.nanquantile(measured, [0.025, 0.975], axis=1)
    ax.fill_between(levels, low, high, color=DOT, alpha=0.2, lw=0)
    ax.plot(levels, np.nanmean(measured, axis=1), "o", ms=4, color=DOT)
    symbol = TABLE[name].symbol
    ax.set(xlabel=f"knob ${symbol}$", ylabel=f"measured index $\\hat{{{symbol}}}$", title=title(name))
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=TICKS, yticks=TICKS)
    return fig


def rasters(
    runs: Sequence[np.ndarray],
    titles: Sequence[str],
    n_shown: int = 60,
    n_neurons: int | None = None,
    labels: np.ndarray | None = None,
) -> Figure:
    """Activity of several networks: one row each, the first neurons over time.

    runs: list of (T, N), arrays or tables; labels: module of each neuron, a tick between two modules.
    """
    fig, axes = plt.subplots(
        len(runs), 1, sharex=True, figsize=(WIDTH, 0.95 * len(runs) + 0.8), squeeze=False
    )
    for ax, Y, text in zip(axes[:, 0], map(np.asarray, runs), titles):
        image = raster(ax, Y[:n_shown, :n_neurons])
        ax.set(title=text, ylabel="neuron", yticks=_between_modules(labels), yticklabels=[])
    axes[-1, 0].set_xlabel("time $t$ (steps)")
    bar(fig, image, axes, "state $y$")
    return fig


def raster(ax: Axes, states: np.ndarray, **placed: Any) -> AxesImage:
    """States (T, N) as an image in given axes, a row per neuron, time to the right; the image,
    for a colour bar.
    """
    image = ax.imshow(
        states.T, aspect="auto", cmap=BRIGHT, vmin=-1, vmax=1, interpolation="nearest", **placed
    )
    boxed(ax)
    ax.set_yticks([])
    return image


def _runs(labels):
    """(start, length) of each run of equal labels."""
    cuts = np.flatnonzero(np.diff(labels)) + 1
    starts = np.concatenate([[0], cuts])
    return zip(starts, np.diff(np.concatenate([starts, [len(labels)]])))


def _between_modules(labels):
    return [] if labels is None else np.flatnonzero(np.diff(labels)) + 0.5


def _module_lines(ax, labels):
    for at in _between_modules(labels):
        ax.axhline(at, color="k", lw=0.4)
        ax.axvline(at, color="k", lw=0.4)


def _reach(eigenvalues, shapes):
    """Limits of both axes that hold all eigenvalues and outlines."""
    edges_ = [np.array(s.outline()) for s in shapes if s is not None]
    real = np.concatenate([e.real for e in eigenvalues] + [e[0] for e in edges_])
    imaginary = np.concatenate([e.imag for e in eigenvalues] + [e[1] for e in edges_])
    pad = 0.08 * np.ptp(real)
    top = np.abs(imaginary).max() + pad
    return (real.min() - pad, real.max() + pad), (-top, top)


def _outline(ax, shape):
    ax.plot(*shape.outline(), color=INK, lw=1)
    outliers = np.atleast_1d(shape.outliers)
    ax.plot(outliers.real, outliers.imag, "o", ms=8, mfc="none", mec=INK, mew=1.1)
