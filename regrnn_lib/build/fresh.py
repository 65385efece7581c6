"""Freshness by content: whether the results of a notebook, committed or of a named run,
are what its last good run left.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from ..project import file_digest, library_digest, project_root, text_digest, write_file

# a cell that shows the table of another notebook says so
READS = re.compile(r'^# %%.*"reads-(\w+)"', re.MULTILINE)


def source(name: str) -> Path:
    """The py:percent file of a notebook."""
    return project_root() / "notebooks" / f"{name}.py"


def mark(name: str, run: str | None = None) -> str:
    """Where the freshness of a notebook's results is noted, below .cache: of the committed ones,
    or of a named run.
    """
    return f"runs/{run}/{name}.json" if run else f"build/{name}.json"


def is_fresh(mark: str, inputs: str) -> bool:
    """Whether the results noted under `mark` are what the last good run with these inputs left."""
    try:
        stamp = json.loads(_stamp_file(mark).read_text())
        outputs = {path: file_digest(project_root() / path) for path in stamp["outputs"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return bool(mark) and stamp == {"inputs": inputs, "outputs": outputs}


def stamp(mark: str, inputs: str, outputs: Iterable[Path]) -> None:
    """Note the digests of what a notebook was made from and of what it made."""
    digests = {path.relative_to(project_root()).as_posix(): file_digest(path) for path in outputs}
    text = json.dumps({"inputs": inputs, "outputs": digests}, indent=1)
    write_file(_stamp_file(mark), text.encode())


def inputs_digest(name: str) -> str:
    """Digest of what a notebook is made from: its source, the tables that it shows, the library, the lock."""
    root, text = project_root(), source(name).read_text(encoding="utf-8")
    tables = [root / "figures" / f"{table}.csv" for table in READS.findall(text)]
    files = [file for file in (source(name), root / "requirements.lock", *tables) if file.exists()]
    return text_digest(files) + library_digest()


def _stamp_file(mark):
    return project_root() / ".cache" / mark
