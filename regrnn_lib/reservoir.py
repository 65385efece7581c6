"""The reservoir computer: a network reads a stream, and a linear readout is trained and scored.

    y(t) = tanh( W y(t-1) + W_in x(t) + beta ),     z(t) = O y(t) + o

The input is one continuous stream of consecutive episodes, and the state is carried from one into the next,
so that the network's own dynamics and its input compete; a reset before each episode is an option. These
are the conventions of the authors' earlier work as we understand them.
"""

from collections import namedtuple
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from . import kernels
from .dynamics import REST
from .parameters import attempt, check, refuse
from .tasks import TASKS, Stream, Task, stream
from .weights import random_stream, square_matrix

MEASURES = ("accuracy", "chance", "baseline", "score", "fluctuation", "correlation", "nonlinearity")


class Readout(NamedTuple):
    """A trained readout z = O y + o; see `train_readout`."""

    weights: np.ndarray  # O, (L, N)
    bias: np.ndarray  # o, (L,)
    alpha: float  # what was added to the diagonal of the Gram matrix


class Solution(NamedTuple):
    """One network on one task, with all that a figure needs; see `solve`."""

    stream: Stream
    states: np.ndarray  # y(t) over the whole stream, (T, N)
    readout: Readout
    times: np.ndarray  # time steps of testing, (R,)
    output: np.ndarray  # z at these times, (R, L)
    target: np.ndarray  # what was wanted, (R, L)


# ---------------------------------------------------------------- one network, one task
def evaluate(
    W,
    task,
    seed=0,
    *,
    input_strength=0.1,
    bias_strength=0.1,
    ridge=1e-6,
    reset=False,
    method="ridge",
    wash_out=100,
):
    """How well a network solves a task, scored on a later part of the stream than it was trained on.

    Parameters
    ----------
    W : array_like, sparse matrix or DataFrame, shape (N, N)
        Weights, row = receiving neuron: any finite square matrix of real floating-point numbers.
    task : str or Task
        A name in `tasks.TASKS`, or a task object, such as `Narma(n_steps=5000)` or one of your own.
    seed : int or (int, int)
        Seed, or (seed, replicate). Input matrix, biases and task are drawn from it alone, each from a stream of
        its own, so that networks that are compared see the same.
    input_strength : float
        w_in >= 0, W_in ~ Normal(0, w_in^2). *The drive decides*: at 1 (strong) the input overrides the network's
        own dynamics, at 0.1 (weak, the default) the two compete. Digits halve it.
    bias_strength : float
        w_beta >= 0, beta ~ Normal(0, w_beta^2), 0.1 by default.
    ridge : float
        Ridge >= 0 relative to the mean diagonal of the Gram matrix, 1e-6 by default; see `train_readout`.
    reset : bool
        Set the state to 0 before each episode; without effect on a stream without episodes. False by default.
    method : "ridge" or "least squares"
        How the readout is trained; see `train_readout`.
    wash_out : int
        Steps at the start that are kept out of training, 100 by default.

    Returns
    -------
    named tuple of floats
        - accuracy A: `task.score` on the test part, 0 .. 1.
        - chance: the accuracy of knowing nothing.
        - baseline: the accuracy without memory, that of W = 0 under the same settings.
        - score: (A - chance) / (1 - chance).
        - fluctuation, correlation, nonlinearity: F, C and NL of the driven network (`dynamics.measures`) on the
          test part; C is NaN at rest.
        - whatever the task reports under its usual name: memory_capacity, nrmse.

    Raises
    ------
    ValueError
        One message with every fault in W, the task and the settings, before anything is computed.
    """
    W, task, seed, settings = _asked(**locals())
    return _scored(_solve(W, [task], seed, **settings)[0], task, seed, settings)


def _scored(solved, task, seed, settings):
    accuracy, chance = task.score(solved.output, solved.target), task.chance
    refuse([] if 0 <= accuracy <= 1 else [f"task {task.name}: score returned {accuracy}: must be within 0 .. 1"])
    baseline = _baseline(task, seed, solved.states.shape[1], **settings)
    score = (accuracy - chance) / (1 - chance)
    driven = _driven_measures(solved.states[solved.stream.split :])
    report = task.report(solved.output, solved.target)
    fields = (*MEASURES, *report)
    return _record(fields)(accuracy, chance, baseline, score, *driven, *report.values())


def solve(
    W,
    task,
    seed=0,
    *,
    input_strength=0.1,
    bias_strength=0.1,
    ridge=1e-6,
    reset=False,
    method="ridge",
    wash_out=100,
):
    """The run behind `evaluate`: states, trained readout, output and target on the test part.

    Parameters and errors as in `evaluate`.

    Returns
    -------
    Solution
    """
    W, task, seed, settings = _asked(**locals())
    return _solve(W, [task], seed, **settings)[0]


