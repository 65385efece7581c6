"""What a key of the cache says of the user's things: equal for equal ones, other for others, in every process."""

import importlib
import json
import subprocess
import sys
import threading

import numpy as np
import pytest

from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.identity import identity
from regrnn_lib.reservoir import evaluate
from regrnn_lib.sweep import sweep
from regrnn_lib.tasks import Narma, SequenceMemory

MODULE = """
from dataclasses import dataclass
from functools import lru_cache, partial
import numba
import numpy as np
import {helper}
import {helper} as other
from regrnn_lib.tasks import SequenceMemory

SCALE = 2.0
TABLE = np.arange(5.0)
OPTIONS = dict(power=2)

def inner(x):
    return x + 1

@lru_cache
def remembered(x):
    return x * 3

@numba.njit
def compiled(x):
    return x - 4

class Base:
    _shift = 5

    @staticmethod
    def lift(x):
        return x + 6

    @property
    def half(self):
        return 0.5

@dataclass(frozen=True)
class Own(SequenceMemory, Base):
    name = "own"

    def score(self, output, target):
        return 0.75

def made(factor):
    def measure(W, seed, x=7):
        return [inner(part) for part in W] and SCALE * TABLE * OPTIONS["power"] + remembered(factor) + compiled(x)
    return measure

def measure(W, seed, low=8, high=9):
    return {helper}.work(W) + other.CONSTANT + partial(inner, 10)() + made(11)(W, seed) + (lambda: 12)()
"""
HELPER = "CONSTANT = 13\nUNUSED = 14\ndef work(x):\n    return deeper(x)\ndef deeper(x):\n    return x + 15\n"


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write the two modules, with some text replaced, and load them: the module."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(old="", new=""):
        assert not old or (MODULE + HELPER).count(old) == 1
        (tmp_path / "users_helper.py").write_text(HELPER.replace(old, new) if old else HELPER)
        text = MODULE.replace(old, new) if old else MODULE
        (tmp_path / "users_module.py").write_text(text.replace("{helper}", "users_helper"))
        importlib.invalidate_caches()
        for name in ("users_module", "users_helper"):
            sys.modules.pop(name, None)
        return importlib.import_module("users_module")

    yield write
    for name in ("users_module", "users_helper"):
        sys.modules.pop(name, None)


def of(module):
    return identity([module.measure, dict(task=module.Own())])


def test_what_is_loaded_again_unchanged_is_the_same(written):
    assert of(written()) == of(written())


@pytest.mark.parametrize(
    "old, new",
    [("SCALE = 2.0", "SCALE = 2.5"), ("np.arange(5.0)", "np.arange(6.0)"), ("power=2", "power=3"), ("return x + 1\n", "return x + 2\n"),
     ("x * 3", "x * 4"), ("x - 4", "x + 4"), ("_shift = 5", "_shift = 6"), ("x + 6", "x + 7"), ("return 0.5", "return 0.6"),
     ("return 0.75", "return 0.25"), ("x=7", "x=6"), ("low=8, high=9", "high=8, low=9"), ("made(11)", "made(12)"),
     ("lambda: 12", "lambda: 13"), ("partial(inner, 10)", "partial(inner, 9)"), ("CONSTANT = 13", "CONSTANT = 12"), ("x + 15", "x + 16")],
)  # fmt: skip
def test_an_edit_of_anything_that_the_code_reaches_is_another_thing(written, old, new):
    assert of(written()) != of(written(old, new))


def test_what_the_code_does_not_reach_does_not_matter(written):
    assert of(written()) == of(written("UNUSED = 14", "UNUSED = 15"))


def test_two_things_that_print_alike_are_told_apart():
    long, other = np.zeros(2000), np.zeros(2000)
    other[1000] = 5
    assert repr(long) == repr(other) and identity(dict(x=long)) != identity(dict(x=other))

    class Quiet(Narma):
        def __init__(self, k):
            super().__init__()
            object.__setattr__(self, "k", k)

        def __repr__(self):
            return "Quiet()"

    assert identity(Quiet(0.1)) != identity(Quiet(0.2)) and identity(Quiet(0.1)) == identity(Quiet(0.1))
    assert identity({Quiet(0.1)}) != identity({Quiet(0.2)})  # in a set, too
    assert len({identity(x) for x in ({1: 2}, [[1, 2]], [1, 2], (1, 2), {1, 2}, "12", np.array([1, 2]), 12, None)}) == 9
    assert identity(dict(a=1, b=2)) == identity(dict(b=2, a=1))


def test_what_cannot_be_described_is_never_the_same():
    lock = threading.Lock()
    assert identity(dict(x=lock)) != identity(dict(x=lock))


def test_what_refers_to_itself_comes_to_an_end():
    one = []
    one.append(one)
    assert identity(one) == identity(one)


def test_functions_and_tasks_of_the_library_are_names_and_numbers():
    described = json.loads(identity([evaluate, dict(task=SequenceMemory(n_delays=7))]))
    assert described[1] == "regrnn_lib.reservoir.evaluate" and ["n_delays", 7] in described[2][1][1][2]
    assert "regrnn_lib.dynamics.free_dynamics" in identity(free_dynamics)


def test_another_process_finds_the_same_words(written, tmp_path):
    here = of(written())
    script = "import users_module as m; from regrnn_lib.identity import identity; print(identity([m.measure, dict(task=m.Own())]))"
    for hashed in "01":  # the first run compiles the modules, the second loads them
        made = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PYTHONHASHSEED": hashed},
                              capture_output=True, text=True, check=True)  # fmt: skip
        assert made.stdout.strip() == here


def test_an_edited_task_is_computed_anew(written, tmp_path, monkeypatch):
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path / "cache"))

    def accuracy(module):
        settings = dict(task=module.Own(n_steps=400, n_delays=2))
        return sweep(dict(dale=[0.0]), evaluate, coupling=0.5, n_neurons=8, n_workers=1, settings=settings).accuracy.item()

    assert accuracy(written()) == 0.75 and accuracy(written("return 0.75", "return 0.25")) == 0.25
