"""Figures and tables of a chapter: number, caption, alternative text, links to their data and passports."""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import NamedTuple

PRINTED = re.compile(r"<Figure size ([\d.]+)x([\d.]+)")
SCALE = 1.2  # what is set in 8.5 points on paper, on a screen


class Exhibit(NamedTuple):
    """A numbered figure or table of a chapter."""

    kind: str  # Figure or Table
    number: str  # such as 3.2
    anchor: str  # the name of its files, or figure-3.2 if it has none
    caption: str
    size: str = ""  # as Matplotlib prints it; empty for tables


class Exhibits:
    """What one chapter shows, numbered in order of appearance.

    Parameters
    ----------
    chapter : int
        Its number.
    passports : mapping of str to dict
        Passports of the files that its notebook made, by name.
    shown : mapping of str to list of str
        Claims that a figure or table shows, by its name.
    """

    def __init__(self, chapter: int, passports: Mapping[str, dict], shown: Mapping[str, list] = {}):
        self.chapter, self.passports, self.shown = chapter, passports, shown
        self.all: list[Exhibit] = []
        self._names = {_wording(page["caption"]): name for name, page in passports.items()}

    def figure(self, caption: str, size: str, embedded: str, alt: str = "") -> str:
        """A figure: the file of that caption, or the picture that the notebook embeds (an address)."""
        name = self._names.get(_wording(caption))
        file = f"figures/{name}.svg" if name and f"{name}.svg" in self.passports[name]["files"] else embedded
        if not caption:
            words = f"<figcaption>{escape(alt)}</figcaption>"
            return f"<figure>{image(file, alt, size, scale=1)}{words}</figure>\n"
        picture = image(file, caption, size)
        exhibit = self._next("Figure", name, caption, size)
        return f'<figure id="{exhibit.anchor}">{picture}{self._words(exhibit, name)}</figure>\n'

    def table(self, name: str, body: str = "") -> str:
        """A saved table with its caption; without a body, the caption alone and where its file is."""
        exhibit = self._next("Table", name, self.passports[name]["caption"])
        kind, note = ("table", "") if body else ("table file", ", a file:")
        words = self._words(exhibit, name, note)
        return f'<figure class="{kind}" id="{exhibit.anchor}">{body}{words}</figure>\n'

    def tables_of(self, source: str) -> list[str]:
        """Names of the tables that a code cell saves."""
        said = re.findall(r'"(\d\d_\w+)"', source)
        return [name for name in said if set(self._ends(name)) == {".csv"}]

    def _ends(self, name):
        return [Path(file).suffix for file in self.passports.get(name, {}).get("files", ())]

    def _next(self, kind, name, caption, size=""):
        number = f"{self.chapter}.{1 + sum(one.kind == kind for one in self.all)}"
        exhibit = Exhibit(kind, number, name or f"{kind.lower()}-{number}", caption, size)
        self.all.append(exhibit)
        return exhibit

    def _words(self, exhibit, name, note=""):
        links = file_links(name, self.passports[name]) if name else []
        links += [f'<a href="claims.html#{one}">claim {one}</a>' for one in self.shown.get(name, [])]
        return (
            f'<figcaption><a class="number" href="#{exhibit.anchor}">{exhibit.kind} {exhibit.number}</a>'
            f'{note} {escape(exhibit.caption)} <span class="files">{" ".join(links)}</span></figcaption>'
        )


def file_links(name: str, passport: Mapping) -> list[str]:
    """Links to the numbers behind a figure or table, and to its passport."""
    numbers = [file for file in passport["files"] if file.endswith(".csv")]
    links = [f'<a href="figures/{file}">data (csv)</a>' for file in numbers]
    return [*links, f'<a href="figures/{name}.json">passport</a>']


def image(file: str, alt: str, size: str = "", scale: float = SCALE) -> str:
    """A picture as wide as it was meant to be, as far as there is room; it leads to its file, to enlarge it.

    `size` is what Matplotlib prints of a figure; `scale` enlarges what is drawn in lines, not in pixels.
    """
    printed = PRINTED.search(size)
    width, height = (round(scale * float(each)) for each in printed.groups()) if printed else ("", "")
    room = f' width="{width}" height="{height}" style="--wide: {width}px"' if printed else ""
    picture = f'<img src="{escape(file)}" alt="{escape(alt)}"{room} decoding="async">'
    return f'<a class="picture" href="{escape(file)}">{picture}</a>'


def _wording(caption):
    return " ".join(caption.replace("\N{MINUS SIGN}", "-").split())
