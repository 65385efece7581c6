"""Curves over one dimension, with the spread over networks."""

import warnings
from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..experiments.statistics import mean_interval
from ..parameters import DYNAMICS, TABLE, short
from .style import INK, MARKED, OTHER_STYLE, WIDTH, label, scale, series, title

DASHES = ("-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)))  # of lines of theory


def measures(
    dataset: xr.Dataset,
    along: str,
    by: str,
    names: Sequence[str] = DYNAMICS,
    theory: Mapping[str, ArrayLike] | None = None,
    marks: Sequence[tuple[float, str]] = (),
    theory_at: ArrayLike | None = None,
) -> Figure:
    """Measures along one dimension, one line per value of another, with the spread over networks.

    Parameters
    ----------
    dataset : xarray.Dataset
        With the dimensions `along`, `by` and `replicate` alone.
    theory : dict of str to (n,) or (k, n) array, optional
        Name of a measure -> one or k predictions at the values of `along`, drawn as dashed lines.
    marks : sequence of (x, text), optional
        Vertical lines, labelled in the first panel.
    theory_at : (n,) array, optional
        Where the predictions stand, if not at the values of `along`.
    """
    rows = -(-len(names) // 3)
    fig, axes = plt.subplots(rows, 3, sharex=True, figsize=(WIDTH, 1.75 * rows + 0.6), squeeze=False)
    x = dataset[along].values
    for ax, name in zip(axes.flat, names):
        for value, color, marker in series(dataset[by].values):
            line(ax, x, dataset[name].sel({by: value}), color, marker)
        _theory_line(ax, x if theory_at is None else theory_at, (theory or {}).get(name))
        _marks(ax, marks, ax is axes.flat[0])
        ax.set_title(title(name))
        _limit(ax, name, dataset[name])
        scale(ax, "x", along, x)
    for ax in axes[-1]:
        ax.set_xlabel(label(along))
    _curve_legend(fig, dataset[by], theory is not None, len(x) < MARKED)
    return fig


def crossings(
    curves: Mapping[str, xr.DataArray],
    predicted: tuple[ArrayLike, ArrayLike] | Mapping[str, tuple[ArrayLike, ArrayLike]],
    head: str = "Reciprocity saturates early",
) -> Figure:
    """Couplings at which something happens against reciprocity: mean and 95 % interval over networks.

    Parameters
    ----------
    curves : dict of str to DataArray over (level, replicate)
        Text of the legend -> couplings, NaN where it does not happen.
    predicted : (r, x) or dict of str to (r, x)
        One line, the onset 1/(1 + r), or several by their texts, each with a dash of its own.
    head : str
    """
    lines = predicted if isinstance(predicted, Mapping) else {r"predicted onset $1/(1+r)$": predicted}
    fig, ax = plt.subplots(figsize=(5.0, 3.3))
    for (text, (r, x)), dash in zip(lines.items(), cycle(DASHES)):
        ax.plot(r, x, color=INK, lw=1, ls=dash, zorder=5, label=text)
    for (text, values), (color, marker) in zip(curves.items(), OTHER_STYLE):
        mean, low, high = (v.values for v in mean_interval(values))
        ax.fill_between(values.level, low, high, color=color, alpha=0.25, lw=0)
        ax.plot(values.level, mean, color=color, marker=marker, ms=4, label=text)
    ax.set(xlabel=label("reciprocity"), ylabel=label("coupling"), ylim=(0, None), title=head)
    fig.legend(loc="outside right center")
    return fig


def memory(simulated: Mapping[float, np.ndarray], predicted: Mapping[float, np.ndarray]) -> Figure:
    """Covariance of the last state with earlier ones against the lag: simulated dots on predicted lines, a colour per r.

    Parameters
    ----------
    simulated : dict of float to (networks, n) array
        Reciprocity r -> mean over neurons of y(T) y(T - k) at the lags k = 0, 2, .. of each network.
    predicted : dict of float to (n,) array
        The same by theory.
    """
    fig, ax = plt.subplots(figsize=(5.0, 3.3))
    for r, color, marker in series(list(simulated)):
        mean, low, high = (
            v.values for v in mean_interval(xr.DataArray(simulated[r], dims=("replicate", "lag")))
        )
        lags = 2 * np.arange(len(mean))
        ax.vlines(lags, low, high, color=color, lw=0.8)
        ax.plot(lags, mean, marker, ms=3.5, color=color, label=f"$r$ = {short(r)}")
    for r, values in predicted.items():
        text = "mean field" if r == next(iter(predicted)) else None
        ax.plot(2 * np.arange(len(values)), values, color=INK, lw=0.9, ls=DASHES[1], zorder=6, label=text)
    ax.set(xlabel="lag $k$ (steps)", ylabel="covariance $C(T, T-k)$", ylim=(-0.15, 1))
    ax.set_title("How much of the past is in the present")
    fig.legend(loc="outside right center")
    return fig


def spread(data: xr.DataArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over networks and the band that holds 95 % of them; NaN where fewer than half are defined."""
    data = data.where(data.notnull().mean("replicate") >= 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of points where no network is defined
        low, high = data.quantile([0.025, 0.975], "replicate", skipna=True).values
    return data.mean("replicate").values, low, high


def line(
    ax: Axes,
    x: np.ndarray,
    data: xr.DataArray,
    color: str | np.ndarray,
    marker: str,
    text: str | None = None,
    style: str = "-",
) -> None:
    mean, low, high = spread(data)
    if style == "-":
        ax.fill_between(x, low, high, color=color, alpha=0.18, lw=0)
    else:
        ax.vlines(x, low, high, color=color, lw=0.8)
    ax.plot(x, mean, color=color, marker=marker, ms=3 if len(x) < MARKED else 0, ls=style, label=text)


def _theory_line(ax, x, values):
    for line in [] if values is None else np.atleast_2d(values):
        ax.plot(x, line, color=INK, lw=0.9, ls=(0, (4, 1.5)), zorder=6)


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


def _curve_legend(fig, by, with_theory, marked):
    handles = [
        plt.Line2D(
            [], [], color=c, marker=m if marked else "", ms=4, label=f"${TABLE[by.name].symbol}$ = {short(v)}"
        )
        for v, c, m in series(by.values)
    ]
    if with_theory:
        handles.append(plt.Line2D([], [], color=INK, lw=0.9, ls=(0, (4, 1.5)), label="mean field"))
    fig.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.2)


def _limit(ax, name, data):
    low, high = TABLE[name].limits
    if name == "lyapunov" and data is not None:
        low, high = -1.5, max(0.3, 1.1 * float(data.max()))
        ax.axhline(0, color="0.6", lw=0.6, zorder=0)
    pad = 0.04 * (high - low)
    ax.set_ylim(low - pad, high + pad)
