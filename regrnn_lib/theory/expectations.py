"""Averages over normal inputs: E f(h) of functions that vary near h = 0, however wide the normal density."""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.special import ndtr, roots_legendre

TAIL = 9.0  # standard deviations beyond which a normal variable never comes (probability 1e-19)


def squared_tanh(h: np.ndarray) -> np.ndarray:
    """tanh^2 h."""
    return np.tanh(h) ** 2


def tanh_slope(h: np.ndarray) -> np.ndarray:
    """1 - tanh^2 h without cancellation at large |h|."""
    decay = np.exp(-2 * np.abs(h))
    return 4 * decay / (1 + decay) ** 2


def expectation(f: Callable, mean: float | np.ndarray, std: float | np.ndarray) -> float | np.ndarray:
    """E f(h), h ~ Normal(mean, std^2), |f| <= 1, to 1e-11; of arrays, which are broadcast,
    element by element.
    """
    h, weights = normal_nodes(np.asarray(mean)[..., None], np.asarray(std)[..., None], 56)
    return np.minimum(np.sum(weights * f(h), axis=-1), 1.0)


def nonlinearity(mean: float | np.ndarray, std: float | np.ndarray) -> float | np.ndarray:
    """NL = 2 P(|tanh h| > 1/2) - 1, h ~ Normal(mean, std^2)."""
    edge, std = np.arctanh(0.5), np.maximum(std, np.finfo(float).tiny)
    with np.errstate(over="ignore"):
        linear = ndtr((edge - mean) / std) - ndtr((-edge - mean) / std)
    return 1 - 2 * linear


def neurons_and_times(
    field: float, radius: float, q: float, c: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes of the input h: constant for a neuron (axis 0, variance N sigma^2 c) and varying (1)."""
    constant, outer = normal_nodes(field, radius * np.sqrt(c), 40)
    h, inner = normal_nodes(constant[:, None], radius * np.sqrt(max(q - c, 0.0)), 40)
    return h, inner, outer


def normal_nodes(
    mean: float | np.ndarray, std: float | np.ndarray, n_side: int
) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights for E f(h), h ~ Normal(mean, std^2), f varying within |h| < 1 or so.

    Gauss-Legendre in u on each side of h = 0, where std sinh(u)/max(std, 1) = h: the nodes are as dense near
    h = 0 as tanh needs, however wide the normal density, where Gauss-Hermite nodes would straddle it.
    """
    u, weights = _legendre(n_side)
    std, steep = np.maximum(std, np.finfo(float).tiny), np.maximum(std, 1.0)
    centre = np.clip(-mean, -TAIL * std, TAIL * std) / std
    reach = np.arcsinh(steep * (TAIL + np.abs(centre)))
    z = centre + np.sinh(reach * u) / steep
    weights = weights * np.exp(-(z**2) / 2) * np.cosh(reach * u)
    return mean + std * z, weights / np.sum(weights, axis=-1, keepdims=True)


@cache
def _legendre(n_side):
    """Gauss-Legendre nodes and weights on -1 .. 0 and 0 .. 1."""
    x, weights = roots_legendre(n_side)
    return np.concatenate([(x - 1) / 2, (x + 1) / 2]), np.concatenate([weights, weights]) / 2
