"""The pages of the book, each from a template."""

import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from . import chapter, claims, front, glossary, live, reference, search
from .exhibits import file_links, image
from .prose import Section

PAGES = Path(__file__).with_name("page")


class Book:
    """All that the templates ask for."""

    def __init__(self, readme: str, glossary_text: str, notebooks: list[Path], known: Mapping[str, dict]):
        self.known, self.front = known, front.read(readme)
        self.words = glossary.read(glossary_text)
        self.claims = claims.read(readme, known)
        self.chapters = [self._chapter(path) for path in notebooks]
        self.modules, self.live = reference.modules(), live.files()
        self._templates = _templates()

    def _chapter(self, path):
        own = {name: page for name, page in self.known.items() if page["notebook"] == path.stem}
        ids = [claim.id for claim in self.claims]
        return chapter.read(path, own, self.words, ids, claims.by_figure(self.claims))

    def pages(self) -> Iterable[tuple[str, str | bytes]]:
        """(name, content) of every page, the scripts with data, and the pictures that only notebooks have."""
        yield "index.html", self._page("front", "index.html", "", picture=self._first_picture())
        yield "contents.html", self._page("contents", "contents.html", "Contents")
        last = len(self.chapters) - 1
        for place, one in enumerate(self.chapters):
            around = dict(
                before=self.chapters[place - 1] if place else None,
                after=self.chapters[place + 1] if place < last else None,
            )
            yield f"{one.name}.html", self._chapter_page(one, around)
            yield from one.pictures.items()
        yield "claims.html", self._page("claims", "claims.html", "Claims", places=self._places())
        yield (
            "glossary.html",
            self._page("plain", "glossary.html", "Glossary", body=glossary.page(self.words)),
        )
        yield (
            "api.html",
            self._page(
                "plain",
                "api.html",
                "The library",
                body=reference.page(self.modules),
                sections=[
                    Section(2, module.name, module.name.removeprefix("regrnn_lib."))
                    for module in self.modules
                ],
            ),
        )
        yield "assets/search-index.js", search.script(self._entries())
        meanings = json.dumps(glossary.meanings(self.words), ensure_ascii=False)
        yield "assets/glossary-words.js", f"window.BOOK_WORDS = {meanings};\n"

    def _page(self, template, file, title, **more):
        shared = dict(book=self, file=file, title=title, sections=(), loaded=())
        return self._templates.get_template(f"{template}.html.j2").render(shared | more)

    def _chapter_page(self, one, around):
        named = claims.named(one.texts)
        return self._page(
            "chapter",
            f"{one.name}.html",
            f"{int(one.number)}. {one.title}",
            chapter=one,
            sections=one.sections,
            concerns=[claim for claim in self.claims if claim.id in named],
            loaded=live.loaded(one.number),
            **around,
        )

    def _first_picture(self):
        """The reading under which the abstract holds; before there is one, the ledger."""
        shown = self._shown()
        name = next((name for name in ("10_reading", "10_ledger") if name in shown), None)
        if not name:
            return ""
        one, exhibit = shown[name]
        at = f'<a class="number" href="{one.name}.html#{name}">Figure {exhibit.number}</a>'
        files = f'<span class="files">{" ".join(file_links(name, self.known[name]))}</span>'
        picture = image(f"figures/{name}.svg", exhibit.caption, exhibit.size)
        return f"<figure>{picture}<figcaption>{at} {escape(exhibit.caption)} {files}</figcaption></figure>"

    def _shown(self):
        """Chapter and exhibit of every figure and table, by its name."""
        return {exhibit.anchor: (one, exhibit) for one in self.chapters for exhibit in one.exhibits}

    def _places(self):
        """For each claim the figures that show it and the sections that name it, as (address, words)."""
        places = {claim.id: (self._figures(claim), []) for claim in self.claims}
        for one in self.chapters:
            titles = {section.anchor: re.sub("<[^>]+>", "", section.title) for section in one.sections}
            for id_, anchors in claims.named(one.texts).items():
                if id_ in places:
                    where = [(f"{one.name}.html#{a}", titles.get(a, "introduction")) for a in anchors]
                    places[id_][1].append((one, where))
        return places

    def _figures(self, claim):
        shown = self._shown()
        return [shown[name] for name in claim.figures if name in shown]

    def _entries(self):
        for one in self.chapters:
            yield from search.chapter_entries(one)
        for claim in self.claims:
            words = f"{claim.id} {claim.statement} {claim.criterion}"
            yield f"claims.html#{claim.id}", "Claims", f"{claim.id}, {claim.title}", words
        for anchor, head, words in glossary.search_text(self.words):
            yield f"glossary.html#{anchor}", "Glossary", head, words
        yield from search.reference_entries(self.modules)


def _templates():
    from jinja2 import Environment, FileSystemLoader

    # most texts are HTML already; the templates say where they are not
    return Environment(loader=FileSystemLoader(PAGES), autoescape=False, trim_blocks=True, lstrip_blocks=True)
