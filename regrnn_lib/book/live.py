"""The live figures of the chapters, as far as there are any: files beside the pages, and what a chapter loads.

They are classic scripts (`explore.live`): each fills the `<div class="live" data-chapter="NN">` of its chapter, whose
still picture stays for readers without JavaScript and on paper.
"""

from importlib.util import find_spec

from ..project import PACKAGE

SOURCE = PACKAGE / "explore" / "page"
FOLDER = "assets/live"


def files() -> dict[str, str]:
    """Scripts, data and style by their names in the book."""
    return {f"{FOLDER}/{name}": text for name, text in _library().files().items()} if _library() else {}


def loaded(number: str) -> list[str]:
    """What the page of a chapter loads, in order: scripts, and the style last; nothing if it has no live figure."""
    library = _library()
    if not library or number not in library.chapters():
        return []
    return [f"{FOLDER}/{name}" for name in (*library.scripts(number), library.STYLE)]


def _library():
    if not find_spec("regrnn_lib.explore.live"):
        return None
    from ..explore import live

    return live
