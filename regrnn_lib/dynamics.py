"""Run a network and measure what it does: F, C, A, NL, D, the Lyapunov exponent, the regime.

    y(t) = tanh( W y(t-1) + W_in x(t) + beta )

Definitions: the conventions of the authors' earlier work as we understand them (tanh units, fluctuation F,
correlation C, nonlinearity NL); the exact formulas stand at each function.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import kernels
from .arrays import MOST, Matrix, Numbers, order_of, row, square, states_like, table, trajectory
from .parameters import attempt, check, refuse
from .weights import Seed, normal, random_stream

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
def free_run(
    W: Matrix, n_steps: int = 1000, burn_in: int = 200, seed: Seed = 0, *, start: ArrayLike | None = None
) -> np.ndarray:
    """Undriven run y(t) = tanh(W y(t-1)) from a random start.

    Parameters
    ----------
    W : array_like, sparse matrix, DataFrame, DataArray or graph, shape (N, N)
        Weights, row = receiving neuron; see `arrays` for containers and labels.
    n_steps, burn_in : int
        Time steps recorded, T >= 2, and dropped before them.
    seed : int or (int, int)
        Seed of the start, y(0) uniform in (-1, 1)^N, or (seed, replicate).
    start : array_like, shape (N,), optional
        y(0) itself, in place of the random one; a Series is put into the order of the neurons.

    Returns
    -------
    ndarray, shape (T, N), float64
        The same bits on every machine. Neurons stand in the order of the rows of W; if that is a DataFrame or
        DataArray, so is this, with their labels.

    Raises
    ------
    ValueError
        If W is not a finite square matrix or a parameter is out of range.
    """
    faults = []
    given, run = (
        attempt(faults, square, W),
        attempt(faults, check, n_steps=n_steps, burn_in=burn_in, seed=seed),
    )
    faults += _too_many(given, n_steps=n_steps) if not faults else []
    y0 = attempt(faults, _start, start, given, run)
    refuse(faults)
    states = kernels.free_run(given.values, y0, run["burn_in"], run["n_steps"])
    return states_like(W, states, given.labels[0])


def _start(start, given, run):
    """y(0) as it was given, or drawn; None where the matrix has faults."""
    if given is None or run is None:
        return None
    n = len(given.values)
    return start_state(n, run["seed"]) if start is None else row("start", start, n, given.labels[0])


def _too_many(given: Numbers, **steps: int) -> list[str]:
    """The fault of a run whose states are more numbers than one array holds."""
    count, words = sum(steps.values()), " + ".join(steps)
    if given is None or count * len(given.values) <= MOST:
        return []
    return [f"{words} = {count}: states of {len(given.values)} neurons must be at most {MOST:.0e} numbers"]


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

    Labels, where there are any, are aligned: neurons with those of W, columns of W_in with those of the
    inputs.

    Parameters
    ----------
    W : array_like, sparse matrix, DataFrame, DataArray or graph, shape (N, N)
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
        A DataFrame or DataArray, with the labels of the neurons, if W is one.

    Raises
    ------
    ValueError
        One message with every fault, with the shapes expected and given, if they do not fit.
    """
    faults = []
    given, every = attempt(faults, square, W), attempt(faults, check, reset_every=reset_every)
    x = attempt(faults, table, "inputs", inputs, "T", "M", ("time", ""), 0)
    n, labels = ("N", None) if given is None else (len(given.values), given.labels[0])
    m, channels = ("M", None) if x is None else (x.values.shape[1], x.labels[1])
    w_in = attempt(faults, input_matrix, input_weights, n, m, labels, channels)
    rows = [
        attempt(faults, _row, name, each, n, labels) for name, each in dict(bias=bias, start=start).items()
    ]
    refuse(faults + (_too_many(given, inputs=len(x.values)) if x and given else []))
    states = kernels.run(given.values, w_in, *rows, x.values, every["reset_every"])
    return states_like(W, states, labels)


def input_matrix(
    given: ArrayLike,
    n: int | str,
    m: int | str,
    neurons: Sequence | None = None,
    inputs: Sequence | None = None,
) -> np.ndarray:
    """W_in as (n, m) numbers, rows in the order of the neurons' labels and columns in that of the inputs'."""
    values, (rows, columns) = table("input_weights", given, n, m, ("receiver", "sender"), 0)
    down = order_of(rows, neurons, "input_weights: its rows", "those of W")
    across = order_of(columns, inputs, "input_weights: its columns", "those of the inputs")
    values = values if down is None else values[down]
    return np.ascontiguousarray(values if across is None else values[:, across])


def _row(name, given, n, labels):
    """Numbers (n,), zeros if nothing was given; None where the matrix has faults."""
    if given is None:
        return np.zeros(n) if isinstance(n, int) else None
    return row(name, given, n, labels)


def start_state(n_neurons: int, seed: Seed) -> np.ndarray:
    """y(0) of a free run, uniform in (-1, 1)^N, from the seed's own stream; shape (N,)."""
    return random_stream(seed, "start").uniform(-1, 1, n_neurons)


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
    faults = []
    Y, rest = attempt(faults, trajectory, "Y", Y), attempt(faults, check, rest=rest)
    refuse(faults)
    rest = rest["rest"]
    return Measures(*_defined(kernels.statistics(Y), rest), _dimension(Y, rest))


