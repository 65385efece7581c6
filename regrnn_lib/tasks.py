"""The benchmark tasks: what goes into a network, what is wanted from its readout, how good that is.

A task is a small frozen dataclass. It draws its own stream from a seed, knows its score and its chance
level, and nothing about networks. `TASKS` holds the five of the companion with their defaults; the
paper's abstract names no task, so their choice and their numbers are our reconstruction.

A sixth task is a class like these, and `reservoir.evaluate` takes it as it is:

    from dataclasses import dataclass
    import numpy as np
    from regrnn_lib.tasks import Stream, Task, share_right
    from regrnn_lib.weights import random_stream

    @dataclass(frozen=True)
    class Parity(Task):
        n_bits: int = 3
        n_steps: int = 2000
        name, kind = "parity", "signs"
        chance = 0.5

        def make(self, seed):
            bits = random_stream(seed, "task").integers(0, 2, self.n_steps)
            counts = np.convolve(bits, np.ones(self.n_bits, int))[: self.n_steps]
            times = np.arange(self.n_bits, self.n_steps)
            odd = 2.0 * (counts[times] % 2) - 1
            return Stream(2.0 * bits[:, None] - 1, odd[:, None], times, split=self.n_steps // 2)

        def score(self, output, target):
            return share_right(output > 0, target > 0)
"""

from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from . import kernels
from .arrays import numbers, table
from .parameters import TABLE, attempt, check, nearest, refuse, shown
from .weights import Seed, normal, random_stream

BOUND = 2.0  # a NARMA series that leaves (-2, 2) has diverged
KINDS = ("signal", "signs", "classes", "delays")
MAX_DRAWS = 100  # of NARMA's input before we give up


class Stream(NamedTuple):
    """One continuous stream of consecutive episodes, as a task draws it.

    Attributes
    ----------
    inputs : ndarray, shape (T, M)
        x(1) .. x(T).
    targets : ndarray, shape (R, L)
        What the readout should say at each of `times`.
    times : ndarray, shape (R,), int
        Time steps 0 .. T-1 at which the readout is read, ascending.
    split : int
        Time step at which training ends and testing begins; a border between episodes.
    episode : int
        Steps per episode, 0 where the stream has none; used by `reset` only.
    info : dict
        What else a reader or a plot may want to know (classes of the episodes, redraws, ...).
    """

    inputs: np.ndarray
    targets: np.ndarray
    times: np.ndarray
    split: int
    episode: int = 0
    info: dict = {}


class Task:
    """What every task has; a subclass overrides what differs, `make` and `score` at least.

    Attributes
    ----------
    name, label : str
        How code and figures call it.
    chance : float
        Score of a readout that knows nothing about the input.
    kind : str
        What is wanted, and so how it is drawn: one of `KINDS`. "signal": a number at every time; "signs": +-1
        at every time; "classes": 1 in the column of the right class, 0 elsewhere; "delays": earlier inputs, a
        column a delay.
    input_label, target_label, score_label : str
        What is fed in, what is wanted, what the score counts: for axes.
    """

    name, kind = "task", "signal"
    chance = 0.0
    input_label, target_label, score_label = "input", "target", "accuracy"

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")

    def __new__(cls, *values: Any, **named: Any) -> "Task":
        """A task of these fields, each by its name.

        What is misspelt is refused before a dataclass stumbles over it.
        """
        if is_dataclass(cls):
            refuse(_strange_fields(cls, values, named))
        return super().__new__(cls)

    def __post_init__(self):
        faults = (
            []
            if self.kind in KINDS
            else [f"task {self.name}: kind = {shown(self.kind)}: must be one of {', '.join(KINDS)}"]
        )
        known = attempt(faults, check, **{k: v for k, v in vars(self).items() if k in TABLE})
        refuse(faults or self.misfits())
        for name, value in known.items():
            object.__setattr__(self, name, value)

    def misfits(self) -> list[str]:
        """Faults that only this task can see, as a list of messages."""
        return []

    def make(self, seed: Seed) -> Stream:
        """Draw the `Stream` that belongs to a seed, or a pair (seed, replicate)."""
        raise NotImplementedError(f"{type(self).__name__} has no make(seed)")

    def score(self, output: np.ndarray, target: np.ndarray) -> float:
        """Accuracy in 0 .. 1 of outputs (R, L), given targets (R, L)."""
        raise NotImplementedError(f"{type(self).__name__} has no score(output, target)")

    def report(self, output: np.ndarray, target: np.ndarray) -> dict[str, float]:
        """Further measures under their usual names: dict of str to float."""
        return {}


