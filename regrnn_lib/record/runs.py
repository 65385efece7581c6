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

from ..project import project_root

_last = {"notebook": None, "told": None}  # of this kernel: the notebook known so far, the folder last told of


def results_folder(name: str = "") -> Path:
    """The folder into which this run writes; `name` is that of the figure to be written, such as 02_maps.

    `regrnn_lib.build` names it, or whoever sets `REGRNN_RESULTS`. A notebook run by hand writes to
    `results/NOTEBOOK`, with the parameters that differ from the notebook's own in the folder's name
    (`results/02_dale-n_neurons-200`), so that it touches neither the committed `figures/` nor another run.
    """
    named = os.environ.get("REGRNN_RESULTS")
    return Path(named) if named else project_root() / "results" / _folder_name(*_by_hand(name))


def run_identity(name: str = "") -> tuple[str | None, dict, str | None]:
    """Notebook, parameters and command of this run; None for what is not known."""
    notebook, changed = _by_hand(name)
    command = command_line(notebook, changed, _folder_name(notebook, changed)) if notebook else None
    set_by_build = os.environ.get("REGRNN_NOTEBOOK", notebook), os.environ.get("REGRNN_COMMAND", command)
    return set_by_build[0], _parameters(), set_by_build[1]


def command_line(notebook: str, overrides: Mapping, run: str | None = None) -> str:
    """The command that makes a run again."""
    words = [word for pair in overrides.items() for word in ("-p", *map(str, pair))]
    return shlex.join(
        ["python", "-m", "regrnn_lib.build", notebook, *words, *(["--name", run] if run else [])]
    )


def tell(folder: Path) -> None:
    """Say once where a run by hand writes, and how to choose."""
    if "REGRNN_RESULTS" not in os.environ and "ipykernel" in sys.modules and _last["told"] != folder:
        print(
            f"Figures and tables go to {_relative(folder)}; the environment variable REGRNN_RESULTS names another folder."
        )
        _last["told"] = folder


def _parameters():
    """The parameters in force: `build` and `parameters.check_cell` leave them in the environment."""
    return json.loads(os.environ.get("REGRNN_PARAMETERS", "{}"))


def _by_hand(name):
    """The notebook, as far as the figures have told, and the parameters that differ from its own."""
    found = [path.stem for path in (project_root() / "notebooks").glob(f"{name[:2]}_*.py")]
    if re.match(r"\d\d_", name) and len(found) == 1:
        _last["notebook"] = found[0]
    notebook = _last["notebook"]
    own = notebook_defaults(project_root() / "notebooks" / f"{notebook}.py") if notebook else {}
    return notebook, {name: value for name, value in _parameters().items() if own.get(name, value) != value}


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


def _relative(folder):
    root = project_root()
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder
