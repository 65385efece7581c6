"""Boundaries of the dynamical regimes in the plane of balance and coupling, as the mean field has them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from ..parameters import attempt, check, refuse, shown
from .entries import coupling_row, gains
from .expectations import expectation, tanh_slope
from .stationary import growth_rates, mean_input, mean_square


class Boundaries(NamedTuple):
    """Mean-field boundaries in the plane of balance b and coupling x = w sqrt(N); see `boundaries`.

    Attributes
    ----------
    couplings : ndarray, shape (n,)
        x of the next two.
    mean_onset : ndarray, shape (n,)
        Balance b > 0 at which m = 0 loses stability to a fixed point; -b: to period two. NaN where there is
        none up to b = 1.
    chaos_end : ndarray, shape (n,)
        Balance, beyond mean_onset, at which the state with m > 0 ceases to be chaotic. NaN below the onset of
        chaos and where it stays chaotic up to b = 1.
    rest_balances, rest_couplings : ndarray, shape (101,)
        The line sigma sqrt(N) = 1 between rest and chaos, x over b, where no mean instability comes first.
    """

    couplings: np.ndarray
    mean_onset: np.ndarray
    chaos_end: np.ndarray
    rest_balances: np.ndarray
    rest_couplings: np.ndarray

    def lines(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Lines to draw, all meeting where rest, chaos and the mean instability do.

        Returns
        -------
        dict of str -> (ndarray, ndarray)
            (balances, couplings) by name: "chaos", "fixed point", "period two" (onset of each), "end of
            chaos" and "end of alternating chaos" (on the sides of b > 0 and b < 0). NaN where there is no
            boundary.
        """
        b, x = self._through_corner(self.mean_onset)
        end, end_x = self._through_corner(self.chaos_end)
        return {
            "chaos": (self.rest_balances, self.rest_couplings),
            "fixed point": (b, x),
            "period two": (-b, x),
            "end of chaos": (end, end_x),
            "end of alternating chaos": (-end, end_x),
        }

    def _through_corner(self, balances):
        x, b = self.rest_couplings[-1], self.rest_balances[-1]
        if b >= 1:
            return balances, self.couplings
        at = np.searchsorted(self.couplings, x)
        return np.insert(balances, at, b), np.insert(self.couplings, at, x)


def boundaries(n_neurons: int, couplings: ArrayLike, density: float = 1.0) -> Boundaries:
    """Mean-field boundaries of the dynamical regimes of independent entries.

    - rest to chaos: sigma sqrt(N) = 1;
    - m = 0 to a fixed point (b > 0) or period two (b < 0): N |mu| E[1 - tanh^2 h] = 1 at the self-consistent
      q of m = 0; this is N |mu| = 1 below the onset of chaos, where q = 0;
    - end of chaos at m > 0: N sigma^2 E[(1 - tanh^2 h)^2] = 1. Between the last two, mean and chaos coexist.

    Parameters
    ----------
    n_neurons : int
        Number of neurons N, 2 .. 5000.
    couplings : array_like, shape (n,)
        x = w sqrt(N), 0 (excluded) .. 100, increasing.
    density : float
        Density rho, 0 (excluded) .. 1.

    Returns
    -------
    Boundaries

    Raises
    ------
    ValueError
        If a parameter is out of range or the couplings are not an increasing row of positive numbers.

    Notes
    -----
    Source: stability of the solutions of `mean_field`. About 20 ms for a coupling above the onset.
    """
    faults = []
    checked = attempt(faults, check, n_neurons=n_neurons, density=density)
    couplings = attempt(faults, _increasing, couplings)
    refuse(faults)
    n, rho = checked.values()
    onsets = np.array([_mean_onset(n, x, rho) for x in couplings])
    ends = np.array([_chaos_end(n, x, rho, b) for x, b in zip(couplings, onsets)])
    # N mu = sigma sqrt(N) = 1 at the corner, so rho x^2 = 1 + 1/N there
    corner = min(np.sqrt(np.pi / 2 / (rho * (n + 1))), 1.0)
    balances = np.linspace(-corner, corner, 101)
    rest = 1 / np.sqrt(rho * (1 - 2 * rho * balances**2 / np.pi))
    return Boundaries(couplings, onsets, ends, balances, rest)


def _increasing(couplings):
    given = coupling_row(couplings)
    rises = (np.diff(given) > 0).all()
    refuse(
        [] if rises else [f"couplings = {shown(given.tolist())}: must be a row of increasing numbers above 0"]
    )
    return given


def _mean_onset(n, coupling, density):
    def growth(balance):
        gain, radius = gains(n, coupling / np.sqrt(n), balance, density)
        return gain * expectation(tanh_slope, 0.0, radius * np.sqrt(mean_square(0.0, radius))) - 1

    return brentq(growth, 0.0, 1.0) if growth(1.0) > 0 else np.nan


def _chaos_end(n, coupling, density, onset_balance):
    def growth(balance):
        gain, radius = gains(n, coupling / np.sqrt(n), balance, density)
        field = mean_input(gain, radius)
        std = radius * np.sqrt(mean_square(field, radius))
        return growth_rates(gain, radius, field, std)[0]

    chaotic = np.isfinite(onset_balance) and growth(onset_balance) > 0
    return brentq(growth, onset_balance, 1.0) if chaotic and growth(1.0) < 0 else np.nan
