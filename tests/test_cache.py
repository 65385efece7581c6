"""The cache: nothing computed twice, nothing lost to a kill, nothing damaged believed."""

import functools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

from regrnn_lib import dynamics, project
from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.experiments import cache
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.project import PACKAGE
from regrnn_lib.regularities import REGULARITIES, Dale
from regrnn_lib.reservoir import evaluate, evaluate_all
from regrnn_lib.tasks import TASKS, Narma

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


def test_an_edit_of_the_library_changes_the_key(monkeypatch):
    """What counts is the code that was loaded, file by file."""
    before, own = cache.scope(free_dynamics, {}), cache.scope(counted, {}, "1")
    for name in cache.SOURCES:
        monkeypatch.setattr(project, "LOADED", project.LOADED | {name: "other"})
        assert cache.scope(free_dynamics, {}) != before, name
        before = cache.scope(free_dynamics, {})
    monkeypatch.setattr(project, "LOADED", project.LOADED | {"connectome.py": "other"})
    assert cache.scope(free_dynamics, {}) == before
    assert cache.scope(counted, {}, "1") != own


EDITED = """
import sys
from pathlib import Path
import regrnn_lib
file = Path(regrnn_lib.__file__).with_name("regularities.py")
text = file.read_text()
if len(sys.argv) > 1:
    file.write_text(text.replace("return", "return ", 1) + "\\n# an edit\\n")
from regrnn_lib import sweep
from regrnn_lib.experiments.cache import Store
sweep(dict(strength=[0.1]), n_neurons=8, settings=dict(n_steps=20, burn_in=0), n_workers=1)
sweep(dict(strength=[0.2]), n_neurons=8, settings=dict(n_steps=20, burn_in=0), n_workers=1)
file.write_text(text)
with Store() as store:
    print(store.count())
"""


def test_nothing_is_kept_of_code_that_was_edited_after_it_was_loaded(store, tmp_path):
    """An edit between `import regrnn_lib` and the first sweep, taken back before the next process."""
    shutil.copytree(PACKAGE, tmp_path / "regrnn_lib")
    how = dict(capture_output=True, text=True, cwd=tmp_path, env=os.environ | dict(PYTHONPATH=str(tmp_path)))
    edited = subprocess.run([sys.executable, "-c", EDITED, "edit"], **how)
    assert edited.stdout == "0\n" and edited.stderr.count("have changed since they were loaded") == 2, edited
    plain = subprocess.run([sys.executable, "-c", EDITED], **how)
    assert plain.stdout == "2\n" and "have changed" not in plain.stderr, plain


# ---------------------------------------------------------------- functions and tasks of a user
@dataclass(frozen=True)
class Own(Narma):
    flavour: str = "plain"


class Listed(list):
    """Prints and compares like a list, and need not be one."""


endless = []
endless.append(endless)


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
        (counted, dict(bonus=np.longdouble(1))),
        (counted, dict(bonus=1j)),
        (counted, dict(bonus=endless)),
    ],
)
def test_what_no_text_can_stand_for_is_never_kept(function, settings):
    assert cache.scope(function, settings, "1") is None


def test_names_of_tasks_stand_for_what_they_mean(monkeypatch):
    by_name = cache.scope(evaluate, dict(task="narma"))
    assert by_name == cache.scope(evaluate, dict(task=Narma()))
    every, some = cache.scope(evaluate_all, {}), cache.scope(evaluate_all, dict(tasks=["narma"]))
    assert some == cache.scope(evaluate_all, dict(tasks=(Narma(),)))
    monkeypatch.setitem(TASKS, "narma", Narma(n_steps=300))
    assert cache.scope(evaluate, dict(task="narma")) != by_name
    assert cache.scope(evaluate_all, {}) not in (every, None)
    assert cache.scope(evaluate_all, dict(tasks=["narma"])) not in (some, None)
    monkeypatch.setitem(TASKS, "narma", Own(300))
    assert cache.scope(evaluate, dict(task="narma")) is cache.scope(evaluate_all, {}) is None
    assert cache.scope(evaluate, dict(task="narma"), "1") is not None


class Foreign(Dale):
    """A regularity of a user."""


