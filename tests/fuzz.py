"""Hostile and odd arguments for the public functions, and the judge of what comes of them.

A case is (name of a call, {argument: name of a value}): texts only, so that a failure can be written down, kept in
`CORPUS` and played again. The judge knows two outcomes: "right" (all numbers finite but those that may be undefined,
the shape that was asked for, and the result of the plain array where another container holds the same numbers) and
"refused" (one ValueError in the house's words). Anything else is a failure: another error, a warning, NaN.
"""

import re
import warnings
from collections import namedtuple
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

import matplotlib
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import scipy.sparse as sp
import xarray as xr
from matplotlib.figure import Figure

import regrnn_lib as lib
from regrnn_lib import connectome, dynamics, explore, exponents, reservoir, tasks, theory
from regrnn_lib.experiments.sweep import sweep, sweep_knobs
from regrnn_lib.explore import sliders, views
from regrnn_lib.regularities import KNOBS

matplotlib.use("agg")

N, M, T = 5, 2, 12
RNG = np.random.default_rng(0)
W = np.round(RNG.normal(size=(N, N)) * 0.6, 3) * (RNG.random((N, N)) < 0.8)
COUNTS = np.rint(4 * W)
NAMES = list("abcde")
SHUFFLED = [3, 0, 4, 1, 2]
Y, X, W_IN = np.tanh(RNG.normal(size=(T, N))), RNG.normal(size=(T, M)), RNG.normal(size=(N, M))
Pair = namedtuple("Pair", "one two")
Three = IntEnum("Three", {"three": 3})


class Liar:
    """An object whose every answer is an error."""

    def __repr__(self):
        raise RuntimeError("no name")

    __array__ = __float__ = __index__ = __len__ = __iter__ = __bool__ = __repr__


def own_tail():
    """A list that holds itself."""
    tail = [1.0]
    tail.append(tail)
    return tail


def nested(depth):
    """A list in a list in a list."""
    inside = []
    for _ in range(depth):
        inside = [inside]
    return inside


def graph(kind, weights=W):
    """The matrix as a NetworkX graph: an edge from sender to receiver."""
    edges = kind()
    edges.add_nodes_from(NAMES)
    for i, j in zip(*np.nonzero(weights)):
        edges.add_edge(NAMES[j], NAMES[i], weight=weights[i, j])
    return edges


def frame(values=W, rows=NAMES, columns=NAMES):
    return pd.DataFrame(values, index=rows, columns=columns)