def _strange_fields(task, values, named):
    known = [field.name for field in fields(task) if field.init]
    faults = [
        f"{name}: no field of {task.__name__}; there are {', '.join(known)}{nearest(name, known)}"
        for name in named
        if name not in known
    ]
    if len(values) > len(known):
        faults.append(f"{task.__name__}: {len(values)} values for its fields {', '.join(known)}")
    return faults + [f"{name}: given twice" for name in known[: len(values)] if name in named]


# ---------------------------------------------------------------- the five tasks
@dataclass(frozen=True)
class SequenceGeneration(Task):
    """A cue starts a sequence: one random vector, then silence, and the class's own +-1 sequence is wanted.

    The cue, one of `n_classes` vectors of standard normal numbers, is fed in at the first step of an
    episode; noise is added at every step. At every step half of the classes want +1 (of an odd number, one
    more or one less). All classes are equally frequent in training and in testing, so a constant readout
    scores exactly 1/2.
    """

    n_inputs: int = 5
    n_classes: int = 10
    episode_steps: int = 10
    n_episodes: int = 600
    noise: float = 0.05
    test_share: float = 0.5

    name, kind = "sequence_generation", "signs"
    chance = 0.5
    input_label, target_label, score_label = "cue", "sequence", "fraction of right signs"

    def make(self, seed: Seed) -> Stream:
        rng, steps = random_stream(seed, "task"), self.episode_steps
        cues = normal(rng, (self.n_classes, self.n_inputs))
        half = np.where(np.arange(self.n_classes) % 2, 1.0, -1.0)[:, None]
        sequences = rng.permuted(half * rng.choice([-1.0, 1.0], steps), axis=0)
        classes, n_train = _episodes(rng, self.n_episodes, self.n_classes, self.test_share)
        inputs = self.noise * normal(rng, (self.n_episodes, steps, self.n_inputs))
        inputs[:, 0] += cues[classes]
        return Stream(
            inputs.reshape(-1, self.n_inputs),
            sequences[classes].reshape(-1, 1),
            np.arange(self.n_episodes * steps),
            n_train * steps,
            steps,
            dict(classes=classes, cues=cues, sequences=sequences),
        )

    def score(self, output: np.ndarray, target: np.ndarray) -> float:
        return share_right(output > 0, target > 0)


@dataclass(frozen=True)
class SequenceMemory(Task):
    """Recall the past: white noise u(t) in (-1, 1) comes in, u(t-1) .. u(t-n_delays) are wanted.

    The score is the squared correlation of output and target, averaged over delays. Its sum over delays
    is the memory capacity (Jaeger, GMD Report 152, 2001). An estimate from n test steps is
    biased upwards by about 1/n per delay.
    """

    n_steps: int = 2000
    n_delays: int = 30
    test_share: float = 0.5

    name, kind = "sequence_memory", "delays"
    input_label, target_label, score_label = "noise", "noise of earlier steps", "mean squared correlation"

    def misfits(self) -> list[str]:
        return _too_long(self, "n_delays", self.n_delays)

    def make(self, seed: Seed) -> Stream:
        u = random_stream(seed, "task").uniform(-1, 1, self.n_steps)
        times = np.arange(self.n_delays, self.n_steps)
        earlier = sliding_window_view(u, self.n_delays)[:-1, ::-1]  # u(t-1), u(t-2), ... at each of `times`
        return Stream(u[:, None], earlier, times, _n_train(self.n_steps, self.test_share))

    def score(self, output: np.ndarray, target: np.ndarray) -> float:
        return float(np.mean(squared_correlations(output, target)))

    def report(self, output: np.ndarray, target: np.ndarray) -> dict[str, float]:
        return dict(memory_capacity=float(np.sum(squared_correlations(output, target))))


@dataclass(frozen=True)
class PatternClassification(Task):
    """Which pattern was it? A class's prototype (M inputs x T steps) under heavy noise comes in.

    Prototypes are standard normal numbers. The class is read at the last step of an episode, as the
    largest of `n_classes` outputs. All classes are equally frequent in training and in testing.
    """

    n_inputs: int = 5
    n_classes: int = 10
    episode_steps: int = 5
    n_episodes: int = 1000
    noise: float = 1.5
    test_share: float = 0.5

    name, kind = "pattern_classification", "classes"
    input_label, target_label, score_label = "noisy pattern", "class", "fraction of right classes"

    @property
    def chance(self) -> float:
        return 1 / self.n_classes

    def make(self, seed: Seed) -> Stream:
        rng, steps = random_stream(seed, "task"), self.episode_steps
        prototypes = normal(rng, (self.n_classes, steps, self.n_inputs))
        classes, n_train = _episodes(rng, self.n_episodes, self.n_classes, self.test_share)
        inputs = prototypes[classes]
        inputs += self.noise * normal(rng, inputs.shape)
        return Stream(
            inputs.reshape(-1, self.n_inputs),
            one_hot(classes, self.n_classes),
            np.arange(steps - 1, self.n_episodes * steps, steps),
            n_train * steps,
            steps,
            dict(classes=classes, prototypes=prototypes),
        )

    def score(self, output: np.ndarray, target: np.ndarray) -> float:
        return share_right(output.argmax(axis=1), target.argmax(axis=1))


