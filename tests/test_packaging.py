"""The front door: requirements, lock, conda file, make and citation say the same thing."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from regrnn_lib.build import manifest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
PYTHON = PROJECT["requires-python"]


def requirements(*groups):
    return {need.name: need for need in map(Requirement, (text for group in groups for text in group))}


def lock():
    """Name -> list of (pinned requirement, its hash lines), from requirements.lock."""
    entries = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text().strip()):
        pin, *hashes = entry.replace("\\\n", "\n").split("\n")
        entries.setdefault(Requirement(pin).name, []).append((Requirement(pin), hashes))
    return entries


def published_files():
    """Every file that git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


# one set of requirements, in three files


def test_conda_users_get_the_names_and_ranges_of_pyproject():
    from rattler import MatchSpec

    page = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert page["channels"] == ["conda-forge"]
    *conda, pip = page["dependencies"]
    specs = [MatchSpec(text, strict=True) for text in conda]
    found = {spec.name.normalized: SpecifierSet(str(spec.version or "")) for spec in specs}
    assert found.pop("python") == SpecifierSet(PYTHON)
    assert found.pop("pip") == SpecifierSet()
    assert pip["pip"][-1] == "-e ."  # the library itself
    for need in map(Requirement, pip["pip"][:-1]):
        assert need.name not in found
        found[need.name] = need.specifier
    wanted = requirements(PROJECT["dependencies"], EXTRAS["notebooks"], EXTRAS["test"])
    assert found == {name: need.specifier for name, need in wanted.items()}


def test_the_lock_pins_everything_that_pyproject_asks_for():
    pinned = lock()
    for name, need in requirements(PROJECT["dependencies"], *EXTRAS.values()).items():
        for pin, _ in pinned[name]:
            (exact,) = pin.specifier
            assert exact.operator == "==" and need.specifier.contains(exact.version), pin


def test_the_lock_holds_versions_and_hashes_and_nothing_else():
    pinned = lock()
    assert len(pinned) > 100
    for pin, hashes in (entry for entries in pinned.values() for entry in entries):
        assert pin.url is None and [spec.operator for spec in pin.specifier] == ["=="]
        assert hashes, pin
        for line in hashes:
            assert re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64} ?", line), line


def test_what_decides_the_bits_is_one_version_for_every_python():
    pinned = lock()
    for name in ("matplotlib", "numba", "numpy", "scipy"):
        ((pin, _),) = pinned[name]
        assert pin.marker is None, name


def test_the_lock_installs_inside_the_checkout(tmp_path):
    """Nothing in pyproject.toml adds a requirement without a hash.
    Into an empty folder and without a network.

    What is installed already is not looked at closely,
    so a dry run of the whole lock here would prove nothing.
    """
    one = re.search(r"^zipp==.*(?:\n +--hash.*)+", (ROOT / "requirements.lock").read_text(), re.MULTILINE)[0]
    (tmp_path / "one.txt").write_text(one)
    command = [sys.executable, "-m", "uv", "pip", "install", "--require-hashes", "--offline", "--dry-run"]
    command += ["--cache-dir", str(tmp_path / "cache"), "--target", str(tmp_path / "there")]
    done = subprocess.run(
        [*command, "-r", str(tmp_path / "one.txt")], cwd=ROOT, capture_output=True, text=True
    )
    assert "zipp" in done.stderr  # as far as looking for it
    assert "require-hashes" not in done.stderr


MACHINES = {
    "x86": dict(sys_platform="linux", platform_system="Linux", os_name="posix", platform_machine="x86_64"),
    "arm": dict(sys_platform="linux", platform_system="Linux", os_name="posix", platform_machine="aarch64"),
    "mac": dict(sys_platform="darwin", platform_system="Darwin", os_name="posix", platform_machine="arm64"),
    "windows": dict(sys_platform="win32", platform_system="Windows", os_name="nt", platform_machine="AMD64"),
}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_every_python_has_one_version_of_each_package_and_all_that_is_asked_for(python, machine):
    system = dict(python_version=python, python_full_version=f"{python}.0", **MACHINES[machine])
    entries = [pin for entries in lock().values() for pin, _ in entries]
    names = [pin.name for pin in entries if not pin.marker or pin.marker.evaluate(system)]
    assert len(names) == len(set(names))
    assert requirements(PROJECT["dependencies"], *EXTRAS.values()).keys() <= set(names)


