"""The gate: labels are aligned, graphs and tables stand the right way round,
what is no matrix is refused in words.
"""

import json
import re
from collections import namedtuple

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import xarray as xr

from regrnn_lib import (
    apply_knobs,
    conditional_lyapunov,
    driven_run,
    evaluate,
    evaluate_all,
    free_run,
    matrix_indices,
    module_labels,
    sweep,
    theory,
    weight_matrix,
    weights,
)
from regrnn_lib.arrays import square_matrix
from regrnn_lib.connectome import celegans
from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.experiments.sweep import sweep_knobs
from regrnn_lib.explore import views
from regrnn_lib.regularities import REGULARITIES
from regrnn_lib.reservoir import input_layer, input_strength, solve
from regrnn_lib.tasks import Narma, PatternClassification

NAMES = list("abcd")
W = np.arange(16.0).reshape(4, 4) / 10
FRAME = pd.DataFrame(W, NAMES, NAMES)


def refusal(call, *args, **named):
    with pytest.raises(ValueError, match=r"^\d+ faults? in the input:") as error:
        call(*args, **named)
    return str(error.value)


# ---------------------------------------------------------------- labels
def test_an_edge_goes_from_sender_to_receiver():
    """NetworkX's own matrices have senders in rows."""
    graph = nx.DiGraph([("a", "b", dict(weight=2.0)), ("c", "a")])
    got = square_matrix(graph)
    assert got[1, 0] == 2 and got[0, 2] == 1 and got.sum() == 3
    assert np.array_equal(got, nx.to_numpy_array(graph).T)
    both = nx.MultiGraph([("a", "b"), ("a", "b"), ("b", "b", dict(weight=3))])
    assert square_matrix(both).tolist() == [[0, 2], [2, 3]]


def test_columns_are_put_into_the_order_of_rows():
    reverse = xr.DataArray(W, [("post", NAMES), ("pre", NAMES)])[:, ::-1]
    other_way = xr.DataArray(W.T, [("pre", NAMES), ("post", NAMES)])
    pivot = FRAME.T.rename_axis(index="pre", columns="post")
    for same in (FRAME[list("dacb")], reverse, other_way, pivot):
        assert np.array_equal(square_matrix(same), W)
    swapped = FRAME.loc[list("dacb")]
    assert np.array_equal(square_matrix(swapped), swapped[list("dacb")])


@pytest.mark.parametrize(
    "table", [lambda w, c: pd.DataFrame(w, NAMES, c), lambda w, c: xr.DataArray(w, [("i", NAMES), ("j", c)])]
)
def test_labels_that_differ_are_named(table):
    text = refusal(free_run, table(W, list("abcx")))
    assert "W: its columns differ from its rows: 'd' is missing, 'x' is not among them" in text
    assert "'a' is there twice" in refusal(free_run, table(W, list("aabc")))
    rows = pd.DataFrame(W, [0, 1, 2, 7])
    assert "7 is missing, 3 is not among them" in refusal(free_run, rows)


def test_whatever_belongs_to_neurons_or_inputs_is_aligned():
    x = pd.DataFrame(np.ones((3, 2)), columns=["light", "sound"])
    w_in = pd.DataFrame(np.arange(8.0).reshape(4, 2), NAMES, ["light", "sound"])
    bias = pd.Series(np.arange(4.0), NAMES)
    want = driven_run(W, x.to_numpy(), w_in.to_numpy(), bias.to_numpy(), bias.to_numpy())
    back = NAMES[::-1]
    assert np.array_equal(
        driven_run(FRAME, x, w_in.loc[back, ["sound", "light"]], bias[back], bias[back]), want
    )
    assert np.array_equal(free_run(FRAME, start=bias[back]), free_run(W, start=np.arange(4.0)))
    states = driven_run(FRAME, x, w_in, bias, bias)
    assert (
        list(states) == NAMES
        and free_run(xr.DataArray(W, [("i", NAMES), ("j", NAMES)])).neuron.values.tolist() == NAMES
    )
    of_states = conditional_lyapunov(W, want, burn_in=0)
    assert (
        conditional_lyapunov(FRAME, states[back], burn_in=0)
        == of_states
        != conditional_lyapunov(W, states[back], 0)
    )
    modules = pd.Series(["x", "y", "y", "x"], NAMES)
    assert matrix_indices(FRAME, modules[back]) == matrix_indices(W, [0, 1, 1, 0])
    text = refusal(driven_run, FRAME, x, w_in.rename(columns=dict(light="lihgt")), bias.rename(dict(a="A")))
    assert "input_weights: its columns differ from those of the inputs: 'light' is missing, 'lihgt'" in text
    assert "bias: its labels differ from those of W: 'a' is missing, 'A' is not among them" in text


