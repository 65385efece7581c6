"""Weight matrices with knobs: build one from a seed, or measure the knobs of any matrix.

Row = receiving neuron, column = sending neuron. A matrix is made of independent entries and, in their order, the laws
of `regularities`.
"""

from collections import namedtuple
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias
from zlib import crc32

import networkx as nx
import numpy as np
import scipy.sparse
from numpy.typing import ArrayLike

from .parameters import check, network_defaults, refuse
from .regularities import KNOBS, REGULARITIES, Network, base_weights, only_knobs, rms

Matrix: TypeAlias = Any  # (N, N) in any container that `square_matrix` takes
Seed: TypeAlias = int | tuple[int, int]  # a seed, or (seed, replicate); an int stands for replicate 0
GRID = float.fromhex("0x1p-40")  # of normal draws; written so, since 2.0**-40 goes through the system's pow
STREAMS = ("matrix", "start", "inputs", "biases", "task", "analysis")


def random_stream(seed: Seed, name: str) -> np.random.Generator:
    """The random generator of one purpose, independent of those of all others.

    Parameters
    ----------
    seed : int or (int, int)
        Seed, or (seed, replicate); an int stands for replicate 0.
    name : str
        One of `STREAMS`, or the name of a regularity that draws from a stream of its own. Networks that are compared
        share these streams, whatever their knobs, so that every difference between them is *paired*.

    Returns
    -------
    numpy.random.Generator
        PCG64 seeded by a `SeedSequence`.
    """
    seed, replicate = seed if isinstance(seed, tuple) else (seed, 0)
    place = STREAMS.index(name) if name in STREAMS else len(STREAMS) + crc32(name.encode())
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(replicate, place))))


def normal(rng: np.random.Generator, shape: int | tuple[int, ...]) -> np.ndarray:
    """Standard normal numbers, rounded to multiples of 2^-40.

    The tail of NumPy's normals (three draws in ten thousand) goes through the platform's logarithm, whose last bit
    differs between systems. On this grid, far coarser than that bit and far finer than anything measured here, all
    systems agree: the product with 2^40, the rounding and the way back are exact.
    """
    numbers = rng.standard_normal(shape)
    numbers *= 1 / GRID
    np.rint(numbers, out=numbers)
    numbers *= GRID
    return numbers


def draws(n_neurons: int, seed: Seed, mirror: bool = False) -> MappingProxyType:
    """All random numbers behind a matrix, drawn once, whatever the knobs (common random numbers); read-only.

    Returns
    -------
    mapping of str to ndarray
        size, (N, N): |xi_ij|, xi ~ Normal(0, 1); sign, density, (N, N): uniform; and what each regularity draws. Of the
        mirror, 1 - u stands in place of every uniform u behind a sign.
    """
    return (_mirrored if mirror else _draws)(n_neurons, seed, tuple(KNOBS))


@lru_cache(maxsize=4)
def _mirrored(n_neurons, seed, knobs):
    arrays = dict(_draws(n_neurons, seed, knobs))
    for name in ("sign", *(sign for knob in knobs for sign in REGULARITIES[knob].signs)):
        arrays[name] = 1 - arrays[name]
        arrays[name].flags.writeable = False
    return MappingProxyType(arrays)


@lru_cache(maxsize=4)
def _draws(n_neurons, seed, knobs):
    rng, square = random_stream(seed, "matrix"), (n_neurons, n_neurons)
    arrays = dict(size=np.abs(normal(rng, square)), sign=rng.random(square))
    for regularity in map(REGULARITIES.get, knobs):
        own = rng if regularity.shares_stream else random_stream(seed, regularity.name)
        arrays |= regularity.draw(own, n_neurons)
    arrays["density"] = rng.random(square)
    for array in arrays.values():
        array.flags.writeable = False
    return MappingProxyType(arrays)


def weight_matrix(
    n_neurons: int,
    strength: float,
    balance: float = 0.0,
    *,
    dale: float = 0.0,
    reciprocity: float = 0.0,
    modularity: float = 0.0,
    n_modules: int = 5,
    density: float = 1.0,
    normalize: str | None = None,
    mirror: bool = False,
    seed: Seed = 0,
    **further: float,
) -> np.ndarray:
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
    mirror : bool
        The mirror of the network: 1 - u in place of every uniform number u behind signs and polarities, all else equal.
        Then W_mirror(b) = -W(-b), and its free run from the same start is y(t) -> (-1)^t y(t), an exact symmetry.
        What holds in the mean (at b = 0: A = 0) holds for the mean of the pair.
    seed : int or (int, int)
        Seed, or (seed, replicate).
    **further
        Knobs of further regularities that have joined the registry (`regularities.register`).

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
    values = {name: value for name, value in locals().items() if name != "further"}
    values = check(**values | only_knobs(further))
    numbers = draws(values["n_neurons"], values["seed"], values["mirror"])
    return assemble(numbers, **network_defaults() | values)


def assemble(draws: Mapping, **values: Any) -> np.ndarray:
    """The matrix of `weight_matrix` from its draws and all its parameters, unchecked: what a sweep calls."""
    network = Network(*(values[name] for name in Network._fields))
    weights = base_weights(draws, network)
    for name, regularity in REGULARITIES.items():
        if values[name] > 0:
            weights = regularity.law(weights, values[name], draws, network)
    return weights


@lru_cache
def _indices_type(names):
    return namedtuple("MatrixIndices", names)


def matrix_indices(W: Matrix, labels: ArrayLike | None = None, n_shuffles: int = 5) -> tuple:
    """Strength, balance, density and the knobs of a given matrix, estimated from W alone.

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
    named tuple of floats
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
    base = dict(strength=rms(W[inside]), balance=_mean(np.sign(W[nonzero])), density=float(np.mean(nonzero)))
    knobs = {name: regularity.index(W, labels) for name, regularity in REGULARITIES.items()}
    null = (lambda index: np.nan) if given else lambda index: _null(index, W, n_shuffles)
    further = {}
    for regularity in REGULARITIES.values():
        further |= regularity.further_indices(W, labels, null)
    indices = base | knobs | further
    return _indices_type(tuple(indices))(**indices)


def square_matrix(W: Matrix) -> np.ndarray:
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


def communities(W: np.ndarray, seed: int = 0) -> np.ndarray:
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


def _null(index, W, n_shuffles):
    """Mean of an index over entry-shuffled copies, their communities found anew."""
    rng = random_stream(0, "analysis")
    shuffled = (rng.permutation(W.ravel()).reshape(W.shape) for _ in range(n_shuffles))
    return _mean(np.array([index(S, communities(S)) for S in shuffled]))
