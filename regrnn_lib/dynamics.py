"""Run a network and measure what it does: F, C, A, NL, D, the Lyapunov exponent, the regime.

    y(t) = tanh( W y(t-1) + W_in x(t) + beta )

Definitions: the conventions of the authors' earlier work as we understand them (tanh units, fluctuation F,
correlation C, nonlinearity NL); the exact formulas stand at each function.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import kernels
from .parameters import check, refuse
from .weights import Matrix, Seed, normal, random_stream, square_matrix

REST = 0.01  # rms(y) below which a network is at rest: "quiescent", C and A undefined
CHAOS = 0.01  # Lyapunov exponent above which a network is chaotic
FROZEN = 0.05  # fluctuation F below which an active network sits at a fixed point
REGIMES = ("quiescent", "chaotic", "fixed point", "oscillatory")


class Measures(NamedTuple):
    """Dynamical measures of a trajectory; see `measures`."""

    fluctuation: float
    correlation: float
    autocorrelation: float
    nonlinearity: float
    dimension: float


class RunMeasures(NamedTuple):
    """The measures that are gathered during a run; see `run_measures`."""

    fluctuation: float
    correlation: float
    autocorrelation: float
    nonlinearity: float


class Regime(NamedTuple):
    """Dynamical regime of a network; see `regime`."""

    name: str
    period_two: float


class Dynamics(NamedTuple):
    """Everything that a free run tells, for one network; see `free_dynamics`."""

    fluctuation: float
    correlation: float
    autocorrelation: float
    nonlinearity: float
    lyapunov: float
    dimension: float
    regime: int
    period_two: float


# ---------------------------------------------------------------- runs
def free_run(W: Matrix, n_steps: int = 1000, burn_in: int = 200, seed: Seed = 0) -> np.ndarray:
    """Undriven run y(t) = tanh(W y(t-1)) from a random start.

    Parameters
    ----------
    W : array_like, sparse matrix or DataFrame, shape (N, N)
        Weights, row = receiving neuron.
    n_steps, burn_in : int
        Time steps recorded, T >= 2, and dropped before them.
    seed : int or (int, int)
        Seed of the start, y(0) uniform in (-1, 1)^N, or (seed, replicate).

    Returns
    -------
    ndarray, shape (T, N), float64
        The same bits on every machine.

    Raises
    ------
    ValueError
        If W is not a finite square matrix or a parameter is out of range.
    """
    W, run = square_matrix(W), check(n_steps=n_steps, burn_in=burn_in, seed=seed)
    return kernels.free_run(W, start_state(len(W), run["seed"]), run["burn_in"], run["n_steps"])


def driven_run(
    W: Matrix,
    inputs: ArrayLike,
    input_weights: ArrayLike,
    bias: ArrayLike | None = None,
    start: ArrayLike | None = None,
    *,
    reset_every: int = 0,
) -> np.ndarray:
    """Driven run y(t) = tanh(W y(t-1) + W_in x(t) + beta).

    Parameters
    ----------
    W : array_like, shape (N, N)
    inputs : array_like, shape (T, M)
        x(1) .. x(T).
    input_weights : array_like, shape (N, M)
        W_in.
    bias, start : array_like, shape (N,), optional
        beta and y(0); zeros by default.
    reset_every : int
        0: the state is carried through the whole stream; else it goes back to `start` every so many steps.

    Returns
    -------
    ndarray, shape (T, N), float64

    Raises
    ------
    ValueError
        With the shapes expected and given, if they do not fit.
    """
    W = square_matrix(W)
    n = len(W)
    arrays = dict(
        inputs=np.asarray(inputs, dtype=np.float64),
        input_weights=np.asarray(input_weights, dtype=np.float64),
        bias=np.zeros(n) if bias is None else np.asarray(bias, dtype=np.float64),
        start=np.zeros(n) if start is None else np.asarray(start, dtype=np.float64),
    )
    refuse(_misfits(n, **arrays))
    x, w_in, beta, y0 = (np.ascontiguousarray(a) for a in arrays.values())
    return kernels.run(W, w_in, beta, y0, x, reset_every)


def start_state(n_neurons: int, seed: Seed) -> np.ndarray:
    """y(0) of a free run, uniform in (-1, 1)^N, from the seed's own stream; shape (N,)."""
    return random_stream(seed, "start").uniform(-1, 1, n_neurons)