@pytest.mark.parametrize(
    "given, words",
    [
        (np.ma.array(W, mask=W > 1.4), "W has 1 masked entries"),
        (W + 1j, "W has dtype complex128: must be real numbers"),
        (W.astype(object), "W has dtype object: must be real numbers"),
        (np.full((2, 2), 1e60), "W has entries beyond 1e+50: products of them would overflow"),
        (sp.coo_array((10**6, 10**6)), "W has shape (1000000, 1000000): must have at most"),
        (FRAME.where(W > 0.05), "W has 1 entry that is not finite"),
        ({"a": 1}, "W = {'a': 1}: must be an array of numbers"),
        ("x" * 10**6, "xxx ...: must be an array of numbers"),
    ],
)
def test_what_is_no_matrix_is_refused_in_one_line(given, words):
    for call in (free_run, lambda W: evaluate(W, "narma")):
        text = refusal(call, given)
        assert words in text and len(text) < 300


def test_whole_numbers_are_welcome_everywhere():
    counts = celegans("electrical").astype(int)
    assert evaluate(counts, Narma(n_steps=400)) == evaluate(counts.to_numpy(dtype=float), Narma(n_steps=400))


def test_states_that_no_memory_holds_are_refused_before_they_are_asked_for():
    assert "n_steps = 10000000: states of 4 neurons" not in refusal(free_run, W, n_steps=10**8)
    big = np.zeros((200, 200))
    assert "n_steps = 10000000: states of 200 neurons must be at most 1e+09 numbers" in refusal(
        free_run, big, 10**7
    )


# ---------------------------------------------------------------- scalars and names
def test_names_that_are_misspelt_get_a_suggestion():
    for call, words in (
        (lambda: weight_matrix(9, 1.0, dael=1.0), "dael: .*did you mean dale"),
        (lambda: views.look(n_neurons=9, coupling=1.0, balence=0.1), "balence: .*did you mean balance"),
        (lambda: views.look(n_neurons=9), "coupling: is missing"),
        (lambda: evaluate_all(W, rigde=1.0), "rigde: .*did you mean ridge"),
        (lambda: Narma(n_step=5), "n_step: no field of Narma.*did you mean n_steps"),
        (lambda: sweep(dict(dael=[1.0]), n_neurons=9, coupling=1.0), "dael: .*did you mean dale"),
        (
            lambda: sweep({}, settings=dict(n_step=5), n_neurons=9, coupling=1.0),
            "n_step'; did you mean n_steps",
        ),
        (
            lambda: sweep({}, vary=dict(n_step=[5]), n_neurons=9, coupling=1.0),
            "n_step'; did you mean n_steps",
        ),
        (
            lambda: sweep_knobs({}, [0.0], free_dynamics, knobs="dael", n_neurons=9),
            "dael: .*did you mean dale",
        ),
    ):
        assert re.search(words, refusal(call))


def test_strength_or_coupling():
    assert np.array_equal(
        weight_matrix(49, coupling=2.1, seed=3), weight_matrix(49, 2.1 / np.sqrt(49), seed=3)
    )
    for both in ({}, dict(strength=1.0, coupling=1.0)):
        assert "exactly one of the two" in refusal(weight_matrix, 9, **both)


