"""What tests ask of executed notebooks: whether a pair is in step, and how heavy the pictures are."""

import base64
from pathlib import Path

import nbformat

from regrnn_lib.build import notebook


def images(nb: nbformat.NotebookNode) -> list[tuple[int, int]]:
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
    pair = Path(source).with_suffix(".ipynb")
    if not pair.exists():
        return f"{pair.name} is missing"
    ours, theirs = (_cells(nb) for nb in (notebook.read(source), nbformat.read(pair, as_version=4)))
    for number, (mine, other) in enumerate(zip(ours, theirs), 1):
        if mine != other:
            return f"{pair.name} differs from its source in cell {number}: {mine[1].strip().splitlines()[0]}"
    if len(ours) != len(theirs):
        return f"{pair.name} has {len(theirs)} cells, its source {len(ours)}"
    return ""


def _cells(nb):
    return [(cell.cell_type, cell.source, cell.metadata.get("tags") or []) for cell in nb.cells]