def solve_all(W, seed=0, tasks=tuple(TASKS), **settings):
    """`solve` on several tasks, their streams side by side, which is faster: a dict of name to `Solution`.

    The numbers are those of `solve`, to the bit. Parameters as in `evaluate_all`.
    """
    W, tasks, seed, settings = _all_asked(W, seed, tasks, settings)
    return dict(zip([task.name for task in tasks], _solve(W, tasks, seed, **settings)))


def evaluate_all(W, seed=0, tasks=tuple(TASKS), **settings):
    """`evaluate` on several tasks, for a sweep: one flat named tuple, fields `<task>_<measure>`.

    Parameters
    ----------
    W, seed, **settings
        As in `evaluate`.
    tasks : sequence of str or Task
        All five by default.

    Returns
    -------
    named tuple of floats
        sequence_generation_accuracy, ..., sequence_memory_memory_capacity, ..., narma_nrmse, ...
    """
    W, tasks, seed, settings = _all_asked(W, seed, tasks, settings)
    solved = _solve(W, tasks, seed, **settings)
    made = {task.name: _scored(one, task, seed, settings) for task, one in zip(tasks, solved)}
    flat = {f"{name}_{field}": x for name, e in made.items() for field, x in e._asdict().items()}
    return _record(tuple(flat))(*flat.values())


def _solve(W, tasks, seed, *, input_strength, bias_strength, ridge, reset, method, wash_out):
    """The `Solution` of each task, their streams run side by side."""
    made = [stream(task, seed) for task in tasks]
    drives = [drive(len(W), x.inputs.shape[1], seed, input_strength * task.input_scale, bias_strength)
              for task, x in zip(tasks, made)]  # fmt: skip
    each = zip(run_streams(W, made, drives, reset), made)
    return [_read(states, x.times.copy(), x, ridge, method, wash_out) for states, x in each]


def run_streams(W, streams, drives, reset=False):
    """States (T, N) of one network under several streams, each with its input matrix and biases from `drive`.

    The streams go side by side (`kernels.run_all`); the numbers are those of each alone.
    """
    first = np.cumsum([0] + [len(x.inputs) for x in streams])
    n_inputs = np.array([x.inputs.shape[1] for x in streams])
    inputs, states = np.empty((first[-1], max(n_inputs))), np.empty((first[-1], len(W)))
    w_in, beta = np.zeros((len(streams), len(W), max(n_inputs))), np.array([beta for _, beta in drives])
    for k, (x, m, (matrix, _)) in enumerate(zip(streams, n_inputs, drives)):
        w_in[k, :, :m], inputs[first[k] : first[k + 1], :m] = matrix, x.inputs
    resets = np.array([x.episode if reset else 0 for x in streams])
    order = np.argsort(-np.diff(first), kind="stable")  # the longest first, so that they end together
    kernels.run_all(W, w_in, beta, inputs, n_inputs, first, resets, order, states)
    return np.split(states, first[1:-1])


def _read(states, at, made, ridge, method, wash_out):
    """Train on the rows before the split, read those after it; `at` is where in `states` each row stands."""
    first, split = np.searchsorted(made.times, (wash_out, made.split))
    train, test = slice(first, split), slice(split, None)
    weights, alpha = _train(states, at[train], made.targets[train].copy(), ridge, method)
    readout = Readout(weights[:-1].T, weights[-1], alpha)
    output = kernels.read_out(states, at[test], weights)
    return Solution(made, states, readout, made.times[test], output, made.targets[test])


@lru_cache(maxsize=256)
def _baseline(task, seed, n, *, input_strength, bias_strength, ridge, reset, method, wash_out):
    """Accuracy of W = 0. It depends on no network, so a sweep pays for it once per replicate.

    Without memory a state depends on its own input only, so only the rows of readout are run.
    """
    made = stream(task, seed)
    w_in, beta = drive(n, made.inputs.shape[1], seed, input_strength * task.input_scale, bias_strength)
    states = kernels.memoryless_run(w_in, beta, made.inputs[made.times])
    solved = _read(states, np.arange(len(made.times)), made, ridge, method, wash_out)
    return task.score(solved.output, solved.target)


def drive(n_neurons, n_inputs, seed=0, input_strength=0.1, bias_strength=0.1):
    """Input matrix W_in ~ Normal(0, w_in^2), shape (N, M), and biases beta ~ Normal(0, w_beta^2), (N,)."""
    w_in, beta = _drive(n_neurons, n_inputs, seed)
    return input_strength * w_in, bias_strength * beta


@lru_cache(maxsize=16)
def _drive(n_neurons, n_inputs, seed):
    w_in = random_stream(seed, "inputs").standard_normal((n_neurons, n_inputs))
    return w_in, random_stream(seed, "biases").standard_normal(n_neurons)


def _driven_measures(states):
    fluctuation, correlation, _, nonlinearity, rms = kernels.statistics(states)
    return fluctuation, correlation if rms >= REST else np.nan, nonlinearity


@lru_cache
def _record(fields):
    return namedtuple("Evaluation", fields)


