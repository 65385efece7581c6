"""The words of notebooks/glossary.md: read, and marked where a chapter uses them."""

import re
from functools import partial
from html import escape
from typing import NamedTuple

from bs4 import BeautifulSoup

from .prose import Prose, plain_text

ENTRY = re.compile(r"^- \*\*(?P<heads>.+?)\*\*(?P<rest>.*?)(?=^- \*\*|\Z)", re.MULTILINE | re.DOTALL)
# everyday words, too: they are meant as terms only where a text stresses them
EVERYDAY = {"network", "measures", "place", "chance", "edge", "accuracy", "strength"}
UNMARKED = ["a", "code", "pre", "math", "h1", "h2", "h3", "h4", "table", "figure", "details", "button"]


class Word(NamedTuple):
    """An entry: its anchor, the words that it explains, and the whole of it as HTML."""

    anchor: str
    heads: tuple[str, ...]
    html: str


def read(text: str) -> list[Word]:
    """The entries of a glossary in Markdown."""
    words, prose = [], Prose("notebooks")
    for match in ENTRY.finditer(text):
        heads = tuple(head.strip().lower() for head in match["heads"].rstrip(".").split(","))
        words.append(Word(heads[0].replace(" ", "-"), heads, prose.html(match[0].removeprefix("- ").strip())))
    return words


def meanings(words: list[Word]) -> dict[str, str]:
    """HTML of each entry by its anchor."""
    return {word.anchor: word.html for word in words}


class Marker:
    """Marks words in the prose of a page, each once a section."""

    def __init__(self, words: list[Word]):
        self._anchors = {head: word.anchor for word in words for head in word.heads}
        forms = sorted(map(_forms, self._anchors), key=len, reverse=True)
        self._pattern = re.compile(rf"\b({'|'.join(forms)})\b", re.IGNORECASE) if forms else None
        self._seen: set[str] = set()

    def section(self) -> None:
        """A new section begins: every word may be marked again."""
        self._seen.clear()

    def html(self, html: str) -> str:
        """The same HTML with its words as links to the glossary."""
        soup = BeautifulSoup(html, "html.parser")
        for text in soup.find_all(string=self._pattern) if self._pattern else []:
            if not text.find_parent(UNMARKED):
                stressed = text.parent.name in ("em", "strong")
                link = partial(self._link, stressed=stressed)
                marked = self._pattern.sub(link, escape(text, quote=False))
                text.replace_with(BeautifulSoup(marked, "html.parser"))
        return str(soup)

    def _link(self, match, stressed):
        head = _head(match[0].lower(), self._anchors)
        if head in self._seen or (head in EVERYDAY and not stressed):
            return match[0]
        self._seen.add(head)
        anchor = self._anchors[head]
        return f'<a class="word" href="glossary.html#{anchor}" data-word="{anchor}">{match[0]}</a>'


def _forms(head):
    """A head or its plural, as a pattern."""
    return f"{head[:-1]}(?:y|ies)" if head.endswith("y") else f"{head}s?"


def _head(word, heads):
    singular = (word, word.removesuffix("s"), f"{word.removesuffix('ies')}y")
    return next(one for one in singular if one in heads)


def page(words: list[Word]) -> str:
    """The glossary as a page's text."""
    return "".join(f'<div class="entry" id="{word.anchor}">{word.html}</div>\n' for word in words)


def search_text(words: list[Word]) -> list[tuple[str, str, str]]:
    """(anchor, head, words) of each entry."""
    return [(word.anchor, word.heads[0], plain_text(word.html)) for word in words]
