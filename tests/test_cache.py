"""The cache: nothing computed twice, nothing lost to a kill, nothing damaged believed."""

import functools
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.experiments import cache
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.reservoir import evaluate
from regrnn_lib.tasks import Narma

RUN = dict(n_steps=40, burn_in=10)
Answer = namedtuple("Answer", "trace seed")
calls = []


def counted(W, seed, bonus=0.0):
    calls.append(1)
    return Answer(float(np.trace(W)) + bonus, float(seed[1]))


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path / "cache"))
    calls.clear()
    return tmp_path / "cache" / "evaluations.sqlite"


def ask(strengths=(0.1, 0.2), evaluate=counted, n_replicates=2, n_workers=1, version="1", **more):
    grid, how = (
        dict(strength=list(strengths), dale=[0.0, 1.0]),
        dict(n_replicates=n_replicates, n_workers=n_workers),
    )
    return sweep(grid, evaluate, n_neurons=8, version=version, **how, **more)


def test_nothing_is_computed_twice(store):
    first = ask()
    assert len(calls) == 8
    assert ask().identical(first) and len(calls) == 8


def test_extending_a_grid_or_the_replicates_computes_only_what_is_new(store):
    ask()
    wider = ask(strengths=(0.05, 0.1, 0.2))
    assert len(calls) == 8 + 4
    more = ask(strengths=(0.05, 0.1, 0.2), n_replicates=3)
    assert len(calls) == 12 + 6
    calls.clear()
    os.environ["REGRNN_CACHE"] = "off"  # the fixture puts it back
    assert ask(strengths=(0.05, 0.1, 0.2), n_replicates=3).identical(more) and len(calls) == 18
    assert wider.equals(more.isel(replicate=[0, 1]))


def test_whatever_determines_a_result_is_in_its_key(store):
    ask()
    others = (
        dict(settings=dict(bonus=1.0)),
        dict(seed=1),
        dict(density=0.5),
        dict(balance=0.3),
        dict(version="2"),
    )
    for other in others:
        calls.clear()
        ask(**other)
        assert len(calls) == 8, other


def test_a_knob_at_zero_is_the_same_network_under_any_name(store):
    sweep(dict(dale=[0.0, 1.0]), counted, strength=0.1, n_neurons=8, version="1")
    sweep(dict(reciprocity=[0.0, 1.0]), counted, strength=0.1, n_neurons=8, version="1")
    assert len(calls) == 3


def test_an_edit_of_the_library_changes_the_key(store, monkeypatch, tmp_path):
    before = cache.scope(free_dynamics, {})
    copy = tmp_path / "regrnn_lib"
    copy.mkdir()
    for name in cache.SOURCES:
        (copy / name).write_bytes((cache.PACKAGE / name).read_bytes())
    monkeypatch.setattr(cache, "PACKAGE", copy)
    cache._library.cache_clear()
    assert cache.scope(free_dynamics, {}) == before
    for name in cache.SOURCES:
        with open(copy / name, "a") as file:
            file.write("\n# an edit\n")
        cache._library.cache_clear()
        assert cache.scope(free_dynamics, {}) != before, name
        before = cache.scope(free_dynamics, {})
    own = cache.scope(counted, {}, "1")
    monkeypatch.setattr(cache, "library_digest", lambda: "another library")
    cache._library.cache_clear()
    assert cache.scope(counted, {}, "1") != own
    cache._library.cache_clear()


# ---------------------------------------------------------------- functions and tasks of a user
@dataclass(frozen=True)
class Own(Narma):
    flavour: str = "plain"


class Listed(list):
    """Prints and compares like a list, and need not be one."""


def nested():
    def inner(W, seed):
        return Answer(0.0, 0.0)

    return inner


def test_without_a_version_nothing_of_a_user_is_kept(store):
    ask(version=None)
    ask(version=None)
    assert len(calls) == 16
    assert cache.scope(counted, {}) is cache.scope(evaluate, dict(task=Own(n_steps=300))) is None
    assert cache.scope(evaluate, dict(task=Narma(n_steps=300))) is not None


@pytest.mark.parametrize(
    "function, settings",
    [
        (nested(), {}),
        (lambda W, seed: Answer(0.0, 0.0), {}),
        (functools.partial(counted, bonus=1.0), {}),
        (functools.wraps(counted)(nested()), {}),
        (counted, dict(bonus=Listed([1]))),
        (counted, dict(bonus=Answer(1, 2))),
        (counted, dict(bonus=object())),
        (counted, dict(bonus={1: 2})),
        (counted, dict(bonus=np.array([None]))),
    ],
)
def test_what_no_text_can_stand_for_is_never_kept(function, settings):
    assert cache.scope(function, settings, "1") is None


def test_different_settings_have_different_keys():
    each = [
        dict(bonus=value)
        for value in (0, 1, 1.5, "1", None, True, [1], [1, 2], {"a": 1}, np.ones(2), np.zeros(2))
    ]
    each += [
        dict(task=Narma(n_steps=300)),
        dict(task=Narma(n_steps=301)),
        dict(task=Own(300)),
        dict(task=Own(300, flavour="odd")),
    ]
    keys = [cache.scope(counted, settings, "1") for settings in each]
    assert None not in keys and len(set(keys)) == len(each)
    assert cache.scope(counted, dict(a=1, b=2), "1") == cache.scope(counted, dict(b=np.int64(2), a=1), "1")


