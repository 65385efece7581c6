"""Make an executed notebook stable: the same run gives the same bytes.

An executed notebook is full of accidents: times, ids, paths, progress bars, warnings. `normalise` removes
them, so that running it again with nothing changed gives the same bytes.
"""

import base64
import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

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
# object addresses; ids that pandas and xarray draw at random for the HTML of a table
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
RANDOM_ID = re.compile(r"""\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<=["#])T_[0-9a-f]{5}(?=["_ ])""")


def normalise(nb: "NotebookNode", root: str | Path) -> "NotebookNode":
    """Remove from an executed notebook whatever changes from run to run; changes `nb` itself.

    Removed: times and papermill's notes, random ids (numbered in order of appearance), absolute
    paths below `root` and the home folder, memory addresses, standard error (warnings and text
    progress bars), widgets and their state. A widget's output stays if it also carries an image.
    Images above `IMAGE_LIMIT` are reduced to 256 colours.
    """
    from nbformat import from_dict

    fixed = _Fixed(root)
    for cell in plain(nb).cells:
        tags = cell.metadata.get("tags")
        cell.metadata = from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = _joined([out for out in cell.outputs if _kept(out)])
            for output in cell.outputs:
                _fix_output(output, fixed)
    return nb


def plain(nb: "NotebookNode") -> "NotebookNode":
    """Give a notebook the metadata that all of them have, and cells numbered by their place;
    changes `nb` itself.
    """
    from nbformat import from_dict

    nb.metadata, nb.nbformat, nb.nbformat_minor = from_dict(METADATA), 4, 5
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
        if joined and joined[-1].output_type == output.output_type == "stream":
            joined[-1].text += output.text
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
    image = image.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
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
