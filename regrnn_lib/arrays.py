"""The gate, through which every array from outside comes in.

It becomes checked float64 numbers with their labels, or is refused in words.

What is welcome: nested lists, NumPy arrays of any order and of any real type, pandas tables and series,
xarray data arrays, all sparse matrices of SciPy, graphs of NetworkX.

*Labels.* Names of neurons are aligned: the columns of a matrix go into the order of its rows, a bias into
that of the matrix, and so on. Labels that differ are refused, naming them. An axis without labels keeps its
order; so does one that is merely counted, 0 .. N-1, beside one with other names.

*Which way round.* Row = receiving, column = sending neuron; time first. Where an axis says the opposite by
its name (`AXES`: a table with `pre` for its index and `post` for its columns), it is put right. In a graph an
edge u -> v says that u sends and v receives (NetworkX's own matrices have senders in rows); its attribute
`weight` counts, 1 where there is none, parallel edges add up, undirected ones go both ways, and neurons stand
in the order of `graph.nodes`.

*Refused*: complex numbers, truth values, texts and other objects, ragged lists, nothing at all, entries that
are masked, missing, infinite or no number, and those so large (beyond `LARGEST`) that products of them would
overflow.
"""

import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from numbers import Integral, Real
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from .parameters import misfits, refuse, shown

Matrix: TypeAlias = Any  # (N, N) in any of the containers above
LARGEST = 1e50  # products of four such numbers, summed over any run, stay far below the largest double
MOST = 10**9  # numbers in one array, 8 GB
AXES = {
    "receiver": {"receiver", "receivers", "receiving", "post", "postsynaptic", "to", "target"},
    "sender": {"sender", "senders", "sending", "pre", "presynaptic", "from", "source"},
    "time": {"time", "t", "step", "steps"},
}
SQUARE = ("receiver", "sender")
RUN = ("time", "neuron")


class Numbers(NamedTuple):
    """A checked array and the labels of each of its axes: a list, a range where merely counted, or None."""

    values: np.ndarray
    labels: tuple


class _Fault(Exception):
    """Why something is no array of numbers: the end of a message that begins with its name."""


# ---------------------------------------------------------------- what is asked for
def square(W: Matrix, name: str = "W", largest: float = LARGEST) -> Numbers:
    """A weight matrix (N, N), N >= 2, its columns in the order of its rows, whose labels both axes have."""
    values, (rows, columns) = numbers(name, W, _is_square, "square, (N, N) with N >= 2", SQUARE, largest)
    order = order_of(columns, rows, f"{name}: its columns", "its rows")
    if order is not None:
        values = np.ascontiguousarray(values[:, order])
    names = columns if rows is None or isinstance(rows, range) else rows
    return Numbers(values, (names, names))


def square_matrix(W: Matrix) -> np.ndarray:
    """Any matrix a user brings as a C-contiguous (N, N) float64 array, or a ValueError that says why not."""
    return square(W).values


def trajectory(
    name: str,
    states: Any,
    n_neurons: int | None = None,
    neurons: Sequence | None = None,
    least: int = 2,
    words: str = "T >= 2 time steps of N >= 1 neurons",
) -> np.ndarray:
    """States (T, N), T >= least, of n_neurons in the order of the labels `neurons`, or of any neurons."""
    n = "N" if n_neurons is None else n_neurons
    fits = lambda shape: _alike(shape, ("T", n)) and shape[0] >= least
    values, (_, own) = numbers(name, states, fits, f"(T, {n}), {words}", RUN)
    order = order_of(own, neurons, f"{name}: its neurons", "those of W")
    return values if order is None else np.ascontiguousarray(values[:, order])


def table(
    name: str, given: Any, rows: int | str, columns: int | str, axes: Sequence[str] = ("", ""), least: int = 1
) -> Numbers:
    """Numbers (rows, columns); a letter in place of a number stands for any from `least` on."""
    want = (rows, columns)
    return numbers(name, given, lambda shape: _alike(shape, want, least), f"({rows}, {columns})", axes)


def row(name: str, given: Any, n: int, labels: Sequence | None = None, of: str = "those of W") -> np.ndarray:
    """Numbers (n,), put into the order of `labels`, shape (n,)."""
    values, (own,) = numbers(name, given, lambda shape: shape == (n,), f"({n},)")
    order = order_of(own, labels, f"{name}: its labels", of)
    return values if order is None else values[order]


