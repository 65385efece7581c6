"""`lab`: a copy of the notebooks to play with, `results/lab/`, which `make lab` opens in JupyterLab.

JupyterLab saves by itself. What it saves of a cell with sliders is a widget without its kernel, where the
committed notebook holds a picture; so it never sees the committed notebooks. A copy that was changed is the
reader's own and is kept; one that was not follows the notebooks.
"""

import json
import shutil
from contextlib import suppress
from pathlib import Path

from ..project import file_digest, project_root, write_file

NOTE = ".copied.json"  # digests of what was copied


def command(words: list[str]) -> int:
    """`lab`: bring the copy up to date, and say where it is; the exit status."""
    if words:
        raise ValueError("usage: python -m regrnn_lib.build lab")
    folder = project_root() / "results" / "lab"
    kept = copy(project_root() / "notebooks", folder / "notebooks")
    with suppress(
        OSError
    ):  # there already, or no links here: then links from notebooks to figures lead nowhere
        (folder / "figures").symlink_to(Path("..", "..", "figures"), target_is_directory=True)
    print("a copy of the notebooks: results/lab/notebooks; notebooks/ stays as it is")
    if kept:
        print(f"kept, because you changed them: {', '.join(kept)} (remove one to get it anew)")
    return 0


def copy(source: Path, folder: Path) -> list[str]:
    """Copy what is new in `source`; names of files that were changed in `folder` and so are left alone."""
    before, now, kept = _note(folder), {}, []
    for path in sorted(path for path in source.rglob("*") if path.is_file() and not _is_hidden(path, source)):
        name = path.relative_to(source).as_posix()
        there, new = folder / name, file_digest(path)
        if there.exists() and file_digest(there) not in (before.get(name), new):
            kept.append(name)
        elif not there.exists() or file_digest(there) != new:
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, there)
        now[name] = before.get(name, "") if name in kept else new
    write_file(folder / NOTE, json.dumps(now, indent=1).encode())
    return kept


def _is_hidden(path, source):
    parts = path.relative_to(source).parts
    return any(part.startswith(".") for part in parts) or path.name.endswith(".failed.ipynb")


def _note(folder):
    with suppress(OSError, ValueError, RecursionError):
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return note if isinstance(note, dict) else {}
    return {}
