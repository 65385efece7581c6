"""Run the notebooks through papermill, a few at a time.

At default parameters the results are the committed ones: `figures/` and the executed
`notebooks/*.ipynb`. Any other run (-p, -f or --name) writes to `results/RUN/` and leaves the committed
results alone. A notebook whose inputs and outputs are as they were is skipped.

Results do not depend on how many run at a time. After a fault no notebook is started; those that are
running end, and what they made is kept. Ctrl-C stops them all and leaves what was there before.
"""

import argparse
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from threading import current_thread, main_thread

from ..project import project_root
from . import book, compare, lab, manifest, plan, run, verify
from .fresh import inputs_digest, is_fresh, mark

EXAMPLES = """
examples:
  python -m regrnn_lib.build                        everything that is not up to date
  python -m regrnn_lib.build 02 03                  two notebooks
  python -m regrnn_lib.build 02_dale -p n_neurons 200 -p balance 0.3 --name large
  python -m regrnn_lib.build -f my_values.yml       writes to results/my_values/
  python -m regrnn_lib.build compare figures large  tables and figures of two runs, where they differ
  python -m regrnn_lib.build verify                 everything anew, aside: the same numbers?
  python -m regrnn_lib.build verify --quick         the digests of what is recorded
  python -m regrnn_lib.build codecheck              write codecheck.yml anew from the passports
  python -m regrnn_lib.build lab                    a copy of the notebooks for JupyterLab, in results/lab
  python -m regrnn_lib.build book                   bind the book anew, to results/book/
"""
COMMANDS = {
    "compare": compare.command,
    "verify": verify.command,
    "codecheck": manifest.command,
    "lab": lab.command,
    "book": book.command,
}
NEEDED = ("jupytext", "papermill", "ipykernel")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 good, 1 a fault in a run, 2 in the input."""
    try:
        with _terminated_like_ctrl_c():
            return _run(list(sys.argv[1:] if argv is None else argv))
    except OSError as error:
        run.say(run.reason(error))
        return 1
    except KeyboardInterrupt as stop:
        run.say("stopped; what was finished before is kept, nothing is half-written")
        return 128 + (signal.SIGTERM if isinstance(stop, _Terminated) else signal.SIGINT)


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which a scheduler or a container sends, ends a run as Ctrl-C does."""


@contextmanager
def _terminated_like_ctrl_c():
    def stop(*_):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
        raise _Terminated

    if current_thread() is not main_thread():  # signals are for the main one
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(words):
    try:
        if words and words[0] in COMMANDS:
            return COMMANDS[words[0]](words[1:])
        options = _options(words)
        names, stale, jobs = _plan(options)
    except ValueError as error:
        run.say(error)
        return 2
    for name in names if options.list else [name for name in names if name not in stale]:
        print(f"{name}  {'to run' if name in stale else 'up to date'}")
    if options.list:
        return 0
    status = _build(jobs, options.jobs)
    if not status and plan.run_name(options) is None:
        book.refresh()
    return status


def _build(jobs, at_once):
    if missing := [name for name in NEEDED if jobs and not _is_there(name)]:
        run.say(f'{", ".join(missing)} not installed: python -m pip install "regrnn_lib[notebooks]"')
        return 1
    status = run.run_all(jobs, at_once)
    if not status and all(job.committed for job in jobs) and (project_root() / "CITATION.cff").exists():
        manifest.command([])  # it follows the passports
    return status


def _is_there(package):
    with suppress(ValueError):  # something else stands under its name
        return find_spec(package) is not None
    return False


def _options(argv):
    parser = argparse.ArgumentParser(
        prog="python -m regrnn_lib.build",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    option, several = parser.add_argument, dict(action="append", default=[])
    words = "set a parameter, as papermill does; may be repeated, wins over -f"
    option("notebooks", nargs="*", help="such as 02_dale, 02 or notebooks/02_dale.py; default: all")
    option("-p", dest="values", nargs=2, metavar=("NAME", "VALUE"), help=words, **several)
    words = "parameters from a YAML file; may be repeated, later files win"
    option("-f", dest="files", metavar="FILE.yml", help=words, **several)
    option("--name", metavar="RUN", help="write to results/RUN (default: the stem of FILE.yml, or custom)")
    words = f"run N notebooks at a time (default: one per core, at most {run.MOST_JOBS})"
    option("-j", "--jobs", type=int, metavar="N", help=words)
    option("--force", action="store_true", help="run what is up to date, too")
    option("--list", action="store_true", help="list the notebooks and whether they are up to date")
    # argparse takes -1e-3 for an option; a leading blank makes it a value
    return parser.parse_args([f" {word}" if re.match(r"-[\d.]", word) else word for word in argv])


def _plan(options):
    """Names of the notebooks that are meant, of those that are not up to date, and the jobs that follow."""
    if options.jobs is not None and options.jobs < 1:
        raise ValueError(f"--jobs {options.jobs}: must be 1 or more")
    names, run_name = plan.select(options.notebooks), plan.run_name(options)
    overrides = plan.overrides(options)
    if run_name:
        jobs = plan.jobs(names, run_name, overrides, {n for n, _ in options.values})
        jobs = [job for job in jobs if options.force or not is_fresh(job.mark, job.inputs)]
        return names, [job.name for job in jobs], jobs
    # no values to be checked: that would take half a second
    stale = [name for name in names if options.force or not is_fresh(mark(name), inputs_digest(name))]
    return names, stale, [] if options.list or not stale else plan.jobs(stale)