# ---------------------------------------------------------------- damage
def test_a_damaged_entry_is_noticed_and_computed_anew(store):
    good = ask()
    with sqlite3.connect(store) as database:
        (i, value), *_ = database.execute("SELECT id, value FROM evaluations")
        value = bytes([value[9] ^ 1]).join([value[:9], value[10:]])
        database.execute("UPDATE evaluations SET value = ? WHERE id = ?", (value, i))
    calls.clear()
    with pytest.warns(UserWarning, match="1 entries of the cache are damaged"):
        assert ask().identical(good)
    assert len(calls) == 1


@pytest.mark.parametrize("damage", ["truncated", "foreign", "overwritten"])
def test_a_damaged_file_is_named_set_aside_and_computed_anew(store, damage):
    good = ask(strengths=np.linspace(0.1, 1, 60))
    data = store.read_bytes()
    if damage == "truncated":
        store.write_bytes(data[: len(data) // 2])
    elif damage == "foreign":
        store.write_text("this is a letter, not a database. " * 100)
    else:
        middle = len(data) // 3
        store.write_bytes(data[:middle] + os.urandom(len(data) // 3) + data[2 * middle :])
    calls.clear()
    with pytest.warns(UserWarning, match="damaged"):
        assert ask(strengths=np.linspace(0.1, 1, 60)).identical(good)
    assert calls
    calls.clear()
    assert ask(strengths=np.linspace(0.1, 1, 60)).identical(good) and not calls


def test_a_cache_that_cannot_be_written_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(OSError, match="cannot write the cache .*REGRNN_CACHE"):
        ask()


class FullDisk(sqlite3.Connection):
    def executemany(self, *_):
        raise sqlite3.OperationalError("database or disk is full")


def test_a_full_disk_is_one_message_and_what_is_done_stays(store, monkeypatch):
    ask(strengths=[0.1])
    with monkeypatch.context() as full:
        full.setattr(cache.Store, "_connect", lambda self: FullDisk(str(self.path)))
        with pytest.raises(OSError, match="disk is full; what is done is kept"):
            ask()
    calls.clear()
    ask(strengths=[0.1])
    assert not calls


def test_the_size_is_bounded(store, monkeypatch):
    ask(strengths=np.linspace(0.1, 1, 400))
    with cache.Store() as open_store:
        before = open_store.size(), open_store.count()
        open_store.trim(megabytes=before[0] / 2e6)
        assert open_store.size() <= before[0] / 2 and 0 < open_store.count() < before[1]


# ---------------------------------------------------------------- kill and resume
SLOW = """
import sys, time
from regrnn_lib.experiments import sweep as module
from regrnn_lib.dynamics import free_dynamics
module.BLOCK = 5
real = module._Results.put
def put(self, *args):
    real(self, *args)
    print("block", flush=True)
    time.sleep(0.02)
module._Results.put = put
data = module.sweep(dict(strength=[0.1 * k for k in range(1, 31)], balance=[-0.5, 0.0, 0.5]), free_dynamics,
                    n_neurons=20, n_replicates=4, n_workers=2, settings=dict(n_steps=100, burn_in=20))
data.to_netcdf(sys.argv[1], engine="scipy")
"""


def start(path, store):
    environment = os.environ | {"REGRNN_CACHE": str(store.parent)}
    return subprocess.Popen(
        [sys.executable, "-c", SLOW, str(path)], env=environment, stdout=subprocess.PIPE, text=True
    )


def test_a_killed_sweep_goes_on_and_ends_with_the_same_bytes(store, tmp_path):
    whole = start(tmp_path / "whole.nc", store)
    total = whole.communicate()[0].count("block")
    store.unlink()
    done = 0
    for after in (3, 8, 20):  # killed three times, at different places
        run = start(tmp_path / "never.nc", store)
        for _ in range(after):
            run.stdout.readline()
        run.send_signal(signal.SIGKILL)
        run.wait()
    with cache.Store(store) as left:
        done = left.count()
    assert 0 < done < 360
    resumed = start(tmp_path / "resumed.nc", store)
    blocks = resumed.communicate()[0].count("block")
    assert resumed.returncode == 0 and blocks < total + 4
    assert (tmp_path / "resumed.nc").read_bytes() == (tmp_path / "whole.nc").read_bytes()


def test_an_interrupt_stops_soon_and_keeps_what_is_done(store, tmp_path):
    run = start(tmp_path / "never.nc", store)
    for _ in range(6):
        run.stdout.readline()
    begun = time.monotonic()
    run.send_signal(signal.SIGINT)
    run.wait()
    assert time.monotonic() - begun < 20 and run.returncode != 0
    with cache.Store(store) as left:
        assert left.count() >= 25


# ---------------------------------------------------------------- settings and the command line
@pytest.mark.parametrize("said", ["abc", "0", "-5", ""])
def test_a_bound_that_is_none_is_refused_before_anything_is_computed(store, monkeypatch, said):
    monkeypatch.setenv("REGRNN_CACHE_MB", said)
    with pytest.raises(ValueError, match=f"REGRNN_CACHE_MB = {said}: must be a number of megabytes above 0"):
        ask()
    assert not calls


def command(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "regrnn_lib.cache", *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_the_command_line_says_what_it_does_and_what_it_cannot(store, tmp_path):
    ask()
    assert "8 evaluations" in command().stdout
    wrong = command("claer")
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (
        1,
        "",
        "usage: python -m regrnn_lib.cache [clear]\n",
    )
    (tmp_path / "file").write_text("in the way")
    nowhere = command(REGRNN_CACHE=str(tmp_path / "file" / "cache"))
    assert (
        nowhere.returncode == 1
        and nowhere.stderr.startswith("cannot write the cache")
        and nowhere.stderr.count("\n") == 1
    )
    assert command("clear").stdout == "the cache is empty\n" and "0 evaluations" in command().stdout
