"""The reservoir computer: against what is known, against reservoirpy, and against its own leaks."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
import reservoirpy.nodes
import scipy.sparse

from regrnn_lib import driven_run, measures, weight_matrix
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.reservoir import (
    MEASURES,
    evaluate,
    evaluate_all,
    input_layer,
    input_strength,
    solve,
    solve_all,
    train_readout,
)
from regrnn_lib.tasks import TASKS, Narma, SequenceGeneration, SequenceMemory, Task, stream

FIVE = ("sequence_generation", "sequence_memory", "pattern_classification", "narma", "digits")
every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


def network(coupling, seed=0, n=100):
    return weight_matrix(n, coupling / np.sqrt(n), seed=seed)


def accuracies(coupling, seeds, *, w_in=None, **settings):
    """Mean accuracy on the five tasks over several networks, NARMA's as max(0, 1 - NRMSE);
    digits see half of w_in.
    """
    values = []
    for seed, name in product(seeds, FIVE):
        strength = None if w_in is None else w_in * (0.5 if name == "digits" else 1.0)
        one = evaluate(network(coupling, seed), name, seed, input_strength=strength, **settings)
        values.append(max(0.0, 1 - one.nrmse) if name == "narma" else one.accuracy)
    return np.reshape(values, (len(seeds), -1)).mean(axis=0)


@dataclass(frozen=True)
class Altered(Task):
    """A task with something done to its targets; scored as the task itself."""

    task: Task
    how: str

    name = "altered"

    @property
    def chance(self):
        return self.task.chance

    def make(self, seed):
        made = self.task.make(seed)
        return made._replace(targets=globals()[self.how](made))

    def score(self, output, target):
        return self.task.score(output, target)


def shuffled_by_episode(made):
    """Targets of the training part handed to other episodes; of a stream without episodes, to other rows."""
    rows = np.sum(made.times < made.split)
    per_episode = np.sum(made.times < made.episode) or 1
    blocks = made.targets[:rows].reshape(rows // per_episode, -1)
    shuffled = np.random.default_rng(0).permutation(blocks).reshape(rows, -1)
    return np.concatenate([shuffled, made.targets[rows:]])


def other_test_targets(made):
    return np.where(made.times[:, None] >= made.split, -7.0, made.targets)


def other_washed_out_targets(made):
    return np.where(made.times[:, None] < 100, 9.0, made.targets)


# ---------------------------------------------------------------- what is known
def test_accuracies_are_those_of_the_prototype():
    """The accuracies of an independent prototype; three networks scatter by about 0.04."""
    known = {
        (0.5, 0.1): (0.84, 0.35, 0.76, 0.45, 0.94),
        (0.9, 0.1): (0.88, 0.70, 0.76, 0.67, 0.94),
        (5.0, 0.1): (0.50, 0.00, 0.15, 0.00, 0.11),
        (0.9, 1.0): (0.82, 0.27, 0.42, 0.47, 0.87),
        (2.0, 1.0): (0.65, 0.20, 0.51, 0.15, 0.79),
    }
    for (coupling, strength), wanted in known.items():
        assert np.allclose(accuracies(coupling, range(6, 9), w_in=strength), wanted, atol=0.1)


def test_accuracies_under_equal_drives_are_those_of_the_model():
    """Six networks of another program, of the table in the model's section on the drive."""
    known = {
        (0.9, 0.1): (0.89, 0.59, 0.79, 0.59, 0.94),
        (2.0, 0.1): (0.54, 0.03, 0.17, 0.05, 0.11),
        (2.6, 0.3): (0.56, 0.07, 0.28, 0.10, 0.12),
        (2.0, 1.0): (0.70, 0.20, 0.63, 0.21, 0.56),
    }
    for (coupling, drive), wanted in known.items():
        digits = evaluate_digits(coupling, range(5), drive=drive / 2)  # that program drove them half as much
        assert np.allclose([*accuracies(coupling, range(5), drive=drive)[:4], digits], wanted, atol=0.1)


def evaluate_digits(coupling, seeds, **settings):
    return np.mean([evaluate(network(coupling, seed), "digits", seed, **settings).accuracy for seed in seeds])


