"""The tasks: what they draw is what the definitions say, and knowing nothing scores at chance."""

import re
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.datasets import load_digits

from regrnn_lib import tasks, weight_matrix
from regrnn_lib.reservoir import evaluate
from regrnn_lib.tasks import (
    TASKS,
    Digits,
    Narma,
    PatternClassification,
    SequenceGeneration,
    SequenceMemory,
    Stream,
    Task,
    narma_series,
    nrmse,
    squared_correlations,
    stream,
)

every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
EPISODIC = [task for task in TASKS.values() if stream(task, 0).episode]
DIVERGES = 121  # a seed whose first NARMA input diverges


def in_episodes(made):
    """Inputs (episode, step, channel) and targets (episode, row, output)."""
    n = len(made.inputs) // made.episode
    return made.inputs.reshape(n, made.episode, -1), made.targets.reshape(n, -1, made.targets.shape[1])


# ---------------------------------------------------------------- what is drawn
@every_task
def test_a_stream_depends_on_the_seed_and_on_nothing_else(task):
    first, again, pair, other = task.make(3), task.make(3), task.make((3, 0)), task.make((3, 1))
    for name in ("inputs", "targets", "times"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
        assert np.array_equal(getattr(first, name), getattr(pair, name))
    assert not np.array_equal(first.inputs, other.inputs)


@every_task
def test_what_is_kept_cannot_be_written_to(task):
    kept = stream(task, 0)
    assert stream(task, 0) is kept
    for array in (kept.inputs, kept.targets, kept.times):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_defaults_are_those_of_the_model():
    made = {name: stream(task, 0) for name, task in TASKS.items()}
    assert {name: (*m.inputs.shape, m.targets.shape[1]) for name, m in made.items()} == {
        "sequence_generation": (6000, 5, 1),
        "sequence_memory": (2000, 1, 30),
        "pattern_classification": (5000, 5, 10),
        "narma": (2000, 1, 1),
        "digits": (9600, 8, 10),
    }
    assert [m.split for m in made.values()] == [3000, 1000, 2500, 1000, 6400]
    assert [task.chance for task in TASKS.values()] == [0.5, 0, 0.1, 0.5, 0.1]


@pytest.mark.parametrize("task", EPISODIC, ids=lambda task: task.name)
@pytest.mark.parametrize("test_share", [0.1, 1 / 3, 0.77])
def test_train_and_test_share_no_episode(task, test_share):
    made = stream(type(task)(test_share=test_share), 5)
    assert made.split % made.episode == 0 and len(made.inputs) % made.episode == 0
    episodes = made.times // made.episode
    train, test = episodes[made.times < made.split], episodes[made.times >= made.split]
    assert len(train) and len(test) and not set(train) & set(test)
    assert len(test) / len(episodes) == pytest.approx(test_share, abs=1e-3)


def test_train_and_test_share_no_image():
    made = stream(Digits(), 5)
    images, n_train = made.info["images"], made.split // made.episode
    assert len(set(images)) == 1200 and not set(images[:n_train]) & set(images[n_train:])
    pixels = {episode.tobytes() for episode in in_episodes(made)[0]}
    assert len(pixels) == 1200  # nor do two images of the data look the same


def test_a_cue_starts_each_sequence_and_then_there_is_only_noise():
    made = stream(SequenceGeneration(noise=0.25), 1)
    inputs, targets = in_episodes(made)
    classes, cues = made.info["classes"], made.info["cues"]
    assert (inputs[:, 0] - cues[classes]).std() == pytest.approx(0.25, rel=0.05)
    assert inputs[:, 1:].std() == pytest.approx(0.25, rel=0.02) and abs(inputs[:, 1:].mean()) < 0.01
    assert cues.std() == pytest.approx(1, abs=0.3)
    assert np.array_equal(targets[:, :, 0], made.info["sequences"][classes])


@pytest.mark.parametrize("n_classes", [2, 5, 10])
def test_at_every_step_half_of_the_classes_want_plus_one(n_classes):
    sequences = stream(SequenceGeneration(n_classes=n_classes, episode_steps=50), 1).info["sequences"]
    assert set(np.unique(sequences)) == {-1, 1}
    assert set(sequences.sum(axis=0)) == ({-1, 1} if n_classes % 2 else {0})
    assert len(np.unique(sequences, axis=1).T) > 1  # and not the same half each time


@pytest.mark.parametrize("task", [SequenceGeneration(), PatternClassification()], ids=lambda task: task.name)
def test_classes_are_equally_frequent_in_training_and_in_testing(task):
    made = stream(task, 2)
    classes, n_train = made.info["classes"], made.split // made.episode
    for part in (classes[:n_train], classes[n_train:]):
        assert set(np.bincount(part)) == {len(part) // 10}
    assert np.mean(classes[1:] == classes[:-1]) < 0.2  # and in random order


def test_patterns_are_prototypes_under_noise_read_at_the_last_step():
    made, clean = stream(PatternClassification(), 4), stream(PatternClassification(noise=0), 4)
    prototypes, classes = clean.info["prototypes"], clean.info["classes"]
    assert np.array_equal(in_episodes(clean)[0], prototypes[classes])
    assert (made.inputs - clean.inputs).std() == pytest.approx(1.5, rel=0.02)
    assert np.array_equal(made.times, np.arange(4, 5000, 5))
    assert np.array_equal(made.targets.argmax(axis=1), classes) and np.all(made.targets.sum(axis=1) == 1)


def test_memory_wants_the_inputs_of_earlier_steps():
    made = stream(SequenceMemory(n_steps=300, n_delays=7), 0)
    for row, t in enumerate(made.times):
        assert np.array_equal(made.targets[row], [made.inputs[t - k, 0] for k in range(1, 8)])
    assert made.times[0] == 7 and made.times[-1] == 299
    assert np.abs(made.inputs).max() < 1 and made.inputs.var() == pytest.approx(1 / 3, rel=0.2)


def written_out(u):
    """NARMA-10 as its definition stands."""
    z = np.zeros(len(u) + 1)
    for t in range(9, len(u)):
        z[t + 1] = 0.3 * z[t] + 0.05 * z[t] * sum(z[t - i] for i in range(10)) + 1.5 * u[t - 9] * u[t] + 0.1
    return z


def test_narma_follows_its_equation():
    made = stream(Narma(), 0)
    u = (made.inputs[:, 0] + 0.5) / 2
    assert u.min() >= 0 and u.max() < 0.5
    assert np.allclose(made.targets[:, 0], written_out(u)[made.times + 1], rtol=1e-11)
    assert made.info["redraws"] == 0


def test_a_diverging_narma_is_met_redrawn_and_recorded():
    u = tasks.random_stream(DIVERGES, "task").uniform(0, 0.5, 2000)
    with np.errstate(over="ignore", invalid="ignore"):
        assert not np.abs(written_out(u)).max() < 2 and narma_series(u) is None
    made = stream(Narma(), DIVERGES)
    assert made.info["redraws"] == 1 and np.abs(made.targets).max() <= 2
    fresh = tasks.random_stream(DIVERGES, "task").spawn(1)[0].uniform(0, 0.5, 2000)
    assert np.array_equal(made.inputs[:, 0], 2 * fresh - 0.5)


def test_narma_gives_up_in_words(monkeypatch):
    monkeypatch.setattr(tasks, "BOUND", 0.1)
    with pytest.raises(ValueError, match="n_steps = 500: NARMA-10 diverged in 100 draws"):
        Narma(n_steps=500).make(0)


def test_digits_are_the_real_images_column_by_column():
    data, made = load_digits(), stream(Digits(n_images=50), 7)
    for image, columns, answer in zip(made.info["images"], *in_episodes(made)):
        assert np.array_equal(columns, data.images[image].T / 8 - 1)
        assert answer.argmax() == data.target[image] and answer.sum() == 1
    assert made.inputs.min() == -1 and made.inputs.max() == 1


# ---------------------------------------------------------------- scores
@every_task
def test_the_wanted_output_scores_one_and_a_constant_one_scores_chance(task):
    made = stream(task, 0)
    target = made.targets[made.times >= made.split]
    assert task.score(target, target) == pytest.approx(1)
    constants = [target.mean()] if task.name == "narma" else [0.0, 0.3, -2.0]  # nobody is favoured by a tie
    for constant in constants:
        score = task.score(np.full_like(target, constant), target)
        assert score == pytest.approx(task.chance, abs=0.03 if task.name == "digits" else 1e-12)


@every_task
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_scores_stay_within_their_range(task, data):
    target = stream(task, 0).targets[:40]
    output = data.draw(arrays(float, target.shape, elements=st.floats(-1e6, 1e6)))
    assert 0 <= task.score(output, target) <= 1


def test_squared_correlations_are_those_of_numpy_and_0_for_a_constant():
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=(200, 3)), rng.normal(size=(200, 3))
    z[:, 0] = -5 * x[:, 0] + 3
    x[:, 2] = 0.1
    want = [np.corrcoef(x[:, k], z[:, k])[0, 1] ** 2 for k in range(2)]
    assert np.allclose(squared_correlations(x, z), [*want, 0], rtol=1e-12) and want[0] > 0.999


def test_the_usual_measures_stand_beside_the_accuracy():
    rng = np.random.default_rng(1)
    output, target = rng.normal(size=(500, 30)), rng.normal(size=(500, 30))
    output[:, :10] += target[:, :10]
    memory = SequenceMemory()
    capacity = memory.report(output, target)["memory_capacity"]
    assert capacity == pytest.approx(30 * memory.score(output, target)) and 4 < capacity < 6
    z = rng.normal(size=(500, 1))
    assert nrmse(np.full_like(z, z.mean()), z) == pytest.approx(1)
    assert nrmse(z + 0.25 * z.std(), z) == pytest.approx(0.25)
    assert Narma().score(z + 0.25 * z.std(), z) == pytest.approx(0.8)
    worse, worst = (Narma().score(factor * (z - z.mean()), z) for factor in (-9, -27))
    assert 0 < worst < worse < Narma().chance == pytest.approx(Narma().score(np.full_like(z, z.mean()), z))


# ---------------------------------------------------------------- bad input
def faults(call, *args, **kwargs):
    with pytest.raises(ValueError) as error:
        call(*args, **kwargs)
    return str(error.value)


def test_every_fault_of_a_task_is_named_at_once():
    text = faults(SequenceMemory, n_steps="5", n_delays=-1, test_share=0)
    assert text.startswith("3 faults") and "test_share = 0: must be a number, 0 < test_share <= 0.9" in text
    assert "n_episodes = 3.5" in faults(PatternClassification, n_episodes=3.5)
    assert "noise = nan" in faults(SequenceGeneration, noise=np.nan)
    assert "n_images = 1798" in faults(Digits, n_images=1798)


def test_a_task_that_looks_back_further_than_training_goes_is_refused():
    assert "n_delays = 1000: must be below the 1000 steps of training of n_steps = 2000" in faults(
        SequenceMemory, n_delays=1000
    )
    assert "the order of NARMA-10 = 10: must be below the 9 steps" in faults(Narma, n_steps=18)
    SequenceMemory(n_steps=40, n_delays=19)


@dataclass(frozen=True)
class Broken(Task):
    """Returns whatever stream it is given."""

    how: str = ""
    name = "broken"

    def make(self, seed):
        good = dict(inputs=np.zeros((20, 2)), targets=np.zeros((10, 1)), times=np.arange(0, 20, 2), split=10)
        bad = dict(
            inputs=dict(inputs=np.zeros(20)),
            targets=dict(targets=np.zeros((9, 1))),
            flat=dict(targets=np.zeros(10)),
            order=dict(times=np.arange(20, 0, -2) - 1),
            beyond=dict(times=np.arange(2, 22, 2)),
            split=dict(split=0),
            nothing_to_test=dict(split=19),
            cut=dict(split=9, episode=2),
            nan=dict(inputs=np.full((20, 2), np.nan)),
        )
        return Stream(**good | bad.get(self.how, {}))

    def score(self, output, target):
        return 1.0


@pytest.mark.parametrize(
    "how, words",
    dict(
        inputs="inputs has shape (20,): must be (T, M)",
        targets="targets has shape (9, 1): must be (10, L)",
        flat="targets has shape (10,): must be (10, L)",
        order="times must ascend within 0 .. 19",
        beyond="times must ascend within 0 .. 19",
        split="split = 0: must leave rows of readout before and after it",
        nothing_to_test="split = 19: must leave rows",
        cut="split = 9: must not cut an episode of 2 steps",
        nan="inputs has 40 entries that are not finite",
    ).items(),
)
def test_a_stream_that_does_not_fit_together_is_refused_in_words(how, words):
    assert words in faults(stream, Broken(how), 0)
    assert stream(Broken(), 0).split == 10


# ---------------------------------------------------------------- a sixth task
def test_the_sixth_task_of_the_documentation_runs_as_it_stands():
    code = re.search(r"as it is:\n\n((?:    .*\n|\n)+)", tasks.__doc__).group(1)
    assert code.count("\n") < 26
    scope = dict(__name__="sixth")
    exec(re.sub("^    ", "", code, flags=re.M), scope)
    parity = scope["Parity"](n_bits=2)
    made = evaluate(weight_matrix(100, 0.09, seed=1), parity, seed=1, drive=1.0)
    assert made.accuracy > 0.95 and made.chance == 0.5 and made.baseline < 0.6
    assert made.score == pytest.approx(2 * made.accuracy - 1) and parity.label == "parity"


# ---------------------------------------------------------------- what kind of task
def test_each_task_says_what_is_wanted_of_it():
    kinds = {name: task.kind for name, task in TASKS.items()}
    assert kinds == dict(
        sequence_generation="signs",
        sequence_memory="delays",
        pattern_classification="classes",
        narma="signal",
        digits="classes",
    )
    for task in TASKS.values():
        values = set(np.unique(stream(task, 3).targets))
        assert {"signs": values == {-1, 1}, "classes": values == {0, 1}}.get(task.kind, len(values) > 100)


class Odd(SequenceMemory):
    kind = "odd"


class Misnamed(SequenceMemory):
    kind = "classes"


def test_a_kind_that_is_none_or_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="kind = 'odd': must be one of signal, signs, classes, delays"):
        Odd()
    with pytest.raises(ValueError, match="targets of kind 'classes' must be 0 or 1"):
        stream(Misnamed(), 0)
