"""What a run is asked for: every parameter by name, with its type, unit and range.

One table serves the functions, the notebooks and the build: `check` looks every name up in it and
refuses all faults at once, in one message.
"""

import json
import os
import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from pydantic import ConfigDict, Field, ValidationError, create_model


def _int(low, high, text):
    return Annotated[int, Field(ge=low, le=high, description=text)]


def _float(low, high, text, **limits):
    return Annotated[float, Field(ge=low, le=high, description=text, allow_inf_nan=False, **limits)]


def _coupling(text):
    return Annotated[float, Field(gt=0, le=100, description=text, allow_inf_nan=False)]


Whole = Annotated[int, Field(ge=0, le=2**63 - 1)]

# name -> annotated type; the same name means the same thing wherever it appears
PARAMETERS = {
    # the network
    "n_neurons": _int(2, 5000, "number of neurons N"),
    "strength": _float(0, 1e6, "connection strength w, the rms of a non-zero weight"),
    "balance": _float(-1, 1, "balance b of excitation and inhibition, P(weight > 0) = (1 + b)/2"),
    "density": Annotated[float, Field(gt=0, le=1, description="density rho, P(weight != 0)")],
    "dale": _float(0, 1, "Dale monopolarity d"),
    "reciprocity": _float(0, 1, "reciprocity r"),
    "modularity": _float(0, 1, "modularity m"),
    "n_modules": _int(1, 5000, "number of modules K, at most n_neurons"),
    "n_shuffles": Annotated[int, Field(ge=1, description="shuffled copies behind the null of an index")],
    "normalize": Annotated[
        Literal["variance"] | None, Field(description="hold the mean square weight while m grows")
    ],
    "seed": Annotated[
        Whole | tuple[Whole, Whole], Field(description="seed of every draw, or (seed, replicate)")
    ],
    # the run
    "n_steps": _int(2, 10**7, "recorded time steps T"),
    "burn_in": _int(0, 10**7, "steps dropped before recording"),
    # the tasks
    "n_inputs": _int(1, 1000, "number of inputs M"),
    "n_classes": _int(2, 1000, "number of classes"),
    "n_episodes": _int(4, 10**6, "number of episodes in the stream"),
    "episode_steps": _int(1, 10**4, "time steps of an episode"),
    "noise": _float(0, 1e3, "standard deviation of the Gaussian noise on the inputs"),
    "n_stream_steps": _int(20, 10**7, "time steps of a stream without episodes"),
    "n_delays": _int(1, 10**4, "delays 1 .. n_delays that are recalled"),
    "n_images": _int(20, 1797, "number of images in the stream"),
    "test_share": Annotated[float, Field(gt=0, le=0.9, description="part of the stream that is scored")],
    # the readout
    "input_strength": _float(0, 1e6, "input strength w_in: 0.1 weak drive, 1 strong drive"),
    "bias_strength": _float(0, 1e6, "bias strength w_beta"),
    "wash_out": _int(0, 10**7, "steps at the start that are kept out of training"),
    "ridge": _float(0, 1e6, "ridge, relative to the mean diagonal of the Gram matrix"),
    "reset": Annotated[bool, Field(description="the state goes back to 0 before each episode")],
    "method": Annotated[
        Literal["ridge", "least squares"], Field(description="how the readout is trained")
    ],
    # the grids of an experiment
    "n_replicates": _int(1, 10_000, "networks at each point of a grid"),
    "n_levels": _int(2, 101, "levels of a knob, evenly over 0 .. 1"),
    "n_couplings": _int(3, 201, "couplings x = w sqrt(N) of a grid, evenly in log x"),
    "coupling_min": _coupling("smallest coupling x = w sqrt(N)"),
    "coupling_max": _coupling("largest coupling x = w sqrt(N), above coupling_min"),
    "n_balances": _int(3, 201, "balances of a grid over -1 .. 1, denser near 0"),
    "balance_biased": _float(-1, 1, "balance b of the examples with a bias"),
    "coupling": _coupling("coupling x = w sqrt(N) that is held while another parameter grows"),
    "couplings": Annotated[list[_coupling("")], Field(min_length=1, description="several couplings")],
    "balances": Annotated[list[_float(-1, 1, "")], Field(min_length=1, description="several balances b")],
    "input_strengths": Annotated[
        list[_float(0, 1e6, "")], Field(min_length=1, description="several input strengths w_in")
    ],
    "ridges": Annotated[list[_float(0, 1e6, "")], Field(min_length=1, description="several ridges")],
    "coupling_good": _coupling("coupling x of the network that is shown solving a task"),
    "coupling_bad": _coupling("coupling x of the network that is shown failing at it"),
    "sizes": Annotated[list[_int(2, 5000, "")], Field(min_length=1, description="several N")],
    "module_counts": Annotated[list[_int(1, 5000, "")], Field(min_length=1, description="several K, each at most n_neurons")],
    "n_neurons_spectrum": _int(2, 5000, "number of neurons of the matrices whose spectra are shown"),
    "n_neurons_onset": _int(2, 5000, "number of neurons where the onset of activity is measured"),
    "scheduler": Annotated[
        str, Field(pattern=r"^$|^(tcp|tls|ws|wss)://\S+$", description="Dask scheduler; empty: this machine")
    ],
    "n_workers": _int(0, 1024, "threads or processes that share the work, 0 = one per core"),
}

