"""The reservoir computer: a network reads a stream, and a linear readout is trained and scored.

    y(t) = tanh( W y(t-1) + W_in x(t) + beta ),     z(t) = O y(t) + o

(with a leak a < 1, an option: y(t) = (1 - a) y(t-1) + a tanh( W y(t-1) + W_in x(t) + beta )).

The input is one continuous stream of consecutive episodes, and the state is carried from one into the next,
so that the network's own dynamics and its input compete; a reset before each episode is an option. These
are the conventions of the authors' earlier work as we understand them.
"""

from collections import namedtuple
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import kernels
from .arrays import Matrix, square, table, trajectory
from .dynamics import REST, input_matrix
from .parameters import attempt, check, cut, items, nearest, refuse, shown
from .tasks import TASKS, Stream, Task, stream
from .weights import Seed, normal, random_stream

MOST_STATES = 10_000_000  # numbers that streams side by side may keep, 80 MB
DRIVES = {"weak": 0.1, "moderate": 0.3, "strong": 1.0}  # part of every experiment; the second is the default
MEASURES = ("accuracy", "chance", "baseline", "score", "fluctuation", "correlation", "nonlinearity")


@dataclass(frozen=True)
class Settings:
    """How a network is driven and read; every field is an argument of `evaluate` and explained there."""

    drive: float = 0.3
    input_strength: float | None = None
    bias_strength: float = 0.1
    ridge: float = 1e-6
    reset: bool = False
    method: str = "ridge"
    wash_out: int = 100
    leak: float = 1.0
    input_weights: "InputMatrix | None" = None

    @property
    def running(self) -> tuple:
        """What the states depend on."""
        current = self.drive, self.input_strength, self.bias_strength
        return current, self.reset, self.leak, self.input_weights

    @property
    def reading(self) -> tuple:
        """What the readout of given states depends on."""
        return self.ridge, self.method, self.wash_out


class InputMatrix(NamedTuple):
    """An input matrix that a user brings, in a form that can be compared and kept."""

    shape: tuple[int, int]
    data: bytes

    @property
    def array(self) -> np.ndarray:
        """W_in, (N, M)."""
        return np.frombuffer(self.data).reshape(self.shape)


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
    W: Matrix,
    task: str | Task,
    seed: Seed = 0,
    *,
    drive: float = 0.3,
    input_strength: float | None = None,
    bias_strength: float = 0.1,
    ridge: float = 1e-6,
    reset: bool = False,
    method: str = "ridge",
    wash_out: int = 100,
    leak: float = 1.0,
    input_weights: ArrayLike | None = None,
) -> tuple:
    """How well a network solves a task, scored on a later part of the stream than it was trained on.

    The network runs as y(t) = tanh(W y(t-1) + W_in x(t) + beta), beta the biases; its output is a linear
    readout of the states, and a constant, that is trained by ridge regression on the first part of the
    stream.

    Parameters
    ----------
    W : array_like, sparse matrix, DataFrame, DataArray or graph, shape (N, N)
        Weights, row = receiving neuron; see `arrays` for containers and labels.
    task : str or Task
        A name in `tasks.TASKS`, or a task object, such as `Narma(n_steps=5000)` or one of your own.
    seed : int or (int, int)
        Seed, or (seed, replicate). Input matrix, biases and task are drawn from it alone, each from a stream
        of its own, so that networks that are compared see the same.
    drive : float
        u >= 0, the rms over neurons and time of the input current W_in x, the same for all tasks:
        W_in ~ Normal(0, w_in^2) with w_in = u / sqrt(mean |x|^2) over the stream. *The drive decides*: at 1
        (strong) the input overrides the network's own dynamics, at 0.3 (moderate, the default) and 0.1 (weak)
        the two compete.
    input_strength : float, optional
        w_in itself, in place of the drive.
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
    leak : float
        a, 0 (excluded) .. 1: y(t) = (1 - a) y(t-1) + a tanh(..), the leak of echo-state networks. 1, no leak,
        by default: that is the model of this library, and all theory here is of it.
    input_weights : array_like, shape (N, M), optional
        W_in itself, in place of a drawn one, for tasks of M inputs: neither `drive` nor `input_strength` acts
        on it. Labels of its rows are put into the order of those of W.

    Returns
    -------
    named tuple of floats
        - accuracy A: `task.score` on the test part, 0 .. 1.
        - chance: the accuracy of knowing nothing.
        - baseline: the accuracy without memory, that of W = 0 and no leak, other settings equal.
        - score: (A - chance) / (1 - chance).
        - fluctuation, correlation, nonlinearity: F, C and NL of the driven network (`dynamics.measures`) on
          the test part; C is NaN at rest.
        - whatever the task reports under its usual name: memory_capacity, nrmse.

    Raises
    ------
    ValueError
        One message with every fault in W, the task and the settings, before anything is computed.
    """
    variant = {name: value for name, value in locals().items() if name not in ("W", "seed")}
    return evaluate_together(W, seed, [variant])[0]


