"""The claims of the ledger: what they say, how they came out, and which figures and chapters show them."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ..project import PACKAGE
from .prose import Prose

VERDICT = re.compile(r"^- \*\*(?P<id>C\d+), .*$", re.MULTILINE)
NAMED = re.compile(r"\bC\d+\b")
# figures that show what a claim is judged on, by the dataset that `claims.toml` names
SHOWN = {
    "tasks": ("10_reading", "10_ledger", "10_headline"),
    "waking": ("03_early_saturation", "10_early_saturation"),
    "free": ("10_dynamics",),
    "regimes": ("01_regimes", "10_agreement"),
}


class Claim(NamedTuple):
    """A claim, its verdict as HTML (that of the README, written by code from the ledger), and its figures."""

    id: str
    title: str
    statement: str
    criterion: str
    source: str
    verdict: str
    figures: list[str]


def read(
    readme: str, known: Iterable[str], path: Path = PACKAGE / "experiments" / "claims.toml"
) -> list[Claim]:
    """The claims of `claims.toml`, with their verdicts and figures.

    readme: its text, which holds the verdicts; known: the figures that there are.
    """
    page, known = tomllib.loads(path.read_text(encoding="utf-8")), set(known)
    prose = Prose("")
    said = {match["id"]: prose.html(match[0].removeprefix("- ")) for match in VERDICT.finditer(readme)}
    claims = []
    for claim in page["claim"]:
        figures = [name for part in claim["part"] for name in SHOWN.get(part["data"], ()) if name in known]
        words = (claim[field] for field in ("id", "title", "statement", "criterion", "source"))
        claims.append(Claim(*words, said.get(claim["id"], ""), list(dict.fromkeys(figures))))
    return claims


def by_figure(claims: Iterable[Claim]) -> dict[str, list[str]]:
    """Ids of the claims that a figure shows, by its name."""
    shown: dict[str, list[str]] = {}
    for claim in claims:
        for name in claim.figures:
            shown.setdefault(name, []).append(claim.id)
    return shown


def linked(html: str, ids: Iterable[str]) -> str:
    """Prose whose bold heads and headings that name a claim lead to it."""
    known = set(ids)

    def link(match):
        return (
            f'<a class="claim" href="claims.html#{match[0]}">{match[0]}</a>'
            if match[0] in known
            else match[0]
        )

    # not within tags, links or formulas
    pieces = re.split(r"(<a\b.*?</a>|<math\b.*?</math>|<h\d\b.*?</h\d>|<[^>]+>)", html, flags=re.DOTALL)
    return "".join(piece if piece.startswith("<") else NAMED.sub(link, piece) for piece in pieces)


def named(sections: Mapping[str, str]) -> dict[str, list[str]]:
    """Anchors of the sections whose text names a claim, by its id."""
    places: dict[str, list[str]] = {}
    for anchor, text in sections.items():
        for one in dict.fromkeys(NAMED.findall(text)):
            places.setdefault(one, []).append(anchor)
    return places
