"""Mean field of the dynamics.

It is that of Sompolinsky, Crisanti and Sommers (1988) in discrete time, with a mean weight.
"""

from typing import NamedTuple

import numpy as np

from ..parameters import check, refuse
from .entries import LARGEST, gain_misfit, gains
from .expectations import expectation, neurons_and_times, nonlinearity, tanh_slope
from .stationary import growth_rates, mean_input, mean_square


class MeanField(NamedTuple):
    """The stable mean-field state; see `mean_field`.

    Attributes
    ----------
    mean : float
        m, population mean of the activity, >= 0 (of two mirror states the positive one); in period two its
        size, while the sign alternates.
    q : float
        Population mean of y^2, 0 .. 1.
    c : float
        Population mean of y(t) y(t + k) for long delays k (in period two: even k), 0 .. q.
    fluctuation, nonlinearity : float
        F and NL as in `dynamics.measures`.
    lyapunov : float
        Largest Lyapunov exponent per step, never below -36.04, as in `dynamics.lyapunov`.
    regime : str
        "quiescent", "chaotic", "fixed point" or "oscillatory" (period two).
    """

    mean: float
    q: float
    c: float
    fluctuation: float
    nonlinearity: float
    lyapunov: float
    regime: str


def mean_field(n_neurons: int, strength: float, balance: float, density: float = 1.0) -> MeanField:
    """Mean field of the undriven network of independent entries, N large.

    With z standard normal,

        m = E tanh(h),  q = E tanh^2(h),  h = N mu m + sigma sqrt(N q) z
        c = E tanh(h) tanh(h'),  h, h' normal: mean N mu m, variance N sigma^2 q, covariance N sigma^2 c
        F = sqrt(q - c),  NL = 2 P(|tanh h| > 1/2) - 1
        lambda = max( ln(N sigma^2 E[(1 - tanh^2 h)^2])/2,  ln rho )

    with rho the growth per step of the mean: N |mu| E[1 - tanh^2 h] at m = 0, and at m > 0, where a change of
    the mean changes q as well, the spectral radius of the derivative of the map from (m, q) to (m, q),

        [[N |mu| E tanh',         N sigma^2 E tanh''/2],
         [2 N |mu| E tanh tanh',  N sigma^2 E(tanh'^2 + tanh tanh'')]].

    Parameters
    ----------
    n_neurons : int
        Number of neurons N, 2 .. 5000.
    strength : float
        Connection strength w >= 0.
    balance : float
        Balance b, -1 .. 1.
    density : float
        Density rho, 0 (excluded) .. 1.

    Returns
    -------
    MeanField
        All fields finite.

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.

    Notes
    -----
    The state with m > 0 is taken wherever it exists: m = 0 is unstable there, and no second m > 0 appears.
    Likewise c < q is taken where it exists: c = q is then unstable, the state is chaotic. Below
    b = 0 the odd map has the same states with the sign of every neuron flipping at each step, so that
    F = E|tanh h|, or in chaos the mean over neurons of the rms that each has in time. sqrt(q - c) is the
    root mean square over neurons of the temporal standard deviation; it is F where all neurons are
    statistically alike (m = 0). The regime is decided by exact zeros, not by the thresholds of `regime`.
    The rate of the mean holds q fixed. That is exact at m = 0; at a fixed point or in period two it makes
    lambda an upper estimate (N = 1000, x = 0.5, b = 0.1: -0.30, simulated -0.47).

    Source: Sompolinsky, Crisanti and Sommers (1988), in discrete time and with a mean weight.
    """
    values = check(n_neurons=n_neurons, strength=strength, balance=balance, density=density)
    return mean_field_at(*gains(**values))


def mean_field_at(mean_gain: float, bulk_radius: float) -> MeanField:
    """Mean field of `mean_field` from the two numbers that it depends on.

    Parameters
    ----------
    mean_gain : float
        N mu; its sign is that of the balance.
    bulk_radius : float
        sigma sqrt(N) >= 0. Modules at b = 0 obey the same equations with mean_gain = 0 and the
        bulk radius of their `spectrum`.

    Returns
    -------
    MeanField

    Raises
    ------
    ValueError
        If a value is not a number, above 1e10 in size, or the radius is negative.
    """
    refuse(gain_misfit("mean_gain", mean_gain, -LARGEST) + gain_misfit("bulk_radius", bulk_radius, 0))
    gain, radius = abs(float(mean_gain)), float(bulk_radius)
    field = mean_input(gain, radius)
    q = mean_square(field, radius)
    mean = field / gain if field > 0 else 0.0
    bulk, uniform = growth_rates(gain, radius, field, radius * np.sqrt(q))
    moving = q > 0 and (mean == 0 or bulk > 0)
    c = _covariance(field, radius, mean, q) if moving else q
    fluctuation = _flipping(field, radius, q, c) if mean_gain < 0 else np.sqrt(max(q - c, 0.0))
    return MeanField(
        mean,
        q,
        c,
        float(fluctuation),
        float(nonlinearity(field, radius * np.sqrt(q))),
        float(max(bulk, uniform)),
        _regime(q, moving, mean_gain),
    )


def _covariance(field, radius, mean, q):
    """The smallest c = E tanh(h) tanh(h'), by Newton's method from below.

    The right side is convex in c (a power series with positive coefficients), so the iteration
    rises to the smallest root and cannot pass it; its derivative is N sigma^2 E[tanh'(h) tanh'(h')].
    """
    c, step = mean**2, 1.0
    for _ in range(60):
        if mean == 0 or c >= q or step < 1e-13:
            break
        h, inner, outer = neurons_and_times(field, radius, q, c)
        settled = np.sum(inner * np.tanh(h), axis=1)
        slope = radius**2 * np.sum(outer * np.sum(inner * tanh_slope(h), axis=1) ** 2)
        step = (np.sum(outer * settled**2) - c) / (1 - slope)
        c += step
    return float(min(c, q))


def _flipping(field, radius, q, c):
    """F when every neuron flips its sign at each step: the mean over neurons of its rms in time."""
    if field == 0:
        return np.sqrt(q)
    if c == q:
        return expectation(lambda h: np.abs(np.tanh(h)), field, radius * np.sqrt(q))
    h, inner, outer = neurons_and_times(field, radius, q, c)
    return np.sum(outer * np.sqrt(np.sum(inner * np.tanh(h) ** 2, axis=1)))


def _regime(q, moving, mean_gain):
    if q == 0:
        return "quiescent"
    return "chaotic" if moving else "fixed point" if mean_gain > 0 else "oscillatory"