def evaluate_together(W: Matrix, seed: Seed, variants: list[dict]) -> list[tuple]:
    """`evaluate` of one network in several ways that share what they can: a list in the order of `variants`.

    Ways that differ in the readout alone (ridge, method, wash-out) are read from one run, and different runs
    go side by side. The numbers are those of `evaluate`, to the bit. A sweep finds this function as
    `evaluate.together`.

    Parameters
    ----------
    W, seed
        As in `evaluate`.
    variants : sequence of dict
        Arguments of `evaluate`, `task` among them; what is left out takes its default.

    Raises
    ------
    ValueError
        One message with every fault in W and the variants, before anything is computed.
    """
    W, seed, pairs = _checked(W, seed, variants)
    scored = {k: _scored(solution, seed, *pairs[k]) for k, solution in _solutions(W, seed, pairs)}
    return [scored[k] for k in range(len(pairs))]


def each_solution(W: Matrix, seed: Seed, variants: list[dict]) -> Iterator[tuple[int, Task, Solution]]:
    """(index in `variants`, task, `Solution`) of each, in the order in which they share runs.

    One after the other, as the states of all would take much memory; see `evaluate_together`.
    """
    W, seed, pairs = _checked(W, seed, variants)
    for k, solution in _solutions(W, seed, pairs):
        yield k, pairs[k][0], solution


evaluate.together = evaluate_together


def _scored(solved, seed, task, settings):
    accuracy = task.score(solved.output, solved.target)
    report, chance = task.report(solved.output, solved.target), task.chance
    refuse(_broken_promises(task, accuracy, chance, report))
    baseline = _baseline(task, seed, solved.states.shape[1], settings)
    score = (accuracy - chance) / (1 - chance)
    driven = _driven_measures(solved.states[solved.stream.split :])
    return _record((*MEASURES, *report))(accuracy, chance, baseline, score, *driven, *report.values())


def _broken_promises(task, accuracy, chance, report):
    """Faults of what a task says of an output."""
    faults = []
    if not _is_number(accuracy) or not 0 <= accuracy <= 1:
        faults.append(f"score returned {shown(accuracy)}: must be within 0 .. 1")
    if not _is_number(chance) or not 0 <= chance < 1:
        faults.append(f"chance = {shown(chance)}: must be a number, 0 <= chance < 1")
    if not isinstance(report, dict) or not all(
        isinstance(name, str) and name.isidentifier() and name not in MEASURES and _is_number(value)
        for name, value in report.items()
    ):
        words = "must be a dict of numbers by names that are words, and not those of"
        faults.append(f"report returned {shown(report)}: {words} {', '.join(MEASURES)}")
    return [f"task {task.name}: {fault}" for fault in faults]


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, (bool, np.bool_))


def solve(
    W: Matrix,
    task: str | Task,
    seed: Seed = 0,
    *,
    drive: float = 0.3,
    input_strength: float | None = None,
    bias_strength: float = 0.1,
    ridge: float = 1e-6,
    reset: bool = False,
    method: str = "ridge",
    wash_out: int = 100,
    leak: float = 1.0,
    input_weights: ArrayLike | None = None,
) -> Solution:
    """The run behind `evaluate`: states, trained readout, output and target on the test part.

    Parameters and errors as in `evaluate`.

    Returns
    -------
    Solution
    """
    variant = {name: value for name, value in locals().items() if name not in ("W", "seed")}
    ((_, solution),) = _solutions(*_checked(W, seed, [variant]))
    return solution


def solve_all(
    W: Matrix, seed: Seed = 0, tasks: Sequence[str | Task] = tuple(TASKS), **settings: Any
) -> dict[str, Solution]:
    """`solve` on several tasks, their streams side by side, which is faster: a dict of name to `Solution`.

    The numbers are those of `solve`, to the bit. Parameters as in `evaluate_all`.
    """
    W, seed, pairs = _checked(W, seed, _each_task(tasks, settings))
    solutions = dict(_solutions(W, seed, pairs))
    return {task.name: solutions[k] for k, (task, _) in enumerate(pairs)}