@every_task
def test_the_drive_is_the_rms_of_the_input_current(task):
    inputs = stream(task, 4).inputs
    currents = []
    for seed in range(40):
        w_in, _ = input_layer(100, inputs.shape[1], seed, input_strength(stream(task, 4), 0.3))
        currents.append(np.mean((inputs @ w_in.T) ** 2))
    assert np.sqrt(np.mean(currents)) == pytest.approx(0.3, rel=0.05)
    assert input_strength(stream(task, 4), 0.3, 0.7) == 0.7
    W = network(1.0)
    strength = input_strength(stream(task, 4), 0.25)
    assert evaluate(W, task, 4, drive=0.25) == evaluate(W, task, 4, drive=9.0, input_strength=strength)


def test_deep_in_chaos_every_task_falls_to_chance():
    assert np.allclose(accuracies(8, range(4), drive=0.1), (0.5, 0, 0.1, 0, 0.1), atol=0.05)


@every_task
def test_shuffled_training_labels_give_chance(task):
    shuffled = Altered(task, "shuffled_by_episode")
    scores = [evaluate(network(0.9, s), shuffled, s, drive=0.1).accuracy for s in range(8)]
    assert np.mean(scores) == pytest.approx(task.chance, abs=0.04)
    assert evaluate(network(0.9), task, 0, drive=0.1).score > 0.3  # what the labels were worth


@every_task
@pytest.mark.parametrize("method, ridge", [("ridge", 1e-6), ("ridge", 0.0), ("least squares", 0.0)])
def test_constant_states_score_at_chance(task, method, ridge):
    dead = dict(drive=0.0, method=method, ridge=ridge)
    made = evaluate(np.zeros((100, 100)), task, 1, **dead)
    assert made.fluctuation == 0 and np.isfinite([made.accuracy, made.score, made.nonlinearity]).all()
    near = dict(digits=0.03, narma=0.002).get(
        task.name, 1e-12
    )  # of NARMA the mean of the training part is read
    assert made.accuracy == pytest.approx(task.chance, abs=near)
    for bias_strength in (0.0, 1e-3):  # at rest
        silent = evaluate(np.zeros((100, 100)), task, 1, bias_strength=bias_strength, **dead)
        assert (
            silent.accuracy == pytest.approx(made.accuracy, abs=1e-12)
            and np.isnan(silent.correlation)
            and made.correlation > 0
        )


def test_a_delay_line_remembers_its_length():
    """One neuron hands the input to the next: the last of 31 holds the input of 30 steps ago."""
    W = np.diag(np.ones(30), -1)
    task = SequenceMemory(n_steps=4000, n_delays=40)
    made = stream(task, 0)
    states = driven_run(W, 0.01 * made.inputs, np.eye(31)[:, :1])
    at, split = states[made.times], np.searchsorted(made.times, made.split)
    readout = train_readout(at[:split], made.targets[:split])
    capacity = task.report(at[split:] @ readout.weights.T + readout.bias, made.targets[split:])[
        "memory_capacity"
    ]
    assert capacity == pytest.approx(30, rel=0.02)


@pytest.mark.parametrize("n", [5, 15])
def test_a_linear_reservoir_remembers_at_most_as_much_as_it_has_neurons(n):
    """Jaeger 2001: the memory capacity is at most N. Inputs so small that tanh is linear."""
    task = SequenceMemory(n_steps=6000, n_delays=60)
    bias_of_the_estimate = 60 / 3000
    for seed in range(4):
        W = weight_matrix(n, 1.0, seed=seed)
        W *= 0.9 / np.abs(np.linalg.eigvals(W)).max()
        made = evaluate(W, task, seed, input_strength=1e-6, bias_strength=0.0, method="least squares")
        assert n / 2 < made.memory_capacity <= n + bias_of_the_estimate


@pytest.mark.filterwarnings("error")
def test_weights_without_measure_saturate_and_no_more():
    made = evaluate(1e50 * network(1), "narma")
    assert np.isfinite(made).all() and made.nonlinearity == 1