SPARSE = ("csr_array", "csc_array", "coo_array", "lil_array", "dok_array", "bsr_array", "dia_array")
SPARSE += tuple(name.replace("array", "matrix") for name in SPARSE)
SAME = {  # containers of W: the result is that of the array
    "W": lambda: W.copy(),
    "W list": lambda: W.tolist(),
    "W tuple": lambda: tuple(map(tuple, W)),
    "W Fortran": lambda: np.asfortranarray(W),
    "W read-only": lambda: np.broadcast_to(W, W.shape),
    "W view": lambda: np.repeat(np.repeat(W, 2, 0), 2, 1)[::2, ::2],
    "W big-endian": lambda: W.astype(">f8"),
    "W subclass": lambda: W.view(np.recarray),
    "W unmasked": lambda: np.ma.array(W),
    "W frame": lambda: frame(),
    "W plain frame": lambda: pd.DataFrame(W),
    "W frame of shuffled columns": lambda: frame()[[NAMES[k] for k in SHUFFLED]],
    "W frame from pre to post": lambda: frame().T.rename_axis(index="pre", columns="post"),
    "W rows named": lambda: pd.DataFrame(W, index=NAMES),
    "W nullable frame": lambda: frame().astype("Float64"),
    "W sparse frame": lambda: frame().astype(pd.SparseDtype(float)),
    "W DataArray": lambda: xr.DataArray(W),
    "W named DataArray": lambda: xr.DataArray(W, [("post", NAMES), ("pre", NAMES)]),
    "W DataArray reversed": lambda: xr.DataArray(W, [("post", NAMES), ("pre", NAMES)])[:, ::-1],
    "W DataArray the other way": lambda: xr.DataArray(W.T, [("pre", NAMES), ("post", NAMES)]),
    "W graph": lambda: graph(nx.DiGraph),
    "W multigraph": lambda: graph(nx.MultiDiGraph),
    **{f"W {name}": lambda name=name: getattr(sp, name)(W) for name in SPARSE},
}
ODD = {  # arrays that are welcome with another result, or refused
    "counts": lambda: COUNTS.astype(int),
    "counts float32": lambda: COUNTS.astype(np.float32),
    "counts uint8": lambda: np.abs(COUNTS).astype(np.uint8),
    "counts frame": lambda: frame(COUNTS.astype(int)),
    "counts sparse": lambda: sp.csr_array(COUNTS.astype(int)),
    "counts Int64": lambda: frame(COUNTS.astype(int)).astype("Int64"),
    "counts undirected": lambda: graph(nx.Graph, COUNTS),
    "zeros": lambda: np.zeros((N, N)),
    "ones": lambda: np.ones((N, N)),
    "tiny": lambda: W * 1e-170,
    "subnormal": lambda: np.full((N, N), 5e-324),
    "large": lambda: W * 1e160,
    "largest": lambda: np.full((N, N), 1.7e308),
    "mixed sizes": lambda: np.where(np.eye(N) > 0, 1e300, 1e-300),
    "1e50": lambda: np.sign(W) * 1e50,
    "half precision": lambda: W.astype(np.float16),
    "long double": lambda: W.astype(np.longdouble),
    "NaN": lambda: np.where(np.eye(N) > 0, np.nan, W),
    "infinite": lambda: np.where(np.eye(N) > 0, np.inf, W),
    "beyond double": lambda: W.astype(np.longdouble) * np.longdouble(10) ** 400,
    "complex": lambda: W + 1j,
    "complex without": lambda: W + 0j,
    "truth": lambda: W > 0,
    "masked": lambda: np.ma.array(W, mask=np.eye(N)),
    "objects": lambda: W.astype(object),
    "texts": lambda: W.astype(str),
    "bytes": lambda: W.astype(bytes),
    "dates": lambda: np.zeros((N, N), "datetime64[s]"),
    "records": lambda: np.zeros((N, N), [("x", float)]),
    "ragged": lambda: [[1.0, 2.0], [3.0]],
    "nested": lambda: nested(1000),
    "holds itself": own_tail,
    "empty": lambda: np.zeros((0, 0)),
    "nobody": lambda: np.zeros((3, 0)),
    "no list": list,
    "0-d": lambda: np.array(1.0),
    "one": lambda: np.ones((1, 1)),
    "row": lambda: np.arange(5.0),
    "row of 12": lambda: np.arange(12.0),
    "column": lambda: np.ones((N, 1)),
    "three axes": lambda: np.ones((N, N, 2)),
    "not square": lambda: np.ones((N, N + 1)),
    "without end": lambda: np.broadcast_to(1.0, (10**6, 10**6)),
    "sparse without end": lambda: sp.coo_array((10**6, 10**6)),
    "sparse row": lambda: sp.coo_array([1.0, 2.0]),
    "sparse complex": lambda: sp.csr_array(W + 1j),
    "frame misspelt": lambda: frame(columns=[*NAMES[:-1], "é"]),
    "frame twice": lambda: frame(columns=["a", "a", "b", "c", "d"]),
    "frame twice alike": lambda: frame(rows=list("aabcd"), columns=list("aabcd")),
    "frame of numbers": lambda: frame(rows=[0, 1, 2, 3, 7], columns=range(5)),
    "frame of missing names": lambda: frame(rows=["a", None, np.nan, pd.NA, "b"]),
    "frame of lists": lambda: frame(rows=pd.Index([[1], [2], [3], [4], [5]])),
    "frame of objects": lambda: frame().astype(object),
    "frame of kinds": lambda: frame().assign(e=True),
    "frame of categories": lambda: frame().astype("category"),
    "frame with a gap": lambda: frame().where(np.eye(N) == 0),
    "frame with NA": lambda: frame().astype("Float64").mask(np.eye(N) > 0),
    "frame complex": lambda: frame(W + 1j),
    "frame MultiIndex": lambda: frame(rows=pd.MultiIndex.from_product([[0], NAMES])),
    "series": lambda: pd.Series(np.arange(5.0), index=NAMES[::-1]),
    "series misspelt": lambda: pd.Series(np.arange(5.0), index=list("abcdx")),
    "series of texts": lambda: pd.Series(list("xyxyx"), index=NAMES),
    "series with NA": lambda: pd.Series(["x", pd.NA, "y", "x", "y"], index=NAMES),
    "DataArray misspelt": lambda: xr.DataArray(W, [("post", NAMES), ("pre", list("abcdx"))]),
    "DataArray of time": lambda: xr.DataArray(Y.T, [("neuron", NAMES), ("time", range(T))]),
    "Dataset": lambda: xr.Dataset({"W": (("i", "j"), W)}),
    "graph of texts": lambda: nx.DiGraph([("a", "b", {"weight": "heavy"})]),
    "graph with NaN": lambda: nx.DiGraph([("a", "b", {"weight": np.nan})]),
    "graph of complex": lambda: nx.DiGraph([("a", "b", {"weight": 1j})]),
    "empty graph": nx.Graph,
    "labels": lambda: ["x", "y", "x", 3, ("z",)],
    "labels with None": lambda: ["x", None, "x", "y", "y"],
    "labels unhashable": lambda: [[0], [1], [0], [1], [0]],
    "labels NaN": lambda: [0, 1, np.nan, 1, 0],
    "Y": lambda: Y,
    "Y frame": lambda: pd.DataFrame(Y, columns=[NAMES[k] for k in SHUFFLED]),
    "Y of 1e50": lambda: np.sign(Y) * 1e50,
    "Y tiny": lambda: Y * 1e-200,
    "Y constant": lambda: np.ones((T, N)),
    "X": lambda: X,
    "X of 1e50": lambda: X * 1e49,
    "W_in": lambda: W_IN,
    "W_in frame": lambda: pd.DataFrame(W_IN, index=NAMES).loc[NAMES[::-1]],
    "W_in misspelt": lambda: pd.DataFrame(W_IN, index=list("abcdx")),
    "W_in of 1": lambda: W_IN[:, :1],
    "falling": lambda: [1.5, 1.0, 0.5],
    "row beyond": lambda: [0.5, 1e40],
    "row of least": lambda: [5e-324, 1e-200, 0.5],
    "row of truth": lambda: [True, False],
    "table": lambda: COUPLINGS[:, None],
}
COUPLINGS = np.array([0.5, 1.0, 1.5, 4.0])
ROWS = {  # containers of COUPLINGS: the result is that of the array
    "couplings": lambda: COUPLINGS.copy(),
    "couplings list": lambda: COUPLINGS.tolist(),
    "couplings series": lambda: pd.Series(COUPLINGS, index=[3, 1, 2, 0]),
    "couplings DataArray": lambda: xr.DataArray(COUPLINGS, [("coupling", COUPLINGS)]),
    "couplings view": lambda: np.repeat(COUPLINGS, 2)[::2],
    "couplings float32": lambda: COUPLINGS.astype(np.float32),
    "couplings unmasked": lambda: np.ma.array(COUPLINGS),
    "couplings index": lambda: pd.Index(COUPLINGS),
}
LONG = "x" * 120  # a name that is no name
SCALARS = {
    **{
        repr(x): lambda x=x: x
        for x in (None, True, False, 0, 1, 2, 3, 10, 12, 20, -1, 10**30, 0.0, 0.3, 1.0, -0.5, 1.5)
    },
    **{
        repr(x): lambda x=x: x
        for x in (1e-300, 1e300, 1e6, np.nan, np.inf, -np.inf, "", "text", b"x", 1j, ())
    },
    "10**400": lambda: 10**400,
    "5000 digits": lambda: 1 << 16600,
    "megabyte": lambda: "x" * 10**6,
    "list": lambda: [1.0],
    "holds itself": own_tail,
    "nested": lambda: nested(1000),
    "dict": lambda: {"a": 1},
    "set": lambda: {1},
    "object": object,
    "liar": Liar,
    "Decimal": lambda: Decimal("0.5"),
    "Fraction": lambda: Fraction(1, 2),
    "named tuple": lambda: Pair(1, 2),
    "pair": lambda: (1, 2),
    "triple": lambda: (1, 2, 3),
    "NumPy int": lambda: np.int32(3),
    "NumPy float": lambda: np.float32(0.5),
    "NumPy NaN": lambda: np.float64("nan"),
    "NumPy bool": lambda: np.bool_(True),
    "NumPy text": lambda: np.str_("x"),
    "NumPy date": lambda: np.datetime64("2020"),
    "0-d array": lambda: np.array(0.5),
    "array": lambda: np.arange(1000.0),
    "masked constant": lambda: np.ma.masked,
    "NA": lambda: pd.NA,
    "NaT": lambda: pd.NaT,
    "enum": lambda: Three.three,
    "function": lambda: len,
    "class": lambda: dict,
    "range": lambda: range(3),
    "generator": lambda: (x for x in [1]),
}
SHORT = dict(SequenceGeneration=dict(n_episodes=20, n_inputs=M), SequenceMemory=dict(n_steps=40, n_delays=3))
SHORT |= dict(PatternClassification=dict(n_episodes=20), Narma=dict(n_steps=60), Digits=dict(n_images=20))
TASKS = {name: lambda name=name: getattr(tasks, name)(**SHORT[name]) for name in SHORT}
VALUES = {
    **ODD,
    **SAME,
    **ROWS,
    **SCALARS,
    **TASKS,
    "task name": lambda: "narma",
    "misspelt task": lambda: "nrama",
    "two tasks": lambda: [make() for make in list(TASKS.values())[:2]],
    "least squares": lambda: "least squares",
    "variance": lambda: "variance",
    "chemical": lambda: "chemical",
    "grid": lambda: dict(strength=[0.1, 0.5], dale=[0.0, 1.0]),
    "knob grid": lambda: dict(dale=[0.0, 1.0], scale=[0.5, 1.0]),
    "empty grid": dict,
    "misspelt grid": lambda: dict(strength=[0.1], dal=[0.0]),
    "grid of texts": lambda: dict(strength=["a"], dale=[[0.0], [1.0, 2.0]]),
    "grid of a liar": lambda: dict(strength=Liar()),
    "one matrix": lambda: dict(worm=frame()),
    "bad matrices": lambda: dict(worm=W + 1j, fly=[[1.0]]),
    "vary": lambda: dict(n_steps=[5, 8]),
    "misspelt vary": lambda: dict(n_step=[5, 8]),
    "bad vary": lambda: {"task.noise": [0.1], "n_steps": 3},
    "settings": lambda: dict(n_steps=5, burn_in=1),
    "liar settings": lambda: dict(n_steps=Liar(), burn_in=1),
    "arrays back": lambda: returns_arrays,
    "texts back": lambda: returns_texts,
    "fields differ": lambda: returns_other_fields,
    "numbers back": lambda: returns_numbers,
    "readout": lambda: reservoir.train_readout(Y, X),
    "levels": lambda: [0.0, 1.0],
    **{
        f"typed {text[:12]}": lambda text=text: text
        for text in (
            "0,5",
            "−2",
            "1e400",
            "nan",
            "٣",
            " 7 ",
            "9" * 5000,
            "x" * 1000,
            "1_0",
            "<b>",
            "\0",
            "\n0.3\n",
        )
    },
    **{
        f"query {text[:24]}": lambda text=text: text
        for text in (
            "network.coupling=2&plane.knob=dale&reservoir.task=narma",
            "network.coupling=inf&network.seed=" + "9" * 5000,
            "plane.n_couplings=1000000000&plane.level=nan",
            "reservoir.task=../x&network.first=dale&network.=1&.=&=&&&",
            "plane.knob=%00&plane.measure=%FF%FE&network.dale=1e400",
        )
    },
    "seen first": lambda: ("dale",),
    "knob name": lambda: "modularity",
    "measure name": lambda: "lyapunov",
}