@dataclass(frozen=True)
class Narma(Task):
    """NARMA-10: follow a nonlinear system that remembers its last ten inputs and states.

    z(t+1) = 0.3 z(t) + 0.05 z(t) sum_{i=0..9} z(t-i) + 1.5 v(t-9) v(t) + 0.1, v uniform in (0, 1/2), fed in
    as 2v - 1/2 (Atiya and Parlos, IEEE Trans. Neural Networks 11, 2000). The score is 1/(1 + NRMSE),
    1/2 for the mean of the series: without a clip, since readouts that fail without bound differ, too.
    About one stream in a hundred diverges: when any |z| > 2 the input is drawn anew from the next
    spawned seed, and `info["redraws"]` counts it.
    """

    n_steps: int = 2000
    test_share: float = 0.5

    name, kind = "narma", "signal"
    label = "NARMA-10"
    chance = 0.5
    input_label, target_label, score_label = "input $2v - 1/2$", "series $z$", "1/(1 + NRMSE)"

    def misfits(self) -> list[str]:
        return _too_long(self, "the order of NARMA-10", 10) or self._too_short()

    def _too_short(self):
        numbers_ = self.n_steps, self.test_share
        if all(isinstance(x, (int, float)) for x in numbers_) and round(self.n_steps * self.test_share) < 2:
            return [
                f"test_share = {self.test_share}: "
                f"must leave at least 2 of n_steps = {self.n_steps} for testing"
            ]
        return []

    def make(self, seed: Seed) -> Stream:
        rng = source = random_stream(seed, "task")
        for redraws in range(MAX_DRAWS):
            v = source.uniform(0, 0.5, self.n_steps)
            z = narma_series(v)
            if z is not None:
                times, split = np.arange(9, self.n_steps), _n_train(self.n_steps, self.test_share)
                return Stream(
                    2 * v[:, None] - 0.5, z[times + 1, None], times, split, 0, dict(redraws=redraws)
                )
            (source,) = rng.spawn(1)
        refuse([f"n_steps = {self.n_steps}: NARMA-10 diverged in {MAX_DRAWS} draws; take fewer steps"])

    def score(self, output: np.ndarray, target: np.ndarray) -> float:
        return 1 / (1 + nrmse(output, target))

    def report(self, output: np.ndarray, target: np.ndarray) -> dict[str, float]:
        return dict(nrmse=nrmse(output, target))


@dataclass(frozen=True)
class Digits(Task):
    """Read handwritten digits, real ones: 8 x 8 pixels, one column a step, the digit wanted at the last.

    The images are the test set of the UCI handwritten digits (Alpaydin and Kaynak 1998) that
    scikit-learn carries, their grey levels scaled to -1 .. 1. No image occurs twice.
    """

    n_images: int = 1200
    test_share: float = 1 / 3

    name, kind = "digits", "classes"
    chance = 0.1
    input_label, target_label, score_label = "pixels", "digit", "fraction of right digits"

    def make(self, seed: Seed) -> Stream:
        columns, digits = handwritten_digits()
        chosen = random_stream(seed, "task").permutation(len(columns))[: self.n_images]
        steps, n_train = columns.shape[1], _n_train(self.n_images, self.test_share)
        return Stream(
            columns[chosen].reshape(-1, columns.shape[2]),
            one_hot(digits[chosen], 10),
            np.arange(steps - 1, self.n_images * steps, steps),
            n_train * steps,
            steps,
            dict(classes=digits[chosen], images=chosen),
        )

    def score(self, output: np.ndarray, target: np.ndarray) -> float:
        return share_right(output.argmax(axis=1), target.argmax(axis=1))


# ---------------------------------------------------------------- streams
@lru_cache(maxsize=16)
def stream(task: Task, seed: Seed) -> Stream:
    """The checked stream of a task, drawn once per seed and shared by all networks; read-only arrays.

    Raises
    ------
    ValueError
        If what `task.make` returned does not fit together, with the shapes expected and given.
    """
    data, faults = task.make(seed), []
    if not isinstance(data, Stream):
        refuse([f"task {task.name}: make returned {shown(data)}: must be a Stream"])
    arrays = attempt(faults, _stream_arrays, data)
    faults = faults or _order_faults(data._replace(**arrays)) + _kind_faults(task.kind, arrays["targets"])
    refuse([f"task {task.name}: {fault}" for fault in faults])
    return data._replace(**arrays)