def test_what_ridge_shrinks_away_least_squares_reads():
    """Weak coupling, no noise, 5 classes: states hold a whole episode, in ever smaller digits."""
    task = SequenceGeneration(n_classes=5, n_episodes=200, noise=0.0)
    W = [network(0.1, s) for s in range(4)]

    def mean(**how):
        return np.mean([evaluate(w, task, s, **how).accuracy for s, w in enumerate(W)])

    assert mean(method="least squares") > 0.99
    assert 0.9 > mean(ridge=1e-8) > mean() > mean(ridge=1e-4) > 0.6


def test_without_reset_chaos_competes_with_the_input_and_with_it_does_not():
    W = network(2)
    carried, fresh = (evaluate(W, "digits", 0, drive=0.1, reset=reset) for reset in (False, True))
    assert carried.accuracy < 0.5 < 0.9 < fresh.accuracy and carried.baseline == fresh.baseline


# ---------------------------------------------------------------- an independent implementation
def with_reservoirpy(W, task, seed, ridge=1e-6):
    """The same network, data and ridge, run and trained by reservoirpy."""
    made = stream(task, seed)
    w_in, beta = input_layer(len(W), made.inputs.shape[1], seed, input_strength(made, 0.3), 0.1)
    states = reservoirpy.nodes.Reservoir(W=W, Win=w_in, bias=beta, lr=1.0).run(made.inputs)
    train = (made.times >= 100) & (made.times < made.split)
    test = made.times >= made.split
    at = states[made.times]
    alpha = ridge * (np.sum(at[train] ** 2) + np.sum(train)) / (len(W) + 1)
    readout = reservoirpy.nodes.Ridge(ridge=alpha).fit(at[train], made.targets[train])
    return states, task.score(readout.run(at[test]), made.targets[test])


@pytest.mark.parametrize("name", ["narma", "digits"])
def test_we_do_as_well_as_reservoirpy_with_the_same_matrices(name):
    ours, theirs = [], []
    for seed in range(3):
        W = network(0.9, seed)
        states, accuracy = with_reservoirpy(W, TASKS[name], seed)
        made = solve(W, name, seed)
        assert np.allclose(made.states, states, atol=1e-9)
        ours.append(evaluate(W, name, seed).accuracy)
        theirs.append(accuracy)
    assert np.mean(ours) > np.mean(theirs) - 0.005 and np.allclose(ours, theirs, atol=0.02)
    assert np.mean(ours) > dict(narma=0.55, digits=0.9)[name]


# ---------------------------------------------------------------- nothing leaks
@every_task
def test_the_readout_never_sees_the_test_part_nor_the_wash_out(task):
    W = network(0.9)
    plain = solve(W, task, 0)
    for how in ("other_test_targets", "other_washed_out_targets"):
        made = solve(W, Altered(task, how), 0)
        assert np.array_equal(made.output, plain.output) and np.array_equal(
            made.readout.bias, plain.readout.bias
        )
    later = solve(W, task, 0, wash_out=300)
    assert not np.array_equal(later.output, plain.output)


@every_task
def test_the_score_counts_the_test_part_only(task):
    made = solve(network(0.9), task, 0)
    data = made.stream
    assert np.array_equal(made.times, data.times[data.times >= data.split])
    assert np.array_equal(made.target, data.targets[data.times >= data.split])
    assert np.allclose(made.output, made.states[made.times] @ made.readout.weights.T + made.readout.bias)
    assert evaluate(network(0.9), task, 0).accuracy == task.score(made.output, made.target)


def test_networks_that_are_compared_see_the_same_task():
    weak, strong = (solve(network(x, seed=9), "narma", (4, 2)) for x in (0.5, 2))
    assert weak.stream is strong.stream
    for n, m in ((50, 5), (100, 1)):
        (w_in, beta), (double, triple) = input_layer(n, m, (4, 2)), input_layer(n, m, (4, 2), 0.2, 0.3)
        assert np.allclose(double, 2 * w_in, rtol=1e-15) and np.allclose(triple, 3 * beta, rtol=1e-15)
        assert w_in.std() == pytest.approx(0.1, rel=0.25) and beta.std() == pytest.approx(0.1, rel=0.25)
    assert not np.array_equal(input_layer(50, 5, (4, 2))[0], input_layer(50, 5, (4, 3))[0])
    assert not np.array_equal(input_layer(50, 5, (4, 2))[1], input_layer(50, 5, (4, 3))[1])