def returns_arrays(W, seed):
    return Pair(W, 1.0)


def returns_texts(W, seed):
    return Pair("x", 1.0)


def returns_other_fields(W, seed):
    return Pair(1.0, 2.0) if W.sum() > 0 else namedtuple("Other", "three four")(1.0, 2.0)


def returns_numbers(W, seed):
    return Pair(True, np.float32(W.sum()))


SEED, ARRAY = ("0", "3", "pair"), tuple(SAME)
RUN = dict(n_steps=("12", "2"), burn_in=("0", "3"), seed=SEED)
LEVELS = dict(dale=("0.0", "0.3", "1.0"), reciprocity=("0.0", "0.3", "1.0"), modularity=("0.0", "0.3"))
READ = dict(ridge=("0.3", "1e-300", "0.0"), method=("least squares",))
SETTINGS = dict(
    drive=("0.3", "0.0", "1.0"), input_strength=("None", "0.3"), bias_strength=("0.0", "0.3"), **READ
)
SETTINGS |= dict(
    reset=("True", "False"), wash_out=("0", "2"), leak=("1.0", "0.3"), input_weights=("None", "W_in")
)
RULES = dict(rest=("0.0", "0.3"), chaos=("0.0", "-0.5"), frozen=("0.3",))
NETWORK = dict(n_modules=("1", "2"), density=("0.3", "1.0"), normalize=("variance", "None"), mirror=("True",))
SWEEP = dict(
    grid=("grid",), evaluate=("numbers back",), settings=("None",), vary=("None",), n_replicates=("1", "2")
)
CELL = dict(n_neurons=("12", "3"), strength=("0.3", "0.0", "1.5"))
SINGLE = dict(n_trajectories=("20", "12"), n_steps=("12", "10"))
OUTLIERS = dict(balance=("0.3", "-0.5"), n_neurons=("12",), density=("0.3",), seed=SEED)
DRIVEN = dict(bias_strength=("0.0", "0.3", "couplings"))
AT, SOME = ("0.3", "1.5"), ("0.3", *ROWS)
SHOWN = dict(balance=("0.3", "-0.5"), **LEVELS, n_modules=("1", "2"), density=("0.3", "1.0"), seed=("0", "3"))
THEORY = {
    "moments": (theory.moments, dict(strength=AT), dict(balance=("0.3",), density=("0.3",))),
    "mean_field": (theory.mean_field, dict(**CELL, balance=("0.0", "0.3", "-0.5")), dict(density=("0.3",))),
    "mean_field_at": (
        theory.mean_field_at,
        dict(mean_gain=("0.0", "-0.5", "1000000.0"), bulk_radius=("0.0", *AT)),
        {},
    ),
    "onset": (theory.onset, {}, dict(reciprocity=("0.3",))),
    "spectrum": (theory.spectrum, CELL, dict(balance=("0.3",), n_modules=("2",), density=("0.3",), **LEVELS)),
    "spectrum of one knob": (theory.spectrum, CELL | dict(dale=("0.3", "1.0")), {LONG: ("0.3",)}),
    "boundaries": (theory.boundaries, dict(n_neurons=("12",), couplings=tuple(ROWS)), dict(density=("0.3",))),
    "driven_field": (
        theory.driven_field,
        dict(**CELL, drive=SOME),
        dict(**DRIVEN, balance=("0.3", "couplings"), density=("0.3",)),
    ),
    "driven_field_at": (
        theory.driven_field_at,
        dict(bulk_radius=SOME, drive=SOME),
        dict(**DRIVEN, mean_gain=("0.0", "-0.5", "couplings", "1000000.0")),
    ),
    "driven_edge": (theory.driven_edge, dict(drive=SOME), DRIVEN),
    "chaotic_spectrum": (theory.chaotic_spectrum, dict(coupling=AT, n_neurons=("12",)), {}),
    "participation_ratio": (
        theory.participation_ratio,
        dict(coupling=SOME, n_neurons=("12",), n_steps=("12",)),
        {},
    ),
    "onset_couplings": (theory.onset_couplings, dict(dale=("0.0", "0.3", "1.0"), n_draws=("12",)), OUTLIERS),
    "awake_share": (
        theory.awake_share,
        dict(dale=("0.3",), couplings=tuple(ROWS), n_draws=("12",)),
        OUTLIERS,
    ),
    "onset_quantiles": (
        theory.onset_quantiles,
        dict(dale=("0.3",), shares=("levels",), n_draws=("12",)),
        OUTLIERS,
    ),
    "partially_symmetric": (
        theory.partially_symmetric,
        dict(reciprocity=("0.0", "0.3", "1.0"), coupling=AT, **SINGLE),
        dict(seed=SEED),
    ),
    "saturation_coupling": (
        theory.saturation_coupling,
        dict(reciprocity=("0.3",), nonlinearity=("-0.5", "0.3"), **SINGLE),
        dict(seed=SEED),
    ),
}
EXPLORERS = {
    "look": (
        views.look,
        dict(n_neurons=("12", "3"), coupling=AT),
        dict(**SHOWN, n_steps=("12",), burn_in=("0", "3"), balense=("0.3",), **{LONG: ("0.3",)}),
    ),
    "explore.network": (
        explore.network,
        dict(n_neurons=("12",)),
        dict(coupling=AT, first=("seen first",), **SHOWN),
    ),
    "explore.plane": (
        explore.plane,
        dict(n_neurons=("12",), n_couplings=("3",), n_balances=("3",), n_steps=("12",), burn_in=("0",)),
        dict(coupling=AT, balance=("0.3",), coupling_min=("0.3",), coupling_max=("1.5",), level=("0.3",))
        | dict(knob=("knob name",), measure=("measure name",), seed=("0",)),
    ),
    "explore.reservoir": (
        explore.reservoir,
        dict(n_neurons=("12",)),
        dict(
            coupling=AT, drive=AT, task=("task name",), **{n: v for n, v in SHOWN.items() if n != "density"}
        ),
    ),
    "Sliders": (
        lambda **start: sliders.Sliders(list(start), start, len).values,
        dict(n_neurons=("12",), coupling=AT),
        dict(SHOWN),
    ),
    "typed": (
        lambda text: sliders.nearest("coupling", text if isinstance(text, str) else "no text")[0],
        dict(text=tuple(name for name in VALUES if name.startswith("typed"))),
        {},
    ),
    "kept_settings": (
        lambda query: list(explore.kept_settings(query if isinstance(query, str) else "").values()),
        dict(query=tuple(name for name in VALUES if name.startswith("query"))),
        {},
    ),
}
CALLS = {  # name: (function, what must be named with good values, what may be)
    "weight_matrix": (
        lib.weight_matrix,
        dict(n_neurons=("3", "12"), strength=("0.3", "0.0")),
        dict(balance=("0.3", "-0.5"), coupling=("None",), **LEVELS, **NETWORK, seed=SEED),
    ),
    "module_labels": (lib.module_labels, dict(n_neurons=("12",), n_modules=("2", "3")), {}),
    "matrix_indices": (
        lib.matrix_indices,
        dict(W=ARRAY),
        dict(
            labels=("None", "row", "labels", "series of texts"),
            n_shuffles=("0", "1"),
            communities=("True", "False"),
        ),
    ),
    "communities": (lib.weights.communities, dict(W=("W", "W frame")), dict(seed=("0",))),
    "apply_knobs": (
        lib.apply_knobs,
        dict(W=ARRAY),
        dict(**LEVELS, labels=("None", "labels", "series"), n_modules=("1", "2"), seed=SEED),
    ),
    "free_run": (lib.free_run, dict(W=ARRAY, n_steps=("12",)), dict(**RUN, start=("None", "row", "series"))),
    "driven_run": (
        lib.driven_run,
        dict(W=ARRAY, inputs=("X",), input_weights=("W_in", "W_in frame")),
        dict(bias=("row", "series", "None"), start=("row", "None"), reset_every=("0", "3")),
    ),
    "measures": (lib.measures, dict(Y=("Y", "Y frame", "Y constant")), dict(rest=RULES["rest"])),
    "run_measures": (lib.run_measures, dict(W=ARRAY, n_steps=("12",)), dict(**RUN, rest=RULES["rest"])),
    "lyapunov": (lib.lyapunov, dict(W=ARRAY, n_steps=("12",)), RUN),
    "regime": (lib.regime, dict(W=ARRAY, n_steps=("12",)), dict(**RUN, **RULES)),
    "free_dynamics": (dynamics.free_dynamics, dict(W=ARRAY, n_steps=("12",)), dict(**RUN, **RULES)),
    "period_two_share": (dynamics.period_two_share, dict(Y=("Y",)), dict(tolerance=("0.3",))),
    "lyapunov_spectrum": (
        lib.lyapunov_spectrum,
        dict(W=ARRAY, n_steps=("12",)),
        dict(**RUN, n_exponents=("1", "3", "None")),
    ),
    "conditional_lyapunov": (
        lib.conditional_lyapunov,
        dict(W=ARRAY, states=("Y", "Y frame"), burn_in=("0", "3")),
        dict(seed=SEED),
    ),
    "entropy_rate": (exponents.entropy_rate, dict(exponents=("row", "series")), {}),
    "kaplan_yorke_dimension": (exponents.kaplan_yorke_dimension, dict(exponents=("row",)), {}),
    "evaluate": (
        lib.evaluate,
        dict(W=ARRAY, task=("SequenceGeneration", "Narma"), wash_out=("2",)),
        dict(seed=SEED, **SETTINGS),
    ),
    "evaluate_all": (
        lib.evaluate_all,
        dict(W=ARRAY, tasks=("two tasks", "SequenceMemory"), wash_out=("2",)),
        dict(seed=SEED, **{n: v for n, v in SETTINGS.items() if n != "input_weights"}, rigde=("0.3",)),
    ),
    "input_layer": (
        reservoir.input_layer,
        dict(n_neurons=("12", "3"), n_inputs=("1", "3")),
        dict(seed=SEED, input_strength=("0.3", "0.0"), bias_strength=("0.3",)),
    ),
    "train_readout": (reservoir.train_readout, dict(states=("Y",), targets=("X", "Y")), READ),
    "read_out": (reservoir.read_out, dict(readout=("readout",), states=("Y",)), {}),
    "sweep": (
        lambda **asked: sweep(**dict(n_neurons=5, n_workers=1) | asked),
        SWEEP,
        dict(seed=("0",), dale=("0.3",), labels=("None",), version=("None",), balense=("0.3",))
        | {LONG: ("0.3",)},
    ),
    "sweep of runs": (
        lambda **asked: sweep(dict(strength=[0.1]), **dict(n_neurons=5, n_workers=1) | asked),
        dict(settings=("settings",), vary=("vary", "None")),
        dict(n_neurons=("12",)),
    ),
    "sweep of matrices": (
        lambda **asked: sweep(evaluate=returns_numbers, n_workers=1, **asked),
        dict(grid=("knob grid", "empty grid"), matrices=("one matrix",)),
        dict(labels=("None",), n_modules=("2",), scale=("0.3",), n_replicates=("2",)),
    ),
    "sweep_knobs": (
        lambda **asked: sweep_knobs(dict(strength=[0.1]), n_neurons=5, n_workers=1, **asked),
        dict(levels=("levels",), evaluate=("numbers back",)),
        dict(knobs=("None",)),
    ),
    **{
        name: (
            lambda name=name, **asked: tasks.stream(getattr(tasks, name)(**SHORT[name] | asked), 0),
            {},
            fields,
        )
        for name, fields in dict(
            SequenceGeneration=dict(
                n_inputs=("3",), n_classes=("2", "3"), episode_steps=("1", "3"), noise=("0.3",)
            ),
            SequenceMemory=dict(n_delays=("1", "12"), test_share=("0.3",), n_step=("12",)),
            PatternClassification=dict(
                n_classes=("3",), episode_steps=("2",), test_share=("0.3",), noise=("0.0",)
            ),
            Narma=dict(test_share=("0.3",)),
            Digits=dict(test_share=("0.3",)),
        ).items()
    },
    "celegans": (connectome.celegans, dict(kind=("chemical",)), dict(signed=("True", "False"))),
    **THEORY,
    **EXPLORERS,
}
SLOW = {
    "explore.network",
    "explore.plane",
    "explore.reservoir",
}  # pictures, for which one call in eight is enough
UNDEFINED = {
    "participation_ratio",
    "kept_settings",
}  # where there is no chaos; before an explorer has checked them
MAY_BE_NAN = {"correlation", "autocorrelation", "dimension", "modularity_null", "balance", "strength"}
MAY_BE_NAN |= {*KNOBS, "reciprocity_binary", "mean_onset", "chaos_end"}