def evaluate_all(
    W: Matrix, seed: Seed = 0, tasks: Sequence[str | Task] = tuple(TASKS), **settings: Any
) -> tuple:
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

    Raises
    ------
    ValueError
        As `evaluate`; also if two tasks have the same name.
    """
    variants = _each_task(tasks, settings)
    flat = {}
    for variant, evaluation in zip(variants, evaluate_together(W, seed, variants)):
        name = getattr(variant["task"], "name", variant["task"])
        flat |= {f"{name}_{field}": x for field, x in evaluation._asdict().items()}
    return _record(tuple(flat))(*flat.values())


def _each_task(tasks, settings):
    """The same settings for several tasks, as variants of `evaluate_together`."""
    tasks = [tasks] if isinstance(tasks, (str, Task)) else tasks
    tasks, given = items(tasks), tasks
    if tasks is None:
        refuse([f"tasks = {shown(given)}: must be a sequence of tasks or their names"])
    names = [str(task.name) if isinstance(task, Task) else shown(task).strip("'") for task in tasks]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    empty = [] if tasks else ["tasks = []: must name at least one"]
    refuse(empty + [f"tasks: {name} is there twice" for name in twice])
    return [dict(task=task, **settings) for task in tasks]


def _solutions(W, seed, pairs):
    """(index, `Solution`) of each task and settings asked for; those that share a run stand together."""
    runs = {}
    for k, (task, settings) in enumerate(pairs):
        runs.setdefault((task, settings.running), []).append(k)
    for batch in _batches(runs, seed, len(W)):
        streams = [stream(task, seed) for task, _ in batch]
        for run, task_stream, states in zip(batch, streams, _run(W, seed, batch, streams)):
            sums = {}
            for k in runs[run]:
                yield k, _read(states, task_stream.times.copy(), task_stream, pairs[k][1], sums)


def _batches(runs, seed, n):
    """Runs in lists, each of which keeps at most MOST_STATES numbers at a time (but one run at least)."""
    batch, size = [], 0
    for task, how in runs:
        more = len(stream(task, seed).inputs) * n
        if batch and size + more > MOST_STATES:
            yield batch
            batch, size = [], 0
        batch, size = [*batch, (task, how)], size + more
    yield batch


def _run(W, seed, batch, streams):
    """States of the runs of a batch, side by side."""
    layers = [_layer(len(W), x, seed, *how[0], how[3]) for (_, how), x in zip(batch, streams)]
    resets, leaks = [how[1] for _, how in batch], [how[2] for _, how in batch]
    return run_streams(W, streams, layers, resets, leaks)


def _layer(n, task_stream, seed, drive, w_in, w_beta, given):
    """Input matrix and biases of a run: drawn, or the input matrix that was given."""
    n_inputs, w_in = task_stream.inputs.shape[1], input_strength(task_stream, drive, w_in)
    drawn, beta = _drawn_layer(n, n_inputs, seed, w_in, w_beta)
    return (given.array if given else drawn), beta


def run_streams(
    W: np.ndarray,
    streams: Sequence[Stream],
    layers: Sequence[tuple[np.ndarray, np.ndarray]],
    resets: Sequence[bool] | None = None,
    leaks: Sequence[float] | None = None,
) -> list[np.ndarray]:
    """States (T, N) of one network under several streams.

    layers: input matrix and biases of each stream, from `input_layer`; resets: whether each goes back to 0
    before every episode, none does by default; leaks: 1 by default. The streams go side by side
    (`kernels.run_all`); the numbers are those of each alone.
    """
    first = np.cumsum([0] + [len(x.inputs) for x in streams])
    n_inputs = np.array([x.inputs.shape[1] for x in streams])
    inputs, states = np.empty((first[-1], max(n_inputs))), np.empty((first[-1], len(W)))
    w_in, beta = np.zeros((len(streams), len(W), max(n_inputs))), np.array([beta for _, beta in layers])
    for k, (x, m, (matrix, _)) in enumerate(zip(streams, n_inputs, layers)):
        w_in[k, :, :m], inputs[first[k] : first[k + 1], :m] = matrix, x.inputs
    every = np.array(
        [x.episode if reset else 0 for x, reset in zip(streams, resets or [False] * len(streams))]
    )
    order = np.argsort(-np.diff(first), kind="stable")  # the longest first, so that they end together
    kept = np.ones(len(streams)) if leaks is None else np.array(leaks, dtype=float)
    kernels.run_all(W, w_in, beta, inputs, n_inputs, first, every, kept, order, states)
    return np.split(states, first[1:-1])


def _read(states, at, task_stream, settings, sums):
    """Train on the rows before the split, read those after it; `at` is where in `states` each row stands.

    sums: a dict that keeps sums over time for the next reading of the same states.
    """
    first, split = np.searchsorted(task_stream.times, (settings.wash_out, task_stream.split))
    train, test = slice(first, split), slice(split, None)
    weights, alpha = _train(
        states, at[train], task_stream.targets[train].copy(), settings.ridge, settings.method, sums
    )
    readout = Readout(weights[:-1].T, weights[-1], alpha)
    output = kernels.read_out(states, at[test], weights)
    return Solution(task_stream, states, readout, task_stream.times[test], output, task_stream.targets[test])


@lru_cache(maxsize=1024)
def _baseline(task, seed, n, settings):
    """Accuracy of W = 0. It depends on no network, so a sweep pays for it once per replicate.

    Without memory a state depends on its own input only, so only the rows of readout are run.
    """
    task_stream = stream(task, seed)
    w_in, beta = _layer(n, task_stream, seed, *settings.running[0], settings.input_weights)
    states = kernels.memoryless_run(w_in, beta, task_stream.inputs[task_stream.times])
    solved = _read(states, np.arange(len(task_stream.times)), task_stream, settings, {})
    return task.score(solved.output, solved.target)


def input_strength(task_stream: Stream, drive: float, asked: float | None = None) -> float:
    """w_in that gives a stream the drive u, or what was asked for; 0 for a stream of silence.

    The current W_in x of a neuron has the mean square w_in^2 |x|^2: u^2 = w_in^2 mean_t |x(t)|^2.
    """
    if asked is not None:
        return asked
    power = np.sum(task_stream.inputs * task_stream.inputs) / len(task_stream.inputs)
    return float(drive / np.sqrt(power)) if power > 0 else 0.0


def input_layer(
    n_neurons: int, n_inputs: int, seed: Seed = 0, input_strength: float = 0.1, bias_strength: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Input matrix and biases of a network, as `evaluate` draws them.

    Parameters
    ----------
    n_neurons, n_inputs : int
        N, 2 .. 5000, and M, 1 .. 1000.
    seed : int or (int, int)
        Seed, or (seed, replicate).
    input_strength, bias_strength : float
        w_in >= 0 and w_beta >= 0.

    Returns
    -------
    w_in : ndarray, shape (N, M)
        ~ Normal(0, w_in^2).
    beta : ndarray, shape (N,)
        ~ Normal(0, w_beta^2).

    Raises
    ------
    ValueError
        One message with every fault: name, value and what is allowed.
    """
    return _drawn_layer(**check(**locals()))