def test_faults_of_an_input_layer_are_named_at_once():
    words = [
        r"3 faults in the input:",
        r"n_neurons = array\(\[3, 4\]\): must be a whole number, 2 <= n_neurons <= 5000",
        r"seed = -1: must be a whole number >= 0, or a pair of them \(seed, replicate\)",
        r"bias_strength = nan: must be a number, 0 <= bias_strength <= 1e\+06",
    ]
    with pytest.raises(ValueError, match=r"\n  ".join(words)):
        input_layer(np.array([3, 4]), 2, -1, bias_strength=np.nan)


@every_task
def test_the_run_is_the_driven_run_from_zero_carried_over_or_reset(task):
    W, data = network(1.5), stream(task, 3)
    w_in, beta = input_layer(100, data.inputs.shape[1], 3, 0.7, 0.2)
    for reset in (False, True):
        made = solve(W, task, 3, input_strength=0.7, bias_strength=0.2, reset=reset)
        want = driven_run(W, data.inputs, w_in, beta, reset_every=data.episode if reset else 0)
        assert np.array_equal(made.states, want)
    if data.episode:
        first = np.arange(0, len(data.inputs), data.episode)
        assert np.allclose(made.states[first], np.tanh(data.inputs[first] @ w_in.T + beta), atol=1e-14)


# ---------------------------------------------------------------- what is reported
@every_task
def test_the_fields_mean_what_they_say(task):
    W = network(0.9)
    made = evaluate(W, task, 5)
    assert made._fields[:7] == MEASURES and made.chance == task.chance
    assert made.score == pytest.approx((made.accuracy - task.chance) / (1 - task.chance))
    assert made.baseline == evaluate(np.zeros((100, 100)), task, 5).accuracy < made.accuracy
    own = measures(solve(W, task, 5).states[stream(task, 5).split :])
    assert made[4:7] == (own.fluctuation, own.correlation, own.nonlinearity)
    assert all(isinstance(x, float) for x in made)


def test_the_baseline_knows_its_settings():
    def baseline(n=100, seed=0, **settings):
        return evaluate(network(0.9, n=n), "pattern_classification", seed, **settings).baseline

    assert len({baseline(), baseline(drive=1.0), baseline(seed=1), baseline(n=20)}) == 4


def test_usual_names():
    memory, narma = evaluate(network(0.9), "sequence_memory"), evaluate(network(0.9), "narma")
    assert memory.memory_capacity == pytest.approx(30 * memory.accuracy)
    assert narma.accuracy == pytest.approx(1 / (1 + narma.nrmse))
    assert "nrmse" not in memory._fields


def test_a_task_may_be_given_by_name_or_as_an_object_with_other_numbers():
    W = network(0.9)
    assert evaluate(W, "narma", 2) == evaluate(W, Narma(), 2) == evaluate(W, replace(TASKS["narma"]), (2, 0))
    assert evaluate(W, Narma(n_steps=6000), 2) != evaluate(W, Narma(), 2)


def test_any_container_of_the_same_numbers_gives_the_same():
    W = network(0.9, n=20)
    W[np.abs(W) < 0.2] = 0
    want = evaluate(W, "narma")
    for form in (np.asfortranarray(W), scipy.sparse.csr_array(W), pd.DataFrame(W), W.tolist()):
        assert evaluate(form, "narma") == want


