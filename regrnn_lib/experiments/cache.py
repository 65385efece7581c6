"""Finished evaluations on disk: what has been computed once is not computed again.

One SQLite file holds one row per evaluation, under a key that names everything that determines it: the
network's parameters, its seed, the function, its settings, and a digest of the library's sources, as they
were loaded, and the package versions. Functions and tasks of a user are kept only under a version that the
caller names (`scope`). SQLite writes a block of rows whole or not at all, so a run that is killed at any
moment goes on where it was; each row carries a checksum over its key, the names of its fields and their
values, so a damaged one is noticed. Whatever cannot be read as ours is set aside, with one warning,
and computed anew.

    python -m regrnn_lib.cache           where it is, how large, how many entries
    python -m regrnn_lib.cache clear     remove it

`REGRNN_CACHE` names another folder, or `off`; `REGRNN_CACHE_MB` bounds its size (2000).
"""

import hashlib
import inspect
import json
import os
import shutil
import sqlite3
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import lru_cache
from importlib.metadata import version as package_version
from pathlib import Path

import numpy as np

from .. import project
from ..parameters import refuse
from ..project import PACKAGE, project_root
from ..regularities import REGULARITIES
from ..tasks import TASKS

FORMAT = 2  # of a row
# what results depend on
SOURCES = (
    "arrays.py",
    "regularities.py",
    "weights.py",
    "kernels.py",
    "dynamics.py",
    "exponents.py",
    "tasks.py",
    "reservoir.py",
)
TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS evaluations (id INTEGER PRIMARY KEY, key BLOB UNIQUE, scope BLOB, value BLOB);
CREATE TABLE IF NOT EXISTS fields (scope BLOB PRIMARY KEY, names TEXT);
COMMIT;
"""
SIDECARS = ("", "-wal", "-shm", "-journal")  # SQLite's own files, beside the first
PUT = "INSERT OR REPLACE INTO evaluations (key, scope, value) VALUES (?, ?, ?)"
DROP = "DELETE FROM evaluations WHERE id IN (SELECT id FROM evaluations ORDER BY id LIMIT ?)"
# errors that speak of the disk, the folder or another process, not of what the file holds
NOT_TO_WRITE = {sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
OF_THE_PLACE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_IOERR}
OF_THE_PLACE |= {sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM, *NOT_TO_WRITE}
UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)  # the latter in the words of SQLite's own message


class CacheFault(OSError):
    """The cache cannot be used as asked; the text says what to do."""


# ---------------------------------------------------------------- keys
class _Unnamed(Exception):
    """Something that no text can stand for."""


def scope(evaluate: Callable, settings: dict, version: str | None = None) -> bytes | None:
    """Digest of all that is common to a sweep: function, settings, version, sources;
    None if it cannot be kept.

    Functions, tasks and regularities of this library are known by their names and its sources. Those of a
    user are kept only under a `version` that the caller names, and changes with the code:
    nothing here looks into it.
    """
    try:
        laws = [_known(type(law).__module__, name, version) for name, law in REGULARITIES.items()]
        about = [_function(evaluate, version), _value(_resolved(evaluate, settings), version), version, laws]
        return _digest(json.dumps([FORMAT, *about, _library(evaluate.__module__)], sort_keys=True))
    except (_Unnamed, RecursionError, TypeError, ValueError):
        return None


def _function(function, version):
    """The name under which a module-level function is found again."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if getattr(sys.modules.get(module), name, None) is not function:
        raise _Unnamed
    if _ours(module) and getattr(function, "__globals__", {}).get("__name__") != module:
        raise _Unnamed  # put in the place of one of the library's
    return _known(module, name, version)


def _ours(module):
    return module.partition(".")[0] == PACKAGE.name


def _known(module, name, version):
    if not version and not _ours(module):
        raise _Unnamed
    return f"{module}.{name}"


def _resolved(evaluate, settings):
    """The settings with tasks in place of their names:
    what a name means may change from one run to the next.
    """
    parameters = inspect.signature(evaluate).parameters
    defaults = {name: parameters[name].default for name in ("task", "tasks") if name in parameters}
    settings = {
        name: value for name, value in defaults.items() if value is not inspect.Parameter.empty
    } | settings
    return settings | {name: _tasks(settings[name]) for name in ("task", "tasks") if name in settings}


def _tasks(value):
    if type(value) in (list, tuple):
        return [_tasks(one) for one in value]
    return TASKS.get(value, value) if type(value) is str else value


def _value(value, version):
    """A setting as what JSON can hold: plain values, their containers, arrays,
    and dataclasses such as tasks.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) in (list, tuple):
        return [_value(item, version) for item in value]
    # a kind beside what is no list, so that nothing else looks like it
    if type(value) is dict and all(type(name) is str for name in value):
        return {"kind": "dict", "of": {name: _value(item, version) for name, item in value.items()}}
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        return {"kind": value.dtype.str, "of": [value.shape, hashlib.sha256(value.tobytes()).hexdigest()]}
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: _value(getattr(value, field.name), version) for field in fields(value)}
        return {"kind": _known(type(value).__module__, type(value).__qualname__, version), "of": own}
    raise _Unnamed


def key(scope: bytes, network: dict, seed: tuple[int, int]) -> bytes:
    """Digest of one evaluation: its scope, the network's parameters and its (seed, replicate)."""
    return _digest(json.dumps([scope.hex(), network, seed], sort_keys=True))