def test_the_lock_is_made_for_the_oldest_python():
    lowest = min(spec.version for spec in SpecifierSet(PYTHON))
    assert f"--python-version {lowest} " in (ROOT / "Makefile").read_text()


# make


def front(tmp_path):
    """A copy of the front door alone, in a folder whose name holds a blank."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


def make(folder, *words):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *words], cwd=folder, capture_output=True, text=True, env=clean)


def program(folder, text):
    path = folder / "some python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return f"PYTHON={path}"


def test_make_says_in_one_line_that_python_is_missing(tmp_path):
    done = make(front(tmp_path), "PYTHON=python0")
    assert done.returncode == 2
    first, last = done.stderr.splitlines()
    assert first == "make: python0 is missing: install Python 3.11 or newer"
    assert last.startswith("make: *** [")  # make's own word


def test_make_says_in_one_line_that_python_is_too_old(tmp_path):
    folder = front(tmp_path)
    old = program(folder, 'case "$2" in *version_info*) exit 1;; esac; exit 0')
    done = make(folder, old)
    assert "some python is older than Python 3.11" in done.stderr.splitlines()[0]
    assert len(done.stderr.splitlines()) == 2 and not (folder / ".venv").exists()


def test_make_says_in_one_line_that_venv_is_missing(tmp_path):
    folder = front(tmp_path)
    bare = program(folder, 'case "$2" in *venv*) echo noise >&2; exit 1;; esac; exit 0')
    done = make(folder, bare)
    assert "some python lacks the module venv or ensurepip" in done.stderr.splitlines()[0]
    assert len(done.stderr.splitlines()) == 2 and not (folder / ".venv").exists()


def test_make_takes_the_python_of_this_version(tmp_path):
    """The real checks let a real Python through: the next step, a new .venv, is reached."""
    done = make(front(tmp_path), "--dry-run", "environment")
    assert done.returncode == 0 and "-m venv .venv" in done.stdout
    lowest = min(spec.version for spec in SpecifierSet(PYTHON))
    assert f"version_info < ({', '.join(lowest.split('.'))})" in done.stdout


def test_the_installer_comes_from_the_lock(tmp_path):
    script = re.search(r"sed -n '(.*?)' requirements.lock", (ROOT / "Makefile").read_text())[1]
    command = ["sed", "-n", script.replace("$$", "$"), str(ROOT / "requirements.lock")]
    entry = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ((pin, hashes),) = lock()["uv"]
    assert entry.splitlines()[0] == f"{pin} \\"
    assert len(entry.splitlines()) == 1 + len(hashes)


def test_make_help_names_every_target():
    text = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)", text, re.MULTILINE)[1].split()
    shown = re.findall(r"^make ([a-z-]+) +\S", make(ROOT, "help").stdout, re.MULTILINE)
    assert sorted(shown) == sorted(targets)
    assert {"all", "smoke", "full", "test", "lab", "clean", "help", "lock"} <= set(targets)


def test_ci_runs_make_test_after_a_fresh_environment():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    text = script.read_text()
    assert text.index("set -euo pipefail") < text.index("make environment") < text.index("make test")


# what is published


# in pieces, so that this file does not hold what it forbids
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
        ("deb", "debian", "org"),
    )
]
FOLDERS = ("home", "root", "work", "Users", "tmp", "opt", "mnt")
MACHINE = re.compile(rf"(?<![\w.~)}}\]+*-])/(?:{'|'.join(FOLDERS)})/[\w.]+")


def test_no_published_file_names_a_registry_or_a_folder_of_a_machine():
    files = published_files()
    assert ROOT / "Makefile" in files
    found = {}
    for path in files:
        text = path.read_bytes().decode("utf-8", errors="ignore")
        named = [host for host in HOSTS if host in text] + MACHINE.findall(text)
        if named:
            found[path.relative_to(ROOT).as_posix()] = named
    assert found == {}


def test_the_patterns_would_find_what_they_forbid():
    for folder in FOLDERS:
        assert MACHINE.search(f'"/{folder}/someone/x.py"')
    assert not MACHINE.search("#!/usr/bin/env bash, a/root/b, A/B+/tmp/x")


def test_citation_names_the_paper():
    page = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= page.keys()
    assert (page["version"], page["license"]) == (PROJECT["version"], [PROJECT["license"], "CC-BY-4.0"])
    newest = re.search(
        r"^## \[(\S+)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert newest.groups() == (page["version"], str(page["date-released"]))
    paper, preprint = page["preferred-citation"], page["references"][0]
    for work in (paper, preprint):
        names = [author["family-names"] for author in work["authors"]]
        assert names == ["Metzner", "Schilling", "Maier", "Krauss"]
        assert work["title"].lower() == "organizational regularities in recurrent neural networks"
    assert (paper["journal"], paper["volume"], paper["year"]) == ("Frontiers in Complex Systems", 3, 2026)
    assert paper["doi"] == "10.3389/fcpxs.2025.1636222"
    assert preprint["doi"] == "10.48550/arXiv.2505.22047"


def test_the_manifest_for_codecheckers_follows_the_passports():
    """If this fails after a build: `python -m regrnn_lib.build codecheck` writes it anew."""
    text = (ROOT / "codecheck.yml").read_text(encoding="utf-8")
    assert text == manifest.codecheck(ROOT)
    page = yaml.safe_load(text)
    assert page["version"] == "https://codecheck.org.uk/spec/config/2.0/"
    listed = [entry["file"] for entry in page["manifest"]]
    assert len(listed) == len(set(listed)) > 100 and all((ROOT / file).is_file() for file in listed)
    assert all(entry["comment"] for entry in page["manifest"])
    assert page["paper"]["reference"] == "https://doi.org/10.3389/fcpxs.2025.1636222"
    assert [author["name"].split()[-1] for author in page["paper"]["authors"]] == [
        "Metzner",
        "Schilling",
        "Maier",
        "Krauss",
    ]
    assert (
        not {"certificate", "codechecker", "report", "summary", "repository"} & page.keys()
    )  # not ours to say


def test_the_manifest_names_figures_with_their_numbers_tables_and_notebooks(tmp_path):
    shutil.copy(ROOT / "CITATION.cff", tmp_path)
    (tmp_path / "figures").mkdir()
    files = {
        "02_maps": ["02_maps.png", "02_maps.svg", "data/02_maps.csv"],
        "02_t": ["02_t.csv"],
        "02_dale": ["../notebooks/02_dale.ipynb"],
    }
    for name, each in files.items():
        page = dict(caption=f"What {name} shows: w√N.", files=dict.fromkeys(each, "0"))
        (tmp_path / "figures" / f"{name}.json").write_text(json.dumps(page))
    assert yaml.safe_load(manifest.codecheck(tmp_path))["manifest"] == [
        {"file": "notebooks/02_dale.ipynb", "comment": "What 02_dale shows: w√N."},
        {"file": "figures/02_maps.png", "comment": "What 02_maps shows: w√N."},
        {"file": "figures/data/02_maps.csv", "comment": "the numbers in 02_maps.png"},
        {"file": "figures/02_t.csv", "comment": "What 02_t shows: w√N."},
    ]


def test_all_that_lies_in_the_package_is_installed_with_it():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = listed["package-data"]["regrnn_lib"]
    package = ROOT / "regrnn_lib"
    here = {p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    covered = {p for pattern in ["**/*.py", *patterns] for p in package.glob(pattern)}
    assert here == covered


def test_no_text_holds_a_control_character():
    r"""Such as the carriage return that "\rho" becomes where a backslash is eaten; editors do not show it."""
    found = {}
    for path in published_files():
        if path.suffix in (".py", ".md", ".toml", ".yml", ".html"):
            odd = re.findall(
                rb".{0,20}(?:[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)).{0,20}", path.read_bytes()
            )
            found |= {path.name: odd} if odd else {}
    assert found == {}


# style


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_the_code_is_as_ruff_wants_it(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
