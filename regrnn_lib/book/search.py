"""The index of the full-text search: a script with one entry a section, read when somebody first searches."""

import json
from collections.abc import Iterable

from .chapter import Chapter
from .prose import plain_text
from .reference import Module

Entry = tuple[str, str, str, str]  # address, page, section, words


def chapter_entries(chapter: Chapter) -> Iterable[Entry]:
    """The sections of a chapter."""
    titles = {section.anchor: plain_text(section.title) for section in chapter.sections}
    for anchor, words in chapter.texts.items():
        address = f"{chapter.name}.html" + (f"#{anchor}" if anchor else "")
        yield address, f"{int(chapter.number)}. {chapter.title}", titles.get(anchor, ""), words


def reference_entries(modules: Iterable[Module]) -> Iterable[Entry]:
    """The names of the library."""
    for module in modules:
        for entry in module.entries:
            words = f"{entry.call} {plain_text(entry.html)}"
            yield f"api.html#{module.name}.{entry.name}", "The library", entry.name, words


def script(entries: Iterable[Entry]) -> str:
    """The index as JavaScript that defines `BOOK_SEARCH`."""
    return f"window.BOOK_SEARCH = {json.dumps(list(entries), ensure_ascii=False)};\n"