def _library(module):
    """Digest of the library's sources behind a function of `module`, as loaded,
    and of the packages that compute.
    """
    home, *names = module.split(".")
    behind = {*SOURCES, "/".join(names) + ".py"}
    loaded = {file: sha for file, sha in project.LOADED.items() if home != PACKAGE.name or file in behind}
    return " ".join([*(f"{file} {sha}" for file, sha in sorted(loaded.items())), *_versions()])


@lru_cache
def _versions():
    return [package_version(package) for package in ("numpy", "numba", "scipy")]


def _digest(text):
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


# ---------------------------------------------------------------- the store
def folder() -> Path | None:
    """The folder of the cache, or None if it is switched off."""
    named = os.environ.get("REGRNN_CACHE")
    if named == "off":
        return None
    return Path(named) if named else project_root() / ".cache"


class Store:
    """The open cache; a context manager. Only the process that runs a sweep writes; workers never do.

    A cache that cannot be written, but read, answers as far as it knows.
    """

    def __init__(self, path=None):
        self.path = path or (folder() / "evaluations.sqlite" if folder() else ":memory:")
        self.bound = _bound()
        self.damaged, self.writable, self.current = 0, True, True
        with _advice(self.path):
            self.database = self._open()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.database.close()
        if self.damaged:
            warnings.warn(f"{self.damaged} entries of the cache are damaged: computed anew", stacklevel=3)

    def get(
        self, scope: bytes, keys: Sequence[bytes]
    ) -> tuple[tuple[str, ...] | None, dict[bytes, np.ndarray]]:
        """Names of the fields of a scope (None if unknown),
        and the stored values of those keys that are there.
        """
        names, rows = self._tried(lambda database: _read(database, scope, keys))
        good = {
            key: values for key, sealed in rows.items() if (values := _opened(key, names, sealed)) is not None
        }
        self.damaged += len(rows) - len(good)
        return (names, good) if good else (None, {})

    def put(self, block: Sequence[tuple[bytes, Sequence[str], Mapping[bytes, np.ndarray]]]) -> None:
        """Store a block, whole or not at all: (scope, names of its fields,
        key -> 1-d array of them) of each scope.

        Nothing is stored if the library's files are not those that were loaded:
        workers may have read the new ones.
        """
        if not block or not self._is_current():
            return
        fields = [(scope, json.dumps(names)) for scope, names, _ in block]
        entries = [
            (key, scope, _sealed(key, names, values))
            for scope, names, rows in block
            for key, values in rows.items()
        ]

        def write(database):
            with database:
                database.executemany("INSERT OR REPLACE INTO fields VALUES (?, ?)", fields)
                database.executemany(PUT, entries)

        self._tried(write)

    def _is_current(self):
        if self.current and not project.is_as_loaded():
            self.current = False
            warnings.warn(
                "the library's files have changed since they were loaded: what is computed now is not kept; "
                "start Python anew",
                stacklevel=4,
            )
        return self.current

    def trim(self, megabytes: float | None = None) -> None:
        """Drop the oldest rows until the file is within its bound."""
        bound = (megabytes or self.bound) * 1e6
        size, count = self.size(), self.count()
        if self.writable and size > bound and count:
            self._tried(lambda database: _drop(database, int(count * (1 - 0.8 * bound / size))))

    def count(self) -> int:
        """Number of stored evaluations."""
        return self._number("SELECT COUNT(*) FROM evaluations")

    def size(self) -> int:
        """Bytes on disk."""
        return self._number("PRAGMA page_count") * self._number("PRAGMA page_size")

    def _number(self, question):
        return self._tried(lambda database: database.execute(question).fetchone()[0])

    def _tried(self, action):
        """What `action` gives on the database; on a fresh one if this cannot be read as ours."""
        with _advice(self.path):
            try:
                return action(self.database)
            except UNREADABLE as error:
                if self._is_of_the_place(error):
                    raise
                self.database.close()
                self._set_aside(error)
            self.database = self._open()
            return action(self.database)

    def _open(self):
        if self.path == ":memory:":
            return self._connect()
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        if odd := [path.name for path in self._files() if path.exists() and not path.is_file()]:
            self._set_aside(f"{odd[0]} is no file")
        try:
            return self._connect()
        except UNREADABLE as error:
            if self._is_of_the_place(error):
                return self._to_read_only(error)
            self._set_aside(error)
        return self._connect()

    def _is_of_the_place(self, error):
        """Whether an error speaks of the disk, the folder or another process, not of what the file holds."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if (
            code == sqlite3.SQLITE_READONLY and self.writable
        ):  # so says a file of a format that is only read, too
            return not all(map(_is_writable, (self.path, Path(self.path).parent)))
        return code in OF_THE_PLACE

    def _connect(self, address=None):
        database = sqlite3.connect(address or self.path, timeout=60, uri=bool(address))
        try:
            database.text_factory = bytes  # what is no text must not stop the reading
            if not address:
                database.execute("PRAGMA journal_mode=WAL")  # two sweeps may run at the same time
                database.execute("PRAGMA synchronous=NORMAL")
                database.executescript(TABLES)
            if _schema(database) != _our_schema():
                raise sqlite3.DatabaseError("other tables")
        except BaseException:
            database.close()
            raise
        return database

    def _to_read_only(self, error):
        """The cache of a folder that cannot be written, if it can be read;
        else the error that says why not.
        """
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in NOT_TO_WRITE:
            raise error
        address = f"{Path(self.path).absolute().as_uri()}?mode=ro&immutable=1"
        self.writable = False
        try:
            return self._connect(address)
        except UNREADABLE:
            raise error from None

    def _files(self):
        path = Path(self.path)
        return [path.with_name(path.name + end) for end in SIDECARS]

    def _set_aside(self, error):
        """Give way to a fresh cache: the file that cannot be read stays under another name,
        without its sidecars.
        """
        path, self.damaged = Path(self.path), 0
        aside = path.with_suffix(".damaged")
        _remove(aside)
        if path.exists():
            os.replace(path, aside)
        for leftover in self._files()[1:]:
            _remove(leftover)
        words = f"the cache {path.name} is damaged ({error}): set aside, computing anew"
        warnings.warn(words, stacklevel=5)


def _is_writable(path):
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _remove(path):
    """Remove a file or a folder, if there is one."""
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def _schema(database):
    """All that the database defines: tables, indices, triggers, views."""
    return set(database.execute("SELECT type, name, sql FROM sqlite_master"))


@lru_cache
def _our_schema():
    with closing(sqlite3.connect(":memory:")) as database:
        database.text_factory = bytes
        database.executescript(TABLES)
        return _schema(database)


def _drop(database, n_rows):
    with database:
        database.execute(DROP, (n_rows,))
    database.execute("VACUUM")


def _read(database, scope, keys):
    """Names of the fields of a scope, None if they are none, and rows as they are stored, by key."""
    rows = {}
    for some in (keys[i : i + 500] for i in range(0, len(keys), 500)):
        question = f"SELECT key, value FROM evaluations WHERE key IN ({','.join('?' * len(some))})"
        rows |= dict(database.execute(question, some))
    names = database.execute("SELECT names FROM fields WHERE scope = ?", (scope,)).fetchone()
    return _names(names[0] if names else None), rows


def _names(text):
    """Names of fields from what stands there, None if it is no list of names."""
    with suppress(ValueError, TypeError, RecursionError):
        names = json.loads(text)
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return tuple(names)
    return None


def _bound():
    """Megabytes that the cache may take."""
    said = os.environ.get("REGRNN_CACHE_MB", "2000")
    with suppress(ValueError):
        if float(said) > 0:
            return float(said)
    refuse([f"REGRNN_CACHE_MB = {said}: must be a number of megabytes above 0"])


def _seal(key, names, data):
    return hashlib.blake2b(key + json.dumps(names).encode() + data, digest_size=8).digest()


def _sealed(key, names, values):
    data = np.ascontiguousarray(values, dtype="<f8").tobytes()
    return _seal(key, names, data) + data


def _opened(key, names, sealed):
    """The values in a row, None if it is damaged."""
    if names is None or not isinstance(key, bytes) or not isinstance(sealed, bytes):
        return None
    if len(sealed) != 8 + 8 * len(names):
        return None
    return np.frombuffer(sealed[8:], dtype="<f8") if _seal(key, names, sealed[8:]) == sealed[:8] else None


@contextmanager
def _advice(path):
    """Turn what tells that the cache cannot be written into one message that says what to do."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        where = f"{Path(path).parent.name}/{Path(path).name}: {getattr(error, 'strerror', error)}"
        raise CacheFault(
            f"cannot write the cache {where}; what is done is kept. "
            "Make room or the folder writable, or set REGRNN_CACHE to another folder, or to off"
        ) from None


def main(words: list[str]) -> None:
    """The command line; see the head of this file."""
    if words not in ([], ["clear"]):
        sys.exit("usage: python -m regrnn_lib.cache [clear]")
    if folder() is None:
        print("the cache is switched off")
    elif words == ["clear"]:
        with _advice(folder()):
            for path in folder().glob("evaluations.*"):
                _remove(path)
        print("the cache is empty")
    else:
        with Store() as store:
            print(f"{store.path}: {store.count()} evaluations, {store.size() / 1e6:.1f} MB")


def command() -> None:
    """Run the command line; a fault ends it with its message."""
    try:
        main(sys.argv[1:])
    except (CacheFault, ValueError) as fault:
        sys.exit(str(fault))
