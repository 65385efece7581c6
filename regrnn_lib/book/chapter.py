"""One executed notebook as a chapter."""

import json
import re
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple

from . import cells, claims, live
from .exhibits import Exhibit, Exhibits, image
from .glossary import Marker, Word
from .prose import Prose, Section, plain_text

TITLE = re.compile(r"# +(?:\d+\. )?(?P<title>.+)\n?")
HEADING = re.compile(r'<h[23] id="([^"]*)"')
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
ASIDE = re.compile(r'<(h[23]) id=.*?</\1>|<span class="files">.*?</span>', re.DOTALL)


class Chapter(NamedTuple):
    """A chapter: HTML before and after the place of the live figure, and what contents and search need."""

    name: str
    number: str
    title: str
    introduction: str
    body: str
    still: str  # the picture in the place of the live figure
    sections: list[Section]
    exhibits: list[Exhibit]
    texts: dict[str, str]  # words of each section by its anchor; "" before the first
    pictures: dict[str, bytes]  # files that only the notebook has


def read(
    path: Path, passports: Mapping[str, dict], words: list[Word], ids: list[str], shown: Mapping[str, list]
) -> Chapter:
    """The chapter that an executed notebook makes.

    Parameters
    ----------
    path : pathlib.Path
        The notebook, NN_name.ipynb.
    passports : mapping of str to dict
        Passports of what it made.
    words : list of Word
        The glossary.
    ids : list of str
        Ids of the claims.
    shown : mapping of str to list of str
        Claims that a figure shows, by its name.
    """
    name, number = path.stem, path.stem[:2]
    prose, exhibits = Prose(), Exhibits(int(number), passports, shown)
    outputs, marker = cells.Outputs(name, prose, exhibits), Marker(words)
    title, text, rest = _opening(json.loads(path.read_text(encoding="utf-8"))["cells"], name)
    introduction = claims.linked(marker.html(prose.html(text)), ids)
    body = _folded("".join(_pieces(rest, prose, outputs, marker, ids)))
    return Chapter(
        name,
        number,
        title,
        introduction,
        body,
        _still(exhibits) if live.loaded(number) else "",
        prose.sections,
        exhibits.all,
        _texts(introduction, body),
        {file: png for file, png in outputs.pictures.items() if file in body},
    )


def _opening(all_cells, name):
    """Title and text of the first cell, and the other cells; a notebook without a title goes by its name."""
    first, *rest = all_cells
    text = "".join(first["source"])
    match = TITLE.match(text) if first["cell_type"] == "markdown" else None
    if not match:
        return name, "", all_cells
    return match["title"].strip(), text[match.end() :], rest


def _pieces(cells_, prose, outputs, marker, ids):
    for cell in cells_:
        cell = {**cell, "source": "".join(cell["source"])}
        if cell["cell_type"] == "markdown":
            if cell["source"].startswith("## "):
                marker.section()
            yield claims.linked(marker.html(prose.html(cell["source"])), ids) + "\n"
        elif cell["cell_type"] == "code":
            heading = prose.sections[-1].title if prose.sections else ""
            yield _code(cell, heading)
            html = outputs.html(_whole(cell), plain_text(heading))
            yield claims.linked(marker.html(html), ids) if "<p>" in html or "<li>" in html else html


def _code(cell, heading):
    if "parameters" in cell["metadata"].get("tags", ()):
        return cells.parameters(cell["source"])
    return cells.code(cell["source"], lead=heading.startswith("The law"))


def _whole(cell):
    """Texts of outputs are lists of lines in the file."""
    cell = dict(cell, outputs=[dict(output) for output in cell["outputs"]])
    for output in cell["outputs"]:
        if "text" in output:
            output["text"] = "".join(output["text"])
        if "data" in output:
            output["data"] = {kind: _joined(value) for kind, value in output["data"].items()}
    return cell


def _joined(value):
    return "".join(value) if isinstance(value, list) else value


def _folded(body):
    """Neighbouring pieces of folded code as one: `</details>` with nothing between."""
    return body.replace('</details>\n<details class="code"><summary>Code</summary>\n', "")


def _still(exhibits):
    """The first figure of a chapter once more, as picture in the place of the live one."""
    figures = [one for one in exhibits.all if one.kind == "Figure"]
    if not figures or f"{figures[0].anchor}.svg" not in exhibits.passports.get(figures[0].anchor, {}).get(
        "files", ()
    ):
        return ""
    one = figures[0]
    words = f'<a class="number" href="#{one.anchor}">Figure {one.number}</a> {escape(one.caption)}'
    return f"{image(f'figures/{one.anchor}.svg', one.caption, one.size)}<figcaption>{words}</figcaption>"


def _texts(introduction, body):
    """The words of each section below its heading; what is folded does not count, nor do links to files."""
    body = FOLDED.sub("", body)
    pieces = re.split(r'(?=<h[23] id=")', body)
    anchors = [HEADING.match(piece) for piece in pieces]
    texts = {"": plain_text(introduction)}
    for match, piece in zip(anchors, pieces):
        anchor = unescape(match[1]) if match else ""
        words = plain_text(ASIDE.sub("", piece))
        texts[anchor] = f"{texts.get(anchor, '')} {words}".strip()
    return texts