def series(name: str, given: Any) -> np.ndarray:
    """Numbers (n,), n >= 1, in the order in which they come."""
    return numbers(name, given, lambda shape: _alike(shape, ("n",)), "(n,) with n >= 1").values


def each(name: str, given: Any, misfit: Callable[[Any], Sequence[str]] | None = None) -> np.ndarray:
    """A number or any array of numbers within the range of a parameter; float64, shape () for a number.

    `misfit`, value -> its faults, stands for a parameter that is none of the table.
    """
    misfit = misfit or (lambda value: misfits(name, value))
    if isinstance(given, (str, bytes)) or not (hasattr(given, "__len__") or hasattr(given, "__array__")):
        refuse(misfit(given))
        return np.array(float(given))
    values = numbers(name, given, lambda shape: 0 not in shape, "of at least one number").values
    refuse([fault for value in {values.min(): 0, values.max(): 0} for fault in misfit(float(value))])
    return values


def together(**arrays: np.ndarray) -> None:
    """Refuse arrays whose shapes cannot be broadcast against each other."""
    try:
        np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        refuse([f"{shapes}: shapes must fit each other, as NumPy broadcasts them"])


def module_of_each(labels: Any, n: int, neurons: Sequence | None = None) -> np.ndarray:
    """Module of each of n neurons as a whole number 0 .. K-1, from names of any kind; shape (n,)."""
    with _refusal("labels"):
        given, own = _names(labels)
    if given.shape != (n,):
        refuse([f"labels has shape {given.shape}: must be ({n},), one module per neuron"])
    order = order_of(own, neurons, "labels: its neurons", "those of W")
    names = (given if order is None else given[order]).tolist()
    if any(_nameless(name) for name in names):
        refuse(["labels has entries that are not finite: each must name a module"])
    try:
        places = {name: k for k, name in enumerate(dict.fromkeys(names))}
    except TypeError:
        refuse([f"labels = {shown(labels)}: must be numbers or names, one module per neuron"])
    return np.array([places[name] for name in names])


def numbers(
    name: str,
    given: Any,
    fits: Callable[[tuple], bool],
    want: str,
    axes: Sequence[str] = (),
    largest: float = LARGEST,
) -> Numbers:
    """Any array as C-contiguous float64 numbers with labels.

    `fits` judges its shape, `want` says what that should be.

    Raises
    ------
    ValueError
        One message with every fault of it.
    """
    if _is_ready(given) and fits(given.shape) and 0 < given.size <= MOST and _bounded(given, largest):
        return Numbers(given, (None,) * given.ndim)
    with _refusal(name):
        values, labels = _opened(given, axes)
        faults = [] if fits(values.shape) else [f"{name} has shape {values.shape}: must be {want}"]
        kind = values.dtype.kind
        faults += [] if kind in "iuf" else [f"{name} has dtype {values.dtype}: must be real numbers"]
        if values.size > MOST:
            faults.append(f"{name} has {values.size:.3g} numbers: must be at most {MOST:.0e}")
        elif kind in "iuf":
            values = _double(values)
            faults += _out_of_bounds(name, values, largest)
    refuse(faults)
    return Numbers(values, labels)


# ---------------------------------------------------------------- labels
def order_of(labels: Sequence | None, wanted: Sequence | None, name: str, other: str) -> list[int] | None:
    """Where in `labels` each wanted one stands, None if all keep their places; refused if they differ."""
    order, faults = None, []
    try:
        if (
            labels is None
            or wanted is None
            or _merely_counted(labels, wanted)
            or list(labels) == list(wanted)
        ):
            return None
        faults = _differences(labels, wanted, name, other)
        place = {label: k for k, label in enumerate(labels)}
        order = [] if faults else [place[label] for label in wanted]
    except (TypeError, ValueError):  # from labels that cannot be hashed or compared, such as lists
        faults = [f"{name} cannot be compared with {other}: labels must be numbers or texts"]
    refuse(faults)
    return order


def _merely_counted(labels, wanted):
    """Whether one of the two is counted only, 0 .. N-1, and the other has names of another kind."""
    pairs = ((labels, wanted), (wanted, labels))
    return any(isinstance(a, range) and not all(isinstance(x, Integral) for x in b) for a, b in pairs)


