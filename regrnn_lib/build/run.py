"""Run the notebooks through papermill, a few at a time.

At default parameters the results are the committed ones: `figures/` and the executed
`notebooks/*.ipynb`, and a notebook whose inputs and outputs are as they were is skipped. Any other
run (-p, -f or --name) writes to `results/RUN/` and leaves the committed results alone.

Results do not depend on how many run at a time. After a fault no notebook is started; those that are
running end, and what they made is kept. Ctrl-C stops them all and leaves what was there before.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import chdir
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from ..project import file_digest, library_digest, project_root, text_digest, write_file
from ..record import compare, passport, passport_page, write_passport
from ..record.runs import command_line, notebook_defaults
from ..record.sameness import keep_same, unlike_notebooks, unlike_rows
from . import notebook
from .notebook import NotebookFailed

# papermill, jupytext and pydantic take seconds to import: a run with nothing to do does without.

MOST_JOBS = 4  # each holds about half a gigabyte, and has the cores for its sweeps anyway
READS = re.compile(
    r'^# %%.*"reads-(\w+)"', re.MULTILINE
)  # a cell that shows the table of another notebook says so
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
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 good, 1 a fault in a run, 2 in the input."""
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        commands = {"compare": _compare, "verify": _verify, "codecheck": _codecheck}
        if argv and argv[0] in commands:
            return commands[argv[0]](argv[1:])
        options = _options(argv)
        jobs = _plan(options)
    except ValueError as error:
        return _say(error, 2)
    except KeyboardInterrupt:
        return _say("stopped before anything ran", 130)
    try:
        return _show(jobs) if options.list else _run_all(jobs, options.jobs)
    except KeyboardInterrupt:
        return _say("stopped; what was finished before is kept, nothing is half-written", 130)
    except OSError as error:
        return _say(_why(error), 1)


def _say(message, status):
    sys.stdout.flush()
    print(message, file=sys.stderr)
    return status


def _why(error):
    return f"cannot write {error.filename}: {error.strerror}" if getattr(error, "filename", None) else error


