"""One notebook: read its py:percent source, execute it in a kernel of its own, make the result stable.

The source `NN_name.py` is what people edit; its pair `NN_name.ipynb` is committed executed.
"""

import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from ..project import write_file
from .fresh import source
from .stable import normalise, plain

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from .plan import Job

# nbformat, jupytext and papermill take a second to import and `build` reads this module in every
# run that has nothing to do: they are imported where they are used.

# a kernel that is closed while it is busy would write a traceback of its connections between our lines
QUIET = [
    "--log-level=CRITICAL",
    "--Application.logging_config={'loggers': {'tornado': {'level': 'CRITICAL'}}}",
]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class NotebookFailed(Exception):
    """A notebook did not run to its end; the text says where and, last, why."""


def read(source: str | Path) -> "NotebookNode":
    """The notebook in a py:percent file, not executed."""
    import jupytext

    return plain(jupytext.read(source, fmt="py:percent"))


def execute(job: "Job", aside: Path, alone: bool = True) -> bytes:
    """Run a notebook in a fresh kernel and return the normalised result as bytes.

    Parameters
    ----------
    job : Job
        Which notebook, and with which values; nothing is written where it wants its results.
    aside : pathlib.Path
        A folder for what is needed while it runs; figures and tables go to `aside`/made. The kernel works in
        the current directory.
    alone : bool
        Show a bar over the cells; several at a time would overwrite each other's.

    Raises
    ------
    NotebookFailed
        Where and why it stopped; the unfinished notebook is kept where it belongs, as `*.failed.ipynb`.
    """
    import nbformat
    import papermill

    for name in (
        "papermill",
        "asyncio",
        "tornado",
    ):  # their many lines say what the error raised here says in a few
        logging.getLogger(name).setLevel(logging.CRITICAL)
    partial, failed = aside / job.target.name, job.target.with_suffix(".failed.ipynb")
    # papermill formats paths with the parameters, so braces in a folder's name have to be doubled
    path = str(partial).replace("{", "{{").replace("}", "}}")
    try:
        nb = papermill.execute_notebook(
            read(source(job.name)), path, job.overrides, **_how(job, aside, alone)
        )
    except Exception as error:
        if _stopping.is_set():
            raise NotebookFailed(f"{job.name} was stopped") from None
        if isinstance(error, OSError) and not partial.exists():
            raise
        raise NotebookFailed(_fault(job.name, error, partial, _kept(partial, failed))) from error
    failed.unlink(missing_ok=True)
    return nbformat.writes(normalise(nb, Path.cwd())).encode() + b"\n"


def _how(job, aside, alone):
    """Papermill's settings: a quiet kernel, standard error into the log, a bar where somebody watches."""
    watched = sys.stderr.isatty()
    settings = {"IPYTHONDIR": str(aside / "ipython"), "REGRNN_RESULTS": str(aside / "made"), **job.settings}
    return {
        "kernel_name": "python3",
        "extra_arguments": QUIET,
        "kernel_manager_class": kernel_with(_environment(settings)),
        "progress_bar": {"desc": job.name, "leave": False, "position": 1} if alone and watched else False,
        "stderr_file": None if watched else sys.stderr,  # what the sweeps have to say
    }


def _environment(settings):
    """What the kernel inherits: nothing that a user's own configuration could change in a result."""
    inherited = dict(os.environ)
    inherited.pop("MPLBACKEND", None)  # with agg, a notebook has no figures
    matplotlib = Path(find_spec("matplotlib").origin).parent / "mpl-data" / "matplotlibrc"
    fixed = dict(PYTHONHASHSEED="0", PYDEVD_DISABLE_FILE_VALIDATION="1", MATPLOTLIBRC=str(matplotlib))
    return inherited | ONE_THREAD | fixed | settings


# kernels that run now, and whether all of them shall end: set from one thread, read in others
_running, _stopping = set(), Event()


def kernel_with(environment: Mapping[str, str]) -> type:
    """A class of kernels with environment variables of their own, which `stop` ends."""
    from jupyter_client import AsyncKernelManager

    class Kernel(AsyncKernelManager):
        async def start_kernel(self, **how):
            await super().start_kernel(env=environment, **how)
            _running.add(self)
            if _stopping.is_set():
                _end(self)

        async def shutdown_kernel(self, *words, **how):
            _running.discard(self)
            await super().shutdown_kernel(*words, **how)

    return Kernel


def stop() -> None:
    """End all kernels at once; `execute` then fails wherever it runs, also in what it has just begun."""
    _stopping.set()
    for kernel in list(_running):
        _end(kernel)


def _end(kernel):
    with suppress(OSError):
        os.kill(kernel.provisioner.pid, signal.SIGTERM)


def _kept(partial, failed):
    """Keep a notebook that did not run to its end, also on another file system; what has become of it,
    in words.
    """
    try:
        write_file(failed, partial.read_bytes())
    except OSError as error:
        return f"not kept: {error}"
    return f"kept as {failed.relative_to(Path.cwd()).as_posix()}"


def _fault(name, error, partial, kept):
    """Where a notebook stopped, what has become of it, and why it stopped."""
    if hasattr(error, "exec_count"):  # an error that the cell raised
        count, text = error.exec_count, error.source
    else:  # the kernel died, in the last cell that was started
        begun = _begun(partial)
        count, text = len(begun), begun[-1] if begun else ""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    kind, why = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", error)
    return f"{name} failed in cell [{count}]: {first}\n({kept})\n{kind}: {why}"


def _begun(partial):
    """The code of the cells that were started; of a notebook that is half-written or not there, none."""
    import nbformat

    try:
        cells = [cell for cell in nbformat.read(partial, as_version=4).cells if cell.cell_type == "code"]
    except (OSError, ValueError):
        return []
    return [cell.source for cell in cells if cell.metadata.get("papermill", {}).get("start_time")]