def _differences(labels, wanted, name, other):
    twice = [x for x in (labels, wanted) if len(set(x)) < len(x)]
    if twice:
        again = next(label for label in twice[0] if list(twice[0]).count(label) > 1)
        return [f"{name} cannot be put into the order of {other}: {shown(again)} is there twice"]
    missing = [shown(label) for label in wanted if label not in set(labels)]
    strange = [shown(label) for label in labels if label not in set(wanted)]
    parts = [f"{_few(missing)} missing"] * bool(missing) + [f"{_few(strange)} not among them"] * bool(strange)
    return [f"{name} differ from {other}: {', '.join(parts)}"] if parts else []


def _few(words):
    more = f" and {len(words) - 3} more" if len(words) > 3 else ""
    return ", ".join(words[:3]) + more + (" is" if len(words) == 1 else " are")


def _counted(labels):
    """A range in place of labels that are merely counted, 0 .. N-1."""
    labels = list(labels)
    plain = all(type(label) is int and label == k for k, label in enumerate(labels))
    return range(len(labels)) if plain else labels


# ---------------------------------------------------------------- containers
def _opened(given, axes=()):
    """Values as an array of any type, and the labels of each axis, axes in the order asked for."""
    if _is(given, "xarray", "DataArray"):
        labels = [_counted(given.indexes[d].tolist()) if d in given.indexes else None for d in given.dims]
        return _turned(_plain(given.values), labels, given.dims, axes)
    if _is(given, "pandas", "DataFrame"):
        return _turned(_cells(given), _of_frame(given), [i.name for i in (given.index, given.columns)], axes)
    if _is(given, "pandas", "Series"):
        return _cells(given), (_counted(given.index.tolist()),)
    if _is(given, "networkx", "Graph"):
        return _of_graph(given)
    if _is(given, "xarray", "Dataset"):
        raise _Fault("is a Dataset: must be one of its arrays")
    values = _dense(given) if _is(given, "scipy.sparse", "sparray", "spmatrix") else _plain(given)
    return values, (None,) * values.ndim


def _is(given, module, *names):
    """Whether something is of these classes, without importing what nobody has imported."""
    home = sys.modules.get(module)
    return home is not None and isinstance(given, tuple(getattr(home, name) for name in names))


def _turned(values, labels, names, axes):
    """Values and labels with axes the other way round, where their names say so."""
    known = [AXES.get(axis, set()) for axis in axes]
    words = [str(name).lower() for name in names]
    if len(known) == 2 and len(words) == 2 and (words[0] in known[1] or words[1] in known[0]):
        return values.T, tuple(labels[::-1])
    return values, tuple(labels)


def _of_frame(frame):
    return [_counted(index.tolist()) for index in (frame.index, frame.columns)]


def _cells(frame):
    """The cells of a table or series; missing ones of any kind as NaN."""
    types = frame.dtypes if hasattr(frame, "columns") else [frame.dtype]
    if all(getattr(each, "kind", "O") in "iuf" for each in types):
        return frame.to_numpy(dtype=np.float64, na_value=np.nan)
    return frame.to_numpy()


def _dense(sparse):
    if np.prod(sparse.shape, dtype=float) > MOST:
        raise _Fault(f"has shape {sparse.shape}: must have at most {MOST:.0e} numbers")
    return sparse.toarray()


def _of_graph(graph):
    """Weights of a graph, senders in columns, and its nodes; see the head of this file."""
    place = {node: k for k, node in enumerate(graph)}
    if len(place) ** 2 > MOST:
        raise _Fault(f"has {len(place)} nodes: their matrix must have at most {MOST:.0e} numbers")
    values = np.zeros((len(place), len(place)))
    for sender, receiver, weight in graph.edges(data="weight", default=1):
        if not isinstance(weight, Real) or isinstance(weight, (bool, np.bool_)):
            raise _Fault(
                f"has the weight {shown(weight)} from {shown(sender)} to {shown(receiver)}: must be a number"
            )
        values[place[receiver], place[sender]] += float(weight)
        if not graph.is_directed() and sender != receiver:
            values[place[sender], place[receiver]] += float(weight)
    nodes = _counted(place)
    return values, (nodes, nodes)


def _plain(given):
    """An array of whatever else there is, without subclasses and masks."""
    if type(given) is np.ndarray:
        return given
    if isinstance(given, np.ma.MaskedArray):
        hidden = int(np.ma.getmaskarray(given).sum())
        if hidden:
            raise _Fault(f"has {hidden} masked entries: must have none; fill them, or leave them out")
        return np.array(given.data, subok=False)
    values = _converted(given)
    if values.ndim == 0 and values.dtype.kind not in "iuf":
        raise _Fault(f"= {shown(given)}: must be an array of numbers")
    return values