# ---------------------------------------------------------------- what is asked for
def _asked(W, task, seed, **settings):
    """Everything checked: the matrix, the task object, the seed and the settings."""
    W, (task,), seed, asked = _all_asked(W, seed, [task], settings)
    return W, task, seed, asked


def _all_asked(W, seed, tasks, settings):
    """The same for several tasks under the same settings; what is left out takes its default."""
    tasks = [tasks] if isinstance(tasks, (str, Task)) else tasks
    faults = [] if len(tasks) else ["tasks = []: must name at least one"]
    W = attempt(faults, _network, W)
    tasks = [attempt(faults, _task, task) for task in tasks]
    asked = attempt(faults, check, seed=seed, **evaluate.__kwdefaults__ | settings)
    names = [task.name for task in tasks if task]
    faults += [f"tasks: {name} is there twice" for name in set(names) if names.count(name) > 1]
    refuse(faults)
    seed = asked.pop("seed")
    refuse([fault for task in tasks for fault in _misfits(task, seed, asked["wash_out"])])
    return W, tasks, seed, asked


def _misfits(task, seed, wash_out):
    made = stream(task, seed)
    if wash_out <= made.times[made.times < made.split][-1]:
        return []
    return [f"wash_out = {wash_out}: must leave something to train on before step {made.split} of {task.name}"]


def _network(W):
    """A finite square matrix of floating-point numbers; whole numbers are more often counts than weights."""
    faults = []
    dtype = W.dtype if hasattr(W, "dtype") else np.asarray(W).dtype
    if dtype.kind in "iu":
        faults.append(f"W has dtype {dtype}: must be floating point; W.astype(float) if these are the weights")
    W = attempt(faults, square_matrix, W)
    refuse(faults)
    return W


def _task(task):
    """The task object of a name, or the object itself."""
    if isinstance(task, str) and task in TASKS:
        return TASKS[task]
    if not isinstance(task, Task):
        near = get_close_matches(str(task), TASKS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        refuse([f"task = {task!r}: must be a Task or one of {', '.join(TASKS)}{hint}"])
    try:
        hash(task)  # streams and baselines are kept by task
    except TypeError:
        refuse([f"task = {task!r}: must be hashable, such as a frozen dataclass of numbers"])
    return task


# ---------------------------------------------------------------- the readout
def train_readout(states, targets, ridge=1e-6, method="ridge"):
    """Train a linear readout z = O y + o on states and targets.

    Parameters
    ----------
    states : array_like, shape (T, N)
    targets : array_like, shape (T, L)
    ridge : float
        "ridge" minimises the squared error plus alpha times the squared weights, o included, with
        alpha = ridge tr(G)/(N+1) and G the Gram matrix of the states and a constant 1. It is solved by
        Cholesky on the smaller one of the two Gram matrices (over neurons, or over time steps). Should it be
        singular in double precision, alpha is raised until it is not (*jitter*): see `kernels.ridge_solution`.
    method : "ridge" or "least squares"
        "least squares" takes the smallest weights of least error by singular values (LAPACK) and ignores
        `ridge`. Its last bits may differ between machines; those of "ridge" do not.

    Returns
    -------
    Readout

    Raises
    ------
    ValueError
        If a parameter is out of range or the shapes do not fit, with those expected and given.
    """
    asked = check(ridge=ridge, method=method)
    states, targets = (np.ascontiguousarray(a, dtype=np.float64) for a in (states, targets))
    refuse(_readout_faults(states, targets))
    weights, alpha = _train(states, np.arange(len(states)), targets, **asked)
    return Readout(weights[:-1].T, weights[-1], alpha)


def read_out(readout, states):
    """Output z = O y + o of a trained readout at any states, (T, N) -> (T, L), summed in the order of the neurons."""
    weights = np.vstack([readout.weights.T, readout.bias])
    return kernels.read_out(np.ascontiguousarray(states), np.arange(len(states)), weights)


def _train(states, at, targets, ridge, method):
    """O and o as one (N+1, L) array, and alpha, from the states at the time steps `at`."""
    n = states.shape[1]
    if method == "ridge" and len(at) > n:
        return kernels.ridge_solution(*kernels.normal_equations(states, at, targets), ridge)
    X = np.ones((len(at), n + 1))
    X[:, :n] = states[at]
    if method == "least squares":
        return np.ascontiguousarray(np.linalg.lstsq(X, targets, rcond=None)[0]), 0.0
    gram = kernels.products(X.T.copy(), X.T.copy())
    duals, alpha = kernels.ridge_solution(gram, targets, ridge * len(at) / (n + 1))
    return kernels.products(X, duals), alpha


def _readout_faults(states, targets):
    faults = []
    if states.ndim != 2 or not states.size:
        faults.append(f"states has shape {states.shape}: must be (T, N)")
    if targets.ndim != 2 or len(targets) != len(states):
        faults.append(f"targets has shape {targets.shape}: must be ({len(states)}, L), a row per state")
    for name, array in dict(states=states, targets=targets).items():
        if not np.isfinite(array).all():
            faults.append(f"{name} has entries that are not finite: all must be finite")
    return faults
