"""`verify`: whether the recorded results are what this machine finds, and what this machine is.

The quick half compares every recorded file with the digest in its passport. The other half compares two
whole builds, the recorded one and one made anew, by the rule of `sameness`.
"""

import shutil
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from ..project import library_digest, project_root
from ..record import sameness
from ..record.passports import VERSIONS, faults, passports
from . import plan, run
from .machine import machine

SHOWN = 40  # lines of a list of differences


def command(words: list[str]) -> int:
    """`verify [NOTEBOOKS] [--quick]`: exit status 0 if the recorded results are what is found here,
    1 if not.
    """
    quick = "--quick" in words
    root, names = project_root(), plan.select([word for word in words if word != "--quick"])
    print(*machine(), sep="\n", flush=True)
    lines = altered(root, names)
    if not quick:
        aside = root / "results" / "verify"
        if status := _build(names, aside):
            return status
        lines += differences(root, aside, names)
    for line in [*remarks(root, names), *lines[:SHOWN]]:
        print(line)
    if len(lines) > SHOWN:
        print(f"... and {len(lines) - SHOWN} more")
    good = "as their passports say" if quick else "the same numbers"
    print(f"{counted(root, names)}: {f'{len(lines)} differences' if lines else good}")
    return 1 if lines else 0


def _build(names, aside):
    """Everything anew into a folder of its own, from an empty cache; the exit status."""
    shutil.rmtree(aside, ignore_errors=True)
    (aside / "notebooks").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as cache:
        own = dict(figures=aside / "figures", notebooks=aside / "notebooks", more={"REGRNN_CACHE": cache})
        return run.run_all([job._replace(**own) for job in plan.jobs(names)])


def altered(root: str | Path, notebooks: Sequence[str]) -> list[str]:
    """Recorded files that are not as their passports say, one line each."""
    folder = Path(root) / "figures"
    known = {Path(file).name for page in passports(folder).values() for file in page["files"]}
    missing = [f"{name}.ipynb: without passport" for name in notebooks if f"{name}.ipynb" not in known]
    return [line.removeprefix("../notebooks/") for line in faults(folder)] + missing


def differences(recorded: str | Path, found: str | Path, notebooks: Sequence[str]) -> list[str]:
    """What differs between two folders that hold figures/ and notebooks/, of some notebooks:
    one line each.
    """
    folders = Path(recorded), Path(found)
    pages, others = (_pages(folder, notebooks) for folder in folders)
    lines = [f"{name}: recorded, but not made" for name in sorted(pages.keys() - others.keys())]
    lines += [f"{name}: made, but not recorded" for name in sorted(others.keys() - pages.keys())]
    same = []
    for name in sorted(pages.keys() & others.keys()):
        unlike = sameness.unlike(*(folder / "figures" for folder in folders), name)
        lines += unlike
        same += [] if unlike else [pages[name]["caption"]]
    for name in notebooks:
        lines += _unlike_pair([folder / "notebooks" / f"{name}.ipynb" for folder in folders], name, same)
    return lines


def _pages(folder, notebooks):
    pages = passports(Path(folder) / "figures").items()
    return {name: page for name, page in pages if page["notebook"] in notebooks}


def _unlike_pair(paths, name, same):
    try:
        return sameness.unlike_notebooks(name, *(path.read_text(encoding="utf-8") for path in paths), same)
    except FileNotFoundError:
        return [f"{name}.ipynb: missing"]
    except ValueError:
        return [f"{name}.ipynb: is not a notebook"]


def counted(root: str | Path, notebooks: Sequence[str]) -> str:
    """How many figures, tables, pages and notebooks are recorded, in words."""
    ends = [{Path(file).suffix for file in page["files"]} for page in _pages(root, notebooks).values()]
    figures, pages = (sum(kind in each for each in ends) for kind in (".svg", ".html"))
    numbers = dict(figure=figures, table=ends.count({".csv"}), page=pages, notebook=len(notebooks))
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in numbers.items() if n)


def remarks(root: str | Path, notebooks: Sequence[str]) -> list[str]:
    """What may explain a difference and is none by itself: records of another library, of other packages."""
    pages = _pages(root, notebooks).values()
    here = {package: version(package) for package in VERSIONS}
    old = sum(page.get("library") != library_digest() for page in pages)
    other = sum(page.get("versions") != here for page in pages)
    lines = [f"{old} passports were written by another state of the library"] if old else []
    return lines + ([f"{other} passports name other versions of packages"] if other else [])
