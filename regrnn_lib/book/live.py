"""The live figures of the chapters, where there are any: files beside the pages, and what a chapter loads.

They are classic scripts (`explore.live`): each fills the `<div class="live" data-chapter="NN">` of its
chapter, whose still picture stays for readers without JavaScript and on paper.
"""

from ..explore import live

FOLDER = "assets/live"


def files() -> dict[str, str]:
    """Scripts, data and style by their names in the book."""
    return {f"{FOLDER}/{name}": text for name, text in live.files().items()}


def loaded(number: str) -> list[str]:
    """What the page of a chapter loads, in order: scripts, the style last; nothing without a live figure."""
    if number not in live.chapters():
        return []
    return [f"{FOLDER}/{name}" for name in (*live.scripts(number), live.STYLE)]