def _misfits(n, inputs, input_weights, bias, start):
    m = inputs.shape[-1] if inputs.ndim == 2 else "M"
    expected = dict(inputs=("T", m), input_weights=(n, m), bias=(n,), start=(n,))
    given = dict(inputs=inputs, input_weights=input_weights, bias=bias, start=start)
    faults = []
    for name, array in given.items():
        want = expected[name]
        if len(array.shape) != len(want) or any(
            isinstance(w, int) and w != g for w, g in zip(want, array.shape)
        ):
            shown = str(want).replace("'", "")
            faults.append(f"{name} has shape {array.shape}: must be {shown}")
        elif not np.isfinite(array).all():
            faults.append(f"{name} has entries that are not finite: all must be finite")
    return faults


# ---------------------------------------------------------------- measures
def measures(Y: ArrayLike, rest: float = REST) -> Measures:
    """Dynamical measures of a trajectory y_n(t).

    Parameters
    ----------
    Y : array_like, shape (T, N), T >= 2
        States, time first.
    rest : float
        C and A are undefined where rms(y) is below it, D where the rms deviation from the mean is.

    Returns
    -------
    Measures
        - fluctuation F: mean over neurons of the temporal standard deviation of y_n, 0 .. 1.
        - correlation C: mean over all ordered pairs (m, n) and t of y_m(t) y_n(t+1), over
          sqrt(mean y^2 of t = 1 .. T-1 times mean y^2 of t = 2 .. T), -1 .. 1. The sum over pairs is
          computed as the product of two population sums. NaN at rest.
        - autocorrelation A: the same over m = n only. NaN at rest.
        - nonlinearity NL: share of |y| > 1/2 minus share of |y| < 1/2, -1 linear .. +1 saturated.
        - dimension D: participation ratio (tr S)^2 / tr(S^2) of the covariance S, over N, 0 .. 1.
          NaN where nothing moves: sqrt(tr S / N) below `rest`.

    Raises
    ------
    ValueError
        If Y is not a finite (T, N) array with T >= 2.
    """
    Y = _trajectory(Y)
    return Measures(*_defined(kernels.statistics(Y), rest), _dimension(Y, rest))


def run_measures(
    W: Matrix, n_steps: int = 1000, burn_in: int = 200, seed: Seed = 0, rest: float = REST
) -> RunMeasures:
    """F, C, A and NL of an undriven run, in memory of order N: no trajectory is stored.

    Parameters and errors as in `free_run`; the values are those of `measures(free_run(...))` to the bit.

    Returns
    -------
    RunMeasures
    """
    W, run = square_matrix(W), check(n_steps=n_steps, burn_in=burn_in, seed=seed)
    start = start_state(len(W), run["seed"])
    sums = kernels.run_statistics(W, start, run["burn_in"], run["n_steps"])
    return RunMeasures(*_defined(sums, rest))


def lyapunov(W: Matrix, n_steps: int = 1000, burn_in: int = 200, seed: Seed = 0) -> float:
    """Largest Lyapunov exponent of an undriven run, per time step.

    lambda = mean over t of ln |v(t)|, v(t) = (1 - y(t)^2) * (W v(t-1)) / |v(t-1)|: the growth rate of a
    tangent vector (Benettin et al., Meccanica 15, 1980), which turns into its direction during the burn-in.
    Parameters and errors as in `free_run`.

    Returns
    -------
    float
        > 0: chaos. A step that contracts by more than double precision can tell counts as 2.2e-16, so
        lambda is never below -36.04.
    """
    W, run = square_matrix(W), check(n_steps=n_steps, burn_in=burn_in, seed=seed)
    states = kernels.free_run(W, start_state(len(W), run["seed"]), 0, run["burn_in"] + run["n_steps"])
    return tangent_exponent(W, states, run["burn_in"], run["seed"])


def tangent_exponent(W: np.ndarray, states: np.ndarray, burn_in: int, seed: Seed) -> float:
    """Growth rate per step of a tangent vector along states (T, N) of the network W, the first `burn_in` left out.

    The definition is that of `lyapunov`; nothing is checked.
    """
    factors = kernels.tangent_growth(W, states, tangents(len(W), seed)[:, 0].copy())
    # the factors are the same everywhere, their logarithms but for a last bit: rounded away
    return round(float(np.mean(np.log(factors[burn_in:]))), 10)


def tangents(n_neurons: int, seed: Seed, n_vectors: int = 1) -> np.ndarray:
    """Tangent vectors of length 1 in random directions, as columns (N, k); fewer of them are the first ones."""
    rows = normal(random_stream(seed, "analysis"), (n_vectors, n_neurons))
    return (rows / np.sqrt(np.sum(rows * rows, axis=1, keepdims=True))).T


