"""What the front page says, taken from the README: the question, three sentences, the chapters' questions."""

import re
from typing import NamedTuple

from .prose import Prose

TITLE = re.compile(r"^# (?P<title>.+)$", re.MULTILINE)
FOUND = re.compile(r"^\*\*What was found\*\*.*\n(?P<text>(?:.+\n)+)", re.MULTILINE)
OURS = re.compile(
    r"^## (?P<title>What is the paper's.*)\n+(?P<text>(?:.|\n)*?)(?=^<!-- ledger|\Z)", re.MULTILINE
)
ROW = re.compile(r"^\| \[[^]]*\]\(notebooks/(?P<name>\w+)\.ipynb\) \| (?P<question>.*) \|$", re.MULTILINE)


class Front(NamedTuple):
    """Parts of the front page, as HTML, and the question of each chapter by its name."""

    title: str
    question: str
    found: str
    ours_title: str
    ours: str
    questions: dict[str, str]


def read(readme: str) -> Front:
    """The parts of a README; one that is not there is empty."""
    prose = Prose("")
    title, found, ours = (pattern.search(readme) for pattern in (TITLE, FOUND, OURS))
    body = readme[title.end() :] if title else readme
    question = re.split(r"^!\[|^\*\*What was found|^## ", body, maxsplit=1, flags=re.MULTILINE)[0]
    return Front(
        title["title"] if title else "",
        prose.html(question),
        prose.html(found["text"]) if found else "",
        ours["title"] if ours else "",
        prose.html(ours["text"]) if ours else "",
        {row["name"]: prose.html(row["question"]) for row in ROW.finditer(readme)},
    )
