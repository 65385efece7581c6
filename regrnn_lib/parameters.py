"""One table of all that has a name here, asked for or measured, with its range and its words.

A row says how a quantity is called in code, on axes and in formulas, which values are allowed, where it
starts, and how far plots and sliders go. Functions, notebooks, build, figures and explorers all read it;
`check` looks every name up in it and refuses all faults at once, in one message. The knob of a further
regularity joins the table when it is registered (`regularities.register`).
"""

import ast
import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from pydantic import ConfigDict, Field, ValidationError, create_model

LARGEST = 10**7
PLAIN = {
    r"w\sqrt{N}": "w√N",
    r"\mathcal{N}": "NL",
    r"\lambda": "λ",
    r"\rho": "ρ",
    r"w_\mathrm{in}": "w_in",
    r"w_\beta": "w_β",
    r"\mathcal{A}": "acc",
}


@dataclass(frozen=True)
class Quantity:
    """One row of the table; all quantities are dimensionless.

    Attributes
    ----------
    name : str
        In code.
    label, symbol : str
        For people: words, and a symbol in mathtext ("" where it has none).
    of : str
        What it belongs to: "network", "run", "task", "readout", "experiment", or "measure" for what is
        measured.
    kind : type
        int, float, bool, str, or list; None for a measure.
    low, high : float
        What is allowed, ends included unless `above`.
    above : bool
        The lower end is excluded.
    default : object
    choices : tuple
        All that is allowed, in place of a range.
    each : str
        For a list: the name of the row that its items obey.
    limits : (float, float)
        Where plots of it begin and end, everywhere.
    slider : (float, float, float)
        Ends and step of its slider.
    words : str
        What is allowed, in words, where it is not a simple range.
    """

    name: str
    label: str
    symbol: str = ""
    of: str = "experiment"
    kind: type | None = None
    low: float = 0
    high: float = 1e6
    above: bool = False
    default: object = None
    choices: tuple = ()
    each: str = ""
    limits: tuple = ()
    slider: tuple = ()
    words: str = ""

    @property
    def plain(self) -> str:
        """The symbol without mathtext."""
        return PLAIN.get(self.symbol, self.symbol)

    @property
    def axis(self) -> str:
        """Label and symbol, as an axis has them."""
        return f"{self.label} ${self.symbol}$" if self.symbol else self.label

    @property
    def whole(self) -> bool:
        return self.kind is int


def _row(name, label, symbol="", of="experiment", kind=float, low=0, high=1e6, **more):
    return Quantity(name, label, symbol, of, kind, low, high, **more)


def _several(name, label, each, **more):
    return Quantity(name, label, kind=list, each=each, **more)


def _measure(name, label, symbol="", limits=(), **more):
    return Quantity(name, label, symbol, "measure", limits=limits, **more)


def knob(name: str, label: str, symbol: str) -> Quantity:
    """The row of a regularity's knob, 0 (absent) .. 1 (complete)."""
    return Quantity(name, label, symbol, "network", float, 0, 1, default=0.0, slider=(0.0, 1.0, 0.01))


