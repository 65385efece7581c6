"""Dynamical mean field of partially symmetric networks: when they wake and saturate, how long they remember.

A symmetric pair of weights gives back to a neuron, two steps later, what it sent. This echo makes the past of
a neuron matter, so no equation for q alone is closed: the single neuron is simulated, in many copies, in the
input that the copies themselves prescribe.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import brentq
from scipy.special import ndtr

from ..parameters import attempt, check, refuse, rounded, shown
from ..weights import Seed, normal, random_stream
from .spectra import onset

LAST = 8  # steps at the end over which NL is averaged
JITTER = 1e-6  # variance of noise added to every input: the covariance of a state that repeats is singular
SHORTEST = 10  # steps: a start that dies out has lost its saturation by then
LEVELS = (-0.99, 0.9)  # of NL that a root is searched for
LARGEST = 10**8  # numbers that the tangents may take, 800 MB


class PartialSymmetry(NamedTuple):
    """The dynamical mean field of one network; see `partially_symmetric`.

    Attributes
    ----------
    nonlinearity : float
        NL as in `dynamics.measures`, averaged over the last 8 steps.
    covariance : ndarray, shape (T + 1, T + 1)
        C(t, s), population mean of y(t) y(s), times 0 .. T.
    response : ndarray, shape (T + 1, T + 1)
        G(t, s), population mean of dy(t)/dh(s); 0 at s > t, at s = 0 and at odd delays.
    """

    nonlinearity: float
    covariance: np.ndarray
    response: np.ndarray


def partially_symmetric(
    reciprocity: float, coupling: float, *, n_steps: int = 80, n_trajectories: int = 4000, seed: Seed = 0
) -> PartialSymmetry:
    """Dynamical mean field at b = 0 with a share r of symmetric pairs, N large.

    With R = x and a Gaussian eta, n trajectories of the single neuron from y(0) uniform in (-1, 1),

        h(t+1) = eta(t+1) + r R^2 sum_s G(t, s) y(s-1),    y = tanh(h)
        <eta(t+1) eta(s+1)> = R^2 C(t, s),    C(t, s) = <y(t) y(s)>,    G(t, s) = <dy(t)/dh(s)>

    Parameters
    ----------
    reciprocity : float
        Reciprocity r, 0 .. 1.
    coupling : float
        x = w sqrt(N), 0 (excluded) .. 100. At density rho the same equations hold with x sqrt(rho).
    n_steps : int
        Steps T from the start, 10 or more.
    n_trajectories : int
        Copies n of the single neuron, above T, with T^2 n at most 2e8 (800 MB).
    seed : int or (int, int)
        Of the trajectories' noise, the same at every r and x.

    Returns
    -------
    PartialSymmetry
        To six digits.

    Raises
    ------
    ValueError
        One message with every parameter that is out of range, also if T and n together need too much memory.

    Notes
    -----
    Nothing is fitted; NL scatters with the seed by 0.01. Weak point: near r = 1 a state that repeats every
    second step has a singular covariance C, so eta is nearly decided by its past; a white noise of standard
    deviation 0.001 on every input keeps its factor finite. After T = 80 steps the slowest states, next to the
    onset, still move.

    Source: Eissfeller and Opper (1992) for the method; cf. Marti, Brunel and Ostojic (2018). G comes from the
    tangent of each trajectory, not from correlations with the noise, which lose it where the covariance is
    singular.
    """
    faults, asked = [], dict(n_steps=n_steps, n_trajectories=n_trajectories, seed=seed)
    values = attempt(faults, _fitting, reciprocity=reciprocity, coupling=coupling, **asked)
    refuse(faults)
    ensemble = _evolved(**values)
    return PartialSymmetry(
        rounded(ensemble.nonlinearity), rounded(ensemble.covariance), rounded(ensemble.response)
    )


def saturation_coupling(
    reciprocity: float, nonlinearity: float, *, n_steps: int = 80, n_trajectories: int = 4000, seed: Seed = 0
) -> float:
    """Coupling x at which NL rises through a level in the dynamical mean field of `partially_symmetric`.

    Parameters
    ----------
    reciprocity : float
        Reciprocity r, 0 .. 1.
    nonlinearity : float
        Level of NL, -0.99 .. 0.9: -0.9 where activity sets in, 0 where half of it is saturated.
    n_steps, n_trajectories, seed
        As there.

    Returns
    -------
    float
        x = w sqrt(N), to six digits of these trajectories; over seeds it scatters by 0.4 % or less.

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.

    Notes
    -----
    All couplings share their trajectories' noise, which makes NL a smooth function of x. About 1 s.
    """
    faults, asked = [], dict(n_steps=n_steps, n_trajectories=n_trajectories, seed=seed)
    values = attempt(faults, _fitting, reciprocity=reciprocity, **asked)
    refuse(faults + _level_misfit(nonlinearity))

    def excess(coupling):
        return _nonlinearity(coupling=rounded(coupling, 12), **values) - nonlinearity

    low = 0.9 * onset(values["reciprocity"])
    while excess(low) > 0:
        low /= 1.5
    high = 1.5 * low
    while excess(high) <= 0:
        low, high = high, 1.5 * high
    return rounded(brentq(excess, low, high, xtol=1e-6))


def _fitting(**values):
    """The checked parameters, or one message with every fault.

    To need too much memory together is a fault, too.
    """
    values = check(**values)
    n_steps, n_trajectories = values["n_steps"], values["n_trajectories"]
    if n_steps < SHORTEST:
        refuse([f"n_steps = {n_steps}: must be at least {SHORTEST}"])
    most = 2 * LARGEST // (n_steps * n_steps)
    if not n_steps < n_trajectories <= most:
        refuse([f"n_trajectories = {n_trajectories}: must be above n_steps = {n_steps} and at most {most}"])
    return values


def _level_misfit(level):
    number = isinstance(level, (int, float, np.number)) and not isinstance(level, (bool, np.bool_))
    if number and LEVELS[0] <= level <= LEVELS[1]:
        return []
    return [f"nonlinearity = {shown(level)}: must be a number, {LEVELS[0]} <= nonlinearity <= {LEVELS[1]}"]


@lru_cache(maxsize=256)
def _nonlinearity(**point):
    return _evolved(**point).nonlinearity


def _evolved(reciprocity, coupling, n_steps, n_trajectories, seed):
    ensemble = _Ensemble(reciprocity, coupling, _noise(n_steps, n_trajectories, seed))
    for t in range(1, n_steps + 1):
        ensemble.advance(t)
    return ensemble


@lru_cache(maxsize=2)
def _noise(n_steps, n_trajectories, seed):
    """Start (row 0, equally spaced) and innovations (rows 1 .. T), exactly uncorrelated, of mean square 1."""
    rng = random_stream(seed, "partial symmetry")
    start = rng.permutation(2 * np.arange(n_trajectories) + 1 - n_trajectories)
    noise = np.vstack([start, normal(rng, (n_steps, n_trajectories))])
    for _ in range(2):  # once more for the last digits
        gram = noise @ noise.T / n_trajectories
        noise = solve_triangular(np.linalg.cholesky(gram), noise, lower=True)
    noise.flags.writeable = False
    return noise


class _Ensemble:
    """Trajectories of the single neuron, with the averages that make their input."""

    def __init__(self, reciprocity, coupling, noise):
        n_times, n = noise.shape
        self.noise, self.states = noise, np.zeros_like(noise)
        self.power, self.echo = coupling * coupling, reciprocity * coupling * coupling
        self.states[0] = noise[0] / np.sqrt(3)  # the mean square of a uniform number in (-1, 1)
        self.covariance, self.response = np.zeros((2, n_times, n_times))
        self.covariance[0, 0] = 1 / 3
        self.factor = np.zeros((n_times - 1, n_times - 1))  # L, lower triangle: eta = L noise
        self.tangents = np.zeros(
            (n_times, n_times // 2 + 1, n)
        )  # dy(s + 2k)/dh(s) at [s, k]: an echo takes two
        self.saturation = np.zeros(n_times)

    @property
    def nonlinearity(self) -> float:
        return float(np.mean(self.saturation[-LAST:]))

    def advance(self, t: int) -> None:
        """Step t: input, state, and its averages with all earlier ones."""
        past, std = self._factor_row(t)
        known = past @ self.noise[1:t] + self.echo * (self.response[t - 1, 1:t] @ self.states[: t - 1])
        self.saturation[t] = _saturation(known, std)
        self.states[t] = np.tanh(known + std * self.noise[t])
        means = self.states[: t + 1] @ self.states[t] / len(self.states[t])
        self.covariance[t, : t + 1] = self.covariance[: t + 1, t] = means
        self._respond(t)

    def _factor_row(self, t):
        """Row t of the Cholesky factor of eta's covariance: what the past decides, the new noise's std."""
        row, factor = self.power * self.covariance[t - 1, :t], self.factor
        past = solve_triangular(factor[: t - 1, : t - 1], row[:-1], lower=True) if t > 1 else row[:0]
        std = np.sqrt(JITTER + max(row[-1] - past @ past, 0.0))
        factor[t - 1, : t - 1], factor[t - 1, t - 1] = past, std
        return past, std

    def _respond(self, t):
        """Tangents of y(t) with respect to h(t), h(t - 2), ..., and their means."""
        slope = 1 - self.states[t] * self.states[t]
        self.tangents[t, 0], self.response[t, t] = slope, np.mean(slope)
        for s in range(t - 2, 0, -2) if self.echo > 0 else ():
            k = (t - s) // 2
            sent_back = self.response[t - 1, s + 1 : t : 2] @ self.tangents[s, :k]
            self.tangents[s, k] = self.echo * slope * sent_back
            self.response[t, s] = np.mean(self.tangents[s, k])


def _saturation(known, std):
    """NL at one step, averaged over its new noise."""
    edge = np.arctanh(0.5)
    return 1 - 2 * np.mean(ndtr((edge - known) / std) - ndtr((-edge - known) / std))