def _stream_arrays(data):
    """The checked arrays of a stream by name, read-only."""
    faults = []
    inputs = attempt(faults, table, "inputs", data.inputs, "T", "M")
    times = attempt(
        faults, numbers, "times", data.times, lambda shape: len(shape) == 1 and shape[0] > 0, "(R,)"
    )
    n = "R" if times is None else len(times.values)
    targets = attempt(faults, table, "targets", data.targets, n, "L")
    whole = times is None or np.array_equal(times.values, np.rint(times.values))
    refuse(faults + ([] if whole else ["times must be whole numbers"]))
    arrays = dict(inputs=inputs.values, targets=targets.values, times=times.values.astype(np.int64))
    arrays = {name: array.view() for name, array in arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def _order_faults(data):
    times, last, split = data.times, len(data.inputs) - 1, data.split
    faults = [
        f"{name} = {shown(value)}: must be a whole number >= 0"
        for name, value in dict(split=split, episode=data.episode).items()
        if not isinstance(value, (int, np.integer)) or value < 0
    ]
    if faults:
        return faults
    if times[0] < 0 or times[-1] > last or (np.diff(times) <= 0).any():
        faults.append(f"times must ascend within 0 .. {last}")
    if not times[0] < split <= times[-1]:
        faults.append(f"split = {split}: must leave rows of readout before and after it")
    if data.episode and split % data.episode:
        faults.append(f"split = {split}: must not cut an episode of {data.episode} steps")
    return faults


def _kind_faults(kind, targets):
    if kind not in ("signs", "classes"):
        return []
    low, high = (-1, 1) if kind == "signs" else (0, 1)
    if ((targets == low) | (targets == high)).all():
        return []
    return [f"targets of kind {shown(kind)} must be {low} or {high}"]


@lru_cache(maxsize=1)
def handwritten_digits() -> tuple[np.ndarray, np.ndarray]:
    """The 1797 images as columns of pixels (image, column, row) in -1 .. 1, and their digits (1797,)."""
    from sklearn.datasets import load_digits  # half a second to import, and only this task needs it

    data = load_digits()
    return np.ascontiguousarray(data.images.transpose(0, 2, 1) / 8 - 1), data.target


def narma_series(u: np.ndarray) -> np.ndarray | None:
    """z(0) .. z(T) of NARMA-10 for inputs u (T,), or None if it diverges; z(0) .. z(9) = 0."""
    z = kernels.narma_series(u, BOUND)
    return z if len(z) > len(u) else None


def one_hot(classes: np.ndarray, n_classes: int) -> np.ndarray:
    """1 in the column of the class, 0 elsewhere; (R,) -> (R, n_classes)."""
    return (classes[:, None] == np.arange(n_classes)).astype(float)


def _episodes(rng, n_episodes, n_classes, test_share):
    """Class of each episode, equally frequent before and after the split, and the number before it."""
    n_train = _n_train(n_episodes, test_share)
    parts = (n_train, n_episodes - n_train)
    return np.concatenate([rng.permutation(np.arange(n) % n_classes) for n in parts]), n_train


def _n_train(n, test_share):
    return n - max(1, round(test_share * n))


def _too_long(task, name, steps):
    numbers = (task.n_steps, task.test_share, steps)
    if all(isinstance(x, (int, float)) for x in numbers) and steps >= task.n_steps * (1 - task.test_share):
        n_train = task.n_steps * (1 - task.test_share)
        return [
            f"{name} = {steps}: must be below the {n_train:g} steps of training of n_steps = {task.n_steps}"
        ]
    return []


# ---------------------------------------------------------------- scores
def share_right(answers: np.ndarray, wanted: np.ndarray) -> float:
    """Fraction of answers that are the wanted ones."""
    return float(np.mean(answers == wanted))


def squared_correlations(output: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Squared correlation of each column, (R, L), (R, L) -> (L,), 0 .. 1; 0 where one is constant."""
    return kernels.squared_correlations(*(np.array(a, dtype=np.float64, order="C") for a in (output, target)))


def nrmse(output: np.ndarray, target: np.ndarray) -> float:
    """Root mean square error over the standard deviation of the target; 1 for the target's own mean."""
    return float(np.sqrt(np.mean((output - target) ** 2) / np.var(target)))


TASKS = {
    task.name: task
    for task in (SequenceGeneration(), SequenceMemory(), PatternClassification(), Narma(), Digits())
}