def test_a_regularity_or_a_function_put_in_the_place_of_the_librarys_needs_a_version(monkeypatch):
    with monkeypatch.context() as own:
        own.setitem(REGULARITIES, "dale", Foreign())
        assert cache.scope(free_dynamics, {}) is None and cache.scope(free_dynamics, {}, "1") is not None

    @functools.wraps(free_dynamics)
    def mine(*words, **how):
        return Answer(0.0, 0.0)

    monkeypatch.setattr(dynamics, "free_dynamics", mine)
    assert cache.scope(mine, {}) is None


def test_different_settings_have_different_keys():
    each = [
        dict(bonus=value)
        for value in (0, 1, 1.5, "1", None, True, [1], [1, 2], {"a": 1}, np.ones(2), np.zeros(2))
    ]
    one = np.ones(2)
    each += [dict(bonus=value) for value in ([one], [1.0, 1.0], np.ones((2, 1)), one.astype(int), [[]], {})]
    each += [dict(bonus=cache._value(value, "1")) for value in (one, {"a": 1}, Narma(n_steps=300))]
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
def change(store, *statements):
    """Change what stands in the file, as another program might."""
    with sqlite3.connect(store) as database:
        for statement in statements:
            database.executescript(statement) if isinstance(statement, str) else database.execute(*statement)
    database.close()


def flip(store):
    with sqlite3.connect(store) as database:
        (i, value), *_ = database.execute("SELECT id, value FROM evaluations")
        value = bytes([value[9] ^ 1]).join([value[:9], value[10:]])
        database.execute("UPDATE evaluations SET value = ? WHERE id = ?", (value, i))
    database.close()


def written(store, text):
    """The names of the fields as some text or bytes."""
    change(store, ("UPDATE fields SET names = ?", (text,)))


def in_its_place(store, end="", data=None):
    """A folder, or a file of some bytes, in the place of a file of the cache."""
    path = store.with_name(store.name + end)
    if data is None:
        path.unlink(missing_ok=True)
        path.mkdir()
        (path / "inside").write_text("something")
    else:
        path.write_bytes(data)


def cut(store, share):
    data = store.read_bytes()
    store.write_bytes(data[: int(len(data) * share)])


def overwritten(store, first, last):
    data = bytearray(store.read_bytes())
    first, last = int(first * len(data)), int(last * len(data))
    data[first:last] = bytes(np.random.default_rng(0).integers(0, 256, last - first, dtype=np.uint8))
    store.write_bytes(bytes(data))


def header(store, place, *values):
    data = bytearray(store.read_bytes())
    data[place : place + len(values)] = bytes(values)
    store.write_bytes(bytes(data))


def other_schema(store, statement):
    store.unlink()
    change(store, statement)


