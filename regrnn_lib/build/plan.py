"""What a command line means: which notebooks, with which values, and where their results go."""

import json
import re
from argparse import Namespace
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from ..project import project_root
from ..record.runs import command_line, notebook_defaults
from . import profile
from .fresh import inputs_digest, mark, source

# papermill, jupytext and pydantic take seconds to import: a run with nothing to do does without.

MOST_FAULTS = 20  # that are listed
WORDS = {"True": True, "False": False, "None": None}


class Job(NamedTuple):
    """One notebook of a run."""

    name: str
    figures: Path  # where its figures, tables and passports go
    notebooks: Path  # where it goes itself, executed
    values: dict  # all its parameters
    overrides: dict  # those that were asked for
    run: str | None = None  # folder below results/; None at default parameters
    more: dict = {}  # environment variables for it alone

    @property
    def target(self) -> Path:
        """The file of the executed notebook."""
        return self.notebooks / f"{self.name}.ipynb"

    @property
    def committed(self) -> bool:
        """Whether the results are the committed ones."""
        return self.figures == project_root() / "figures"

    @property
    def mark(self) -> str:
        """What its freshness is noted under; "" where it is not noted."""
        return mark(self.name) if self.committed else mark(self.name, self.run) if self.run else ""

    @property
    def inputs(self) -> str:
        """Digest of what it is made from; with other values than the defaults, these belong to it."""
        inputs = inputs_digest(self.name)
        return inputs if self.committed else f"{inputs} {json.dumps(self.values, sort_keys=True)}"

    @property
    def settings(self) -> dict:
        """What `record` has to know of the run, as environment variables."""
        return {
            "REGRNN_NOTEBOOK": self.name,
            "REGRNN_COMMAND": command_line(self.name, self.overrides, self.run),
            "REGRNN_PARAMETERS": json.dumps(self.values),
        } | self.more


def jobs(
    names: Sequence[str], run: str | None = None, overrides: Mapping = {}, strict: Collection[str] = ()
) -> list[Job]:
    """The jobs of a run; ValueError lists everything that is wrong with its values.

    A file of values may serve all notebooks, whichever are run; the names in `strict` are meant for these.
    """
    values = _checked(names, overrides, strict) if names else {}
    root = project_root()
    folders = [root / "results" / run] * 2 if run else [root / "figures", root / "notebooks"]
    asked = {name: {key: mine[key] for key in overrides if key in mine} for name, mine in values.items()}
    return [Job(name, *folders, mine, asked[name], run) for name, mine in values.items()]


def select(words: Sequence[str] = ()) -> list[str]:
    """Names of the notebooks that `words` mean, in order; all of them without words."""
    folder = project_root() / "notebooks"
    names = sorted(path.stem for path in folder.glob("[0-9][0-9]_*.py"))
    if not names:
        raise ValueError(f"no notebooks here: {folder} holds no NN_name.py")
    stems = {profile.cut(word): _stem(word, folder) for word in words}
    known = {*names, *(name.split("_")[0] for name in names)}
    _refuse(f"{w}: no such notebook{_hint(stem, names)}" for w, stem in stems.items() if stem not in known)
    wanted = set(stems.values())
    return [name for name in names if not words or wanted & {name, name.split("_")[0]}]


def _stem(word, folder):
    """What may be the name or number of a notebook; of a path to another folder all of it."""
    path = Path(profile.cut(word))
    here = path.parent in (Path(), Path("notebooks")) or path.parent.absolute() == folder.absolute()
    return path.stem if here else str(path)


def _hint(word, names):
    near = get_close_matches(word, names, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"


def _refuse(faults):
    from ..parameters import refuse

    lines = list(dict.fromkeys(faults))
    more = [f"... and {len(lines) - MOST_FAULTS} more"] if len(lines) > MOST_FAULTS else []
    refuse([profile.cut(line, 400) for line in lines[:MOST_FAULTS]] + more)


def run_name(options: Namespace) -> str | None:
    """The folder below results/, or None for the run at default parameters."""
    if options.name is None and not options.files:
        return "custom" if options.values else None
    name, said = options.name, f"--name {options.name!r}"
    if name is None:
        name = Path(options.files[-1]).stem
        said = f"{options.files[-1]}: the name of its run, {name!r}"
    if not re.fullmatch(r"\w[\w.-]{,59}", name):
        raise ValueError(
            f"{profile.cut(said, 200)}: must be a folder name of at most 60 letters, digits, _ . -"
        )
    if name in ("lab", "verify"):
        raise ValueError(f"{said}: that folder belongs to the command {name}")
    return name


def overrides(options: Namespace) -> dict:
    """The parameters that the command line sets, from its files and one by one."""
    values = {}
    for file in options.files:
        values |= profile.read(file)
    _refuse(_too_long(options.values))
    return {name: _value(value) for name, value in (values | dict(options.values)).items()}


def _too_long(pairs):
    """Faults of words that are no values: nobody wants to read them back,
    and comparing them takes minutes.
    """
    most = profile.MOST_LETTERS
    return [
        f"-p {profile.cut(' '.join(pair), 40)}: longer than {most} letters"
        for pair in pairs
        if max(map(len, pair)) > most
    ]


def _value(text):
    """Text as papermill's -p reads it, and lists; also what YAML leaves as text, such as 1e-3."""
    if not isinstance(text, str):
        return text
    readers = (json.loads,) if text.lstrip().startswith("[") else (WORDS.__getitem__, int, float)
    for read in readers:
        with suppress(KeyError, ValueError, RecursionError):
            return read(text)
    return text


def _checked(names, overrides, strict):
    """All parameters of each notebook, overridden and checked: every fault in one message."""
    from ..parameters import attempt, check

    own = {name: notebook_defaults(source(name)) for name in select()}
    everywhere, here = (set().union(*(own[name] for name in some)) for some in (own, names))
    faults = [
        f"{profile.cut(key)}: no parameter of {', '.join(names)}{_hint(profile.cut(key), sorted(here))}"
        for key in overrides
        if key not in (here if key in strict else everywhere)
    ]
    values = {name: {key: overrides.get(key, value) for key, value in own[name].items()} for name in names}
    checked = {name: attempt(faults, check, **mine) for name, mine in values.items()}
    _refuse(faults)
    return checked
