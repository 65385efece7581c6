"""Folders for what is being made, `.partial-*` beside what will be replaced;
and whose turn it is to replace it.

A folder is locked by the process that works in it. Locks end with their process, however it ends, so that
what a killed run has left is known and removed by the next one, and what another run works in is left alone.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..project import project_root

try:
    import fcntl
except ImportError:  # Windows, where a folder in use cannot be removed, and builds at once are rare
    fcntl = None

PREFIX, LOCK = ".partial-", "lock"
YOUNG = 60  # seconds within which something may still be on its way into its place


@contextmanager
def aside_in(folder: Path) -> Iterator[Path]:
    """A new folder inside `folder`, gone when the block ends;
    those that killed runs have left are removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep_up(folder)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=folder, ignore_cleanup_errors=True) as aside:
        with _locked(Path(aside) / LOCK):
            yield Path(aside)


def sweep_up(folder: Path) -> None:
    """Remove what killed runs have left in a folder: `.partial-*`, and files written by half."""
    for path in folder.glob(f"{PREFIX}*"):
        if not _in_use(path):
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(".*.partial"):
        with suppress(OSError):
            if not _is_young(path):
                path.unlink()


def _is_young(path):
    return time.time() - path.stat().st_mtime < YOUNG


def _in_use(path):
    """Whether another process works in a folder."""
    try:
        with _locked(path / LOCK, create=False, wait=False):
            return False
    except FileNotFoundError:  # of an older version, or just begun
        return path.exists() and _is_young(path)
    except OSError:
        return True


@contextmanager
def turn() -> Iterator[None]:
    """One process at a time puts what it made into place; where that cannot be arranged, without waiting."""
    place = project_root() / ".cache"
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
    if fcntl and place.is_dir():
        with _locked(place / "turn"):
            yield
    else:
        yield


@contextmanager
def _locked(path, create=True, wait=True):
    with open(path, "a" if create else "r+") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