def _drawn_layer(n_neurons, n_inputs, seed, input_strength, bias_strength):
    """`input_layer` of checked arguments."""
    w_in, beta = _unit_layer(n_neurons, n_inputs, seed)
    return input_strength * w_in, bias_strength * beta


@lru_cache(maxsize=16)
def _unit_layer(n_neurons, n_inputs, seed):
    """Both at strength 1, drawn once for all strengths."""
    w_in = normal(random_stream(seed, "inputs"), (n_neurons, n_inputs))
    return w_in, normal(random_stream(seed, "biases"), n_neurons)


def _driven_measures(states):
    fluctuation, correlation, _, nonlinearity, rms = kernels.statistics(states)
    return fluctuation, correlation if rms >= REST else np.nan, nonlinearity


@lru_cache
def _record(fields):
    return namedtuple("Evaluation", fields)


# ---------------------------------------------------------------- what is asked for
def _checked(W, seed, variants):
    """The matrix, the seed, and (task object, Settings) of each variant; or one error with every fault."""
    faults = []
    given, seed = attempt(faults, square, W), attempt(faults, check, seed=seed)
    pairs = [(attempt(faults, _task, v["task"]), attempt(faults, _settings, v, given)) for v in variants]
    refuse(list(dict.fromkeys(faults)))
    seed = seed["seed"]
    misfits = [fault for task, settings in pairs for fault in _misfits(task, seed, settings)]
    refuse(list(dict.fromkeys(misfits)))
    return given.values, seed, pairs


def _settings(variant, network):
    """The checked `Settings` of a variant."""
    known = [field.name for field in fields(Settings)]
    given = {name: value for name, value in variant.items() if name != "task"}
    faults = [
        f"{cut(name)}: no setting of a readout; there are {', '.join(known)}{nearest(name, known)}"
        for name in given
        if name not in known
    ]
    w_in = attempt(faults, _input_weights, given.pop("input_weights", None), network)
    if given.get("input_strength", 0) is None:  # as if it had not been named: the drive decides
        given.pop("input_strength")
    if w_in and "input_strength" in given:
        faults.append("input_strength, input_weights: at most one of the two may be given")
    values = attempt(faults, check, **{name: value for name, value in given.items() if name in known})
    refuse(faults)
    return Settings(**values, input_weights=w_in)