def draw(choice):
    """One case; choice(sequence) -> one of its items."""
    name = choice(list(CALLS))
    while name in SLOW and choice(range(8)):
        name = choice(list(CALLS))
    _, needed, further = CALLS[name]
    case = {}
    for argument, good in (further | needed).items():
        wild = choice(range(6))
        if argument in needed or wild < 3:
            case[argument] = choice(list(good)) if wild else choice(list(VALUES))
    return name, case


def outcome(name, case):
    """ "right" or "refused"; AssertionError or whatever was raised for anything else."""
    function = CALLS[name][0]
    asked = {argument: VALUES[value]() for argument, value in case.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = function(**asked)
        except ValueError as error:
            assert re.match(r"1 fault in the input:\n  \S|\d+ faults in the input:\n  \S", str(error)), str(
                error
            )
            assert max(map(len, str(error).splitlines())) < 400, "a message that is no line"
            assert "x" * 80 not in str(error), "a value echoed whole"
            return "refused"
        finally:
            plt.close("all")
    if name not in UNDEFINED:
        _sound(result)
    alike = {argument: COUPLINGS.copy() for argument, value in case.items() if value in ROWS}
    if case.get("W") in SAME:
        alike["W"] = _order(case["W"])
    if alike:
        _equal(result, function(**asked | alike), name)
    return "right"


def _order(value):
    """The plain matrix; in a table, where labels matter to the other arguments."""
    labelled = any(word in value for word in ("frame", "graph", "named", "pre", "reversed", "other way"))
    return frame() if labelled and "plain" not in value else W.copy()


def _equal(result, plain, name):
    got, want = np.asarray(_numbers(result), dtype=float), np.asarray(_numbers(plain), dtype=float)
    assert got.shape == want.shape and np.array_equal(got, want, equal_nan=True), (
        f"{name}: not those of the array"
    )


def _numbers(result):
    """All numbers of a result in a row; none of what is no number."""
    if isinstance(result, xr.Dataset):
        return np.concatenate([np.ravel(result[v].values).astype(float) for v in result])
    if isinstance(result, (tuple, list)):
        return np.concatenate([_numbers(one) for one in result] or [np.zeros(0)])
    if isinstance(result, (str, dict, Figure)) or result is None:
        return np.zeros(0)
    if isinstance(result, xr.DataArray) and result.dims == ("pre", "post"):
        result = result.values.T
    if isinstance(result, pd.DataFrame) and result.index.name == "pre":
        result = result.T
    values = np.ravel(np.asarray(result))
    return values.view(float) if values.dtype == complex else values.astype(float)


def _sound(result):
    if hasattr(result, "_asdict"):
        for field, value in result._asdict().items():
            if not any(field.endswith(name) for name in MAY_BE_NAN):
                _sound(value)
    elif isinstance(result, xr.Dataset):
        assert all(np.isfinite(result[v]).all() for v in result if v not in MAY_BE_NAN), "NaN in a sweep"
    else:
        assert np.isfinite(_numbers(result)).all(), "NaN"


KNOBS_GRID = dict(grid="grid", evaluate="numbers back")
CORPUS = [  # failures that were found, each mended
    ("driven_run", dict(W="W", inputs="X", input_weights="W_in", reset_every="holds itself")),
    ("driven_run", dict(W="W", inputs="X", input_weights="W_in", reset_every="'text'")),
    ("evaluate", dict(W="counts", task="Narma", wash_out="2")),
    ("free_run", dict(W="frame misspelt")),
    ("free_run", dict(W="W DataArray reversed")),
    ("free_run", dict(W="W graph")),
    ("measures", dict(Y="complex")),
    ("measures", dict(Y="masked")),
    ("measures", dict(Y="Y tiny", rest="0.0")),
    ("measures", dict(Y="Y", rest="'text'")),
    ("matrix_indices", dict(W="large")),
    ("matrix_indices", dict(W="tiny")),
    ("matrix_indices", dict(W="infinite", communities="False")),
    ("matrix_indices", dict(W="mixed sizes", communities="False")),
    ("free_run", dict(W="without end")),
    ("free_run", dict(W="sparse without end")),
    ("free_run", dict(W="largest")),
    ("weight_matrix", dict(n_neurons="12", strength="named tuple")),
    ("weight_matrix", dict(n_neurons="12", strength="Decimal")),
    ("weight_matrix", dict(n_neurons="12", strength="5000 digits")),
    ("weight_matrix", dict(n_neurons="12", strength="0.3", seed="holds itself")),
    ("weight_matrix", dict(n_neurons="12", strength="0.3", n_modules="10**400", modularity="0.3")),
    ("weight_matrix", dict(n_neurons="12", strength="megabyte")),
    ("module_labels", dict(n_neurons="NumPy text", n_modules="W bsr_array")),
    ("sweep_knobs", dict(levels="levels", evaluate="numbers back", knobs="infinite")),
    ("input_layer", dict(n_neurons="row", n_inputs="3")),
    ("sweep_knobs", dict(knobs="typed \n0.3\n", levels="levels", evaluate="numbers back")),
    ("PatternClassification", dict(noise="0-d array")),
    ("SequenceGeneration", dict(noise="Decimal")),
    ("SequenceMemory", dict(test_share="10**400")),
    ("SequenceMemory", dict(n_step="12")),
    ("Narma", dict(test_share="0.3")),
    ("evaluate_all", dict(W="W", tasks="W bsr_array")),
    ("evaluate_all", dict(W="W", tasks="nested")),
    ("evaluate_all", dict(W="W", tasks="two tasks", wash_out="2", rigde="0.3")),
    ("sweep", dict(**KNOBS_GRID, version="three axes")),
    ("sweep", dict(**KNOBS_GRID, seed="W tuple")),
    ("sweep", dict(grid="grid", evaluate="arrays back")),
    ("sweep", dict(grid="grid", evaluate="texts back")),
    ("sweep", dict(grid="grid", evaluate="fields differ")),
    ("sweep of runs", dict(settings="settings", vary="liar settings")),
    ("sweep of matrices", dict(grid="knob grid", matrices="frame of lists", labels="liar")),
    ("sweep of matrices", dict(grid="knob grid", matrices="one matrix", labels="W dok_matrix")),
    ("sweep_knobs", dict(levels="levels", evaluate="numbers back", knobs="megabyte")),
    ("sweep_knobs", dict(levels="without end", evaluate="numbers back")),
    ("matrix_indices", dict(W="mixed sizes", communities="True")),
    ("spectrum of one knob", {"n_neurons": "12", "strength": "1.5", "dale": "1.0", LONG: "0.3"}),
    ("look", {"n_neurons": "12", "coupling": "1.5", LONG: "0.3"}),
    ("look", dict(n_neurons="12", coupling="1.5", n_steps="W frame")),
    ("sweep", dict(**KNOBS_GRID, **{LONG: "0.3"})),
    ("explore.plane", dict(n_neurons="12", n_couplings="3", n_balances="couplings list")),
    ("explore.plane", dict(n_neurons="12", knob="W bsr_array")),
    ("explore.plane", dict(n_neurons="12", measure="frame twice alike")),
    ("explore.plane", dict(n_neurons="12", coupling_max="masked", level="'text'")),
    ("explore.network", dict(n_neurons="12", first="None")),
    ("Sliders", dict(n_neurons="12", coupling="0.3", seed="W coo_matrix")),
    ("Sliders", dict(n_neurons="12", coupling="0.3", seed="named tuple")),
    ("Sliders", dict(n_neurons="12", coupling="0.3", dale="table")),
    ("Sliders", dict(n_neurons="12", coupling="0.3", density="texts")),
    ("typed", dict(text="typed xxxxxxxxxxxx")),
    ("onset_quantiles", dict(dale="0.3", shares="megabyte", n_draws="12")),
    ("onset_quantiles", dict(dale="0.3", shares="array", balance="1.5", n_draws="12")),
    ("driven_field", dict(n_neurons="3", strength="1.5", drive="array", bias_strength="couplings")),
    ("driven_field_at", dict(mean_gain="10**400", bulk_radius="couplings", drive="couplings")),
    ("driven_edge", dict(drive="couplings view", bias_strength="named tuple")),
    ("participation_ratio", dict(coupling="nested", n_neurons="12", n_steps="12")),
    ("mean_field_at", dict(mean_gain="5000 digits", bulk_radius="0.3")),
    ("boundaries", dict(n_neurons="12", couplings="labels")),
    ("boundaries", dict(n_neurons="12", couplings="row beyond")),
    ("boundaries", dict(n_neurons="12", couplings="row of least")),
    ("boundaries", dict(n_neurons="12", couplings="row of truth")),
    ("boundaries", dict(n_neurons="12", couplings="falling")),
]