TABLE = {
    row.name: row
    for row in (
        # the network
        _row("n_neurons", "number of neurons", "N", "network", int, 2, 5000, slider=(10, 500, 10)),
        _row("coupling", "coupling", r"w\sqrt{N}", high=100, above=True, slider=(0.05, 6.0, 0.05)),
        _row("strength", "connection strength", "w", "network"),
        _row("balance", "balance", "b", "network", low=-1, high=1, default=0.0, slider=(-1.0, 1.0, 0.01)),
        knob("dale", "Dale monopolarity", "d"),
        knob("reciprocity", "reciprocity", "r"),
        knob("modularity", "modularity", "m"),
        _row("n_modules", "number of modules", "K", "network", int, 1, 5000, default=5, slider=(1, 10, 1)),
        _row(
            "density",
            "density",
            r"\rho",
            "network",
            high=1,
            above=True,
            default=1.0,
            slider=(0.01, 1.0, 0.01),
        ),
        _row("mirror", "mirror of the network", of="network", kind=bool, default=False),
        _row(
            "normalize",
            "mean square weight held while m grows",
            of="network",
            kind=str,
            choices=("variance", None),
        ),
        _row(
            "seed",
            "seed",
            "",
            "run",
            int,
            0,
            2**63 - 1,
            default=0,
            slider=(0, 99, 1),
            words="a whole number >= 0, or a pair of them (seed, replicate)",
        ),
        _row(
            "n_shuffles", "shuffled copies behind the null of an index", "", "run", int, 0, 10**9, default=5
        ),
        _row("scale", "factor on a given matrix", "s", default=1.0),
        _row("communities", "whether communities are searched for", "", "run", bool),
        _row("signed", "whether GABA neurons inhibit", "", kind=bool),
        # the run
        _row("n_steps", "recorded time steps", "T", "run", int, 2, LARGEST),
        _row("burn_in", "steps dropped before recording", "", "run", int, 0, LARGEST),
        _row("n_exponents", "number of Lyapunov exponents, the largest ones", "", "run", int, 1, 5000),
        _row("reset_every", "steps between two resets, 0 = none", "", "run", int, 0, LARGEST, default=0),
        _row("rest", "rms state of a network at rest, below which it counts as quiescent", "", "run"),
        _row("chaos", "Lyapunov exponent of a chaotic network, above", "", "run", low=-100, high=100),
        _row("frozen", "fluctuation of a network at a fixed point, below", "", "run"),
        _row("tolerance", "change of a state that counts as none", "", "run"),
        # theory by sampling
        _row("n_trajectories", "trajectories of the single neuron", "", "run", int, 3, 10**6),
        _row("n_draws", "random spectra that are drawn", "", "run", int, 1, 10**6),
        # the tasks
        _row("n_inputs", "number of inputs", "M", "task", int, 1, 1000),
        _row("n_classes", "number of classes", "", "task", int, 2, 1000),
        _row("n_episodes", "number of episodes in the stream", "", "task", int, 4, 10**6),
        _row("episode_steps", "time steps of an episode", "T", "task", int, 1, 10**4),
        _row("noise", "standard deviation of the noise on the inputs", "", "task", high=1e3),
        _row("n_stream_steps", "time steps of a stream without episodes", "", "task", int, 20, LARGEST),
        _row("n_delays", "delays that are recalled", "", "task", int, 1, 10**4),
        _row("n_images", "number of images in the stream", "", "task", int, 20, 1797),
        _row("test_share", "part of the stream that is scored", "", "task", high=0.9, above=True),
        # the readout
        _row("drive", "drive", "u", "readout", slider=(0.0, 2.0, 0.02)),
        _row("input_strength", "input strength", r"w_\mathrm{in}", "readout"),
        _row("bias_strength", "bias strength", r"w_\beta", "readout"),
        _row("leak", "leak of the states", "a", "readout", high=1, above=True, default=1.0),
        _row("wash_out", "steps at the start kept out of training", "", "readout", int, 0, LARGEST),
        _row("ridge", "ridge", "", "readout"),
        _row("reset", "state set to 0 before each episode", "", "readout", bool),
        _row("method", "how the readout is trained", "", "readout", str, choices=("ridge", "least squares")),
        # the grids of an experiment
        _row("n_replicates", "networks at each point", kind=int, low=1, high=10_000),
        _row("n_levels", "levels of a knob", kind=int, low=2, high=101),
        _row("n_couplings", "couplings of a grid", kind=int, low=3, high=201),
        _row("coupling_min", "smallest coupling", high=100, above=True),
        _row("coupling_max", "largest coupling, above coupling_min", high=100, above=True),
        _row("n_balances", "balances of a grid", kind=int, low=3, high=201),
        _row("balance_biased", "balance of the examples with a bias", "b", low=-1, high=1),
        _row("coupling_good", "coupling of the network shown solving a task", high=100, above=True),
        _row("coupling_bad", "coupling of the network shown failing at it", high=100, above=True),
        _row(
            "n_neurons_spectrum",
            "neurons of the matrices whose spectra are shown",
            kind=int,
            low=2,
            high=5000,
        ),
        _row(
            "n_neurons_onset", "neurons where the onset of activity is measured", kind=int, low=2, high=5000
        ),
        _several("couplings", "several couplings", "coupling"),
        _several("balances", "several balances", "balance"),
        _several("drives", "several drives", "drive"),
        _several("ridges", "several ridges", "ridge"),
        _several("sizes", "several numbers of neurons", "n_neurons"),
        _several("module_counts", "several numbers of modules", "n_modules"),
        _row(
            "scheduler",
            "Dask scheduler",
            kind=str,
            words="an address such as tcp://host:8786, or empty for this machine",
        ),
        _row(
            "n_workers",
            "threads or processes that share the work, 0 = one per core",
            kind=int,
            low=0,
            high=1024,
        ),
        # what is measured
        _measure("fluctuation", "fluctuation", "F", (0, 1)),
        _measure("correlation", "correlation", "C", (-1, 1)),
        _measure("autocorrelation", "autocorrelation", "A", (-1, 1)),
        _measure("nonlinearity", "nonlinearity", r"\mathcal{N}", (-1, 1)),
        _measure("lyapunov", "Lyapunov exponent", r"\lambda", (-1, 1)),
        _measure("dimension", "dimension", "D", (0, 0.5)),
        _measure("regime", "dynamical regime"),
        _measure("period_two", "share of neurons of period two"),
        _measure("replicate", "network", "k"),
        _measure("accuracy", "accuracy"),
        _measure("chance", "accuracy of chance"),
        _measure("baseline", "accuracy without memory (W = 0)"),
        _measure("score", "accuracy above chance, (accuracy - chance)/(1 - chance)"),
        _measure("memory_capacity", "memory capacity (steps)"),
        _measure("nrmse", "normalised root mean square error"),
    )
}
DYNAMICS = ("fluctuation", "correlation", "autocorrelation", "nonlinearity", "lyapunov", "dimension")


