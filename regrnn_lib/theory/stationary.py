"""The stationary solution of the mean field: mean input, mean square of the activity, growth of a perturbation."""

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


def growth_rates(gain: float, radius: float, field: float, q: float) -> tuple[float, float]:
    """Growth rates per step of a perturbation: of the bulk, and of the mean together with q."""
    std = radius * np.sqrt(q)
    bulk = radius * np.sqrt(expectation(lambda h: tanh_slope(h) ** 2, field, std))
    floor = np.exp(FASTEST_DECAY)
    uniform = _uniform_rate(gain, radius, field, std)
    return float(np.log(max(bulk, floor))), float(np.log(max(uniform, floor)))


def _uniform_rate(gain, radius, field, std):
    """Spectral radius of the derivative of the map (m, q) -> (E tanh h, E tanh^2 h); at m = 0 that of m alone."""
    mean_to_mean = gain * expectation(tanh_slope, field, std)
    if field == 0:
        return mean_to_mean
    curved = expectation(lambda h: -2 * np.tanh(h) * tanh_slope(h), field, std)  # E tanh''
    bent = expectation(lambda h: tanh_slope(h) ** 2 - 2 * np.tanh(h) ** 2 * tanh_slope(h), field, std)
    jacobian = [[mean_to_mean, radius**2 / 2 * curved], [-gain * curved, radius**2 * bent]]
    return np.abs(np.linalg.eigvals(jacobian)).max()
