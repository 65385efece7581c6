"""The law of the outliers of Dale networks: how early the luck of the drawn polarities wakes a network.

Under Dale's principle the columns of W have means mu_j of their own, W = J + 1 mu^T with J of mean 0. The
rank-one part brings outliers of the spectrum, others in each network, but all by one law. Whether rest is
stable, they decide.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import series
from ..parameters import attempt, check, refuse, rounded, shown
from ..weights import Seed, normal, random_stream
from .entries import coupling_row

N_TERMS = 60  # of the power series
EDGE = (
    1.02  # bulk radii within which an outlier counts as bulk: there the series, cut off, has zeros of its own
)
N_ANGLES = 512  # points on the circle on which zeros are counted: their moduli come out to 2e-4
AT_ONCE = 10_000  # networks whose zeros are sought together, in 100 MB
N_HALVINGS = 16  # of the interval that holds the smallest zero


def onset_couplings(
    dale: float,
    balance: float = 0.0,
    *,
    n_neurons: int = 100,
    density: float = 1.0,
    n_draws: int = 1000,
    seed: Seed = 0,
) -> np.ndarray:
    """Couplings x = w sqrt(N) at which rest loses stability, one for each drawn network.

    An outlier is R/s with R the bulk radius and s a zero in |s| < 1 of

        f(s) = 1 - (N mu/R) s - (kappa_0 g_0 s + kappa sum_{k>=1} g_k s^(k+1))
        g_k independent standard normal
        e = rho^2 (2/pi) (d^2 + b^2 (1 - d^2)),    R = x sqrt(rho - e),    kappa = sqrt(e/(rho - e))
        kappa_0 = rho d sqrt((2/pi) (1 - b^2)/(rho - e)),    N mu/R = rho b sqrt(2 N/(pi (rho - e)))

    Parameters
    ----------
    dale : float
        Dale monopolarity d, 0 .. 1.
    balance : float
        Balance b, -1 .. 1.
    n_neurons : int
        Number of neurons N, 2 .. 5000; without effect at b = 0.
    density : float
        Density rho, 0 (excluded) .. 1.
    n_draws : int
        Networks that are drawn.
    seed : int or (int, int)
        Of the draws g, the same at every d, b and rho.

    Returns
    -------
    ndarray, shape (n_draws,)
        To six digits of these draws; all equal at d = 0.

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.

    Notes
    -----
    f(s) is det(1 - s W/R) over that of J, whose terms mu^T J^k 1 become independent normal variables for
    large N. For a largest eigenvalue this holds well at N = 100; the *number* of outliers close to the edge
    of the bulk is over-predicted, as in a finite network the edge itself scatters. Outliers within 2 % of the
    edge count as bulk.

    Source: Tao (2013) for outliers of a perturbation of finite rank, Rajan and Abbott (2006) for column
    means.
    """
    p = check(dale=dale, balance=balance, n_neurons=n_neurons, density=density, n_draws=n_draws, seed=seed)
    leftover, terms = _series(p["dale"], p["balance"], p["n_neurons"], p["density"])
    draws = _draws(p["n_draws"], p["seed"])
    parts = np.array_split(draws, -(-len(draws) // AT_ONCE))
    polynomials = (np.c_[np.ones(len(part)), -(terms[0] + terms[1] * part)] for part in parts)
    return rounded(np.concatenate([_smallest_zero(each) for each in polynomials]) / leftover)


def awake_share(
    dale: float,
    couplings: ArrayLike,
    balance: float = 0.0,
    *,
    n_neurons: int = 100,
    density: float = 1.0,
    n_draws: int = 1000,
    seed: Seed = 0,
) -> np.ndarray:
    """Share of networks whose spectral radius exceeds 1, so that rest is unstable.

    Parameters
    ----------
    dale : float
        Dale monopolarity d, 0 .. 1.
    couplings : array_like, shape (n,)
        x = w sqrt(N), 0 (excluded) .. 100.
    balance, n_neurons, density, n_draws, seed
        As in `onset_couplings`.

    Returns
    -------
    ndarray, shape (n,)
        0 .. 1, with a standard error of sqrt(p (1 - p)/n_draws).

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.
    """
    faults, how = [], dict(n_neurons=n_neurons, density=density, n_draws=n_draws, seed=seed)
    couplings = attempt(faults, coupling_row, couplings)
    onsets = attempt(faults, onset_couplings, dale, balance, **how)
    refuse(faults)
    return rounded(np.searchsorted(np.sort(onsets), couplings) / len(onsets))


def onset_quantiles(
    dale: float,
    shares: ArrayLike,
    balance: float = 0.0,
    *,
    n_neurons: int = 100,
    density: float = 1.0,
    n_draws: int = 1000,
    seed: Seed = 0,
) -> np.ndarray:
    """Coupling below which a share of the networks has woken, for a fan over d.

    These are quantiles of `onset_couplings`.

    Parameters
    ----------
    dale : float
        Dale monopolarity d, 0 .. 1.
    shares : array_like, shape (n,)
        0 .. 1.
    balance, n_neurons, density, n_draws, seed
        As in `onset_couplings`.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.
    """
    faults, how = [], dict(n_neurons=n_neurons, density=density, n_draws=n_draws, seed=seed)
    given = attempt(faults, series, "shares", shares)
    if given is not None and not (given.min() >= 0 and given.max() <= 1):
        faults += [f"shares = {shown(given.tolist())}: must be a row of numbers, 0 .. 1"]
    onsets = attempt(faults, onset_couplings, dale, balance, **how)
    refuse(faults)
    return rounded(np.quantile(onsets, given))


def _series(dale, balance, n_neurons, density):
    """R/x, and of the coefficients of s, s^2, ... their means and standard deviations (2, N_TERMS)."""
    share = 2 / np.pi * density * density  # of the mean square weight w^2, in a column of one sign
    means = share * (dale * dale + balance * balance * (1 - dale * dale))
    left = density - means
    series = np.zeros((2, N_TERMS))
    series[0, 0] = balance * np.sqrt(n_neurons * share / left)
    series[1] = np.sqrt(means / left)
    series[1, 0] = dale * np.sqrt(share * (1 - balance * balance) / left)
    return np.sqrt(left), series


@lru_cache(maxsize=4)
def _draws(n_draws, seed):
    draws = normal(random_stream(seed, "dale outliers"), (n_draws, N_TERMS))
    draws.flags.writeable = False
    return draws


def _smallest_zero(coefficients):
    """Modulus of the smallest zero of each row's polynomial (lowest power first), or 1 if above 1/EDGE."""
    low, high = np.zeros((2, len(coefficients))) + [[0.0], [1 / EDGE]]
    outlier = _has_zero(coefficients, high)
    low, high, rows = low[outlier], high[outlier], coefficients[outlier]
    for _ in range(N_HALVINGS):
        middle = (low + high) / 2
        inside = _has_zero(rows, middle)
        low, high = np.where(inside, low, middle), np.where(inside, middle, high)
    smallest = np.ones(len(coefficients))
    smallest[outlier] = (low + high) / 2
    return smallest


def _has_zero(coefficients, radius):
    """Whether a polynomial has zeros in the disc.

    Their number is how often it winds around 0 on the circle (argument principle).
    """
    powers = np.cumprod(np.broadcast_to(radius[:, None], coefficients.shape), axis=1) / radius[:, None]
    values = np.fft.rfft(
        coefficients * powers, N_ANGLES
    )  # on half of the circle; the other half is its mirror image
    turns = np.angle(values[:, 1:] * values[:, :-1].conj()).sum(axis=1) / np.pi
    return np.rint(np.abs(turns)) > 0