def network_defaults() -> dict:
    """Name -> default of all that `weight_matrix` takes but the size and the strength, knobs included."""
    return {
        row.name: row.default
        for row in TABLE.values()
        if row.of == "network" and row.name not in ("n_neurons", "strength")
    }


# ---------------------------------------------------------------- numbers for people
def number(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """A number with so many decimals, as people read it: a proper minus, a dash for NaN."""
    if np.isnan(value):
        return "\N{EN DASH}"
    zero = round(float(value), digits) + 0.0  # no sign on zero
    return f"{zero:{'+' if signed else ''}.{digits}f}".replace("-", "\N{MINUS SIGN}")


def short(value: float, digits: int = 3) -> str:
    """A setting, such as a coupling, with as few digits as it needs and a proper minus."""
    return f"{value:.{digits}g}".replace("-", "\N{MINUS SIGN}")


def rounded(values: ArrayLike, digits: int = 6) -> np.ndarray | float:
    """Numbers to so many significant digits, as one number or an array, the same on any system.

    The last bit of what logarithms and powers give differs between processors, and in chaos a bit is another
    trajectory. Whatever passes through them before it enters a simulation is rounded here. (A value within
    1e-16 of a rounding edge would still differ; none is.)
    """
    text = np.vectorize(lambda value: float(f"{value:.{digits}g}"), otypes=[float])(values)
    return text if np.ndim(values) else float(text)


# ---------------------------------------------------------------- checking
def check(**values: Any) -> dict:
    """Validate parameters by name.

    Parameters
    ----------
    **values
        Any names of `TABLE` that may be asked for, with their values. A list may come as text, "[0.1, 1]".

    Returns
    -------
    dict
        The same names, with plain Python numbers (an integer given for a real number becomes one).

    Raises
    ------
    ValueError
        One message that lists every fault: name, value and what is allowed.
    """
    faults = [_unknown(name) for name in values if not _askable(name)]
    known = {name: _plain(_listed(name, value)) for name, value in values.items() if _askable(name)}
    try:
        known = dict(_model(tuple(known))(**{name: _numeric(TABLE[name], x) for name, x in known.items()}))
    except ValidationError as error:
        faults += _messages(error, known)
    refuse(faults + _contradictions(known))
    return known


def check_cell(namespace: dict) -> None:
    """Check all parameters of a notebook at once, in the cell below its parameters: `check_cell(globals())`.

    The annotated names of the parameters cell are the parameters; their values may have been overridden
    since, as papermill does. Checked values go back into `namespace`, and into the environment for the
    passports of `record`. A run whose values differ from those in the parameters cell says so, below this
    cell.

    Raises
    ------
    ValueError
        As `check`: one message that lists every fault.
    """
    cells = [values for values in map(cell_values, namespace.get("In", [])) if TABLE.keys() & values]
    checked = check(**{name: namespace[name] for name in (cells[-1] if cells else _annotations(namespace))})
    namespace.update(checked)
    os.environ["REGRNN_PARAMETERS"] = json.dumps(checked)
    own = cells[0] if cells else {}
    changed = {name: value for name, value in checked.items() if name in own and value != own[name]}
    if changed:
        _show_changes(changed, own)


def cell_values(text: str) -> dict[str, Any]:
    """Names and values of the annotated lines in a cell, `n_neurons: int = 100`, but for computed values."""
    values = {}
    with suppress(SyntaxError):
        for line in ast.parse(text).body:
            if isinstance(line, ast.AnnAssign):
                with suppress(ValueError, TypeError):
                    values[ast.unparse(line.target)] = ast.literal_eval(line.value)
    return values


def _show_changes(changed, own):
    from IPython.display import Markdown, display

    words = ", ".join(f"`{name}` = {value!r} (default {own[name]!r})" for name, value in changed.items())
    display(
        Markdown(
            f"**This run is not the default one:** {words}. "
            "Figures, tables and computed sentences are those of this run; "
            "the other text describes the default run."
        )
    )


def _annotations(namespace):
    """Annotated names of a plain module; Python 3.14 computes them when asked.

    In a notebook these do not serve: there Python 3.14 knows only the last statement that IPython ran.
    """
    return (
        namespace["__annotate__"](1) if "__annotate__" in namespace else namespace.get("__annotations__", {})
    )


def refuse(faults: Sequence[str]) -> None:
    """Raise one ValueError that lists all `faults` (strings), or return None if there are none."""
    if faults:
        head = "1 fault in the input" if len(faults) == 1 else f"{len(faults)} faults in the input"
        raise ValueError("\n  ".join([head + ":", *faults]))


def attempt(faults: list[str], function: Callable, *args: Any, **values: Any) -> Any:
    """What `function` returns; if it refuses, None, and its faults are appended to the list `faults`."""
    try:
        return function(*args, **values)
    except ValueError as error:
        lines = str(error).splitlines()
        faults += [line.strip() for line in lines[1:] or lines]


def misfits(name: str, value: Any) -> list[str]:
    """The faults of one parameter, empty if there are none."""
    faults = []
    attempt(faults, check, **{name: value})
    return faults


def shown(value: Any, most: int = 70) -> str:
    """A value as messages show it: on one line, cut where it is long, whatever it is."""
    try:
        text = repr(value)
    except Exception:  # objects that cannot say what they are, numbers of thousands of digits
        text = f"<{type(value).__name__}>"
    return cut(text, most)


def cut(text: Any, most: int = 70) -> str:
    """A name or a text as messages show it: on one line, cut where it is long."""
    text = " ".join(str(text).split())
    return text if len(text) <= most else f"{text[: most - 4]} ..."


def nearest(name: str, known: Iterable[str]) -> str:
    """The hint behind a name that is none of those known: "; did you mean balance?", or nothing."""
    near = get_close_matches(name if isinstance(name, str) else shown(name), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def items(values: Any) -> list | None:
    """The items of a sequence, None of what is none: a text, a number, an object that cannot be read."""
    if isinstance(values, (str, bytes)):
        return None
    try:
        return list(values)
    except Exception:  # whatever an object of somebody else says
        return None


def allowed(name: str) -> str:
    """The type and range of a parameter as text, for messages and tables."""
    row = TABLE[name]
    if row.words or row.choices or row.kind is bool:
        choices = row.choices or (True, False)
        return row.words or " or ".join("None" if c is None else repr(c) for c in choices)
    if row.kind is list:
        return f"a list of {allowed(row.each).removeprefix('a ').replace('number,', 'numbers,')}"
    kind = "a whole number" if row.whole else "a number"
    return f"{kind}, {row.low:g} {'<' if row.above else '<='} {name} <= {row.high:g}"


def _askable(name):
    return name in TABLE and TABLE[name].of != "measure"


@lru_cache
def _model(names):
    fields = {name: (_hint(TABLE[name]), ...) for name in names}
    return create_model("Parameters", __config__=ConfigDict(strict=True), **fields)


def _hint(row):
    """The type of a row as pydantic reads it."""
    if row.kind is list:
        return Annotated[list[_hint(TABLE[row.each])], Field(min_length=1)]
    if row.choices:
        return Literal[row.choices]
    if row.name == "scheduler":
        return Annotated[str, Field(pattern=r"^$|^(tcp|tls|ws|wss)://\S+$")]
    if row.kind is bool:
        return bool
    low = {"gt" if row.above else "ge": row.low}
    finite = {} if row.whole else {"allow_inf_nan": False}
    hint = Annotated[row.kind, Field(le=row.high, **low, **finite)]
    return hint | tuple[hint, hint] if row.name == "seed" else hint


def _listed(name, value):
    """A list that came as text, as `papermill -p` hands it on, such as "[0.1, 1]"; all else as it is."""
    if TABLE[name].kind is list and isinstance(value, str) and value.strip().startswith("["):
        with suppress(ValueError, RecursionError):
            return json.loads(value)
    return value


def _plain(value):
    """NumPy numbers as Python ones, also in a list or a tuple; all else as it is."""
    if type(value) in (list, tuple):
        return type(value)(_plain_number(item) for item in value)
    return _plain_number(value)


def _numeric(row, value):
    """None in place of what is no number though pydantic reads it as one, such as a Decimal or an array.

    All else as it is.
    """
    if row.kind is list and isinstance(value, list):
        return [_numeric(TABLE[row.each], item) for item in value]
    wanted = row.kind in (int, float) and row.name != "seed"
    return value if not wanted or isinstance(value, (int, float)) else None


def _plain_number(value):
    return value.item() if isinstance(value, np.generic) else value


def _unknown(name):
    return f"{cut(name)}: no such parameter{nearest(name, filter(_askable, TABLE))}"


def _messages(error, values):
    names = dict.fromkeys(fault["loc"][0] for fault in error.errors(include_input=False, include_url=False))
    return [f"{name} = {shown(values[name])}: must be {allowed(name)}" for name in names]


def _contradictions(values):
    faults = []
    neurons, modules = values.get("n_neurons"), values.get("n_modules")
    level, whole = values.get("modularity"), isinstance(neurons, int) and isinstance(modules, int)
    if whole and modules > neurons and not (modules == 5 and isinstance(level, (int, float)) and level == 0):
        # but for the default, in a network without modules
        faults.append(f"n_modules = {shown(modules)}: must be at most n_neurons = {shown(neurons)}")
    low, high = values.get("coupling_min"), values.get("coupling_max")
    if isinstance(low, float) and isinstance(high, float) and not low < high:
        faults.append(f"coupling_max = {high}: must be above coupling_min = {low}")
    return faults
