"""`make verify`: whether the recorded results are what this machine finds, and what this machine is.

The quick half compares every recorded file with the digest in its passport. The other half compares two
whole builds, the recorded one and one made anew, by the rule of `sameness`.
"""

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from ..project import library_digest
from ..record import VERSIONS, passport, sameness, verify

SHOWN = 40  # lines of a list of differences
SUM = """define void @f(ptr %p) {
  %a = load <8 x double>, ptr %p
  %b = fadd <8 x double> %a, %a
  store <8 x double> %b, ptr %p
  ret void
}"""
TIERS = {"zmm": "AVX-512", "ymm": "AVX2", "xmm": "SSE2", ".2d": "NEON"}  # registers in a sum of eight numbers


def machine() -> list[str]:
    """Processor, SIMD tier (its own, and the one that Numba compiles for) and versions, as lines."""
    import llvmlite.binding as llvm
    from numba import config

    host, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    asked = config.CPU_NAME or host, config.CPU_FEATURES or ("" if config.CPU_NAME else features)
    versions = ", ".join(f"{package} {version(package)}" for package in VERSIONS)
    return [
        f"processor: {_processor()}, {host}, {_tier(host, features)}",
        f"Numba compiles for: {asked[0]}, {_tier(*asked)}",
        f"versions: Python {platform.python_version()}, {versions}",
    ]


def _processor():
    """The processor's name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _tier(cpu, features):
    """The widest registers that compiled code uses: read from the assembly of a sum."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple().create_target_machine(cpu=cpu, features=features)
    assembly = target.emit_assembly(llvm.parse_assembly(SUM))
    return next((tier for register, tier in TIERS.items() if register in assembly), "no SIMD")


def altered(root: str | Path, notebooks: Sequence[str]) -> list[str]:
    """Recorded files that are not as their passports say, one line each."""
    folder = Path(root) / "figures"
    known = {Path(file).name for path in folder.glob("*.json") for file in passport(path)["files"]}
    missing = [f"{name}.ipynb: without passport" for name in notebooks if f"{name}.ipynb" not in known]
    return [line.removeprefix("../notebooks/") for line in verify(folder)] + missing


def differences(recorded: str | Path, found: str | Path, notebooks: Sequence[str]) -> list[str]:
    """What differs between two folders that hold figures/ and notebooks/, of some notebooks: one line each."""
    pages, others = (_pages(folder, notebooks) for folder in (recorded, found))
    lines = [f"{name}: recorded, but not made" for name in sorted(pages.keys() - others.keys())]
    lines += [f"{name}: made, but not recorded" for name in sorted(others.keys() - pages.keys())]
    same = []
    for name in sorted(pages.keys() & others.keys()):
        unlike = sameness.unlike(Path(recorded) / "figures", Path(found) / "figures", name)
        same += [] if unlike else [pages[name]["caption"]]
        lines += unlike
    return lines + [
        line for name in notebooks for line in _unlike_pair(Path(recorded), Path(found), name, same)
    ]


def _pages(folder, notebooks):
    read = {path.stem: passport(path) for path in (Path(folder) / "figures").glob("*.json")}
    return {name: page for name, page in read.items() if page["notebook"] in notebooks}


def _unlike_pair(recorded, found, name, same):
    file = Path("notebooks") / f"{name}.ipynb"
    if not all((folder / file).exists() for folder in (recorded, found)):
        return [f"{name}.ipynb: missing"]
    texts = [(folder / file).read_text(encoding="utf-8") for folder in (recorded, found)]
    try:
        return sameness.unlike_notebooks(name, *texts, same)
    except ValueError:
        return [f"{name}.ipynb: is not a notebook"]


def counted(root: str | Path, notebooks: Sequence[str]) -> str:
    """How many figures, tables, pages and notebooks are recorded, in words."""
    files = [page["files"] for page in _pages(root, notebooks).values()]
    ends = [{Path(file).suffix for file in names} for names in files]
    numbers = {
        "figure": sum(".svg" in each for each in ends),
        "table": sum(each == {".csv"} for each in ends),
        "page": sum(".html" in each for each in ends),
        "notebook": len(notebooks),
    }
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in numbers.items() if n)


def remarks(root: str | Path, notebooks: Sequence[str]) -> list[str]:
    """What may explain a difference and is none by itself: records of another library, of other packages."""
    pages = _pages(root, notebooks).values()
    here = {package: version(package) for package in VERSIONS}
    old = sum(page.get("library") != library_digest() for page in pages)
    other = sum(page.get("versions") != here for page in pages)
    lines = [f"{old} passports were written by another state of the library"] if old else []
    return lines + ([f"{other} passports name other versions of packages"] if other else [])
