"""Weight matrices with knobs: build one from a seed, or measure the knobs of any matrix.

Row = receiving neuron, column = sending neuron. The paper names three regularities, each tunable by
one control parameter (abstract of arXiv:2505.22047); the laws below are our reconstruction.
"""

from functools import lru_cache
from typing import NamedTuple

import networkx as nx
import numpy as np
import scipy.sparse

from .parameters import check, refuse

STREAMS = ("matrix", "start", "inputs", "biases", "task", "analysis")


def random_stream(seed, name):
    """The random generator of one purpose, independent of those of all others.

    Parameters
    ----------
    seed : int or (int, int)
        Seed, or (seed, replicate); an int stands for replicate 0.
    name : str
        One of `STREAMS`. Networks that are compared share these streams, whatever their knobs,
        so that every difference between them is *paired*.

    Returns
    -------
    numpy.random.Generator
        PCG64 seeded by a `SeedSequence`.
    """
    seed, replicate = seed if isinstance(seed, tuple) else (seed, 0)
    key = (replicate, STREAMS.index(name))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


class Draws(NamedTuple):
    """All random numbers behind a matrix, drawn once, whatever the knobs (common random numbers)."""

    size: np.ndarray  # |xi_ij|, xi ~ Normal(0, 1)
    sign: np.ndarray  # uniform per entry
    polarity: np.ndarray  # uniform per sending neuron
    dale: np.ndarray  # uniform per entry
    reciprocity: np.ndarray  # uniform per pair, upper triangle used
    density: np.ndarray  # uniform per entry


@lru_cache(maxsize=4)
def draws(n_neurons, seed):
    """Draw the random numbers of one network in their fixed order; see `Draws`. Read-only arrays."""
    rng, square = random_stream(seed, "matrix"), (n_neurons, n_neurons)
    size = np.abs(rng.standard_normal(square))
    sign, polarity = rng.random(square), rng.random(n_neurons)
    made = Draws(size, sign, polarity, rng.random(square), rng.random(square), rng.random(square))
    for array in made:
        array.flags.writeable = False
    return made


def weight_matrix(
    n_neurons,
    strength,
    balance=0.0,
    *,
    dale=0.0,
    reciprocity=0.0,
    modularity=0.0,
    n_modules=5,
    density=1.0,
    normalize=None,
    seed=0,
):
    """A random weight matrix with three knobs.

    Independent entries have |W_ij| = w |xi_ij| with xi_ij ~ Normal(0, 1), P(W_ij > 0) = (1 + b)/2 and
    P(W_ij != 0) = rho. Then, in this order: with probability d an entry takes the polarity of its
    sender; with probability r a pair is made symmetric, W_ji := W_ij for i < j; entries
    between different modules are multiplied by 1 - m. All knobs at 0 give the independent matrix, and
    for one seed a knob changes only the entries that it must, one after the other. A later law overwrites an
    earlier one: with d = 1 and r > 0 a mirrored entry has the sign of its partner, and few columns keep one sign.

    Parameters
    ----------
    n_neurons : int
        Number of neurons N, 2 .. 5000.
    strength : float
        Connection strength w >= 0: the rms of a non-zero weight.
    balance : float
        Balance b of excitation (+1) and inhibition (-1), -1 .. 1.
    dale, reciprocity, modularity : float
        The knobs d, r and m, 0 (absent) .. 1 (complete). d = 1: Dale's principle; r = 1: a symmetric,
        Hopfield-type matrix; m = 1: uncoupled modules.
    n_modules : int
        Number of contiguous modules K, 1 .. N; their sizes differ by at most one (`module_labels`).
    density : float
        Density rho, 0 (excluded) .. 1.
    normalize : None or "variance"
        "variance" rescales W so that its mean square entry is that of m = 0.
    seed : int or (int, int)
        Seed, or (seed, replicate).

    Returns
    -------
    ndarray, shape (N, N), float64

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.

    Notes
    -----
    Source: the abstract of arXiv:2505.22047 for the three regularities, our reconstruction for the laws.
    """
    asked = check(**locals())
    made = draws(asked.pop("n_neurons"), asked.pop("seed"))
    return assemble(made, **asked)


