"""Where the project's files are, what they hold, and whether somebody is watching.

Modification times say nothing after a clone, so freshness and provenance go by SHA-256 alone.
"""

import hashlib
import math
import numbers
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def text_digest(paths: Iterable[str | Path]) -> str:
    """SHA-256 over the names and texts of `paths`, in whatever order they come.

    Line ends count as one newline however git checked the files out, so the digest is the same on
    every platform.
    """
    digest = hashlib.sha256()
    texts = ((path.name, path.read_bytes().replace(b"\r\n", b"\n")) for path in map(Path, paths))
    for name, text in sorted(texts):
        digest.update(f"{name} {len(text)}\n".encode() + text)
    return digest.hexdigest()


BOOK = ("book", "explore/page/chapters")  # made from notebooks and read by none


def library_digest() -> str:
    """SHA-256 over the sources and data files that notebooks can depend on: it changes just when they do."""
    kinds = {".py", ".toml", ".csv", ".html", ".js", ".css"}
    files = (path for path in PACKAGE.rglob("*") if path.suffix in kinds)
    return text_digest(path for path in files if not any(map(path.is_relative_to, book_folders())))


def book_folders() -> list[Path]:
    """Folders of what the book alone is made with."""
    return [PACKAGE / folder for folder in BOOK]


def library_files() -> dict[str, str]:
    """SHA-256 of each of the library's source files, as they are now, by their places in it."""
    return {path.relative_to(PACKAGE).as_posix(): text_digest([path]) for path in PACKAGE.rglob("*.py")}


def _stamps():
    """Times and sizes of the files that were loaded; None where one is gone."""
    try:
        return [(stat.st_mtime_ns, stat.st_size) for stat in map(os.stat, _LOADED_PATHS)]
    except OSError:
        return None


LOADED = library_files()  # as they were when the library was loaded: it loads this module first
_LOADED_PATHS = [os.fspath(PACKAGE / file) for file in LOADED]
_LOADED_STAMPS = _stamps()


def is_as_loaded() -> bool:
    """Whether the library's source files are still those that were loaded."""
    return _stamps() == _LOADED_STAMPS is not None or library_files() == LOADED


NOISE = 1e-10  # six digits of a difference of two numbers of order 1 are not to be had below this


def six_digits(value: Any, scale: float = 1.0) -> Any:
    """A real number as text with six significant digits (`%.6g`), noise around 0 as 0 (see `NOISE`).

    NaN, and whatever is not a real number, is returned as it is. Results of linear algebra differ
    between processors in their last bits; six digits of them do not.
    """
    if not isinstance(value, numbers.Real) or isinstance(value, numbers.Integral) or math.isnan(value):
        return value
    return f"{value:.6g}" if abs(value) >= NOISE * max(scale, 1.0) else "0"


def project_root() -> Path:
    """The folder that holds `notebooks/`: the library's parent, else the current directory."""
    parent = PACKAGE.parent
    return parent if (parent / "notebooks").is_dir() else Path.cwd()


def is_live() -> bool:
    """Whether somebody watches: a front end that can show a slider or bar sent the cell, or Voila serves it.

    JupyterLab, Notebook and VS Code name the cell that they run; papermill and nbconvert do not. In doubt,
    nobody does.
    """
    if "VOILA_REQUEST_URL" in os.environ:
        return True
    if "REGRNN_NOTEBOOK" in os.environ or "ipykernel" not in sys.modules:  # a build, or no notebook at all
        return False
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and "cellId" in kernel.get_parent("shell").get("metadata", {})


def write_file(path: str | Path, data: bytes) -> None:
    """Write bytes so that `path` holds all of them or what it held before; OSError names the file."""
    path = Path(path)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(f"cannot write {path.parent.name}/{path.name}: {reason}") from None
    finally:
        if partial.is_file():
            partial.unlink()