def regime(
    W: Matrix,
    n_steps: int = 1000,
    burn_in: int = 200,
    seed: Seed = 0,
    *,
    rest: float = REST,
    chaos: float = CHAOS,
    frozen: float = FROZEN,
) -> Regime:
    """Dynamical regime of a network, from its free run, by the first rule that matches.

    *quiescent*: rms(y) < rest; *chaotic*: lambda > chaos; *fixed point*: F < frozen; *oscillatory*: else.
    Parameters and errors as in `free_run`; the thresholds are parameters.

    Returns
    -------
    Regime
        name: one of `REGIMES`; period_two: `period_two_share`, of neurons that change their sign with period two.
    """
    dynamics = free_dynamics(W, n_steps, burn_in, seed, rest=rest, chaos=chaos, frozen=frozen)
    return Regime(REGIMES[dynamics.regime], dynamics.period_two)


def free_dynamics(
    W: Matrix,
    n_steps: int = 1000,
    burn_in: int = 200,
    seed: Seed = 0,
    *,
    rest: float = REST,
    chaos: float = CHAOS,
    frozen: float = FROZEN,
) -> Dynamics:
    """All measures of one undriven run: F, C, A, NL, lambda, D, regime and period-two share.

    Parameters, errors and definitions as in `free_run`, `measures`, `lyapunov` and `regime`.

    Returns
    -------
    Dynamics
        `regime` is an index into `REGIMES`.
    """
    return measured_run(W, n_steps, burn_in, seed, rest=rest, chaos=chaos, frozen=frozen)[1]


def measured_run(
    W: Matrix,
    n_steps: int = 1000,
    burn_in: int = 200,
    seed: Seed = 0,
    *,
    rest: float = REST,
    chaos: float = CHAOS,
    frozen: float = FROZEN,
) -> tuple[np.ndarray, Dynamics]:
    """The states of `free_run`, (T, N), and all that `free_dynamics` says of them, from one run.

    Parameters and errors as there.
    """
    W, run = square_matrix(W), check(n_steps=n_steps, burn_in=burn_in, seed=seed)
    dropped, seed = run["burn_in"], run["seed"]
    states = kernels.free_run(W, start_state(len(W), seed), 0, dropped + run["n_steps"])
    Y, exponent = states[dropped:], tangent_exponent(W, states, dropped, seed)
    sums = kernels.statistics(Y)
    kind = regime_index(sums[-1], exponent, sums[0], rest, chaos, frozen)
    return Y, Dynamics(*_defined(sums, rest), exponent, _dimension(Y, rest), kind, period_two_share(Y))


def period_two_share(Y: np.ndarray, tolerance: float = 1e-3) -> float:
    """Share of neurons that change their sign with period two at the end of a run.

    A neuron counts when |y(T) - y(T-2)| < tolerance <= |y(T) - y(T-1)| and y(T) y(T-1) < 0: one that moves between
    two values of the same sign does not flip, nor does what is left of a decay to rest.

    Parameters
    ----------
    Y : ndarray, shape (T, N)
        States, time first.
    tolerance : float
        Change of a state that counts as none.

    Returns
    -------
    float
        0 .. 1; 0 for T < 3.
    """
    if len(Y) < 3:
        return 0.0
    returns = np.abs(Y[-1] - Y[-3]) < tolerance
    moves = np.abs(Y[-1] - Y[-2]) >= tolerance
    return float(np.mean(returns & moves & (Y[-1] * Y[-2] < 0)))


def _trajectory(Y):
    Y = np.ascontiguousarray(Y, dtype=np.float64)
    if Y.ndim != 2 or len(Y) < 2 or Y.shape[1] < 1:
        refuse([f"Y has shape {Y.shape}: must be (T, N), T >= 2 time steps of N >= 1 neurons"])
    if not np.isfinite(Y).all():
        refuse(["Y has entries that are not finite: all must be finite"])
    return Y


def _defined(sums, rest):
    fluctuation, correlation, autocorrelation, nonlinearity, rms = sums
    if rms < rest:
        correlation = autocorrelation = np.nan
    return fluctuation, correlation, autocorrelation, nonlinearity


def _dimension(Y, rest):
    deviation = Y - Y[0]  # exact zeros for neurons that never move
    deviation -= deviation.mean(axis=0)
    covariance = kernels.products(deviation, deviation)
    trace = np.trace(covariance)
    if trace <= Y.size * rest**2:
        return np.nan
    return float(trace * trace / np.sum(covariance * covariance) / Y.shape[1])


def regime_index(
    rms: float,
    exponent: float,
    fluctuation: float,
    rest: float = REST,
    chaos: float = CHAOS,
    frozen: float = FROZEN,
) -> int:
    """Index into `REGIMES` of the first rule that matches, see `regime`; of simulated numbers and of those of theory."""
    rules = (rms < rest, exponent > chaos, fluctuation < frozen, True)
    return rules.index(True)
