"""Which run this is: its notebook, its parameters, the command that repeats it, the folder it writes to.

`regrnn_lib.build` says all that in the environment of the kernels that it starts. A notebook run by hand
(JupyterLab, plain papermill) finds it out: the parameters from `parameters.check_cell`, the notebook from
the number at the head of its figures' names.
"""

import hashlib
import json
import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..project import project_root

_last = {"notebook": None, "told": None}  # of this kernel: the notebook known so far, the folder last told of


class Run(NamedTuple):
    """What a passport says of a run; None for what is not known."""

    notebook: str | None
    parameters: dict
    command: str | None  # makes it again
    folder: Path  # into which it writes


def this_run(name: str = "") -> Run:
    """The run that goes on here; `name` is that of the figure to be written, such as 02_maps.

    `regrnn_lib.build` says what it is, or whoever sets `REGRNN_RESULTS`. A notebook run by hand writes to
    `results/NOTEBOOK`, with the parameters that differ from the notebook's own in the folder's name
    (`results/02_dale-n_neurons-200`), so that it touches neither the committed `figures/` nor another run.
    """
    # the parameters in force: `build` and `parameters.check_cell` leave them in the environment
    parameters, notebook = json.loads(os.environ.get("REGRNN_PARAMETERS", "{}")), _by_hand(name)
    own = notebook_defaults(project_root() / "notebooks" / f"{notebook}.py") if notebook else {}
    changed = {key: value for key, value in parameters.items() if own.get(key, value) != value}
    run = _folder_name(notebook, changed)
    command = command_line(notebook, changed, run) if notebook else None
    return Run(
        os.environ.get("REGRNN_NOTEBOOK", notebook),
        parameters,
        os.environ.get("REGRNN_COMMAND", command),
        Path(os.environ.get("REGRNN_RESULTS") or project_root() / "results" / run),
    )


def command_line(notebook: str, overrides: Mapping, run: str | None = None) -> str:
    """The command that makes a run again."""
    words = [word for pair in overrides.items() for word in ("-p", *map(str, pair))]
    words += ["--name", run] if run else []
    return shlex.join(["python", "-m", "regrnn_lib.build", notebook, *words])


def tell(folder: Path) -> None:
    """Say once where a run by hand writes, and how to choose."""
    if "REGRNN_RESULTS" not in os.environ and "ipykernel" in sys.modules and _last["told"] != folder:
        place = folder.relative_to(project_root()).as_posix()
        print(
            f"Figures and tables go to {place}; the environment variable REGRNN_RESULTS names another folder."
        )
        _last["told"] = folder


def _by_hand(name):
    """The notebook, as far as the figures have told."""
    names = [path.stem for path in (project_root() / "notebooks").glob(f"{name[:2]}_*.py")]
    if re.match(r"\d\d_", name) and len(names) == 1:
        _last["notebook"] = names[0]
    return _last["notebook"]


def notebook_defaults(source: str | Path) -> dict:
    """Names and default values in the parameters cell of a notebook's source, a py:percent file."""
    from ..parameters import cell_values  # with pydantic, which takes half a second

    text = "\n" + Path(source).read_text(encoding="utf-8")
    cells = [cell.partition("\n") for cell in text.split("\n# %%")]
    return next((cell_values(lines) for head, _, lines in cells if '"parameters"' in head), {})


def _folder_name(notebook, changed):
    words = [notebook or "notebook", *(f"{name}-{value}" for name, value in changed.items())]
    name = re.sub(r"[^\w.-]+", "_", "-".join(words))
    return name if len(name) <= 80 else f"{name[:70]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
