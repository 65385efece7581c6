"""Finished evaluations on disk: what has been computed once is not computed again.

One SQLite file holds one row per evaluation, under a key that names everything that determines it: the
network's parameters, its seed, the function, its settings, and a digest of the library's sources and the package
versions. Functions and tasks of a user are kept only under a version that the caller names (`scope`). SQLite writes a block of rows whole or not at all, so a run that is killed at any moment goes
on where it was; each row carries a checksum of its own, so a damaged one is noticed.

    python -m regrnn_lib.cache           where it is, how large, how many entries
    python -m regrnn_lib.cache clear     remove it

`REGRNN_CACHE` names another folder, or `off`; `REGRNN_CACHE_MB` bounds its size (2000).
"""

import hashlib
import json
import os
import sqlite3
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import lru_cache
from importlib.metadata import version as package_version
from pathlib import Path

import numpy as np

from ..parameters import refuse
from ..project import PACKAGE, library_digest, project_root, text_digest

# what results depend on
SOURCES = ("regularities.py", "weights.py", "kernels.py", "dynamics.py", "tasks.py", "reservoir.py")
TABLES = """
CREATE TABLE IF NOT EXISTS evaluations (id INTEGER PRIMARY KEY, key BLOB UNIQUE, scope BLOB, value BLOB);
CREATE TABLE IF NOT EXISTS fields (scope BLOB PRIMARY KEY, names TEXT);
"""


PUT = "INSERT OR REPLACE INTO evaluations (key, scope, value) VALUES (?, ?, ?)"
DROP = "DELETE FROM evaluations WHERE id IN (SELECT id FROM evaluations ORDER BY id LIMIT ?)"


class CacheFault(OSError):
    """The cache cannot be used as asked; the text says what to do."""


# ---------------------------------------------------------------- keys
class _Unnamed(Exception):
    """Something that no text can stand for."""


def scope(evaluate: Callable, settings: dict, version: str | None = None) -> bytes | None:
    """Digest of all that is common to a sweep: function, settings, version, sources; None if it cannot be kept.

    Functions and tasks of this library are known by their names and its sources. Those of a user are kept only under a
    `version` that the caller names, and changes with the code: nothing here looks into it.
    """
    try:
        about = [_function(evaluate, version), _value(settings, version), version]
    except _Unnamed:
        return None
    return _digest(json.dumps([*about, _library(evaluate.__module__)], sort_keys=True))


def _function(function, version):
    """The name under which a module-level function is found again."""
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if getattr(sys.modules.get(module), name, None) is not function:
        raise _Unnamed
    return _known(module, name, version)


def _known(module, name, version):
    if not version and module.partition(".")[0] != PACKAGE.name:
        raise _Unnamed
    return f"{module}.{name}"


def _value(value, version):
    """A setting as what JSON can hold: plain values, their containers, arrays, and dataclasses such as tasks."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if type(value) in (list, tuple):
        return [_value(item, version) for item in value]
    if type(value) is dict and all(type(name) is str for name in value):
        return {name: _value(item, version) for name, item in value.items()}
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        return [value.dtype.str, value.shape, hashlib.sha256(value.tobytes()).hexdigest()]
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: _value(getattr(value, field.name), version) for field in fields(value)}
        return [_known(type(value).__module__, type(value).__qualname__, version), own]
    raise _Unnamed


def key(scope: bytes, network: dict, seed: tuple[int, int]) -> bytes:
    """Digest of one evaluation: its scope, the network's parameters and its (seed, replicate)."""
    return _digest(json.dumps([scope.hex(), network, seed], sort_keys=True))


