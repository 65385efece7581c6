"""Run jobs, a few at a time: threads wait for kernels, and put what these made into place, one at a time."""

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import chdir
from threading import Lock

from ..project import project_root
from . import notebook
from .aside import aside_in, turn
from .fresh import is_fresh
from .notebook import NotebookFailed
from .place import place
from .plan import Job

MOST_JOBS = 4  # each holds about half a gigabyte, and has the cores for its sweeps anyway
BAR = {"leave": False, "bar_format": "{n_fmt}/{total_fmt} notebooks |{bar}| {elapsed}"}
_placing = Lock()


def say(message: object) -> None:
    """Print to standard error, below what has been printed so far."""
    sys.stdout.flush()
    print(message, file=sys.stderr)


def reason(error: Exception) -> object:
    """Why a run ended, for people."""
    return f"cannot write {error.filename}: {error.strerror}" if getattr(error, "filename", None) else error


def run_all(jobs: Sequence[Job], at_once: int | None = None) -> int:
    """Run jobs; the exit status."""
    todo, faults = jobs, []
    while todo and not faults:
        faults = _run_some(todo, _at_once(at_once, len(todo)))
        # once more what read a result that another one has changed meanwhile
        todo = [job for job in todo if job.committed and not is_fresh(job.mark, job.inputs)]
    for fault in faults:
        say(reason(fault))
    return 1 if faults else 0


def _at_once(asked, n_jobs):
    if n_jobs > 1 and not asked:
        from joblib import cpu_count  # heeds what a container or a scheduler grants

        asked = min(cpu_count(), MOST_JOBS)
    return min(asked or 1, n_jobs)


def _run_some(jobs, at_once):
    """Run jobs that write to the same folder; the faults."""
    folder, faults = jobs[0].figures, []
    with aside_in(folder) as aside, chdir(project_root()):
        with ThreadPoolExecutor(at_once) as pool:
            try:
                _tell([pool.submit(_run, job, aside / job.name, at_once == 1, faults) for job in jobs])
            except BaseException:  # Ctrl-C above all
                pool.shutdown(wait=False, cancel_futures=True)
                notebook.stop()
                raise
    return faults


def _tell(begun):
    """A line for each job as it ends."""
    from tqdm import tqdm

    with tqdm(total=len(begun), disable=not sys.stderr.isatty(), **BAR) as bar:
        for line in filter(None, (future.result() for future in as_completed(begun))):
            tqdm.write(line, file=sys.stdout)
            sys.stdout.flush()
            bar.update()


def _run(job, aside, alone, faults):
    """Execute a notebook and put what it made into place; a line about it,
    None if it shall not begin any more.
    """
    if faults:
        return None
    start, failed = time.perf_counter(), ""
    try:
        inputs = job.inputs
        aside.mkdir()
        executed = notebook.execute(job, aside, alone)
        with _placing, turn():
            place(job, aside / "made", executed, inputs)
    except (NotebookFailed, OSError) as fault:
        faults.append(fault)
        failed = "failed after "
    return f"{job.name}  {failed}{time.perf_counter() - start:.1f} s"
