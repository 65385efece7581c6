"""Weight matrices with knobs: build one from a seed, turn the knobs of any matrix, or measure them.

Row = receiving neuron, column = sending neuron. A matrix is made of independent entries and, in their order,
the laws of `regularities`.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Matrix, like, module_of_each, square
from .arrays import square_matrix as square_matrix
from .louvain import partition
from .parameters import attempt, check, network_defaults, refuse, shown
from .regularities import KNOBS, REGULARITIES, Network, base_weights, contiguous_modules, only_knobs, rms

Seed: TypeAlias = int | tuple[int, int]  # a seed, or (seed, replicate); an int stands for replicate 0
GRID = float.fromhex("0x1p-40")  # of normal draws; written so, since 2.0**-40 goes through the system's pow
MOST_BYTES = 500 * 10**6  # of random numbers that are kept for the next matrix: one network of 3,500 neurons
STREAMS = ("matrix", "start", "inputs", "biases", "task", "analysis")


def random_stream(seed: Seed, name: str) -> np.random.Generator:
    """The random generator of one purpose, independent of those of all others.

    Parameters
    ----------
    seed : int or (int, int)
        Seed, or (seed, replicate); an int stands for replicate 0.
    name : str
        One of `STREAMS`, or the name of a regularity that draws from a stream of its own. Networks that are
        compared share these streams, whatever their knobs, so that every difference between them is *paired*.

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

    The tail of NumPy's normals (three draws in ten thousand) goes through the platform's logarithm, whose
    last bit differs between systems. On this grid, far coarser than that bit and far finer than anything
    measured here, all systems agree: the product with 2^40, the rounding and the way back are exact.
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
        size, (N, N): |xi_ij|, xi ~ Normal(0, 1); sign, density, (N, N): uniform; and what each regularity
        draws. Of the mirror, 1 - u stands in place of every uniform u behind a sign.
    """
    key = n_neurons, seed, tuple(KNOBS)
    return MappingProxyType(_RECENT.get(key, _mirrored) if mirror else _RECENT.get(key, _draws))


def _mirrored(n_neurons, seed, knobs):
    arrays = _RECENT.get((n_neurons, seed, knobs), _draws)
    signs = ("sign", *(sign for knob in knobs for sign in REGULARITIES[knob].signs))
    return arrays | {name: _read_only(1 - arrays[name]) for name in signs}


def _draws(n_neurons, seed, knobs):
    rng, square = random_stream(seed, "matrix"), (n_neurons, n_neurons)
    arrays = dict(size=np.abs(normal(rng, square)), sign=rng.random(square))
    for regularity in map(REGULARITIES.get, knobs):
        own = rng if regularity.shares_stream else random_stream(seed, regularity.name)
        arrays |= regularity.draw(own, n_neurons)
    arrays["density"] = rng.random(square)
    return {name: _read_only(array) for name, array in arrays.items()}


def _read_only(array):
    array.flags.writeable = False
    return array


class _Recent:
    """The last few dicts of arrays, as many as MOST_BYTES hold, by their arguments; shared by threads."""

    def __init__(self, most=4):
        self.kept, self.most, self.lock = {}, most, Lock()

    def get(self, key: tuple, draw: Callable[..., dict]) -> dict:
        """What is kept of this function, or draw(*key)."""
        arrays = self.kept.get((draw, key))
        if arrays is None:
            arrays = draw(*key)
            with self.lock:
                self.kept[draw, key] = arrays
                while self.size() > MOST_BYTES or len(self.kept) > self.most:
                    self.kept.pop(next(iter(self.kept)))
        return arrays

    def size(self) -> int:
        """Bytes of all that is kept."""
        return sum(array.nbytes for arrays in self.kept.values() for array in arrays.values())


_RECENT = _Recent()


def weight_matrix(
    n_neurons: int,
    strength: float | None = None,
    balance: float = 0.0,
    *,
    coupling: float | None = None,
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
    for one seed a knob changes only the entries that it must, one after the other. A later law overwrites
    an earlier one: with d = 1 and r > 0 a mirrored entry has the sign of its partner, and few columns keep
    one sign.

    Parameters
    ----------
    n_neurons : int
        Number of neurons N, 2 .. 5000.
    strength : float
        Connection strength w >= 0: the rms of a non-zero weight. Either this or the coupling.
    balance : float
        Balance b of excitation (+1) and inhibition (-1), -1 .. 1.
    coupling : float
        x = w sqrt(N), 0 (excluded) .. 100, in place of the strength: networks of different sizes compare at
        equal x.
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
        The mirror of the network: 1 - u in place of every uniform number u behind signs and polarities, all
        else equal. Then W_mirror(b) = -W(-b), and its free run from the same start is y(t) -> (-1)^t y(t), an
        exact symmetry. What holds in the mean (at b = 0: A = 0) holds for the mean of the pair.
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
    given = dict(strength=strength, coupling=coupling)
    values = {n: value for n, value in locals().items() if n not in ("further", "given", *given)}
    values = _checked_network(given, values | only_knobs(further))
    numbers = draws(values["n_neurons"], values["seed"], values["mirror"])
    return assemble(numbers, **network_defaults() | values)


def _checked_network(given, values):
    """The checked arguments of `weight_matrix`, with a strength in place of a coupling.

    given: these two as they came, None where left out.
    """
    one = {name: value for name, value in given.items() if value is not None}
    faults = [] if len(one) == 1 else [f"{_pairs(given)}: exactly one of the two must be given"]
    values = attempt(faults, check, **values | one)
    refuse(faults)
    if "coupling" in values:
        values["strength"] = float(values.pop("coupling") / np.sqrt(values["n_neurons"]))
    return values


def _pairs(values):
    return ", ".join(f"{name} = {shown(value)}" for name, value in values.items())


def assemble(draws: Mapping, **values: Any) -> np.ndarray:
    """The matrix of `weight_matrix` from its draws and all its parameters, unchecked: what a sweep calls."""
    network = Network(*(values[name] for name in Network._fields))
    weights = base_weights(draws, network)
    for name, regularity in REGULARITIES.items():
        if values[name] > 0:
            weights = regularity.law(weights, values[name], draws, network)
    return weights


# ---------------------------------------------------------------- a given matrix
def apply_knobs(
    W: Matrix,
    *,
    dale: float = 0.0,
    reciprocity: float = 0.0,
    modularity: float = 0.0,
    labels: ArrayLike | None = None,
    n_modules: int = 5,
    seed: Seed = 0,
    **further: float,
) -> Any:
    """The knobs of `weight_matrix`, turned on a matrix that you bring.

    In this order: with probability d an entry takes the polarity of its column, the sign of most of its
    entries (of as many: +), its size kept; with probability r a pair is made symmetric, W_ji := W_ij for
    i < j, zeros too; entries between different modules are multiplied by 1 - m. A knob at 0 changes nothing,
    and for one seed a knob changes only the entries that it must, one after the other.

    Parameters
    ----------
    W : array_like, sparse matrix, DataFrame, DataArray or graph, shape (N, N)
        Weights, row = receiving neuron; see `arrays` for containers and labels. Any size of weights.
    dale, reciprocity, modularity : float
        The knobs d, r and m, 0 .. 1.
    labels : array_like, shape (N,), optional
        Module of each neuron, numbers or names; those of a Series are put into the order of the neurons.
        By default `n_modules` modules, in the order of the neurons.
    n_modules : int
        Number of contiguous modules, 1 .. N, where no labels are given.
    seed : int or (int, int)
        Seed, or (seed, replicate): which entries and pairs a knob takes. They are those that it takes in
        `weight_matrix` of the same seed.
    **further
        Knobs of further regularities that have joined the registry.

    Returns
    -------
    ndarray, shape (N, N), float64
        A DataFrame or DataArray where one came in, with its labels.

    Raises
    ------
    ValueError
        One message with every fault in W, the labels and the parameters.

    Examples
    --------
    *C. elegans*, half way to a wiring in which all connections go both ways:

    >>> from regrnn_lib import apply_knobs, matrix_indices
    >>> from regrnn_lib.connectome import celegans
    >>> worm = celegans("chemical")
    >>> half = apply_knobs(worm, reciprocity=0.5)
    >>> [round(matrix_indices(each, communities=False).reciprocity, 2) for each in (worm, half)]
    [0.06, 0.6]
    """
    faults, levels = [], dict(dale=dale, reciprocity=reciprocity, modularity=modularity)
    given = attempt(faults, square, W, largest=np.inf)
    asked = attempt(faults, check, **levels | only_knobs(further), n_modules=n_modules, seed=seed)
    modules = None if faults else attempt(faults, _modules, given, labels, n_modules, modularity)
    refuse(faults)
    n_modules, seed = asked.pop("n_modules"), asked.pop("seed")
    return like(W, turn_knobs(given.values, modules, seed, n_modules, **asked), given.labels[0])


def turn_knobs(W: np.ndarray, labels: np.ndarray, seed: Seed, n_modules: int, **levels: float) -> np.ndarray:
    """`apply_knobs` of checked arguments: what a sweep calls."""
    nonzero = W != 0
    if not any(levels.values()) or not nonzero.any():
        return W.copy()
    unit, exponent = _unit(W)
    strength = np.ldexp(rms(unit[nonzero]), exponent)
    network = Network(float(strength), _mean(np.sign(W[nonzero])), _mean(nonzero), n_modules, None)
    numbers = draws(len(W), seed)
    for name, regularity in REGULARITIES.items():
        if levels.get(name, 0) > 0:
            W = regularity.given_law(W, levels[name], numbers, network, labels)
    return W


def _modules(given, labels, n_modules, modularity):
    """Module of each neuron of a given matrix: as labelled, else contiguous ones."""
    n = check(n_neurons=len(given.values))["n_neurons"]
    if labels is not None:
        return module_of_each(labels, n, given.labels[0])
    check(n_neurons=n, n_modules=n_modules, modularity=modularity)  # not more modules than neurons
    return contiguous_modules(n, n_modules)


def _unit(W):
    """W, or where its largest entry is far from 1, W over a power of two that brings it near; the exponent.

    That is exact, and no product of its entries overflows; an entry that would vanish becomes the smallest
    there is.
    """
    exponent = int(np.frexp(max(W.max(), -W.min()))[1])
    if abs(exponent) <= 200:
        return W, 0
    unit = np.ldexp(W, -exponent)
    return np.where((unit == 0) & (W != 0), np.copysign(np.finfo(float).tiny, W), unit), exponent


# ---------------------------------------------------------------- measuring a matrix
@lru_cache
def _indices_type(names):
    return namedtuple("MatrixIndices", names)


def matrix_indices(
    W: Matrix, labels: ArrayLike | None = None, n_shuffles: int = 5, *, communities: bool = True
) -> tuple:
    """Strength, balance, density and the knobs of a given matrix, estimated from W alone.

    Parameters
    ----------
    W : array_like, sparse matrix, DataFrame, DataArray or graph, shape (N, N)
        Real and finite; row = receiving neuron; see `arrays` for containers and labels. It need not have been
        drawn here, and its weights may be of any size: all indices but the strength are those of W times any
        factor.
    labels : array_like, shape (N,), optional
        Module of each neuron, numbers or names; those of a Series are put into the order of the neurons.
        Without labels, communities are found by the Louvain method on |W| + |W|^T (fixed seed), once in W and
        once in each shuffled copy.
    n_shuffles : int
        Entry-shuffled copies behind `modularity_null`; 0: none, and no null.
    communities : bool
        False: no search for communities without labels, so neither modularity nor its null. The search is
        what takes time: a dense matrix of N = 300 takes 0.05 s a copy, of 1,200 0.5 s, of 3,000 2 to 5 s and
        200 MB; all else takes 0.1 s at N = 1,200, 1 s at 3,000.

    Returns
    -------
    named tuple of floats
        - density: share of non-zero entries.
        - strength: rms of the non-zero entries (within modules when labels are given); NaN if there are none.
        - balance: mean sign of the non-zero entries; NaN if there are none.
        - dale: with M_j the mean sign of the k_j non-zero entries of column j,
          sqrt((var_j M_j - mean_j (1 - M_j^2)/(k_j - 1)) / (1 - b^2)), b = mean_j M_j, clipped to 0 .. 1.
          Columns with fewer than two entries are dropped. NaN with fewer than two columns left, or at
          |b| = 1.
        - reciprocity: Pearson correlation of W_ij and W_ji over all ordered pairs i != j (any order of the
          neurons gives the same). NaN if all these entries are equal.
        - modularity: 1 - rms(between) / rms(within modules), all entries counted. NaN with a single module,
          with nothing within, or without a search. Communities found in a matrix without any read above 0,
          the more the sparser: compare with
        - modularity_null: the mean of the same index over entry-shuffled copies, their communities
          found anew; NaN when labels are given, or without copies.
        - reciprocity_binary: the correlation for the pattern of non-zero entries; NaN if all or none are.

    Raises
    ------
    ValueError
        If W is not a square, real, finite matrix or the labels do not fit.
    """
    faults, search = [], communities
    given = attempt(faults, square, W, largest=np.inf)
    asked = attempt(faults, check, n_shuffles=n_shuffles, communities=search)
    modules = (
        attempt(faults, module_of_each, labels, len(given.values), given.labels[0])
        if given and labels is not None
        else None
    )
    refuse(faults)
    unit, exponent = _unit(given.values)
    if labels is not None or not search:
        return _indices(unit, exponent, modules, lambda index: np.nan, known=labels is not None)
    null = lambda index: _null(index, unit, asked["n_shuffles"])
    return _indices(unit, exponent, find_communities(unit), null, known=False)


def _indices(W, exponent, labels, null, known):
    nonzero = W != 0
    inside = nonzero & (labels[:, None] == labels[None, :]) if known else nonzero
    base = dict(
        strength=float(np.ldexp(rms(W[inside]), exponent)),
        balance=_mean(np.sign(W[nonzero])),
        density=float(np.mean(nonzero)),
    )
    labels = np.zeros(len(W)) if labels is None else labels  # one module, of which there is no modularity
    further = {name: regularity.index(W, labels) for name, regularity in REGULARITIES.items()}
    for regularity in REGULARITIES.values():
        further |= regularity.further_indices(W, labels, null)
    indices = base | further
    return _indices_type(tuple(indices))(**indices)


def find_communities(W: np.ndarray, seed: int = 0) -> np.ndarray:
    """Module of each neuron by the Louvain method on |W| + |W|^T, of a checked matrix; shape (N,), int."""
    strength = np.abs(W) + np.abs(W).T
    np.fill_diagonal(strength, 0.0)
    return partition(_unit(strength)[0], seed)


def communities(W: Matrix, seed: int = 0) -> np.ndarray:
    """Module of each neuron of any matrix, as `matrix_indices` finds them without labels.

    Parameters
    ----------
    W : array_like, sparse matrix, DataFrame, DataArray or graph, shape (N, N)
        As in `matrix_indices`.
    seed : int
        Of the search.

    Returns
    -------
    ndarray, shape (N,), int

    Raises
    ------
    ValueError
        One message with every fault in W and the seed.
    """
    faults = []
    given, asked = attempt(faults, square, W, largest=np.inf), attempt(faults, check, seed=seed)
    whole = asked is None or isinstance(asked["seed"], int)
    refuse(faults + ([] if whole else [f"seed = {shown(seed)}: must be a whole number >= 0"]))
    return find_communities(_unit(given.values)[0], asked["seed"])


def _mean(x):
    return float(np.mean(x)) if x.size else np.nan


def _null(index, W, n_shuffles):
    """Mean of an index over entry-shuffled copies, their communities found anew."""
    rng = random_stream(0, "analysis")
    shuffled = (rng.permutation(W.ravel()).reshape(W.shape) for _ in range(n_shuffles))
    return _mean(np.array([index(S, find_communities(S)) for S in shuffled]))