def _input_weights(w_in, network):
    if w_in is None or isinstance(w_in, InputMatrix):
        return w_in
    n, labels = ("N", None) if network is None else (len(network.values), network.labels[0])
    values = input_matrix(w_in, n, "M", labels)
    return InputMatrix(values.shape, values.tobytes())


def _misfits(task, seed, settings):
    task_stream, wash_out, w_in = stream(task, seed), settings.wash_out, settings.input_weights
    split, m, faults = task_stream.split, task_stream.inputs.shape[1], []
    if wash_out > task_stream.times[task_stream.times < split][-1]:
        faults.append(
            f"wash_out = {wash_out}: must leave something to train on before step {split} of {task.name}"
        )
    if w_in and w_in.shape[1] != m:
        faults.append(
            f"input_weights has shape {w_in.shape}: must be (N, {m}), for the {m} inputs of {task.name}"
        )
    return faults


def _task(task):
    """The task object of a name, or the object itself."""
    if isinstance(task, str) and task in TASKS:
        return TASKS[task]
    if not isinstance(task, Task):
        refuse([f"task = {shown(task)}: must be a Task or one of {', '.join(TASKS)}{nearest(task, TASKS)}"])
    if not isinstance(task.name, str) or not task.name.isidentifier():
        refuse([f"task.name = {shown(task.name)}: must be a word of letters, digits and underscores"])
    try:
        hash(task)  # streams and baselines are kept by task
    except TypeError:
        refuse([f"task = {shown(task)}: must be hashable, such as a frozen dataclass of numbers"])
    return task


# ---------------------------------------------------------------- the readout
def train_readout(
    states: ArrayLike, targets: ArrayLike, ridge: float = 1e-6, method: str = "ridge"
) -> Readout:
    """Train a linear readout z = O y + o on states and targets.

    Parameters
    ----------
    states : array_like, shape (T, N)
    targets : array_like, shape (T, L)
    ridge : float
        "ridge" minimises the squared error plus alpha times the squared weights, o included, with
        alpha = ridge tr(G)/(N+1) and G the Gram matrix of the states and a constant 1. It is solved by
        Cholesky on the smaller one of the two Gram matrices (over neurons, or over time steps). Should it be
        singular in double precision, alpha is raised until it is not (*jitter*): see
        `kernels.ridge_solution`.
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
    faults = []
    asked = attempt(faults, check, ridge=ridge, method=method)
    states = attempt(faults, trajectory, "states", states, None, None, 1, "a row of N neurons per time step")
    rows = "T" if states is None else len(states)
    given = attempt(faults, table, "targets", targets, rows, "L", ("time", ""))
    refuse(faults)
    targets = given.values
    weights, alpha = _train(states, np.arange(len(states)), targets, **asked, sums={})
    return Readout(weights[:-1].T, weights[-1], alpha)


def read_out(readout: Readout, states: ArrayLike) -> np.ndarray:
    """Output z = O y + o of a trained readout at any states, (T, N) -> (T, L).

    It is summed in the order of the neurons.
    """
    if not isinstance(readout, Readout):
        refuse([f"readout = {shown(readout)}: must be what train_readout returns"])
    weights = np.vstack([readout.weights.T, readout.bias])
    states = trajectory("states", states, readout.weights.shape[1], None, 1, "a row of neurons per time step")
    return kernels.read_out(states, np.arange(len(states)), weights)


def _train(states, at, targets, ridge, method, sums):
    """O and o as one (N+1, L) array, and alpha, from the states at the steps `at`; sums as in `_read`."""
    n = states.shape[1]
    if method == "ridge" and len(at) > n:
        if at[0] not in sums:  # the wash-out decides where training begins
            sums[at[0]] = kernels.normal_equations(states, at, targets)
        return kernels.ridge_solution(*sums[at[0]], ridge)
    X = np.ones((len(at), n + 1))
    X[:, :n] = states[at]
    if method == "least squares":
        return np.ascontiguousarray(np.linalg.lstsq(X, targets, rcond=None)[0]), 0.0
    gram = kernels.gram(X.T.copy())
    duals, alpha = kernels.ridge_solution(gram, targets, ridge * len(at) / (n + 1))
    return kernels.products(X, duals), alpha