def _options(argv):
    parser = argparse.ArgumentParser(
        prog="python -m regrnn_lib.build",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("notebooks", nargs="*", help="such as 02_dale, 02 or notebooks/02_dale.py; default: all")
    add(
        "-p",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        dest="values",
        help="set a parameter, as papermill does; may be repeated, wins over -f",
    )
    add(
        "-f",
        action="append",
        default=[],
        metavar="FILE.yml",
        dest="files",
        help="parameters from a YAML file; may be repeated, later files win",
    )
    add("--name", metavar="RUN", help="write to results/RUN (default: the stem of FILE.yml, or custom)")
    add(
        "-j",
        "--jobs",
        type=int,
        metavar="N",
        help=f"run N notebooks at a time (default: one per core, at most {MOST_JOBS})",
    )
    add("--force", action="store_true", help="run what is up to date, too")
    add("--list", action="store_true", help="list the notebooks and whether they are up to date")
    # argparse takes -1e-3 for an option; a leading blank makes it a value
    return parser.parse_args([f" {word}" if re.match(r"-[\d.]", word) else word for word in argv])


# what to run, and with which values


class Job(NamedTuple):
    """One notebook of a run."""

    name: str
    run: str | None  # folder below results/; None for the run at default parameters
    fresh: bool
    values: dict  # all its parameters
    overrides: dict  # those that were asked for
    home: Path | None = (
        None  # where figures/ and notebooks/ lie, if not in the project: `verify` builds aside
    )


def _plan(options):
    """The jobs that the command line means; ValueError lists everything that is wrong with it."""
    if options.jobs is not None and options.jobs < 1:
        raise ValueError(f"--jobs {options.jobs}: must be 1 or more")
    names, run, asked = select(options.notebooks), _run_name(options), _overrides(options)
    fresh = {name: not (run or options.force) and is_fresh(name) for name in names}
    idle = options.list or (all(fresh.values()) and not asked)
    values = {name: {} for name in names} if idle else _checked(names, asked, options.values)
    return [
        Job(name, run, fresh[name], mine, {key: mine[key] for key in asked if key in mine})
        for name, mine in values.items()
    ]


def select(words: Sequence[str] = ()) -> list[str]:
    """Names of the notebooks that `words` mean, in order; all of them without words."""
    names = sorted(path.stem for path in (project_root() / "notebooks").glob("[0-9][0-9]_*.py"))
    if not names:
        raise ValueError(f"no notebooks here: {project_root() / 'notebooks'} holds no NN_name.py")
    wanted, faults = set(), []
    for word in words:
        stem = Path(word).stem
        found = [name for name in names if stem in (name, name.split("_")[0])]
        wanted.update(found)
        faults += [] if found else [f"{word}: no such notebook{_hint(stem, names)}"]
    _refuse(faults)
    return [name for name in names if name in wanted] if words else names


def _hint(word, names):
    near = get_close_matches(word, names, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"


def _refuse(faults):
    from ..parameters import refuse

    refuse(list(dict.fromkeys(faults)))


def _overrides(options):
    found = {}
    for file in options.files:
        found.update(_profile(file))
    found.update(options.values)
    return {name: _value(value) for name, value in found.items()}


def _profile(file):
    import yaml

    try:
        found = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{file}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: is not YAML: {error}") from None
    if found is not None and not isinstance(found, dict):
        raise ValueError(f"{file}: must hold lines `name: value`")
    return {str(name): value for name, value in (found or {}).items()}


def _value(text):
    """Text as papermill's -p reads it, and lists; also what YAML leaves as text, such as 1e-3."""
    if not isinstance(text, str):
        return text
    words = {"True": True, "False": False, "None": None}
    for read in (words.__getitem__, int, float, _list):
        try:
            return read(text)
        except (KeyError, ValueError):
            pass
    return text


def _list(text):
    if not text.lstrip().startswith("["):
        raise ValueError("not a list")
    return json.loads(text)


def _run_name(options):
    """The folder below results/, or None for the run at default parameters."""
    if options.name is None:
        return Path(options.files[-1]).stem if options.files else "custom" if options.values else None
    if not re.fullmatch(r"\w[\w.-]*", options.name):
        raise ValueError(f"--name {options.name!r}: must be a folder name of letters, digits, _ . -")
    return options.name


def _checked(names, asked, one_by_one):
    """All parameters of each notebook, overridden and checked: every fault in one message.

    A file may serve all notebooks, whichever are run; a name given by -p is meant for these.
    """
    from ..parameters import check

    own = {name: notebook_defaults(_source(name)) for name in select()}
    everywhere = set().union(*own.values())
    here = set().union(*(own[name] for name in names))
    strict = {key for key, _ in one_by_one}
    faults = [
        f"{key}: no parameter of {', '.join(names)}{_hint(key, sorted(here))}"
        for key in asked
        if key not in (here if key in strict else everywhere)
    ]
    checked = {}
    for name in names:
        try:
            checked[name] = check(**{key: asked.get(key, value) for key, value in own[name].items()})
        except ValueError as error:
            faults += str(error).split("\n  ")[1:]
    _refuse(faults)
    return checked


# running the notebooks


def _show(jobs):
    for job in jobs:
        print(f"{job.name}  {'up to date' if job.fresh else 'to run'}")
    return 0


def _run_all(jobs, at_once):
    """Run what is not up to date; the exit status."""
    for name in (job.name for job in jobs if job.fresh):
        print(f"{name}  up to date")
    todo, faults = [job for job in jobs if not job.fresh], []
    while todo and not faults:
        faults = _run_some(todo, _at_once(at_once, todo))
        # once more what read a result that another one has changed meanwhile
        todo = [job for job in todo if not job.run and not job.home and not is_fresh(job.name)]
    for fault in faults:
        _say(_why(fault), 1)
    if (
        not faults
        and not any(job.run or job.home for job in jobs)
        and (project_root() / "CITATION.cff").exists()
    ):
        _codecheck([])  # the manifest follows the passports
    return 1 if faults else 0


def _at_once(asked, todo):
    if len(todo) > 1 and not asked:
        from joblib import cpu_count  # heeds what a container or a scheduler grants

        asked = min(cpu_count(), MOST_JOBS)
    return min(asked or 1, len(todo))


def _run_some(todo, at_once):
    """Run jobs and put what they made into place; the faults. Threads execute, here alone files are placed."""
    folder, faults = _folder(todo[0]), []
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as aside, chdir(project_root()):
        with ThreadPoolExecutor(at_once) as pool:
            begun = [pool.submit(_timed, job, Path(aside) / job.name, at_once == 1, faults) for job in todo]
            try:
                _place_all(begun, faults)
            except BaseException:  # Ctrl-C above all
                pool.shutdown(wait=False, cancel_futures=True)
                notebook.stop()
                raise
    return faults


def _timed(job, aside, alone, faults):
    """What a job made, perhaps a fault, and the seconds it took; None if it shall not begin any more."""
    if faults:
        return None
    start = time.perf_counter()
    try:
        made = _execute(job, aside, alone)
    except (NotebookFailed, OSError) as fault:
        faults.append(fault)
        made = fault
    return job, aside / "made", made, time.perf_counter() - start


def _place_all(begun, faults):
    """Place each result as it comes."""
    from tqdm import tqdm

    style = {"leave": False, "bar_format": "{n_fmt}/{total_fmt} notebooks |{bar}| {elapsed}"}
    with tqdm(total=len(begun), disable=not sys.stderr.isatty(), **style) as bar:
        for job, aside, made, seconds in filter(None, (future.result() for future in as_completed(begun))):
            good = not isinstance(made, Exception) and _placed(job, aside, *made, faults)
            tqdm.write(f"{job.name}  {'' if good else 'failed after '}{seconds:.1f} s", file=sys.stdout)
            sys.stdout.flush()
            bar.update()


def _execute(job, aside, alone):
    """The executed notebook, and a digest of what it was made from; what else it makes is in `aside`/made."""
    inputs = _inputs(job.name)
    settings = _settings(job) | {"REGRNN_RESULTS": str(aside / "made")}
    aside.mkdir()
    where = dict(aside=aside, alone=alone)
    return notebook.execute(_source(job.name), _target(job), job.overrides, settings, **where), inputs


def _settings(job):
    """What `record` has to know of a run, as environment variables."""
    command = command_line(job.name, job.overrides, job.run)
    return {
        "REGRNN_NOTEBOOK": job.name,
        "REGRNN_COMMAND": command,
        "REGRNN_PARAMETERS": json.dumps(job.values),
    }


def _placed(job, aside, executed, inputs, faults):
    """Put what a notebook made into place, what is the same as it was there; whether that could be done."""
    folder, target = _folder(job), _target(job)
    try:
        executed = _kept(job, keep_same(aside, folder), executed, target)
        _write_notebook_passport(job, aside, executed, target)
        made = _publish(aside, folder, job.name)
        write_file(target, executed)
        if not job.run and not job.home:
            _stamp(job.name, inputs, [folder / file for file in made] + [target])
    except (NotebookFailed, OSError) as fault:
        faults.append(fault)
        return False
    return True


def _kept(job, same_captions, executed, target):
    """The executed notebook that lies at `target` if it is the same as the new one, else the new one."""
    if not target.exists():
        return executed
    before = target.read_bytes()
    try:
        unlike = unlike_notebooks(job.name, before.decode(), executed.decode(), same_captions)
    except ValueError:  # no notebook, or no text
        return executed
    return executed if unlike else before


def _write_notebook_passport(job, aside, executed, target):
    file = os.path.relpath(target, _folder(job))
    title = re.search(r"^# # (.*)$", _source(job.name).read_text(encoding="utf-8"), re.MULTILINE)
    digest = hashlib.sha256(executed).hexdigest()
    page = passport_page(title[1] if title else job.name, {Path(file).as_posix(): digest})
    told = _settings(job)
    page |= {"notebook": job.name, "command": told["REGRNN_COMMAND"], "parameters": job.values}
    write_passport(aside / f"{job.name}.json", page)


def _folder(job):
    return project_root() / "results" / job.run if job.run else (job.home or project_root()) / "figures"


def _target(job):
    return (_folder(job) if job.run else (job.home or project_root()) / "notebooks") / f"{job.name}.ipynb"


def _publish(aside, folder, name):
    """Move what the notebook made into `folder`, drop what it made there before; the file names."""
    made = sorted(path.relative_to(aside).as_posix() for path in aside.rglob("*") if path.is_file())
    before = {}
    for path in folder.glob("*.json"):
        page = passport(path)
        for file in (path.name, *page["files"]):
            before[file] = page["notebook"]
    for file in made:
        if before.get(file, name) != name and _source(before[file]).exists():
            raise NotebookFailed(f"{name}: {file} is already the name of a file of {before[file]}")
    for file in made:
        (folder / file).parent.mkdir(exist_ok=True)
        os.replace(aside / file, folder / file)
    for file, owner in before.items():
        if owner == name and file not in made and not file.endswith(".ipynb"):
            (folder / file).unlink(missing_ok=True)
    return made


# freshness by content


def is_fresh(name: str) -> bool:
    """Whether the committed results of a notebook are what its last good run at defaults left."""
    try:
        stamp = json.loads(_stamp_file(name).read_text())
        outputs = {path: file_digest(project_root() / path) for path in stamp["outputs"]}
    except (OSError, ValueError, KeyError):
        return False
    return stamp == {"inputs": _inputs(name), "outputs": outputs}


def _stamp(name, inputs, outputs):
    digests = {path.relative_to(project_root()).as_posix(): file_digest(path) for path in outputs}
    text = json.dumps({"inputs": inputs, "outputs": digests}, indent=1)
    write_file(_stamp_file(name), text.encode())


def _inputs(name):
    files = [_source(name), project_root() / "requirements.lock"]
    tables = READS.findall(files[0].read_text(encoding="utf-8"))
    files += [project_root() / "figures" / f"{table}.csv" for table in tables]
    return text_digest([file for file in files if file.exists()]) + library_digest()


def _stamp_file(name):
    return project_root() / ".cache" / "build" / f"{name}.json"


def _source(name):
    return project_root() / "notebooks" / f"{name}.py"


# two runs side by side


def _compare(words):
    """`compare A B`: exit status 0 if tables and figures' data agree, 1 if not."""
    if len(words) != 2 or any(word.startswith("-") for word in words):
        raise ValueError("usage: python -m regrnn_lib.build compare A B (names of runs, or figures)")
    folders = [_results(word) for word in words]
    found = compare(*folders)
    for name, difference in found.items():
        text = difference if isinstance(difference, str) else difference.to_string(max_rows=20)
        print(f"{name}: {text}" if isinstance(difference, str) else f"{name}:\n{text}\n")
    drawn = _figures_differ(*folders)
    print(*drawn, sep="\n", end="\n" if drawn else "")
    print(f"tables that differ: {', '.join(found)}" if found else "the tables agree")
    names = dict.fromkeys(line.split(",")[0] for line in drawn)
    print(f"figures that differ: {', '.join(names)}" if drawn else "the figures' data agree")
    return 1 if found or drawn else 0


def _figures_differ(a, b):
    """Lines on the data of figures that both runs have."""
    lines = []
    for path in sorted((a / "data").glob("*.csv")):
        if (other := b / "data" / path.name).exists():
            both = [each.read_text(encoding="utf-8") for each in (path, other)]
            lines += [f"{path.stem}, {line}" for line in unlike_rows(*both, by_series=True)]
    return lines


def _results(word):
    root = project_root()
    for folder in (root / "results" / word, root / word, Path(word)):
        if folder.is_dir():
            return folder
    raise ValueError(f"{word}: no such run; results/{word} does not exist")


# the recorded results against what is found here


def _verify(words):
    """`verify [NOTEBOOKS] [--quick]`: exit status 0 if the recorded results are what is found here, 1 if not."""
    from . import verify as verification

    quick = "--quick" in words
    root, names = project_root(), select([word for word in words if word != "--quick"])
    print(*verification.machine(), sep="\n", flush=True)
    found = verification.altered(root, names)
    if not quick:
        aside = root / "results" / "verify"
        status = _build_aside(names, aside)
        if status:
            return status
        found += verification.differences(root, aside, names)
    for line in [*verification.remarks(root, names), *found[: verification.SHOWN]]:
        print(line)
    return _verdict(
        found, verification.counted(root, names), "as their passports say" if quick else "the same numbers"
    )


def _verdict(found, counted, good):
    from .verify import SHOWN

    if len(found) > SHOWN:
        print(f"... and {len(found) - SHOWN} more")
    print(f"{counted}: {len(found)} differences" if found else f"{counted}: {good}")
    return 1 if found else 0


def _build_aside(names, aside):
    """Everything anew into a folder of its own, from an empty cache; the exit status."""
    shutil.rmtree(aside, ignore_errors=True)
    (aside / "notebooks").mkdir(parents=True)
    jobs = [Job(name, None, False, mine, {}, aside) for name, mine in _checked(names, {}, []).items()]
    before = os.environ.get("REGRNN_CACHE")
    with tempfile.TemporaryDirectory() as cache:
        os.environ["REGRNN_CACHE"] = cache
        try:
            return _run_all(jobs, None)
        finally:
            os.environ.pop("REGRNN_CACHE") if before is None else os.environ.update(REGRNN_CACHE=before)


def _codecheck(words):
    """`codecheck`: write codecheck.yml anew."""
    from .manifest import codecheck

    if words:
        raise ValueError("usage: python -m regrnn_lib.build codecheck")
    write_file(project_root() / "codecheck.yml", codecheck(project_root()).encode())
    return 0
