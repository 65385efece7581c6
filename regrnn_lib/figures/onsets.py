"""The law of the onsets of activity, and networks on it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ..experiments.statistics import share_interval
from .style import BLUE, INK, WIDTH, label

FAN = ((0, -1), (1, -2))  # outer and inner pair of quantiles


def law(
    fan: tuple[np.ndarray, np.ndarray],
    onsets: tuple[np.ndarray, np.ndarray],
    share: tuple[np.ndarray, np.ndarray],
    awake: tuple[np.ndarray, np.ndarray, int],
    bulk: np.ndarray,
) -> Figure:
    """Onsets against Dale monopolarity as a fan,
    and the share of networks that are awake against the coupling.

    Parameters
    ----------
    fan : (levels (n,), quantiles (n, 5))
        Predicted onsets: median in the middle, an inner and an outer pair around it.
    onsets : (levels (k,), onsets (k, networks))
        Of drawn networks.
    share : (couplings, shares)
        Predicted share of networks awake at d = 1.
    awake : (couplings, counts, number of networks)
        Networks that a free run finds awake, with exact 95 % intervals of the share.
    bulk : ndarray, shape (n,)
        Onset that the bulk of the spectrum alone would have, at the levels of the fan.
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    _fan(left, *fan, bulk)
    _dots(left, *onsets)
    left.set(xlabel=label("dale"), ylabel=f"onset, {label('coupling')}", title="When rest loses stability")
    right.plot(*share, color=INK, lw=1.2, label="predicted share")
    right.axvline(bulk[-1], color="0.5", lw=1, ls=(0, (1, 1.2)))
    _counts(right, *awake)
    right.set(xlabel=label("coupling"), ylabel="share of networks awake", ylim=(-0.03, 1.03))
    right.set_title("Networks awake at $d$ = 1")
    _legend(fig, left, right)
    return fig


def _fan(ax, levels, quantiles, bulk):
    names = ("95 % of the networks, predicted", "50 %")
    for (low, high), alpha, text in zip(FAN, (0.15, 0.3), names):
        band = quantiles[:, low], quantiles[:, high]
        ax.fill_between(levels, *band, color=INK, alpha=alpha, lw=0, label=text)
    ax.plot(levels, quantiles[:, 2], color=INK, lw=1.2, label="median")
    ax.plot(levels, bulk, color="0.5", lw=1, ls=(0, (1, 1.2)), label="the bulk alone")


def _dots(ax, levels, onsets):
    """One dot a network, set apart sideways in the order of the draws."""
    n = onsets.shape[1]
    aside = (np.arange(n) * 0.618034 % 1 - 0.5) * 0.05
    x = (np.asarray(levels)[:, None] + aside).ravel()
    ax.plot(x, onsets.ravel(), "o", ms=2, mew=0, color=BLUE, alpha=0.6, label="drawn networks")


def _counts(ax, couplings, counts, n):
    ax.vlines(couplings, *share_interval(counts, n), color=BLUE, lw=1.2)
    ax.plot(couplings, counts / n, "o", ms=3.5, color=BLUE, label="free runs, 95 % interval")


def _legend(fig, *axes):
    parts = [ax.get_legend_handles_labels() for ax in axes]
    handles, texts = ([entry for part in parts for entry in part[k]] for k in (0, 1))
    fig.legend(handles, texts, loc="outside lower center", ncols=4, columnspacing=1.0)
