"""Driven mean field: how large the activity is under an input, and whether the input silences chaos.

The input current of a neuron, W_in x(t) + beta, counts as normal with variance u^2 + w_beta^2, u the drive
(rms of the input current per neuron) and w_beta the strength of the biases. It adds to the variance of the
recurrent input. This is exact for many inputs, white in time; a single input is large or small for all
neurons at once, and pulses and silence have a u that is right on average only (N = 400, u = 1, x = 0.9:
lambda -0.55, simulated -0.55 and, with one input, -0.47).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from ..arrays import each, together
from ..parameters import attempt, misfits, refuse
from .entries import LARGEST, gain_misfit, gains
from .expectations import expectation, nonlinearity, squared_tanh, tanh_slope
from .stationary import SMALLEST_FIELD, growth_rates

HALVINGS = 45  # of the variance: to 1e-13 of its largest value
NEWTON_STEPS = 50
RANGES = dict(  # of what is no parameter of a network
    mean_gain=lambda value: gain_misfit("mean_gain", value, -LARGEST),
    bulk_radius=lambda value: gain_misfit("bulk_radius", value, 0),
)


class DrivenField(NamedTuple):
    """Mean field of a driven network; see `driven_field`. Floats, or arrays of one shape.

    Attributes
    ----------
    mean : float or ndarray
        m, population mean of the activity, >= 0: above 0 where a bias holds the network (b > 0) or makes it
        alternate (b < 0; then it is the size, and the sign alternates).
    q : float or ndarray
        Population mean of y^2, 0 .. 1.
    lyapunov : float or ndarray
        Largest conditional Lyapunov exponent per step, as in `exponents.conditional_lyapunov`.
    nonlinearity : float or ndarray
        NL as in `dynamics.measures`.
    """

    mean: float | np.ndarray
    q: float | np.ndarray
    lyapunov: float | np.ndarray
    nonlinearity: float | np.ndarray


def driven_field(
    n_neurons: int,
    strength: ArrayLike,
    drive: ArrayLike,
    *,
    bias_strength: ArrayLike = 0.1,
    balance: ArrayLike = 0.0,
    density: float = 1.0,
) -> DrivenField:
    """Mean field of a driven network of independent entries, N large.

        m = E tanh(h),   q = E tanh^2(h),   h ~ Normal(N mu m, N sigma^2 q + u^2 + w_beta^2)
        lambda = max( ln(N sigma^2 E[(1 - tanh^2 h)^2])/2,  ln rho )
        NL = 2 P(|tanh h| > 1/2) - 1

    with rho the growth per step of the mean, as in `mean_field`; at b = 0 there is none, and lambda is the
    first.

    Parameters
    ----------
    n_neurons : int
        Number of neurons N, 2 .. 5000.
    strength : float or array_like
        Connection strength w >= 0.
    drive : float or array_like
        u >= 0, rms over neurons and time of the input current.
    bias_strength : float or array_like
        w_beta >= 0, 0.1 by default.
    balance : float or array_like
        Balance b, -1 .. 1.
    density : float
        Density rho, 0 (excluded) .. 1.

    Returns
    -------
    DrivenField
        Arrays are broadcast against each other: a plane of cells and drives is one call.

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.

    Notes
    -----
    The state with m > 0 is taken where it exists, m = 0 is unstable there. lambda > 0: the network is chaotic
    in spite of its input; the largest exponent of the free network is that of `mean_field`.

    Source: Molgedey, Schuchhardt and Schuster (1992), in discrete time and with a mean weight; cf. Schuecker,
    Goedeke and Helias (2018).
    """
    faults = misfits("n_neurons", n_neurons) + misfits("density", density)
    arrays = _arrays(faults, strength=strength, balance=balance, drive=drive, bias_strength=bias_strength)
    drive, bias_strength = arrays.pop("drive"), arrays.pop("bias_strength")
    of_weights = np.vectorize(gains, otypes=[float, float])
    return _field(*of_weights(n_neurons, **arrays, density=density), drive, bias_strength)


def driven_field_at(
    bulk_radius: ArrayLike, drive: ArrayLike, bias_strength: ArrayLike = 0.1, mean_gain: ArrayLike = 0.0
) -> DrivenField:
    """Driven mean field of `driven_field` from the numbers that it depends on.

    Parameters
    ----------
    bulk_radius : float or array_like
        sigma sqrt(N), 0 .. 1e10. Modules and Dale's principle at b = 0 obey the same equations with the bulk
        radius of their `spectrum`, but for outliers.
    drive, bias_strength
        As in `driven_field`.
    mean_gain : float or array_like
        N mu, its size up to 1e10; its sign is without effect.

    Returns
    -------
    DrivenField

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.
    """
    asked = dict(mean_gain=mean_gain, bulk_radius=bulk_radius, drive=drive, bias_strength=bias_strength)
    return _field(**_arrays([], **asked))


def _field(mean_gain, bulk_radius, drive, bias_strength):
    gain, radius, u, w_beta = np.broadcast_arrays(np.abs(mean_gain), bulk_radius, drive, bias_strength)
    std = np.sqrt(_variance(gain, radius, u * u + w_beta * w_beta))
    field = _mean_input(gain, std)
    mean = np.where(field > 0, expectation(np.tanh, field, std), 0.0)
    values = mean, expectation(squared_tanh, field, std)
    values += np.maximum(*growth_rates(gain, radius, field, std)), nonlinearity(field, std)
    return DrivenField(*(x if gain.ndim else float(x) for x in values))


def _variance(gain, radius, noise):
    """S = R^2 E tanh^2(h) + noise, h ~ Normal(N mu m, S).

    By bisection between S = noise and the largest, R^2 + noise.
    """
    square = radius * radius
    low, high = noise, square + noise
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        std = np.sqrt(middle)
        grows = square * expectation(squared_tanh, _mean_input(gain, std), std) + noise > middle
        low, high = np.where(grows, middle, low), np.where(grows, high, middle)
    return (low + high) / 2


def _mean_input(gain, std):
    """The largest a = N mu E tanh(h), h ~ Normal(a, std^2), by Newton's method from above.

    E tanh is concave for a > 0 (tanh' is largest at 0), so the iteration falls to the root and cannot pass
    it.
    """
    gain, std = np.broadcast_arrays(gain, std)
    field, moving = np.array(gain), np.full(gain.shape, True)
    for _ in range(NEWTON_STEPS):  # of those that are not yet there: most are after a few
        a, N_mu, width = field[moving], gain[moving], std[moving]
        slope = N_mu * expectation(tanh_slope, a, width) - 1
        step = (N_mu * expectation(np.tanh, a, width) - a) / np.where(slope < 0, slope, -1.0)
        field[moving] = np.maximum(a - step, 0.0)
        moving[moving] = np.abs(step) >= 1e-13 * (1 + N_mu)
        if not np.any(moving):
            break
    return np.where(field > SMALLEST_FIELD, field, 0.0)


def driven_edge(drive: ArrayLike, bias_strength: ArrayLike = 0.1) -> float | np.ndarray:
    """Edge of chaos under an input: the coupling at which the conditional exponent is 0, at b = 0.

        R^2 E[(1 - tanh^2 h)^2] = 1,    h ~ Normal(0, S),  S = R^2 E tanh^2(h) + u^2 + w_beta^2

    Parameters
    ----------
    drive : float or array_like
        u >= 0, rms over neurons and time of the input current.
    bias_strength : float or array_like
        w_beta >= 0, 0.1 by default.

    Returns
    -------
    float or ndarray
        R = sigma sqrt(N), above 1, and 1 without input and biases. With modules or Dale's principle it is
        the bulk radius that is to reach this value.

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.

    Notes
    -----
    A weak input moves the edge much: R - 1 = (3 (u^2 + w_beta^2)/4)^(1/3) for small u and w_beta. With
    reciprocity the recurrent input depends on the neuron's own past, and this does not hold.

    Source: as in `driven_field`.
    """
    u, w_beta = _arrays([], drive=drive, bias_strength=bias_strength).values()
    edges = np.vectorize(_edge, otypes=[float])(u * u + w_beta * w_beta)
    return edges if edges.ndim else float(edges)


def _edge(noise):
    """R of S = E tanh^2(h)/E[(1 - tanh^2 h)^2] + noise, the state with R^2 E[(1 - tanh^2 h)^2] = 1."""

    def excess(std):
        return std * std - expectation(squared_tanh, 0.0, std) / _squared_slope(std) - noise

    if noise == 0:
        return 1.0
    high = 2.0
    while excess(high) < 0:
        high *= 2
    return 1 / np.sqrt(_squared_slope(brentq(excess, 0.0, high, xtol=1e-14)))


def _squared_slope(std):
    return expectation(lambda h: tanh_slope(h) ** 2, 0.0, std)


def _arrays(faults, **given):
    """Each as a checked array of numbers; `faults`, and all that are found, in one message."""
    arrays = {name: attempt(faults, each, name, values, RANGES.get(name)) for name, values in given.items()}
    refuse(faults)
    together(**arrays)
    return arrays
