"""Passports: the JSON files that say what made a figure, table, page or notebook,
with the SHA-256 of each file.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from ..project import PACKAGE, file_digest, library_digest, project_root, write_file
from .runs import Run

VERSIONS = ("matplotlib", "numba", "numpy", "scipy")
KINDS = {".svg", ".png", ".csv", ".html"}
# what a passport may name, so that nobody who reads one is led out of its folder: files there, and notebooks
FILE = re.compile(r"(data/)?NAME|\.\./notebooks/NAME\.ipynb".replace("NAME", r"\w[\w. -]*"))


def passport(path: str | Path) -> dict:
    """Read a passport; one that is not there or cannot be read, or that names a file elsewhere,
    counts as naming no files.
    """
    try:
        page = json.loads(Path(path).read_text(encoding="utf-8"))
        files = dict(page["files"])
    except (OSError, ValueError, TypeError, KeyError):
        page, files = {}, {}
    good = all(map(FILE.fullmatch, files))
    return {"notebook": None, **page, "files": files} if good else {"notebook": None, "files": {}}


def passports(folder: str | Path) -> dict[str, dict]:
    """The passports of a folder by their names, without ending."""
    return {path.stem: passport(path) for path in sorted(Path(folder).glob("*.json"))}


def faults(folder: str | Path) -> list[str]:
    """Compare every file that a passport in `folder` names with the digest there.

    Returns
    -------
    list of str
        One line per file that is missing, altered or without passport; empty if all is well.
    """
    folder, known = Path(folder), {}
    for page in passports(folder).values():
        known |= page["files"]
    lines = [f"{file}: {fault}" for file, digest in known.items() if (fault := _fault(folder / file, digest))]
    paths = [path for path in (*folder.glob("*"), *folder.glob("data/*")) if path.suffix in KINDS]
    there = {path.relative_to(folder).as_posix() for path in paths}
    return lines + [f"{file}: without passport" for file in sorted(there - known.keys())]


def intact(folder: str | Path, page: dict) -> bool:
    """Whether all files that a passport names are there as they were written."""
    return not any(_fault(Path(folder) / file, digest) for file, digest in page["files"].items())


def _fault(path, digest):
    if not path.exists():
        return "missing"
    return "" if file_digest(path) == digest else "altered"


def passport_page(caption: str, files: Mapping[str, str], run: Run) -> dict:
    """What stands in every passport; `files` maps file names to digests."""
    return {
        "caption": caption,
        "command": run.command,
        "files": files,
        "library": library_digest(),
        "notebook": run.notebook,
        "parameters": run.parameters,
        "versions": {package: version(package) for package in VERSIONS},
    }


def write_passport(path: str | Path, page: dict) -> None:
    """Write a passport, keys sorted."""
    text = json.dumps(page, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_file(path, text.encode())


def drawing_digest(notebook: str | None) -> str:
    """SHA-256 of the code that draws: a notebook's, that of the modules that use matplotlib, its version."""
    source = project_root() / "notebooks" / f"{notebook}.py"
    lines = source.read_text(encoding="utf-8").splitlines() if source.exists() else []
    # without the prose
    parts = [version("matplotlib"), *(line for line in lines if not line.startswith("#"))]
    modules = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))]
    parts += [text for text in modules if "matplotlib" in text]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