SET = "UPDATE evaluations SET value = "
RECREATED = "CREATE TABLE evaluations (id INTEGER PRIMARY KEY, key BLOB UNIQUE, scope BLOB, value BLOB);"
DAMAGES = {
    "a bit of a value": flip,
    "values that are NULL": lambda s: change(s, SET + "NULL"),
    "values that are texts": lambda s: change(s, SET + "'0.5'"),
    "values that are numbers": lambda s: change(s, SET + "1.5"),
    "values that are empty": lambda s: change(s, SET + "x''"),
    "values cut off": lambda s: change(s, SET + "substr(value, 1, 16)"),
    "values with something behind": lambda s: change(s, SET + "value || x'0000000000000000'"),
    "values of their neighbours": lambda s: change(s, SET + "(SELECT max(value) FROM evaluations)"),
    "keys exchanged": lambda s: change(
        s,
        "CREATE TEMP TABLE k AS SELECT id, key FROM evaluations",
        "DELETE FROM evaluations WHERE id > 4; UPDATE evaluations SET key = "
        "(SELECT key FROM k WHERE k.id = 5 - evaluations.id + 4) WHERE id <= 4",
    ),
    "names exchanged": lambda s: written(s, '["seed", "trace"]'),
    "names of another": lambda s: written(s, '["trace", "seeds"]'),
    "one name missing": lambda s: written(s, '["trace"]'),
    "one name twice": lambda s: written(s, '["trace", "trace"]'),
    "a name too many": lambda s: written(s, '["trace", "seed", "more"]'),
    "names that are NULL": lambda s: written(s, None),
    "names that are a number": lambda s: written(s, 5),
    "names of numbers": lambda s: written(s, "[1, 2]"),
    "names of lists": lambda s: written(s, '[["trace"], ["seed"]]'),
    "names as a dict": lambda s: written(s, '{"trace": 0, "seed": 1}'),
    "names as a text": lambda s: written(s, '"trace"'),
    "names null": lambda s: written(s, "null"),
    "names without end": lambda s: written(s, '["trace", "se'),
    "names deeply nested": lambda s: written(s, "[" * 100_000 + "]" * 100_000),
    "names of 5000 digits": lambda s: written(s, "9" * 5000),
    "names that are no UTF-8": lambda s: change(s, "UPDATE fields SET names = CAST(x'fffe5b' AS TEXT)"),
    "names as bytes": lambda s: written(s, b"\xff\xfe\x00"),
    "names gone": lambda s: change(s, "DELETE FROM fields"),
    "another table": lambda s: change(s, "CREATE TABLE mine (x)"),
    "another index": lambda s: change(s, "CREATE INDEX i ON evaluations (scope)"),
    "a view": lambda s: change(s, "CREATE VIEW v AS SELECT * FROM fields"),
    "a trigger that raises": lambda s: change(
        s, "CREATE TRIGGER t BEFORE INSERT ON evaluations BEGIN SELECT RAISE(ABORT, 'no'); END", flip_one
    ),
    "a trigger that changes": lambda s: change(
        s, "CREATE TRIGGER t AFTER INSERT ON fields BEGIN UPDATE fields SET names = '[]'; END"
    ),
    "a table gone": lambda s: change(s, "DROP TABLE fields"),
    "a column gone": lambda s: change(s, "ALTER TABLE evaluations DROP COLUMN scope"),
    "a column more": lambda s: change(s, "ALTER TABLE fields ADD COLUMN more"),
    "a column renamed": lambda s: change(s, "ALTER TABLE fields RENAME COLUMN names TO name"),
    "a check": lambda s: other_schema(
        s,
        RECREATED.replace("value BLOB", "value BLOB CHECK (value > 1)")
        + "CREATE TABLE fields (scope, names);",
    ),
    "a view in place of a table": lambda s: other_schema(
        s, RECREATED + "CREATE VIEW fields AS SELECT x'00' AS scope, '[]' AS names"
    ),
    "another database": lambda s: other_schema(
        s, "CREATE TABLE letters (text); INSERT INTO letters VALUES (1)"
    ),
    "a schema that is no SQL": lambda s: change(
        s, "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE ('"
    ),
    "half a file": lambda s: cut(s, 0.5),
    "a hundredth of a file": lambda s: cut(s, 0.01),
    "noise in the middle": lambda s: overwritten(s, 1 / 3, 2 / 3),
    "noise in the head": lambda s: overwritten(s, 0, 0.01),
    "noise at the end": lambda s: overwritten(s, 0.9, 1),
    "noise everywhere": lambda s: overwritten(s, 0, 1),
    "a letter": lambda s: in_its_place(s, data=b"this is a letter, not a database. " * 100),
    "a page of another size": lambda s: header(s, 16, 1, 0),
    "a newer format": lambda s: header(s, 18, 9, 9),
    "a name that is no UTF-8": lambda s: s.write_bytes(s.read_bytes().replace(b"x_fields", b"x_f\x8elds")),
    "another encoding": lambda s: header(s, 59, 3),
    "a folder": in_its_place,
    "a log that is a folder": lambda s: in_its_place(s, "-wal"),
    "an index of the log that is a folder": lambda s: in_its_place(s, "-shm"),
    "a journal that is a folder": lambda s: in_its_place(s, "-journal"),
}
UNSEEN = {  # changes nothing that is read, or is put right by SQLite itself
    "nothing": lambda s: None,
    "a format only to be read": lambda s: header(s, 18, 9),
    "an empty file": lambda s: in_its_place(s, data=b""),
    "a log of noise": lambda s: in_its_place(s, "-wal", os.urandom(5000)),
    "an index of noise": lambda s: in_its_place(s, "-shm", os.urandom(32768)),
    "a journal of noise": lambda s: in_its_place(s, "-journal", os.urandom(5000)),
    "what was set aside is a folder": lambda s: s.with_suffix(".damaged").mkdir(),
    "other rows": lambda s: change(
        s, "INSERT INTO evaluations (key, value) VALUES (NULL, 1), ('text', NULL)"
    ),
    "names as bytes of the same": lambda s: change(s, "UPDATE fields SET names = CAST(names AS BLOB)"),
}
flip_one = "UPDATE evaluations SET value = x'00' WHERE id = 1"
STRENGTHS = np.linspace(0.1, 1, 60)


