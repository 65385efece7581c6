"""Markdown of notebooks to HTML of the book.

With formulas as MathML, anchors, links within the book, and wide tables in boxes. nbconvert's own parser
reads the text, so that it means here what it means in JupyterLab.
"""

import re
from html import escape, unescape
from typing import Any, NamedTuple

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from .addresses import address
from .formulas import mathml

TAG = re.compile(r"<[^>]+>")
INLINE = re.compile(r"</?(?:a|b|code|em|i|small|span|strong)\b[^>]*>")
FORMULA = re.compile(r'[(\[]*<math [^>]*display="inline"[^>]*>.*?</math>[.,;:?!)\]]*', re.DOTALL)
SHORT = 12  # characters of a cell of a table that stays on one line


class Section(NamedTuple):
    """A heading: its level (2, 3 ...), its anchor, and what it says, as HTML."""

    level: int
    anchor: str
    title: str


def plain_text(html: str) -> str:
    """The words of some HTML, in one line."""
    words = " ".join(unescape(TAG.sub(" ", INLINE.sub("", html))).split())
    return re.sub(r"(?<=[(\[]) | (?=[.,;:)\]])", "", words)  # beside formulas


class Prose:
    """Turns Markdown into HTML, one page's worth: anchors are unique in it, and its sections are remembered.

    Parameters
    ----------
    base : str
        Folder, from the project's root, in which the text lies: its links start there.
    """

    def __init__(self, base: str = "notebooks"):
        self.sections: list[Section] = []
        self._markdown = MarkdownWithMath(_Renderer(self, base))

    def html(self, markdown: str) -> str:
        """HTML of a piece of Markdown."""
        return FORMULA.sub(_unbroken, self._markdown.render(markdown).strip())

    def anchor(self, level: int, title: str) -> str:
        """Notes a section and returns its anchor.

        It is the one that JupyterLab gives it, numbered if it is there already.
        """
        words = unescape(TAG.sub("", title)).strip()
        anchor = first = re.sub(r"\s+", "-", words)
        known = {section.anchor for section in self.sections}
        number = 1
        while anchor in known:
            number += 1
            anchor = f"{first}-{number}"
        self.sections.append(Section(level, anchor, title))
        return anchor


class _Renderer(IPythonRenderer):
    """What each piece of Markdown becomes; the names are those of the parser's tokens."""

    def __init__(self, prose, base):
        super().__init__(escape=True, exclude_anchor_links=True)
        self.prose, self.base = prose, base

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        anchor = escape(self.prose.anchor(level, text))
        link = f'<a class="anchor" href="#{anchor}" aria-label="link to this section">#</a>'
        return f'<h{level} id="{anchor}">{text} {link}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        here = address(url, self.base)
        return f'<a href="{escape(here)}">{text}</a>' if here else text

    def block_math(self, body: str) -> str:
        return mathml(body, display=True)

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def table(self, text: str) -> str:
        return table_box(f"<table>\n{text}</table>")

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        name = "th" if head else "td"
        style = ' class="unbroken"' if len(plain_text(text)) <= SHORT else ""
        return f"  <{name}{style}>{text}</{name}>\n"


def _unbroken(match):
    """A formula with the brackets and the punctuation beside it: a browser would part them."""
    alone = match[0].startswith("<") and match[0].endswith(">")
    return match[0] if alone else f'<span class="unbroken">{match[0]}</span>'


def table_box(table: str) -> str:
    """A table in a box of its own, which scrolls if the screen is narrow."""
    return f'<div class="box" role="region" aria-label="table" tabindex="0">{table}</div>\n'