Two = namedtuple("Two", "one two")
Other = namedtuple("Other", "three")


def arrays(W, seed):
    return Two(W, 1.0)


def changing(W, seed):
    return Two(1.0, 2.0) if seed[1] == 0 else Other(1.0)


def changing_within(W, seed):
    return Two(1.0, 2.0) if W[0, 0] > 0 else Other(1.0)


@pytest.mark.parametrize(
    "function, words",
    [
        (arrays, r"its field one is array\(.*must be a number"),
        (changing, "returned the fields three after one, two"),
        (changing_within, "returned the fields"),
    ],
)
def test_what_a_function_gives_back_is_checked(function, words):
    text = refusal(sweep, dict(balance=[-1.0, 1.0]), function, n_neurons=5, strength=1.0, n_replicates=2)
    assert re.search(f"evaluate = {function.__name__}: {words}", text)


# ---------------------------------------------------------------- knobs on a given matrix
@pytest.mark.parametrize(
    "knobs", [dict(reciprocity=0.4), dict(modularity=0.7), dict(reciprocity=1.0, modularity=0.3)]
)
def test_knobs_turned_afterwards_are_those_turned_at_once(knobs):
    plain = weight_matrix(31, 1.0, 0.2, density=0.5, seed=(3, 1))
    assert np.array_equal(
        apply_knobs(plain, **knobs, seed=(3, 1)),
        weight_matrix(31, 1.0, 0.2, density=0.5, seed=(3, 1), **knobs),
    )


def test_dale_follows_the_majority_of_a_column():
    given = weight_matrix(200, 1.0, 0.1, density=0.6, seed=1)
    full = apply_knobs(given, dale=1.0)
    majority = np.where(np.sign(given).sum(axis=0) < 0, -1, 1)
    assert np.array_equal(full, np.abs(given) * majority)
    shares = [np.mean(apply_knobs(given, dale=d) != given) / np.mean(full != given) for d in (0.25, 0.5)]
    assert shares == pytest.approx([0.25, 0.5], abs=0.02)
    tie = np.array([[1.0, -2.0], [-1.0, 2.0]])
    assert np.array_equal(apply_knobs(tie, dale=1.0), np.abs(tie))


def test_labels_are_kept_and_scale_does_not_matter():
    worm = celegans("chemical")
    modules = pd.Series(np.arange(279) % 3, worm.index)
    cut = apply_knobs(worm, modularity=1.0, labels=modules.sample(frac=1, random_state=0))
    assert cut.index.equals(worm.index) and cut.columns.equals(worm.columns)
    assert cut.to_numpy()[modules.to_numpy()[:, None] != modules.to_numpy()].sum() == 0
    assert apply_knobs(worm).equals(worm)
    array = xr.DataArray(worm.to_numpy().T, [("pre", worm.index), ("post", worm.index)])
    turned = apply_knobs(array, dale=0.5, reciprocity=0.5)
    assert turned.dims == ("pre", "post") and np.array_equal(
        turned.T, apply_knobs(worm, dale=0.5, reciprocity=0.5)
    )
    for factor in (2.0**500, 2.0**-560):
        assert np.array_equal(apply_knobs(worm * factor, dale=0.5, reciprocity=0.5) / factor, turned.T)


def test_a_further_regularity_turns_its_knob_by_its_law(monkeypatch):
    class Cut(type(REGULARITIES["modularity"])):
        name = "reciprocity"

        def given_law(self, W, level, draws, network, labels):
            return W - level * np.diag(np.diag(W))

    monkeypatch.setitem(REGULARITIES, "reciprocity", Cut())
    assert np.trace(apply_knobs(np.ones((6, 6)), reciprocity=0.5)) == 3


def test_faults_of_knobs_are_named_at_once():
    text = refusal(apply_knobs, W + 1j, dale=2, seed=-1)
    assert text.startswith("3 faults")
    assert "labels has shape (2,): must be (4,)" in refusal(apply_knobs, W, modularity=0.5, labels=[0, 1])
    assert "n_modules = 5: must be at most n_neurons = 4" in refusal(apply_knobs, W, modularity=0.5)


# ---------------------------------------------------------------- sweeps of given matrices and of a task's fields
def test_own_matrices_are_swept():
    mine = dict(worm=celegans("chemical") / 50, drawn=weight_matrix(30, coupling=1.5))
    how = dict(matrices=mine, scale=0.5, n_replicates=2, seed=4, settings=dict(n_steps=50, burn_in=10))
    data = sweep(dict(reciprocity=[0.0, 0.5], n_modules=[2, 3]), modularity=0.5, **how)
    assert data.fluctuation.dims == ("matrix", "reciprocity", "n_modules", "replicate")
    for name, given in mine.items():
        turned = apply_knobs(given, reciprocity=0.5, modularity=0.5, n_modules=3, seed=(4, 1))
        want = free_dynamics(0.5 * turned, 50, 10, seed=(4, 1))
        cell = data.sel(matrix=name, reciprocity=0.5, n_modules=3, replicate=1)
        assert np.array_equal([float(cell[n]) for n in want._fields], np.array(want, float), equal_nan=True)
    labels = dict(drawn=pd.Series(np.arange(30) % 2))
    other = sweep(dict(modularity=[1.0]), labels=labels, **how).sel(matrix="drawn", replicate=0)
    want = free_dynamics(
        0.5 * apply_knobs(mine["drawn"], modularity=1.0, labels=labels["drawn"]), 50, 10, seed=(4, 0)
    )
    assert float(other.fluctuation.item()) == want.fluctuation
    text = refusal(sweep, dict(strength=[1.0]), matrices=dict(one=W + 1j), labels=dict(oen=[0]))
    assert (
        "matrices['one'] has dtype complex128" in text
        and "oen is none of the matrices; did you mean one?" in text
    )


def test_own_matrices_are_kept_under_their_contents(tmp_path, monkeypatch):
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path))
    first, second = (sweep({}, matrices=dict(x=x * W), settings=dict(n_steps=9)) for x in (1.0, 2.0))
    again = sweep({}, matrices=dict(y=FRAME), settings=dict(n_steps=9))
    assert first.lyapunov.item() == again.lyapunov.item() != second.lyapunov.item()


def test_a_field_of_a_task_is_a_dimension():
    task, how = PatternClassification(n_episodes=60), dict(n_neurons=9, coupling=0.9)
    data = sweep(
        {}, evaluate, vary={"task.noise": [0.0, 1.0], "drive": [0.3]}, settings=dict(task=task), **how
    )
    assert data.accuracy.dims == ("noise", "drive", "replicate")
    for noise in (0.0, 1.0):
        alone = evaluate(
            weight_matrix(9, coupling=0.9, seed=(0, 0)),
            PatternClassification(n_episodes=60, noise=noise),
            (0, 0),
        )
        assert data.accuracy.sel(noise=noise).item() == alone.accuracy
    text = refusal(sweep, {}, evaluate, vary={"task.nois": [0.0]}, settings=dict(task=task), **how)
    assert "nois: no field of PatternClassification" in text and "did you mean noise?" in text
    assert json.loads(data.settings)["ridge"] == 1e-6


# ---------------------------------------------------------------- leak and input weights
@pytest.mark.parametrize("reset", [False, True])
def test_a_leak_keeps_a_part_of_the_state_before(reset):
    A, task = weight_matrix(40, coupling=1.2, seed=1), PatternClassification(n_episodes=80)
    solved = solve(A, task, 3, leak=0.3, reset=reset, bias_strength=0.2)
    w_in, beta = input_layer(40, 5, 3, input_strength(solved.stream, 0.3), 0.2)
    y = np.zeros(40)
    for t, x in enumerate(solved.stream.inputs):
        y = np.zeros(40) if reset and t % task.episode_steps == 0 else y
        y = 0.7 * y + 0.3 * np.tanh(A @ y + w_in @ x + beta)
        assert solved.states[t] == pytest.approx(y, abs=1e-12)
    assert np.array_equal(solve(A, task, 3, leak=1.0).states, solve(A, task, 3).states)