def assemble(
    made, strength, balance, dale, reciprocity, modularity, n_modules, density, normalize
):
    """The matrix of `weight_matrix` from its draws, unchecked: what a sweep calls."""
    weights = strength * made.size * _signs(made, balance, dale)
    if density < 1:
        weights[made.density >= density] = 0.0
    if reciprocity > 0:
        weights = _symmetrize(weights, made.reciprocity < reciprocity)
    if modularity > 0:
        weights = _modularize(weights, modularity, n_modules, normalize)
    return weights


def _signs(made, balance, dale):
    """+-1 per entry: the sender's polarity with probability d, an own sign of the same law else."""
    positive = (1 + balance) / 2
    own = np.where(made.sign < positive, 1.0, -1.0)
    if dale == 0:
        return own
    polarity = np.where(made.polarity < positive, 1.0, -1.0)
    return np.where(made.dale < dale, polarity, own)


def _symmetrize(weights, chosen):
    mirrored = np.triu(chosen, 1).T  # the lower entries W_ji that become W_ij
    return np.where(mirrored, weights.T, weights)


def _modularize(weights, modularity, n_modules, normalize):
    labels = module_labels(len(weights), n_modules)
    between = labels[:, None] != labels[None, :]
    scaled = np.where(between, (1 - modularity) * weights, weights)
    if normalize == "variance" and scaled.any():
        scaled *= np.sqrt(np.mean(weights**2) / np.mean(scaled**2))
    return scaled


def module_labels(n_neurons, n_modules):
    """Module 0 .. K-1 of each neuron: contiguous, sizes differing by at most one; shape (N,)."""
    return np.arange(n_neurons) * n_modules // n_neurons


class MatrixIndices(NamedTuple):
    """What `matrix_indices` measures; see there."""

    strength: float
    balance: float
    density: float
    dale: float
    reciprocity: float
    modularity: float
    reciprocity_binary: float
    modularity_null: float


def matrix_indices(W, labels=None, n_shuffles=5):
    """Strength, balance, density and the three knobs of a given matrix, estimated from W alone.

    Parameters
    ----------
    W : array_like, SciPy sparse matrix or DataFrame, shape (N, N)
        Real and finite; row = receiving neuron. It need not have been drawn here. Columns of a DataFrame are put
        into the order of its rows where both name the same neurons.
    labels : array_like, shape (N,), optional
        Module of each neuron. Without labels, communities are found by the Louvain method on |W| + |W|^T
        (NetworkX, fixed seed); that takes seconds for a dense matrix of 500 neurons.
    n_shuffles : int
        Entry-shuffled copies behind `modularity_null`.

    Returns
    -------
    MatrixIndices
        - density: share of non-zero entries.
        - strength: rms of the non-zero entries (within modules when labels are given); NaN if there are none.
        - balance: mean sign of the non-zero entries; NaN if there are none.
        - dale: with M_j the mean sign of the k_j non-zero entries of column j,
          sqrt((var_j M_j - mean_j (1 - M_j^2)/(k_j - 1)) / (1 - b^2)), b = mean_j M_j, clipped to 0 .. 1.
          Columns with fewer than two entries are dropped. NaN with fewer than two columns left, or at |b| = 1.
        - reciprocity: Pearson correlation of W_ij and W_ji over all ordered pairs i != j (any order of the
          neurons gives the same). NaN if all these entries are equal.
        - modularity: 1 - rms(between) / rms(within modules), all entries counted. NaN with a single module
          or nothing within. Communities found in a matrix without any read above 0, the more the sparser: compare with
        - modularity_null: the mean of the same index over entry-shuffled copies, their communities
          found anew; NaN when labels are given.
        - reciprocity_binary: the correlation for the pattern of non-zero entries; NaN if all or none are.

    Raises
    ------
    ValueError
        If W is not a square, real, finite matrix or the labels do not fit.
    """
    W, n_shuffles = square_matrix(W), check(n_shuffles=n_shuffles)["n_shuffles"]
    nonzero = W != 0
    given = labels is not None
    labels = _checked_labels(labels, len(W)) if given else communities(W)
    inside = nonzero & (labels[:, None] == labels[None, :]) if given else nonzero
    return MatrixIndices(
        strength=_mean(W[inside] ** 2) ** 0.5,
        balance=_mean(np.sign(W[nonzero])),
        density=float(np.mean(nonzero)),
        dale=_dale_index(W, nonzero),
        reciprocity=_pair_correlation(W),
        modularity=_modularity_index(W, labels),
        reciprocity_binary=_pair_correlation(nonzero.astype(float)),
        modularity_null=np.nan if given else _modularity_null(W, n_shuffles),
    )


