"""One notebook: read the py:percent source, find its parameters, execute it, make it stable.

The source `NN_name.py` is what people edit; its pair `NN_name.ipynb` is committed executed. An
executed notebook is full of accidents (times, ids, paths, progress bars, warnings): `normalise`
removes them, so that running it again with nothing changed gives the same bytes.
"""

import base64
import io
import logging
import os
import re
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

# nbformat, jupytext and papermill take a second to import and `build` reads this module in every
# run that has nothing to do: they are imported where they are used.

WIDGET = "application/vnd.jupyter.widget-view+json"
# the first entry is what Jupytext notes when JupyterLab saves a pair (see notebooks/jupytext.toml)
METADATA = {
    "jupytext": {
        "cell_metadata_filter": "tags,-all",
        "formats": "ipynb,py:percent",
        "notebook_metadata_filter": "-all",
    },
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
IMAGE_LIMIT = 100_000  # bytes of an image in a committed notebook: every version stays in the history
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# object addresses; ids that pandas and xarray draw at random for the HTML of a table
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
RANDOM_ID = re.compile(r"""\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<=["#])T_[0-9a-f]{5}(?=["_ ])""")


class NotebookFailed(Exception):
    """A notebook did not run to its end; the text says where and, last, why."""


def read(source: str | Path) -> "NotebookNode":
    """The notebook in a py:percent file, not executed."""
    import jupytext

    nb = jupytext.read(source, fmt="py:percent")
    nb.metadata = _fresh(METADATA)
    return _number_cells(nb)


def execute(
    source: Path,
    target: Path,
    overrides: dict,
    settings: Mapping[str, str],
    *,
    aside: Path,
    alone: bool = True,
) -> bytes:
    """Run a notebook in a fresh kernel and return the normalised result as bytes.

    Parameters
    ----------
    source, target : pathlib.Path
        The py:percent file, and where the caller will put the result (nothing is written there).
    overrides : dict
        Parameters that differ from the notebook's own, put into a cell after its parameters cell.
    settings : dict
        Environment variables for the kernel.
    aside : pathlib.Path
        A folder for what is needed while it runs. The kernel works in the current directory.
    alone : bool
        Show a bar over the cells; several at a time would overwrite each other's.

    Raises
    ------
    NotebookFailed
        Where and why it stopped; the unfinished notebook is kept beside `target` as
        `*.failed.ipynb`.
    """
    import nbformat
    import papermill

    for name in (
        "papermill",
        "asyncio",
        "tornado",
    ):  # they tell in many lines what the error raised here says in a few
        logging.getLogger(name).setLevel(logging.CRITICAL)
    root = Path.cwd()
    partial, failed = aside / target.name, target.with_suffix(".failed.ipynb")
    # papermill formats paths with the parameters, so braces in a folder's name have to be doubled
    path = str(partial).replace("{", "{{").replace("}", "}}")
    watched = sys.stderr.isatty()
    how = {"kernel_name": "python3", "extra_arguments": ["--log-level=CRITICAL"]}
    how["kernel_manager_class"] = kernel_with(
        _environment({"IPYTHONDIR": str(aside / "ipython"), **settings})
    )
    how["progress_bar"] = {"desc": source.stem, "leave": False, "position": 1} if alone and watched else False
    how["stderr_file"] = None if watched else sys.stderr  # into the log, what the sweeps have to say
    try:
        nb = papermill.execute_notebook(read(source), path, overrides, **how)
    except Exception as error:
        if _stopping.is_set():
            raise NotebookFailed(f"{source.stem} was stopped") from None
        if not partial.exists():
            raise
        os.replace(partial, failed)
        kept = f"(kept as {failed.relative_to(root).as_posix()})"
        lines = _where(source, error, failed), kept, _why(error)
        raise NotebookFailed("\n".join(lines)) from error
    failed.unlink(missing_ok=True)
    return nbformat.writes(normalise(nb, root)).encode() + b"\n"


def normalise(nb: "NotebookNode", root: str | Path) -> "NotebookNode":
    """Remove from an executed notebook whatever changes from run to run; changes `nb` itself.

    Removed: times and papermill's notes, random ids (numbered in order of appearance), absolute
    paths below `root` and the home folder, memory addresses, standard error (warnings and text
    progress bars), widgets and their state. A widget's output stays if it also carries an image.
    Images above `IMAGE_LIMIT` are reduced to 256 colours.
    """
    nb.metadata = _fresh(METADATA)
    fixed = _Fixed(root)
    for cell in _number_cells(nb).cells:
        for note in ("papermill", "execution", "ExecuteTime"):
            cell.metadata.pop(note, None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if cell.cell_type == "code":
            cell.outputs = _joined([out for out in cell.outputs if _kept(out)])
            for output in cell.outputs:
                _fix_output(output, fixed)
    return nb


def images(nb: "NotebookNode") -> list[tuple[int, int]]:
    """The images in a notebook's outputs, as (cell number, size in bytes) pairs."""
    return [
        (number, len(base64.b64decode(data)))
        for number, cell in enumerate(nb.cells, 1)
        for output in cell.get("outputs", [])
        for kind, data in output.get("data", {}).items()
        if kind in ("image/png", "image/jpeg")
    ]


def drift(source: str | Path) -> str:
    """What differs between a source `NN_name.py` and its pair `NN_name.ipynb`: '' if they agree."""
    import nbformat

    pair = Path(source).with_suffix(".ipynb")
    if not pair.exists():
        return f"{pair.name} is missing"
    ours, theirs = (_cells(nb) for nb in (read(source), nbformat.read(pair, as_version=4)))
    for number, (mine, other) in enumerate(zip(ours, theirs), 1):
        if mine != other:
            return f"{pair.name} differs from its source in cell {number}: {_first_line(mine[1])}"
    if len(ours) != len(theirs):
        return f"{pair.name} has {len(theirs)} cells, its source {len(ours)}"
    return ""


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


def _where(source, error, failed):
    import nbformat

    if hasattr(error, "exec_count"):  # an error that the cell raised
        count, text = error.exec_count, error.source
    else:  # the kernel died, in the last cell that was started
        cells = [c for c in nbformat.read(failed, as_version=4).cells if c.cell_type == "code"]
        begun = [c.source for c in cells if c.metadata.papermill.start_time]
        count, text = len(begun), begun[-1] if begun else ""
    return f"{source.stem} failed in cell [{count}]: {_first_line(text)}"


def _why(error):
    kind = getattr(error, "ename", type(error).__name__)
    return f"{kind}: {getattr(error, 'evalue', error)}"


def _first_line(text):
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _cells(nb):
    return [(cell.cell_type, cell.source, cell.metadata.get("tags") or []) for cell in nb.cells]


def _fresh(metadata):
    from nbformat import from_dict

    return from_dict(metadata)


def _number_cells(nb):
    nb.nbformat, nb.nbformat_minor = 4, 5
    for number, cell in enumerate(nb.cells):
        cell.id = f"cell-{number:03d}"
    return nb


def _kept(output):
    if output.output_type == "stream":
        return output.name == "stdout"
    data = output.get("data", {})
    return WIDGET not in data or any(kind.startswith("image/") for kind in data)


def _joined(outputs):
    """Neighbouring pieces of printed text as one: where the kernel cut them is a matter of timing."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and last.output_type == output.output_type == "stream":
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _fix_output(output, fixed):
    if output.output_type == "stream":
        output.text = fixed(output.text)
    data = output.get("data", {})
    data.pop(WIDGET, None)
    for kind in data:
        if kind.startswith("text/") or kind == "image/svg+xml":
            data[kind] = fixed(data[kind])
    if len(data.get("image/png", "")) > IMAGE_LIMIT * 4 / 3:  # in base64, 3 bytes are 4 letters
        data["image/png"] = _fewer_colours(data["image/png"])


def _fewer_colours(png):
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    image = Image.alpha_composite(white, image).convert("RGB")
    # of Pillow's methods the one with the smallest largest error, which matters in colour maps
    method = Image.Quantize.MAXCOVERAGE
    image = image.quantize(256, method=method, kmeans=3, dither=Image.Dither.NONE)
    light = io.BytesIO()
    image.save(light, "PNG", optimize=True)
    return base64.b64encode(light.getvalue()).decode()


class _Fixed:
    """Replaces accidental parts of output text; remembers the random ids that it has seen."""

    def __init__(self, root):
        folders = [(str(Path(root).absolute()), "."), (os.path.expanduser("~"), "~")]
        self.folders = [(re.compile(re.escape(f) + r"(?![\w-])"), s) for f, s in folders if len(f) > 1]
        self.ids = {}

    def __call__(self, text):
        for folder, short in self.folders:
            text = folder.sub(short, text)
        text = ADDRESS.sub("at 0x0", text)
        return RANDOM_ID.sub(self._number, text)

    def _number(self, match):
        return self.ids.setdefault(match[0], f"id-{len(self.ids):04d}")