def test_input_weights_of_ones_own_are_used_as_they_are():
    A, task = weight_matrix(20, coupling=1.2, seed=1), PatternClassification(n_episodes=80)
    drawn = solve(A, task, 3, drive=0.5)
    w_in, _ = input_layer(20, 5, 3, input_strength(drawn.stream, 0.5))
    assert evaluate(A, task, 3, input_weights=w_in, drive=9.0) == evaluate(A, task, 3, drive=0.5)
    assert "input_weights has shape (20, 4): must be (N, 5)" in refusal(
        evaluate, A, task, input_weights=w_in[:, :4]
    )
    assert "at most one" in refusal(evaluate, A, task, input_weights=w_in, input_strength=1.0)


# ---------------------------------------------------------------- scale
@pytest.mark.parametrize("factor", [1e160, 1e-170, 2.0**-1040])
def test_indices_do_not_depend_on_the_unit_of_weights(factor):
    A = weight_matrix(30, 1.0, 0.2, density=0.5, dale=0.5, seed=4)
    got, want = matrix_indices(factor * A, n_shuffles=1)._asdict(), matrix_indices(A, n_shuffles=1)._asdict()
    assert got.pop("strength") == pytest.approx(factor * want.pop("strength"), rel=1e-6)
    assert got == pytest.approx(want, rel=1e-6)


def test_what_is_infinite_has_no_indices():
    for value in (np.inf, -np.inf, np.nan):
        for call in (matrix_indices, apply_knobs, free_run):
            assert "W has 1 entry that is not finite" in refusal(call, np.diag([1.0, value]))


def test_without_a_search_large_matrices_take_no_time(monkeypatch):
    monkeypatch.setattr(weights, "find_communities", None)
    found = matrix_indices(weight_matrix(300, 1.0), communities=False)
    assert np.isnan([found.modularity, found.modularity_null]).all() and np.isfinite(found[:5]).all()
    monkeypatch.undo()
    assert np.isnan(matrix_indices(weight_matrix(10, 1.0), n_shuffles=0).modularity_null)


def test_draws_are_kept_up_to_a_number_of_bytes(monkeypatch):
    recent = weights._Recent()
    monkeypatch.setattr(weights, "MOST_BYTES", 250)
    for key in range(5):
        recent.get((key,), lambda key: {"x": np.full(10, key)})
    assert [key for _, key in recent.kept] == [(2,), (3,), (4,)] and recent.size() == 240
    recent.get((9,), lambda key: {"x": np.zeros(100)})
    assert not recent.kept and recent.size() == 0


def test_module_labels_are_checked():
    assert module_labels(7, 3).tolist() == [0, 0, 0, 1, 1, 2, 2]
    assert "n_modules = 0" in refusal(module_labels, 5, 0)


# ---------------------------------------------------------------- messages
@pytest.mark.parametrize(
    "call",
    [
        lambda long: weight_matrix(10, 0.1, **{long: 1}),
        lambda long: sweep({long: [0.1]}, n_neurons=5),
        lambda long: sweep(dict(dale=[0.0]), matrices={long: W + 1j}),
        lambda long: evaluate_all(W, **{long: 1}),
        lambda long: views.look(n_neurons=long, coupling=long, **{long: 1}),
        lambda long: theory.onset_quantiles(0.5, [long]),
        lambda long: theory.boundaries(10, np.arange(1000.0)[::-1] + 1),
    ],
)
def test_names_and_values_are_shown_on_a_short_line(call):
    text = refusal(call, "a_long_name" * 1000)
    assert "a_long_name" * 8 not in text and max(map(len, text.splitlines())) < 250
