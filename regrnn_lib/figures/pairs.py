"""Curves of free runs in mirrored pairs: the mean with its interval,
and the range of the networks behind it.
"""

import warnings
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from ..experiments.statistics import pair_mean, single_networks
from ..parameters import DYNAMICS, TABLE, short
from .style import DASHED, INK, MARKED, WIDTH, label, scale, series, title

LOWEST = -1.5  # of the Lyapunov exponents that are shown
CAPTION = (
    "Lines: means over mirrored pairs, where at least half of these have a value. Dark bands: their 95 % "
    f"intervals. Light bands: 95 % of the networks. λ is shown above \N{MINUS SIGN}{-LOWEST:g}."
)


def measures(
    dataset: xr.Dataset,
    along: str,
    by: str,
    names: Sequence[str] = DYNAMICS,
    theory: Mapping[str, ArrayLike] | None = None,
    theory_label: str = "mean field",
    theory_at: ArrayLike | None = None,
    marks: Sequence[tuple[float, str]] = (),
) -> Figure:
    """Measures along one dimension, one line per value of another.

    Line: mean over pairs. Dark band: its 95 % interval (Student's, the pair as unit). Light band:
    95 % of the networks.

    Parameters
    ----------
    dataset : xarray.Dataset
        With the dimensions `along`, `by`, `mirror` and `replicate` alone.
    theory : dict of str to (n,) or (k, n) array, optional
        Name of a measure -> one or k predictions at the values of `along`, drawn as dashed lines.
    theory_label : str
        What the legend says of it.
    theory_at : (n,) array, optional
        Where the predictions stand, if not at the values of `along`.
    marks : sequence of (x, text), optional
        Vertical lines, labelled in the first panel.
    """
    pairs, networks = pair_mean(dataset), single_networks(dataset)
    rows, x = -(-len(names) // 3), dataset[along].values
    fig, axes = plt.subplots(rows, 3, sharex=True, figsize=(WIDTH, 1.75 * rows + 0.85), squeeze=False)
    for ax, name in zip(axes.flat, names):
        for value, color, marker in series(dataset[by].values):
            at = {by: value}
            _curve(ax, x, pairs[name].sel(at), networks[name].sel(at), color, marker)
        for line in np.atleast_2d((theory or {})[name]) if name in (theory or {}) else ():
            ax.plot(x if theory_at is None else theory_at, line, color=INK, lw=0.9, ls=DASHED, zorder=6)
        _marks(ax, marks, ax is axes.flat[0])
        ax.set_title(title(name))
        _limit(ax, name, pairs[name])
        scale(ax, "x", along, x)
    for ax in axes[-1]:
        ax.set_xlabel(label(along))
    _legend(fig, dataset[by], len(x) < MARKED, theory_label if theory else "")
    return fig


def theory_against_simulation(
    x: np.ndarray,
    simulated: Mapping[int, xr.Dataset],
    predicted: tuple[np.ndarray, Mapping[str, np.ndarray | Mapping[int, np.ndarray]]],
    names: Sequence[str],
) -> Figure:
    """Measures over the coupling for several N, side by side, on the lines of theory.

    Points: mean over pairs. Thick bars: its 95 % interval. Thin bars: 95 % of the networks.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Couplings of the simulations.
    simulated : dict of int to Dataset over coupling, mirror and replicate
        By the number of neurons N.
    predicted : (fine x, dict of str to ndarray or dict of int to ndarray)
        Lines: one for all N, or one for each in its colour.
    names : sequence of str
        Measures, a panel each.
    """
    fig, axes = plt.subplots(1, len(names), sharex=True, figsize=(WIDTH, 2.5), squeeze=False)
    apart = 1.04 ** (np.arange(len(simulated)) - (len(simulated) - 1) / 2)
    for ax, name in zip(axes[0], names):
        lines, fine = predicted[1][name], predicted[0]
        for (n, data), (_, color, marker), shift in zip(simulated.items(), series(list(simulated)), apart):
            text = f"$N$ = {n}"
            _points(
                ax, x * shift, pair_mean(data)[name], single_networks(data)[name], color, marker, label=text
            )
            if isinstance(lines, Mapping):
                ax.plot(fine, lines[n], color=color, lw=1, zorder=5)
        if not isinstance(lines, Mapping):
            ax.plot(fine, lines, color=INK, lw=1, zorder=5, label="theory, large $N$")
        ax.set_title(f"{title(name)}".replace("exponent ", "exp. "))
        ax.set_xlabel(label("coupling"))
        _limit(ax, name, None)
        if name == "lyapunov":
            ax.set_ylim(bottom=1.04 * ax.dataLim.y0)  # ln x, for a weak coupling x
        scale(ax, "x", "coupling", x)
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return fig


def interval(pairs: xr.DataArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over the pairs in which a measure is defined, and its 95 % interval;
    NaN where it is in fewer than half.
    """
    count = pairs.notnull().sum("replicate")
    pairs = pairs.where((count >= 2) & (count >= pairs.sizes["replicate"] / 2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of points where no pair is defined
        mean, deviation = pairs.mean("replicate").values, pairs.std("replicate", ddof=1).values
    half = stdtrit(np.maximum(count - 1, 1).values, 0.975) * deviation / np.sqrt(np.maximum(count, 1).values)
    return mean, mean - half, mean + half


def networks_range(networks: xr.DataArray) -> tuple[np.ndarray, np.ndarray]:
    """The range that holds 95 % of the networks; NaN where a measure is defined in fewer than half."""
    networks = networks.where(networks.notnull().mean("replicate") >= 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of points where no network is defined
        low, high = networks.quantile([0.025, 0.975], "replicate", skipna=True).values
    return low, high


def _curve(ax, x, pairs, networks, color, marker):
    mean, low, high = interval(pairs)
    ax.fill_between(x, *networks_range(networks), **_light(color))
    ax.fill_between(x, low, high, color=color, alpha=0.35, lw=0)
    ax.plot(x, mean, color=color, marker=marker, ms=3 if len(x) < MARKED else 0, lw=1.2)
    lone = _alone(mean)
    if len(x) >= MARKED and lone.any():
        ax.plot(x[lone], mean[lone], ".", color=color, ms=3)


def _alone(values):
    """Where a value has no neighbour, and a line would not show it."""
    there = np.pad(np.isfinite(values), 1)
    return there[1:-1] & ~there[:-2] & ~there[2:]


def _light(color):
    """A band of networks, with an edge that tells whose it is where several overlap."""
    return dict(fc=(color, 0.13), ec=(color, 0.5), lw=0.5)


def _points(ax, x, pairs, networks, color, marker, **more):
    mean, low, high = interval(pairs)
    ax.vlines(x, *networks_range(networks), color=color, lw=0.5)
    ax.vlines(x, low, high, color=color, lw=1.6)
    ax.plot(x, mean, color=color, marker=marker, ms=2.6, ls="none", **more)


def _marks(ax, marks, named):
    for x, text in marks:
        ax.axvline(x, color="0.6", lw=0.7, zorder=0)
        if named:
            ax.annotate(
                text,
                (x, 1),
                xycoords=("data", "axes fraction"),
                xytext=(1, -1),
                rotation=90,
                textcoords="offset points",
                va="top",
                ha="left",
                fontsize=6.5,
                color="0.35",
            )


def _limit(ax: Axes, name: str, pairs: xr.DataArray | None) -> None:
    low, high = TABLE[name].limits
    if name == "lyapunov" and pairs is not None:
        low, high = LOWEST, max(0.3, 1.1 * float(pairs.max()))
        ax.axhline(0, color="0.6", lw=0.6, zorder=0)
    pad = 0.04 * (high - low)
    ax.set_ylim(low - pad, high + pad)


def _legend(fig, by, marked, theory_label):
    symbol = TABLE[by.name].symbol
    handles = [
        plt.Line2D([], [], color=c, marker=m if marked else "", ms=4, label=f"${symbol}$ = {short(v)}")
        for v, c, m in series(by.values)
    ]
    handles.append(plt.Rectangle((0, 0), 1, 1, fc=INK, alpha=0.4, lw=0, label="95 % interval of the mean"))
    handles.append(plt.Rectangle((0, 0), 1, 1, **_light(INK), label="95 % of the networks"))
    if theory_label:
        handles.append(plt.Line2D([], [], color=INK, lw=0.9, ls=DASHED, label=theory_label))
    fig.legend(
        handles=handles,
        loc="outside lower center",
        ncols=len(handles),
        columnspacing=1.0,
        handlelength=1.5,
        fontsize=7.5,
    )