def test_all_tasks_at_once_and_in_a_sweep():
    W = network(0.9, (7, 1), 30)
    flat = evaluate_all(W, (7, 1), drive=1.0)
    for name in TASKS:
        for field, value in evaluate(W, name, (7, 1), drive=1.0)._asdict().items():
            assert getattr(flat, f"{name}_{field}") == value
    settings = dict(tasks=["narma", "sequence_memory"], drive=1.0)
    data = sweep(dict(coupling=[0.9]), evaluate_all, n_neurons=30, n_replicates=2, seed=7, settings=settings)
    assert float(data.narma_nrmse.sel(coupling=0.9, replicate=1)) == flat.narma_nrmse
    assert "digits_accuracy" not in data
    one = sweep(
        dict(coupling=[0.9]), evaluate, n_neurons=30, n_replicates=2, seed=7, settings=dict(task="narma")
    )
    assert float(one.accuracy[0, 1]) == evaluate(W, "narma", (7, 1)).accuracy


@pytest.mark.parametrize("settings", [{}, dict(reset=True, drive=1.0), dict(method="least squares")])
def test_tasks_solved_side_by_side_are_those_solved_alone(settings):
    W = network(1.5, 3)
    together = solve_all(W, 3, **settings)
    assert list(together) == list(TASKS)
    for name, made in together.items():
        alone = solve(W, name, 3, **settings)
        assert np.array_equal(made.states, alone.states) and np.array_equal(made.output, alone.output)


# ---------------------------------------------------------------- bad input
def faults(*args, **kwargs):
    with pytest.raises(ValueError) as error:
        evaluate(*args, **kwargs)
    return str(error.value)


def test_every_fault_is_named_at_once():
    text = faults(np.zeros((3, 4)), "narmer", -1, ridge=-1.0, reset=1, method="svd", input_strength=np.inf)
    assert text.startswith("7 faults in the input") and "did you mean narma?" in text
    assert "W has shape (3, 4): must be square, (N, N)" in text and "seed = -1" in text
    assert "reset = 1: must be True or False" in text and "input_strength = inf" in text


@pytest.mark.parametrize(
    "W, words",
    [
        (np.full((3, 3), np.nan), "W has 9 entries that are not finite"),
        (np.eye(3) * 1j, "W has dtype complex128: must be real numbers"),
        (np.eye(3, dtype=bool), "W has dtype bool: must be real numbers"),
        (scipy.sparse.eye_array(4, 3), "W has shape (4, 3): must be square"),
        (np.zeros(9), "W has shape (9,): must be square"),
        ([[1.0, 2.0], [3.0]], "W is ragged: rows must be of equal length"),
        (None, "W = None: must be an array of numbers"),
    ],
)
def test_a_matrix_that_is_none_is_refused_in_words(W, words):
    assert words in faults(W, "narma")


@dataclass(frozen=True)
class Unhashable(SequenceMemory):
    delays: list = None

    def __hash__(self):
        return hash(([],))


def test_a_task_that_does_not_fit_is_refused_in_words():
    W = np.eye(3)
    washed = faults(W, "narma", wash_out=1000)
    assert "wash_out = 1000: must leave something to train on before step 1000 of narma" in washed
    assert evaluate(W, "narma", wash_out=999).accuracy >= 0
    assert "task = 5: must be a Task or one of sequence_generation" in faults(W, 5)
    assert "must be hashable" in faults(W, Unhashable())
    with pytest.raises(ValueError, match="tasks: narma is there twice"):
        evaluate_all(W, tasks=["narma", Narma(n_steps=500)])
    with pytest.raises(ValueError, match="must name at least one"):
        evaluate_all(W, tasks=[])


class Generous(SequenceMemory):
    name = "generous"

    def score(self, output, target):
        return 1.7


class Fractional(SequenceMemory):
    name = "fractional"

    def make(self, seed):
        return super().make(seed)._replace(times=np.linspace(50.5, 1990.5, 1970))


def test_a_task_that_breaks_its_promises_is_named():
    assert "task generous: score returned 1.7: must be within 0 .. 1" in faults(np.eye(3), Generous())
    assert "task fractional: times must be whole numbers" in faults(np.eye(3), Fractional())


def test_one_task_may_be_named_alone():
    assert evaluate_all(network(0.9), tasks="narma") == evaluate_all(network(0.9), tasks=["narma"])
    with pytest.raises(ValueError, match="1 fault in the input:\n.*narmer.*did you mean narma"):
        evaluate_all(network(0.9), tasks="narmer")
