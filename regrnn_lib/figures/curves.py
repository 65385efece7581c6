"""Curves over one dimension, with the spread over networks."""

import warnings
from collections.abc import Mapping
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from ..experiments.statistics import mean_interval
from ..parameters import short
from .style import DASHED, INK, MARKED, label, series

DASHES = ("-", DASHED, (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)))  # of lines of theory


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
    for (text, values), (_, color, marker) in zip(curves.items(), series(list(curves))):
        mean, low, high = (v.values for v in mean_interval(values))
        ax.fill_between(values.level, low, high, color=color, alpha=0.25, lw=0)
        ax.plot(values.level, mean, color=color, marker=marker, ms=4, label=text)
    ax.set(xlabel=label("reciprocity"), ylabel=label("coupling"), ylim=(0, None), title=head)
    fig.legend(loc="outside right center")
    return fig


def memory(simulated: Mapping[float, np.ndarray], predicted: Mapping[float, np.ndarray]) -> Figure:
    """Covariance of the last state with earlier ones against the lag: simulated dots on predicted lines,
    a colour per r.

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
        ax.plot(2 * np.arange(len(values)), values, color=INK, lw=0.9, ls=DASHED, zorder=6, label=text)
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