def run_measures(
    W: Matrix, n_steps: int = 1000, burn_in: int = 200, seed: Seed = 0, rest: float = REST
) -> RunMeasures:
    """F, C, A and NL of an undriven run, in memory of order N: no trajectory is stored.

    Parameters and errors as in `free_run`, and `rest` as in `measures`; the values are those of
    `measures(free_run(...))` to the bit.

    Returns
    -------
    RunMeasures
        fluctuation, correlation, autocorrelation, nonlinearity, defined and bounded as in `measures`.
    """
    W, run = _network_and_run(W, n_steps=n_steps, burn_in=burn_in, seed=seed, rest=rest)
    start = start_state(len(W), run["seed"])
    sums = kernels.run_statistics(W, start, run["burn_in"], run["n_steps"])
    return RunMeasures(*_defined(sums, run["rest"]))


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
    W, run = stored_run(W, n_steps=n_steps, burn_in=burn_in, seed=seed)
    return _run_with_tangent(W, **run)[1]


def tangent_exponent(W: np.ndarray, states: np.ndarray, burn_in: int, seed: Seed) -> float:
    """Growth rate per step of a tangent vector along states (T, N) of W, the first `burn_in` left out.

    The definition is that of `lyapunov`; nothing is checked.
    """
    return _mean_log(kernels.tangent_growth(W, states, tangents(len(W), seed)[:, 0].copy())[burn_in:])


def _mean_log(factors):
    """Growth per step: the mean logarithm of the factors.

    The factors are the same everywhere, their logarithms but for a last bit, which is rounded away.
    """
    return round(float(np.mean(np.log(factors))), 10)


def _run_with_tangent(W, n_steps, burn_in, seed):
    """States after the burn-in, (T, N), and the growth rate of a tangent vector along them."""
    start, tangent = start_state(len(W), seed), tangents(len(W), seed)[:, 0].copy()
    states, factors = kernels.free_tangent_run(W, start, tangent, burn_in + n_steps)
    return states[burn_in:], _mean_log(factors[burn_in:])


def tangents(n_neurons: int, seed: Seed, n_vectors: int = 1) -> np.ndarray:
    """Tangent vectors of length 1 in random directions, as columns (N, k); fewer of them are the first."""
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
        name: one of `REGIMES`; period_two: `period_two_share`, of neurons that change their sign with period
        two.
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
    W, run = stored_run(W, n_steps=n_steps, burn_in=burn_in, seed=seed, rest=rest, chaos=chaos, frozen=frozen)
    rest = run["rest"]
    Y, exponent = _run_with_tangent(W, run["n_steps"], run["burn_in"], run["seed"])
    sums = kernels.statistics(Y)
    kind = regime_index(sums[-1], exponent, sums[0], rest, run["chaos"], run["frozen"])
    return Y, Dynamics(*_defined(sums, rest), exponent, _dimension(Y, rest), kind, _period_two(Y, 1e-3))


def _network_and_run(W, **run):
    """The checked matrix and parameters of a run, or one message with all their faults."""
    faults = []
    given, run = attempt(faults, square, W), attempt(faults, check, **run)
    refuse(faults)
    return given.values, run


def stored_run(W: Matrix, **run: Any) -> tuple[np.ndarray, dict]:
    """The checked matrix (N, N) and parameters of a run whose states are kept, the burn-in included."""
    W, run = _network_and_run(W, **run)
    refuse(_too_many(Numbers(W, ()), n_steps=run["n_steps"], burn_in=run["burn_in"]))
    return W, run


def period_two_share(Y: ArrayLike, tolerance: float = 1e-3) -> float:
    """Share of neurons that change their sign with period two at the end of a run.

    A neuron counts when |y(T) - y(T-2)| < tolerance <= |y(T) - y(T-1)| and y(T) y(T-1) < 0: one that moves
    between two values of the same sign does not flip, nor does what is left of a decay to rest.

    Parameters
    ----------
    Y : array_like, shape (T, N), T >= 2
        States, time first.
    tolerance : float
        Change of a state that counts as none.

    Returns
    -------
    float
        0 .. 1; 0 for T < 3.

    Raises
    ------
    ValueError
        As `measures`.
    """
    faults = []
    Y, asked = attempt(faults, trajectory, "Y", Y), attempt(faults, check, tolerance=tolerance)
    refuse(faults)
    return _period_two(Y, asked["tolerance"])


def _period_two(Y, tolerance):
    if len(Y) < 3:
        return 0.0
    returns = np.abs(Y[-1] - Y[-3]) < tolerance
    moves = np.abs(Y[-1] - Y[-2]) >= tolerance
    return float(np.mean(returns & moves & (Y[-1] * Y[-2] < 0)))


def _defined(sums, rest):
    fluctuation, correlation, autocorrelation, nonlinearity, rms = sums
    if rms < rest:
        correlation = autocorrelation = np.nan
    return fluctuation, correlation, autocorrelation, nonlinearity


def _dimension(Y, rest):
    deviation = Y - Y[0]  # exact zeros for neurons that never move
    deviation -= deviation.mean(axis=0)
    largest = np.abs(deviation).max()
    unit = np.ldexp(1.0, int(np.frexp(largest)[1]))  # a power of two: exact, and tiny squares do not vanish
    covariance = kernels.gram(deviation / unit)
    trace = np.trace(covariance)
    if largest == 0 or np.sqrt(trace / Y.size) * unit <= rest:
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
    """Index into `REGIMES` of the first rule that matches, see `regime`.

    For simulated numbers and for those of theory.
    """
    rules = (rms < rest, exponent > chaos, fluctuation < frozen, True)
    return rules.index(True)
