"""The stationary solution of the mean field: mean input, mean square of the activity,
growth of a perturbation.
"""

import numpy as np
from scipy.optimize import brentq

from .expectations import expectation, squared_tanh, tanh_slope

SMALLEST_FIELD = 1e-6  # mean input below which the mean activity counts as zero
FASTEST_DECAY = float(np.log(np.finfo(float).eps))  # the floor of lambda, that of `dynamics.lyapunov`


def mean_input(gain: float, radius: float) -> float:
    """N mu m of the state with m > 0, or 0 where there is none."""

    def excess(field):
        return gain * expectation(np.tanh, field, radius * np.sqrt(mean_square(field, radius))) - field

    low = min(SMALLEST_FIELD, gain)
    return float(brentq(excess, low, gain, xtol=1e-14)) if excess(low) > 0 else 0.0


def mean_square(field: float, radius: float) -> float:
    """The largest q = E tanh^2(field + radius sqrt(q) z)."""
    if field == 0 and radius <= 1:
        return 0.0

    def excess(q):
        return expectation(squared_tanh, field, radius * np.sqrt(q)) - q

    # tanh^2 h >= h^2 - 2 h^4/3 bounds q from below, away from the root q = 0; near radius 1 it is the root
    low = (1 - radius**-2) * radius**-2 / 2 if radius > 1 else 0.0
    if excess(low) <= 0:
        return low
    return 1.0 if excess(1.0) >= 0 else float(brentq(excess, low, 1.0, xtol=1e-15))


def growth_rates(
    gain: float | np.ndarray, radius: float | np.ndarray, field: float | np.ndarray, std: float | np.ndarray
) -> tuple[float | np.ndarray, float | np.ndarray]:
    """Growth rates per step of a perturbation, at an input ~ Normal(field, std^2): of the bulk,
    of the mean with q.
    """
    bulk = radius * np.sqrt(expectation(lambda h: tanh_slope(h) ** 2, field, std))
    floor = np.exp(FASTEST_DECAY)
    uniform = _uniform_rate(gain, radius, field, std)
    return np.log(np.maximum(bulk, floor)), np.log(np.maximum(uniform, floor))


def _uniform_rate(gain, radius, field, std):
    """Spectral radius of the derivative of the map (m, q) -> (E tanh h, E tanh^2 h);
    at m = 0 that of m alone.
    """
    mean_to_mean = gain * expectation(tanh_slope, field, std)
    curved = expectation(lambda h: -2 * np.tanh(h) * tanh_slope(h), field, std)  # E tanh''
    bent = expectation(lambda h: tanh_slope(h) ** 2 - 2 * np.tanh(h) ** 2 * tanh_slope(h), field, std)
    square = radius * radius
    half, root = (mean_to_mean + square * bent) / 2, (mean_to_mean - square * bent) / 2
    root = np.emath.sqrt(root * root - square * gain * curved * curved / 2)
    return np.where(field == 0, mean_to_mean, np.maximum(np.abs(half + root), np.abs(half - root)))