IN_WORDS = {  # what is allowed, where it is not a simple range
    "normalize": "'variance' or None",
    "n_shuffles": "a whole number >= 1",
    "couplings": "a list of numbers, 0 < x <= 100",
    "balances": "a list of numbers, -1 <= b <= 1",
    "input_strengths": "a list of numbers >= 0",
    "ridges": "a list of numbers >= 0",
    "sizes": "a list of whole numbers, 2 <= N <= 5000",
    "module_counts": "a list of whole numbers, 1 <= K <= 5000",
    "scheduler": "an address such as tcp://host:8786, or empty for this machine",
    "seed": "a whole number >= 0, or a pair of them (seed, replicate)",
    "reset": "True or False",
    "method": "'ridge' or 'least squares'",
}


def check(**values):
    """Validate parameters by name.

    Parameters
    ----------
    **values
        Any names of the table `PARAMETERS`, with their values.

    Returns
    -------
    dict
        The same names, with plain Python numbers (an integer given for a real number becomes one).

    Raises
    ------
    ValueError
        One message that lists every fault: name, value and what is allowed.
    """
    faults = [_unknown(name) for name in values if name not in PARAMETERS]
    known = {name: _plain(value) for name, value in values.items() if name in PARAMETERS}
    try:
        known = dict(_model(tuple(known))(**known))
    except ValidationError as error:
        faults += _messages(error, known)
    refuse(faults + _contradictions(known))
    return known


def check_cell(namespace):
    """Check all parameters of a notebook at once: `check_cell(globals())`, in the cell below its parameters cell.

    The annotated names of the parameters cell are the parameters; their values may have been overridden since, as
    papermill does. Checked values go back into `namespace`, and into the environment for the passports of `record`.

    Raises
    ------
    ValueError
        As `check`: one message that lists every fault.
    """
    checked = check(**{name: namespace[name] for name in _annotated(namespace)})
    namespace.update(checked)
    os.environ["REGRNN_PARAMETERS"] = json.dumps(checked)


def _annotated(namespace):
    """Annotated names of the parameters cell, from IPython's list of cells; of a plain module, all of them.

    `__annotations__` would do up to Python 3.13; from 3.14 on it knows only the last statement that IPython ran.
    """
    for cell in reversed(namespace.get("In", [])):
        names = re.findall(r"^(\w+): *\w", cell, re.MULTILINE)
        if PARAMETERS.keys() & names:
            return names
    return namespace["__annotate__"](1) if "__annotate__" in namespace else namespace.get("__annotations__", {})


def refuse(faults):
    """Raise one ValueError that lists all `faults` (strings), or return None if there are none."""
    if faults:
        head = "1 fault in the input" if len(faults) == 1 else f"{len(faults)} faults in the input"
        raise ValueError("\n  ".join([head + ":", *faults]))


def attempt(faults, function, *args, **values):
    """What `function` returns; if it refuses, None, and its faults are appended to the list `faults`."""
    try:
        return function(*args, **values)
    except ValueError as error:
        lines = str(error).splitlines()
        faults += [line.strip() for line in lines[1:] or lines]


def allowed(name):
    """The type and range of a parameter as text, for messages and tables."""
    if name in IN_WORDS:
        return IN_WORDS[name]
    hint = PARAMETERS[name]
    base, field = hint.__origin__, hint.__metadata__[0]
    kind = {int: "a whole number", float: "a number"}[base]
    marks = {type(m).__name__: m for m in field.metadata}
    low = f"{marks['Ge'].ge:g} <=" if "Ge" in marks else f"{marks['Gt'].gt:g} <"
    return f"{kind}, {low} {name} <= {marks['Le'].le:g}"


@lru_cache
def _model(names):
    fields = {name: (PARAMETERS[name], ...) for name in names}
    return create_model("Parameters", __config__=ConfigDict(strict=True), **fields)


def _plain(value):
    """NumPy numbers as Python ones, also inside lists and tuples; all else as it is."""
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(v) for v in value)
    return value.item() if isinstance(value, np.generic) else value


def _unknown(name):
    near = get_close_matches(name, PARAMETERS, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{name}: no such parameter{hint}"


def _messages(error, values):
    names = dict.fromkeys(fault["loc"][0] for fault in error.errors())
    return [f"{name} = {values[name]!r}: must be {allowed(name)}" for name in names]


def _contradictions(values):
    faults = []
    neurons, modules = values.get("n_neurons"), values.get("n_modules")
    idle = modules == 5 and values.get("modularity") == 0  # the default, in a network without modules
    if isinstance(neurons, int) and isinstance(modules, int) and modules > neurons and not idle:
        faults.append(f"n_modules = {modules}: must be at most n_neurons = {neurons}")
    low, high = values.get("coupling_min"), values.get("coupling_max")
    if isinstance(low, float) and isinstance(high, float) and not low < high:
        faults.append(f"coupling_max = {high}: must be above coupling_min = {low}")
    return faults
