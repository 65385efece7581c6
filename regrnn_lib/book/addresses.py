"""Where the links of notebooks and README lead in the book."""

import posixpath
import re

CHAPTER = re.compile(r"notebooks/(\d\d_\w+)\.ipynb")
ABROAD = re.compile(r"[a-z]+:|#")


def chapter_file(name: str) -> str:
    """The page of a notebook."""
    return f"{name}.html"


def address(link: str, base: str = "notebooks") -> str | None:
    """A link as it is written in a file of the folder `base`, for a page of the book.

    Returns
    -------
    str or None
        None where the book has no such file: sources, licences, lists of changes.
    """
    if ABROAD.match(link):
        return link
    path, hash_, section = link.partition("#")
    path = posixpath.normpath(posixpath.join(base, path))
    if chapter := CHAPTER.fullmatch(path):
        return chapter_file(chapter[1]) + hash_ + section
    if path == "notebooks/glossary.md":
        return "glossary.html" + hash_ + section
    return path + hash_ + section if path.startswith("figures/") else None