def square_matrix(W):
    """Any matrix a user brings as a C-contiguous (N, N) float64 array, or a ValueError that says why not."""
    W = W.toarray() if scipy.sparse.issparse(W) else np.asarray(_in_order(W))
    faults = []
    if W.ndim != 2 or W.shape[0] != W.shape[1] or W.shape[0] < 2:
        faults.append(f"W has shape {W.shape}: must be square, (N, N) with N >= 2")
    if W.dtype.kind not in "iuf":
        faults.append(f"W has dtype {W.dtype}: must be real numbers")
    elif not np.isfinite(W).all():
        faults.append(f"W has {np.sum(~np.isfinite(W))} entries that are not finite: all must be finite")
    refuse(faults)
    return np.ascontiguousarray(W, dtype=np.float64)


def _in_order(W):
    """A DataFrame whose columns name the same neurons as its rows, in the order of its rows; all else as it is."""
    rows, columns = getattr(W, "index", None), getattr(W, "columns", None)
    if columns is None or not rows.is_unique or set(rows) != set(columns) or len(rows) != len(columns):
        return W
    return W[rows]


def communities(W, seed=0):
    """Module of each neuron by the Louvain method on |W| + |W|^T, NetworkX; shape (N,), int."""
    strength = np.abs(W) + np.abs(W).T
    np.fill_diagonal(strength, 0.0)
    graph = nx.from_scipy_sparse_array(scipy.sparse.csr_array(strength))
    labels = np.empty(len(W), dtype=int)
    for k, members in enumerate(nx.community.louvain_communities(graph, seed=seed)):
        labels[list(members)] = k
    return labels


def _checked_labels(labels, n_neurons):
    labels = np.asarray(labels)
    if labels.shape != (n_neurons,):
        refuse([f"labels has shape {labels.shape}: must be ({n_neurons},), one module per neuron"])
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        refuse(["labels has entries that are not finite: each must name a module"])
    return labels


def _mean(x):
    return float(np.mean(x)) if x.size else np.nan


def _dale_index(W, nonzero):
    counts = nonzero.sum(axis=0)
    columns = counts >= 2
    if columns.sum() < 2:
        return np.nan
    means = np.sign(W).sum(axis=0)[columns] / counts[columns]
    spread = 1 - means.mean() ** 2
    if spread <= 0:
        return np.nan
    sampling = np.mean((1 - means**2) / (counts[columns] - 1))
    return float(np.sqrt(np.clip((means.var() - sampling) / spread, 0, 1)))


def _pair_correlation(W):
    pairs = ~np.eye(len(W), dtype=bool)
    here, there = W[pairs], W.T[pairs]
    deviation = here - here.mean()
    variance = np.mean(deviation**2)
    if variance <= (1e-12 * np.abs(here).max()) ** 2:
        return np.nan
    return float(np.mean(deviation * (there - there.mean())) / variance)


def _modularity_index(W, labels):
    same = labels[:, None] == labels[None, :]
    within, between = _mean(W[same] ** 2) ** 0.5, _mean(W[~same] ** 2) ** 0.5
    return 1 - between / within if within > 0 else np.nan


def _modularity_null(W, n_shuffles):
    rng = random_stream(0, "analysis")
    shuffled = (rng.permutation(W.ravel()).reshape(W.shape) for _ in range(n_shuffles))
    return _mean(np.array([_modularity_index(S, communities(S)) for S in shuffled]))