@lru_cache
def _library(module):
    """Digest of the library's sources behind a function of `module`, and of the packages that compute."""
    home, *names = module.split(".")
    own_file = PACKAGE.joinpath(*names).with_suffix(".py")
    sources = {own_file, *(PACKAGE / file for file in SOURCES)}
    own = text_digest(sources) if home == PACKAGE.name else library_digest()
    return " ".join([own, *(package_version(package) for package in ("numpy", "numba", "scipy"))])


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
    """The open cache; a context manager. Only the process that runs a sweep writes; workers never do."""

    def __init__(self, path=None):
        self.path = path or (folder() / "evaluations.sqlite" if folder() else ":memory:")
        self.bound = _bound()
        self.database = self._open()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.database.close()

    def get(
        self, scope: bytes, keys: Sequence[bytes]
    ) -> tuple[tuple[str, ...] | None, dict[bytes, np.ndarray]]:
        """Names of the fields of a scope (None if unknown), and the stored values of those keys that are there."""
        try:
            rows = self._read(keys)
            names = self.database.execute("SELECT names FROM fields WHERE scope = ?", (scope,)).fetchone()
        except sqlite3.DatabaseError as error:
            self.database.close()
            self._set_aside(error)
            self.database = self._connect()
            return None, {}
        return (tuple(json.loads(names[0])), rows) if names else (None, {})

    def put(self, scope: bytes, names: Sequence[str], rows: Mapping[bytes, np.ndarray]) -> None:
        """Store a block, whole or not at all: `rows` maps key to a 1-d array of the fields."""
        entries = [(key, scope, _sealed(key, values)) for key, values in rows.items()]
        with _advice(self.path), self.database as database:
            database.execute("INSERT OR REPLACE INTO fields VALUES (?, ?)", (scope, json.dumps(names)))
            database.executemany(PUT, entries)

    def trim(self, megabytes: float | None = None) -> None:
        """Drop the oldest rows until the file is within its bound."""
        bound = (megabytes or self.bound) * 1e6
        size, count = self.size(), self.count()
        if size > bound and count:
            with self.database as database:
                database.execute(DROP, (int(count * (1 - 0.8 * bound / size)),))
            self.database.execute("VACUUM")

    def count(self) -> int:
        """Number of stored evaluations."""
        return self._number("SELECT COUNT(*) FROM evaluations")

    def size(self) -> int:
        """Bytes on disk."""
        return self._number("PRAGMA page_count") * self._number("PRAGMA page_size")

    def _number(self, question):
        return self.database.execute(question).fetchone()[0]

    def _open(self):
        with _advice(self.path):
            try:
                return self._connect()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                self._set_aside(error)
                return self._connect()

    def _connect(self):
        if self.path != ":memory:":
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path, timeout=60)
        database.execute("PRAGMA journal_mode=WAL")  # two sweeps may run at the same time
        database.execute("PRAGMA synchronous=NORMAL")
        database.executescript(TABLES)
        return database

    def _set_aside(self, error):
        path = Path(self.path)
        warnings.warn(f"the cache {path.name} is damaged ({error}): set aside, computing anew", stacklevel=4)
        os.replace(path, path.with_suffix(".damaged"))
        for leftover in ("-wal", "-shm"):
            path.with_name(path.name + leftover).unlink(missing_ok=True)

    def _read(self, keys):
        """The stored values of those keys that are there, undamaged."""
        rows = {}
        for some in (keys[i : i + 500] for i in range(0, len(keys), 500)):
            question = f"SELECT key, value FROM evaluations WHERE key IN ({','.join('?' * len(some))})"
            rows |= {key: _opened(key, sealed) for key, sealed in self.database.execute(question, some)}
        good = {key: values for key, values in rows.items() if values is not None}
        if damaged := len(rows) - len(good):
            warnings.warn(f"{damaged} entries of the cache are damaged: computing them anew", stacklevel=4)
        return good


def _bound():
    """Megabytes that the cache may take."""
    said = os.environ.get("REGRNN_CACHE_MB", "2000")
    with suppress(ValueError):
        if float(said) > 0:
            return float(said)
    refuse([f"REGRNN_CACHE_MB = {said}: must be a number of megabytes above 0"])


def _seal(key, data):
    return hashlib.blake2b(key + data, digest_size=8).digest()


def _sealed(key, values):
    data = np.ascontiguousarray(values, dtype="<f8").tobytes()
    return _seal(key, data) + data


def _opened(key, sealed):
    """The values in a row, None if it is damaged."""
    return np.frombuffer(sealed[8:], dtype="<f8") if _seal(key, sealed[8:]) == sealed[:8] else None


@contextmanager
def _advice(path):
    """Turn what tells that the cache cannot be written into one message that says what to do."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
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
        for path in folder().glob("evaluations.*"):
            path.unlink()
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
