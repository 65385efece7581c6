"""Put what a notebook made where it belongs; what is the same as it was keeps its bytes."""

import hashlib
import os
import re
from pathlib import Path

from ..project import write_file
from ..record.passports import passport_page, passports, write_passport
from ..record.runs import Run
from ..record.sameness import keep_same, unlike_notebooks
from .fresh import source, stamp
from .notebook import NotebookFailed
from .plan import Job


def place(job: Job, made: Path, executed: bytes, inputs: str) -> None:
    """Put a notebook and the files in the folder `made` into place; `inputs`:
    digest of what they were made from.
    """
    same_captions = keep_same(made, job.figures)
    executed = _same_or_new(job, executed, same_captions)
    _write_notebook_passport(job, made, executed)
    files = publish(made, job.figures, job.name)
    write_file(job.target, executed)
    if job.mark:
        stamp(job.mark, inputs, [*(job.figures / file for file in files), job.target])


def _same_or_new(job, executed, same_captions):
    """The executed notebook that is there if it is the same as the new one, else the new one."""
    try:
        before = job.target.read_bytes()
        unlike = unlike_notebooks(job.name, before.decode(), executed.decode(), same_captions)
    except (FileNotFoundError, ValueError):  # not there, or no notebook, or no text
        return executed
    return executed if unlike else before


def _write_notebook_passport(job, made, executed):
    file = Path(os.path.relpath(job.target, job.figures)).as_posix()
    title = re.search(r"^# # (.*)$", source(job.name).read_text(encoding="utf-8"), re.MULTILINE)
    run = Run(job.name, job.values, job.settings["REGRNN_COMMAND"], job.figures)
    page = passport_page(title[1] if title else job.name, {file: hashlib.sha256(executed).hexdigest()}, run)
    write_passport(made / f"{job.name}.json", page)


def publish(made: Path, folder: Path, name: str) -> list[str]:
    """Move what notebook `name` made into `folder`, drop what it made there before; the file names."""
    files = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    before = _owners(folder)
    for file in files:
        if before.get(file, name) != name and source(before[file]).exists():
            raise NotebookFailed(f"{name}: {file} is already the name of a file of {before[file]}")
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True)
        os.replace(made / file, folder / file)
    for file, owner in before.items():
        if owner == name and file not in files and not file.endswith(".ipynb"):
            (folder / file).unlink(missing_ok=True)
    return files


def _owners(folder):
    """The notebook behind each file of a folder, as the passports there say."""
    pages = passports(folder)
    return {
        file: page["notebook"] for name, page in pages.items() for file in (f"{name}.json", *page["files"])
    }
