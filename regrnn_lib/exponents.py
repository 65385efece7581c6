"""Lyapunov exponents beyond the largest one of a free run: the whole spectrum, and that of a driven network.

A small difference v of two states grows as v(t) = J(t) v(t-1), J(t) = diag(1 - y(t)^2) W. The exponents are
the growth rates per step of the lengths, areas, volumes .. that J stretches or shrinks: lambda_1 + .. +
lambda_k is that of a k-dimensional volume. The largest exponent of a free run is `dynamics.lyapunov`.
"""

import numpy as np
from numpy.typing import ArrayLike

from . import kernels
from .arrays import Matrix, numbers, square, trajectory
from .dynamics import start_state, stored_run, tangent_exponent, tangents
from .parameters import attempt, check, refuse
from .weights import Seed


def lyapunov_spectrum(
    W: Matrix, n_steps: int = 1000, burn_in: int = 200, seed: Seed = 0, n_exponents: int | None = None
) -> np.ndarray:
    """Lyapunov exponents of an undriven run, per time step.

    An orthonormal frame Q follows the run, J(t) Q(t-1) = Q(t) R(t) at every step, and

        lambda_i = mean over t of ln |R_ii(t)|,    J(t) = diag(1 - y(t)^2) W

    Parameters
    ----------
    W : array_like, sparse matrix, DataFrame, DataArray or graph, shape (N, N)
        Weights, row = receiving neuron.
    n_steps, burn_in : int
        Time steps recorded, and dropped before them: the frame turns into its directions meanwhile.
    seed : int or (int, int)
        Seed of start and frame, or (seed, replicate), as in `dynamics.lyapunov`.
    n_exponents : int, optional
        k, the number of exponents from the largest on, 1 .. N; all N by default. The cost grows as N^2 k.

    Returns
    -------
    ndarray, shape (k,)
        Descending, none below -36.04, the floor of `dynamics.lyapunov`.

    Raises
    ------
    ValueError
        If W is not a finite square matrix or a parameter is out of range.

    Notes
    -----
    The trajectory is the same on every machine. QR is LAPACK's, so the exponents agree between machines
    within rounding only; they are rounded to 1e-10, and their bits are not promised. Exponents near the floor
    belong to saturated neurons, whose 1 - y^2 is below what double precision can tell.

    Source: Benettin, Galgani, Giorgilli and Strelcyn, Meccanica 15 (1980).
    """
    asked = {} if n_exponents is None else dict(n_exponents=n_exponents)
    W, run = stored_run(W, n_steps=n_steps, burn_in=burn_in, seed=seed, **asked)
    n, dropped = len(W), run["burn_in"]
    k = run.get("n_exponents", n)
    refuse([] if k <= n else [f"n_exponents = {k}: must be at most the number of neurons, {n}"])
    states = kernels.free_run(W, start_state(n, run["seed"]), 0, dropped + run["n_steps"])
    growth = _growth(W, states, tangents(n, run["seed"], k))
    return np.sort(np.round(growth[dropped:].mean(axis=0), 10))[::-1]


def _growth(W, states, frame):
    """ln |R_ii(t)| of a frame (N, k) that is carried along states (T, N) -> (T, k)."""
    growth = np.empty((len(states), frame.shape[1]))
    frame = np.linalg.qr(frame)[0]
    for t, slope in enumerate(1 - states * states):
        frame, stretch = np.linalg.qr(slope[:, None] * (W @ frame))
        growth[t] = np.log(np.maximum(np.abs(np.diagonal(stretch)), kernels.SMALLEST))
    return growth


def entropy_rate(exponents: ArrayLike) -> float:
    """Rate of entropy production per time step in nats, the sum of the positive Lyapunov exponents.

    Parameters
    ----------
    exponents : array_like, shape (k,)
        In any order: the whole spectrum, or at least its positive part.

    Returns
    -------
    float
        0 where no exponent is positive.

    Raises
    ------
    ValueError
        If the exponents are not a row of finite numbers.

    Notes
    -----
    Source: Pesin's formula; it holds for measures that are smooth along the unstable directions, else the sum
    is an upper bound (Ruelle's inequality).
    """
    exponents = _descending(exponents)
    return float(np.sum(exponents[exponents > 0]))


def kaplan_yorke_dimension(exponents: ArrayLike) -> float:
    """Dimension of the attractor: that of the volume which neither grows nor shrinks.

        D = k + (lambda_1 + .. + lambda_k) / |lambda_(k+1)|,  k the largest with lambda_1 + .. + lambda_k >= 0

    Parameters
    ----------
    exponents : array_like, shape (k,)
        In any order: the whole spectrum, or so many of the largest that their sum is negative.

    Returns
    -------
    float
        0 for a fixed point (lambda_1 < 0); the number of exponents where their sum is not negative, which is
        the dimension of a whole spectrum and a lower bound for a part.

    Raises
    ------
    ValueError
        If the exponents are not a row of finite numbers.

    Notes
    -----
    Source: Kaplan and Yorke (1979).
    """
    exponents = _descending(exponents)
    volumes = np.cumsum(exponents)
    k = int(np.sum(volumes >= 0))  # exponents descend: once the sum is negative, it stays so
    if k in (0, len(exponents)):
        return float(k)
    return float(k - volumes[k - 1] / exponents[k])


def conditional_lyapunov(W: Matrix, states: ArrayLike, burn_in: int = 100, seed: Seed = 0) -> float:
    """Largest conditional Lyapunov exponent of a driven network, per time step.

        lambda = mean over t of ln |v(t)|,  v(t) = (1 - y(t)^2) * (W v(t-1)) / |v(t-1)|

    along the states of a run under its input: the growth rate of a small difference between two networks that
    receive the same input. Below 0 they become equal (the input alone decides the state, an *echo state*);
    above 0 the network is chaotic in spite of its input.

    Parameters
    ----------
    W : array_like, sparse matrix, DataFrame, DataArray or graph, shape (N, N)
        Weights, row = receiving neuron.
    states : array_like, shape (T, N)
        y(1) .. y(T) in the order of time, T > burn_in, such as `solve(...).states` or those of `driven_run`,
        without resets: a reset would make all networks equal.
    burn_in : int
        Steps at the start that are left out, 100 by default: the tangent vector turns into its direction.
    seed : int or (int, int)
        Seed of the tangent vector, or (seed, replicate).

    Returns
    -------
    float
        Never below -36.04, as `dynamics.lyapunov`, which is the same without input. The same bits everywhere
        but for the logarithm; rounded to 1e-10.

    Raises
    ------
    ValueError
        One message with every fault in W, the states and the parameters.

    Notes
    -----
    Source: Pecora and Carroll (1990) for the conditional exponent; input suppresses chaos: Molgedey,
    Schuchhardt and Schuster (1992). Predicted by `theory.driven_field`.
    """
    faults = []
    given, run = attempt(faults, square, W), attempt(faults, check, burn_in=burn_in, seed=seed)
    n, labels = (None, None) if given is None else (len(given.values), given.labels[0])
    dropped = run["burn_in"] if run else 0
    states = attempt(faults, trajectory, "states", states, n, labels, dropped + 1, f"T > burn_in = {dropped}")
    refuse(faults)
    return tangent_exponent(given.values, states, dropped, run["seed"])


def _descending(exponents):
    values = numbers(
        "exponents", exponents, lambda shape: len(shape) == 1 and shape[0] > 0, "a row of finite numbers"
    )
    return np.sort(values.values)[::-1]