def _converted(given):
    """What NumPy reads, whatever goes wrong meanwhile: the fault of an object is none of ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return np.array(given, subok=False)
    except Exception as error:
        words = (str(error).splitlines() or [""])[0]
        ragged = "inhomogeneous" in words
        reason = "is ragged: rows must be of equal length" if ragged else f"cannot be read ({words:.60})"
        raise _Fault(f"{reason}; must be an array of numbers") from None


def _names(labels):
    """Names of modules, each as it is, and the labels that tell whose they are."""
    if _is(labels, "pandas", "Series") or _is(labels, "xarray", "DataArray"):
        values, own = _opened(labels)
        return values, own[0] if own else None
    if not isinstance(labels, (list, tuple, range)):
        values = _plain(labels) if isinstance(labels, np.ndarray) else _converted(labels)
        return values, None
    values = np.empty(len(labels), dtype=object)
    for k, label in enumerate(labels):
        values[k] = label
    return values, None


def _nameless(name):
    """Whether a name is none: nothing, missing, not a number, infinite."""
    missing = name is None or type(name).__name__ in ("NAType", "NaTType", "MaskedConstant")
    return missing or (isinstance(name, (float, np.floating)) and not np.isfinite(name))


# ---------------------------------------------------------------- numbers
def _double(values):
    with np.errstate(all="ignore"):  # what overflows becomes infinite, and is refused
        return np.require(
            values, np.float64, ["C", "A", "W"]
        )  # a kernel would be compiled anew for read-only ones


def _is_ready(given):
    """Whether an array is what kernels take: those of the library's own go through the gate at no cost."""
    return type(given) is np.ndarray and given.dtype == np.float64 and given.flags.carray


def _bounded(values, largest):
    size = max(values.max(), -values.min())
    return bool(size <= largest and size < np.inf)  # False for NaN


def _out_of_bounds(name, values, largest):
    if not values.size or _bounded(values, largest):
        return []
    wrong = values.size - int(np.isfinite(values).sum())
    if wrong:
        count = "1 entry that is" if wrong == 1 else f"{wrong} entries that are"
        return [f"{name} has {count} not finite: all must be finite"]
    return [f"{name} has entries beyond {largest:g}: products of them would overflow"]


def _is_square(shape):
    return len(shape) == 2 and shape[0] == shape[1] >= 2


def _alike(shape, want, least=1):
    return len(shape) == len(want) and all(
        n == w if isinstance(w, int) else n >= least for n, w in zip(shape, want)
    )


@contextmanager
def _refusal(name):
    """Turn a `_Fault` into the one message, beginning with the name of the array."""
    faults = []
    try:
        yield
    except _Fault as fault:
        faults.append(f"{name} {fault}")
    refuse(faults)


# ---------------------------------------------------------------- the way back
def like(given: Any, values: np.ndarray, labels: Sequence | None) -> Any:
    """A matrix (N, N) in the container that one came in.

    A table or a data array has its labels and its axes; anything else gets the matrix as it is.
    """
    labels = range(len(values)) if labels is None else labels
    if _is(given, "pandas", "DataFrame"):
        names = given.index.name, given.columns.name
        table_ = sys.modules["pandas"].DataFrame(_turned(values, (), names, SQUARE)[0], labels, labels)
        return table_.rename_axis(index=names[0], columns=names[1])
    if _is(given, "xarray", "DataArray"):
        coords = {dim: list(labels) for dim in given.dims if dim in given.indexes}
        turned = _turned(values, (), given.dims, SQUARE)[0]
        return sys.modules["xarray"].DataArray(turned, coords, given.dims, name=given.name)
    return values


def states_like(given: Any, states: np.ndarray, labels: Sequence | None) -> Any:
    """States (T, N) in the container that their matrix came in.

    A table or a data array has the labels of the neurons; with anything else the states stay as they are.
    """
    names = range(states.shape[1]) if labels is None else list(labels)
    if _is(given, "pandas", "DataFrame"):
        return sys.modules["pandas"].DataFrame(states, columns=names).rename_axis(index="time")
    if _is(given, "xarray", "DataArray"):
        return sys.modules["xarray"].DataArray(states, {"neuron": names}, ("time", "neuron"))
    return states
