"""Lyapunov spectra beside their theory."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from .style import INK, WIDTH, series


def spectrum(simulated: Mapping[int, np.ndarray], predicted: np.ndarray) -> Figure:
    """All Lyapunov exponents by their rank, and once more the largest of them.

    Parameters
    ----------
    simulated : dict of int to (networks, N) array
        Number of neurons N -> exponents of each network, descending; a thin line each.
    predicted : ndarray, shape (n,)
        Exponents by theory, descending, at the shares (i - 1/2)/n.
    """
    fig, axes = plt.subplots(1, 2, figsize=(WIDTH, 2.8))
    ranks, positive = _ranks(predicted), np.mean(predicted > 0)
    for ax in axes:
        for n, color, _ in series(list(simulated)):
            each = simulated[n]
            lines = ax.plot(_ranks(each[0]), each.T, color=color, lw=0.8)
            lines[0].set_label(f"$N$ = {n}: {len(each)} network{'s' if len(each) > 1 else ''}")
        ax.plot(ranks, predicted, color=INK, lw=1.1, ls=(0, (4, 1.5)), zorder=5, label="theory, large $N$")
        ax.axhline(0, color="0.6", lw=0.6, zorder=0)
        ax.set_xlabel("rank of the exponent $i/N$")
    axes[0].set(ylabel=r"Lyapunov exponent $\lambda_i$", title="The whole spectrum", xlim=(0, 1))
    reach = min(3 * positive, 1.0) if positive > 0 else 0.3
    near = predicted[ranks <= reach]
    pad = 0.15 * np.ptp(near)
    axes[1].set(title="Its largest exponents", xlim=(0, reach), ylim=(near.min() - pad, near.max() + pad))
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(simulated) + 1)
    return fig


def _ranks(exponents):
    return (np.arange(len(exponents)) + 0.5) / len(exponents)
