"""Bind the book: every page and every file that a page leads to, into one folder that needs nothing else."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from ..project import book_folders, file_digest, library_digest, project_root
from ..record.passports import passports

# the pages need nbconvert and more, which take a second to import: a build with nothing to do does without
PAGES = Path(__file__).with_name("page")
COPIED = {".svg", ".csv", ".json", ".html"}
STAMP = "made-from.txt"  # digest of all that the book is made from
NEEDED = ("README.md", "notebooks/glossary.md")


def bind(root: Path | None = None, folder: Path | None = None) -> Path:
    """Write the book of a project; all of it or nothing.

    Parameters
    ----------
    root : pathlib.Path, optional
        The project's folder, with README.md, notebooks/ and figures/; this project's by default.
    folder : pathlib.Path, optional
        Where the book goes; results/book by default. What was there is replaced.

    Returns
    -------
    pathlib.Path
        The first page.

    Raises
    ------
    OSError
        If something cannot be read or written.
    ValueError
        If a formula cannot be read.
    """
    root = root or project_root()
    folder = folder or root / "results" / "book"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder.parent) as aside:
        made = Path(aside) / "book"
        _write(made, _files(root))
        _copy_figures(root / "figures", made / "figures")
        (made / STAMP).write_text(digest(root))
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return folder / "index.html"


def is_fresh(root: Path) -> bool:
    """Whether the book is that of the notebooks, figures, texts and sources as they are."""
    stamp = root / "results" / "book" / STAMP
    return stamp.is_file() and stamp.read_text() == digest(root)


def can_bind(root: Path) -> bool:
    """Whether a project has what a book is made from."""
    return all((root / name).is_file() for name in NEEDED) and bool(_notebooks(root))


def digest(root: Path) -> str:
    """SHA-256 of all that the book is made from; figures go by their passports, which hold their digests."""
    paths = [root / name for name in NEEDED] + _notebooks(root) + sorted((root / "figures").glob("*.json"))
    ours = (path for folder in book_folders() for path in folder.rglob("*"))
    paths += sorted(path for path in ours if path.is_file() and path.suffix != ".pyc")
    lines = [f"{path.name} {file_digest(path)}" for path in paths]
    return hashlib.sha256("\n".join([library_digest(), *lines]).encode()).hexdigest()


def _notebooks(root):
    return sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def _write(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())


def _copy_figures(source, target):
    """All figures with their data and passports, tables and pages; of what exists as SVG, no PNG."""
    for path in [*source.glob("*"), *source.glob("data/*")]:
        wanted = path.suffix in COPIED or (path.suffix == ".png" and not path.with_suffix(".svg").exists())
        if path.is_file() and wanted:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _files(root):
    """Name -> text or bytes of every file but the figures."""
    from .pages import Book

    readme, glossary_text = ((root / name).read_text(encoding="utf-8") for name in NEEDED)
    book = Book(readme, glossary_text, _notebooks(root), passports(root / "figures"))
    files = dict(book.pages()) | book.live
    for path in _notebooks(root):
        files[f"notebooks/{path.name}"] = path.read_bytes()
    for path in sorted(PAGES.glob("*")):
        if path.suffix in (".css", ".js"):
            files[f"assets/{path.name}"] = path.read_bytes()
    return files
