"""Bad input is refused at once, whole, and in words; good input comes back as plain numbers."""

import json
import os

import numpy as np
import pytest

from regrnn_lib import free_run, run_measures, weight_matrix
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.parameters import TABLE, _annotations, allowed, cell_values, check, check_cell


def message(call, *args, **kwargs):
    with pytest.raises(ValueError) as error:
        call(*args, **kwargs)
    return str(error.value)


def test_all_faults_come_in_one_message_with_name_value_and_range():
    text = message(
        weight_matrix, 1, -1.0, 2, dale="0.3", reciprocity=float("nan"), density=0, normalize="x", seed=-1
    )
    lines = text.splitlines()
    assert lines[0] == "8 faults in the input:" and len(lines) == 9
    assert "  n_neurons = 1: must be a whole number, 2 <= n_neurons <= 5000" in lines
    assert "  balance = 2: must be a number, -1 <= balance <= 1" in lines
    assert "  dale = '0.3': must be a number, 0 <= dale <= 1" in lines
    assert "  reciprocity = nan: must be a number, 0 <= reciprocity <= 1" in lines
    assert "  density = 0: must be a number, 0 < density <= 1" in lines
    assert "  normalize = 'x': must be 'variance' or None" in lines


def test_a_misspelt_name_is_refused_with_the_nearest_one():
    text = message(check, balence=0.1, strength=-1)
    assert "balence: no such parameter; did you mean balance?" in text and "strength = -1" in text


def test_contradictions_are_refused():
    assert "n_modules = 5: must be at most n_neurons = 4" in message(weight_matrix, 4, 1.0, modularity=0.5)
    assert "n_modules = 9: must be at most n_neurons = 4" in message(weight_matrix, 4, 1.0, n_modules=9)
    assert "must be above coupling_min = 2" in message(check, coupling_min=2, coupling_max=1)
    assert weight_matrix(4, 1.0).shape == (4, 4)  # the default number of modules, unused


@pytest.mark.parametrize("value", [True, 10.0, "10", None, [10], 10**9])
def test_types_are_strict_for_whole_numbers(value):
    assert "n_neurons = " in message(weight_matrix, value, 1.0)


@pytest.mark.parametrize("value", [True, "1", None, 1j, float("inf")])
def test_types_are_strict_for_real_numbers(value):
    assert "strength = " in message(weight_matrix, 10, value)


def test_runs_refuse_too():
    W = np.eye(3)
    assert "n_steps = 1: must be" in message(free_run, W, n_steps=1)
    both = message(run_measures, W, n_steps=2.5, burn_in=-1)
    assert "n_steps = 2.5" in both and "burn_in = -1" in both


def test_lists_are_checked_element_by_element():
    assert "sizes = [50, 1]: must be a list of whole numbers, 2 <= n_neurons <= 5000" in message(
        check, sizes=[50, 1]
    )
    assert "couplings = []: must be a list of numbers" in message(check, couplings=[])


def test_a_list_may_come_as_text_as_papermill_hands_it_on():
    assert check(couplings="[0.5, 2]", balances=" [0]") == dict(couplings=[0.5, 2.0], balances=[0.0])
    for text in ("[0.5", "0.5, 2", "[0.5, 'a']", "[[1]]", ""):
        assert f"couplings = {text!r}" in message(check, couplings=text) or "couplings = [" in message(
            check, couplings=text
        )
    assert "balance = '[0]'" in message(check, balance="[0]")


def test_numpy_numbers_come_back_as_plain_ones():
    made = check(n_neurons=np.int64(5), strength=np.float32(0.5), seed=(np.int64(1), 2))
    assert made == dict(n_neurons=5, strength=0.5, seed=(1, 2)) and type(made["n_neurons"]) is int


def test_every_parameter_says_what_is_allowed():
    for row in TABLE.values():
        assert row.label and (row.of == "measure" or len(allowed(row.name)) > 10)


def test_sweep_lists_the_faults_of_grid_and_parameters_together():
    text = message(sweep, dict(dal=[1.0], balance=[3.0, np.nan]), n_neurons=1, n_workers=-1, n_replicates=0)
    for part in (
        "dal: no parameter",
        "balance = 3.0",
        "balance = nan",
        "n_neurons = 1",
        "n_workers = -1",
        "n_replicates = 0",
        "exactly one of the two",
    ):
        assert part in text


def test_a_notebook_checks_all_its_parameters_by_one_call(monkeypatch):
    monkeypatch.setenv("REGRNN_PARAMETERS", "")  # put back afterwards
    first = "n_neurons: int = 100  # N: size\ncouplings: list = [1.0]\ncoupling: float = 1.0"
    injected = (
        "n_neurons = 50; coupling = 2; levels = None; dale = 7"  # papermill's own cell has no annotations
    )
    cells = dict(In=["", first, injected, "note: str = ''"])
    for text in cells["In"]:
        exec(text, cells)
    assert check_cell(cells) is None
    assert (cells["coupling"], type(cells["coupling"]), cells["dale"]) == (2.0, float, 7)
    assert json.loads(os.environ["REGRNN_PARAMETERS"]) == dict(n_neurons=50, couplings=[1.0], coupling=2.0)
    cells |= dict(n_neurons=1, couplings=[0.0])
    text = message(check_cell, cells)
    assert (
        text.splitlines()[0] == "2 faults in the input:"
        and "n_neurons = 1" in text
        and "couplings = [0.0]" in text
    )


def test_a_cell_says_its_parameters_and_whatever_else_stands_in_a_cell_does_not_disturb():
    text = 'n: int = -1  # x\nlevels: list = [1, 2]\nnothing: float | None = None\nword: str = "a # b"'
    assert cell_values(text) == {"n": -1, "levels": [1, 2], "nothing": None, "word": "a # b"}
    assert cell_values("plain = 1\ntwice: int = 2 * plain\nbare: int\nx.y: int = 3") == {"x.y": 3}
    for text in ("", "# prose: only", "%matplotlib: inline", "def broken(:"):
        assert cell_values(text) == {}


def test_a_notebook_run_as_a_module_has_the_annotations_that_python_keeps():
    assert set(_annotations({"__annotations__": {"n_neurons": int}})) == {"n_neurons"}
    assert set(_annotations({"__annotate__": lambda form: {"n_neurons": int}})) == {
        "n_neurons"
    }  # Python 3.14