@pytest.mark.parametrize("kind", [*DAMAGES, *UNSEEN])
def test_what_is_damaged_is_noticed_once_and_computed_anew(store, kind):
    good = ask(strengths=STRENGTHS, n_replicates=3)
    (DAMAGES | UNSEEN)[kind](store)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert ask(strengths=STRENGTHS, n_replicates=3).identical(good)
    assert len(said) == (kind in DAMAGES), [str(one.message) for one in said]
    assert all(
        "of the cache are damaged" in str(m) or "set aside" in str(m) for m in (one.message for one in said)
    )
    calls.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ask(strengths=STRENGTHS, n_replicates=3).identical(good) and not calls
        cache.main(["clear"])


def test_only_what_is_damaged_is_computed_anew(store):
    good = ask()
    flip(store)
    calls.clear()
    with pytest.warns(UserWarning, match="1 entries of the cache are damaged"):
        assert ask().identical(good)
    assert len(calls) == 1


def test_a_format_that_can_only_be_read_answers_and_gives_way_to_what_is_new(store):
    ask()
    header(store, 18, 9)
    with pytest.warns(UserWarning, match="set aside"):
        ask(strengths=[0.3])
    calls.clear()
    ask(strengths=[0.3])
    assert not calls


def test_a_file_set_aside_is_kept(store):
    ask()
    letter = b"this is a letter, not a database. " * 100
    store.write_bytes(letter)
    with pytest.warns(
        UserWarning, match=r"evaluations.sqlite is damaged \(file is not a database\): set aside"
    ):
        ask()
    assert store.with_suffix(".damaged").read_bytes() == letter


@pytest.mark.parametrize("action", ["put", "trim", "count"])
def test_damage_that_shows_later_is_no_traceback(store, action):
    """Pages are read when they are needed: a file may open well, and fail at its first write."""
    ask(strengths=STRENGTHS)
    with cache.Store() as late:
        late.count()
        overwritten(store, 0.1, 1)
        late.database.close()
        late.database = late._connect()
        key = b"0" * 16
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            late.put([(key, ["a"], {key: np.zeros(1)})]) if action == "put" else None
            late.trim(1e-3) if action == "trim" else late.count()
        assert len(said) == 1 and "set aside" in str(said[0].message)
        late.put([(key, ["a"], {key: np.zeros(1)})])
        assert late.get(key, [key])[0] == ("a",) and late.count() == 1


class ReadOnly(sqlite3.Connection):
    """A file in a folder that cannot be written: SQLite then opens no log."""

    def execute(self, statement, *more):
        if "journal_mode" in statement:
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error
        return super().execute(statement, *more)


def test_a_read_only_cache_that_knows_everything_answers(store, monkeypatch):
    good = ask()
    calls.clear()
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *path, **how: connect(*path, factory=ReadOnly, **how))
    monkeypatch.setenv("REGRNN_CACHE_MB", "0.001")
    before = store.read_bytes()
    assert ask().identical(good) and not calls
    with pytest.raises(OSError, match="cannot write the cache .*readonly database; what is done is kept"):
        ask(strengths=[0.3])
    assert store.read_bytes() == before and {path.name for path in store.parent.iterdir()} == {store.name}


def test_a_cache_that_cannot_be_written_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(OSError, match="cannot write the cache .*REGRNN_CACHE"):
        ask()


class FullDisk(sqlite3.Connection):
    def executemany(self, *_):
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise full


def test_a_full_disk_is_one_message_and_what_is_done_stays(store, monkeypatch):
    ask(strengths=[0.1])
    with monkeypatch.context() as full:
        full.setattr(cache.Store, "_connect", lambda self, *_: FullDisk(str(self.path)))
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
from regrnn_lib.experiments import dataset, evaluations
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.dynamics import free_dynamics
evaluations.BLOCK = 5
real = dataset.Results.put
def put(self, *args):
    real(self, *args)
    print("block", flush=True)
    time.sleep(0.02)
dataset.Results.put = put
data = sweep(dict(strength=[0.1 * k for k in range(1, 31)], balance=[-0.5, 0.0, 0.5]), free_dynamics,
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
