"""Every command that README, notebooks and help print works: each is run, at the smallest size.

The commands are collected from these texts, so a new one is run as it stands, unless a line of `SMALLER` says
how it takes seconds. Papermill runs whole notebooks, `build` and `make` notebooks that end with their first
figure. Nothing is written outside a copy of the project.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import browsers
import nbformat
import pytest
import yaml
from test_notebooks import blank, saved_figures
from test_packaging import published_files

from regrnn_lib import record
from regrnn_lib.build import notebook
from regrnn_lib.record.runs import notebook_defaults

ROOT = Path(__file__).resolve().parent.parent
PROFILE = "notebooks/profiles/smoke.yml"
SMOKE = f"-f {PROFILE}"
A_COMMAND = re.compile(r"(make|papermill|python|conda|source|\.venv\S*python)\b")

# a command that is printed, and what is run in its place: the first line that fits
SMALLER = [
    (r"conda .*", ""),  # no conda here: test_packaging reads environment.yml as conda does
    (r"\.venv\\Scripts\\python", ""),  # the name of a program, on Windows
    (r"python -m venv \.venv", r"\g<0>-too --without-pip"),
    (r"make (bench|clean|lock)", r"make --dry-run \1"),  # measures for minutes; removes; asks the network
    (r"make( all| full|)", r"make\1 PARAMS=--list"),
    (r"make (NOTEBOOKS|SCHEDULER)=.*", r"\g<0> PARAMS=--list"),
    (r'make PARAMS="(.*)"', rf'make NOTEBOOKS=02 PARAMS="\1 {SMOKE}"'),
    (r"make test", 'make test ARGS="-n 0 tests/test_parameters.py"'),
    # that it runs; whether all is well, other tests ask
    (r"make verify.*", "make verify QUICK=1 || test $? -eq 2"),
    (r"(.*python -m pip install) (.*)", r"\1 --dry-run \2"),
    (r".*python -m regrnn_lib\.build", r"\g<0> --list"),
    (r"python -m regrnn_lib\.build verify.*", "python -m regrnn_lib.build verify --quick || test $? -eq 1"),
    (r"python -m regrnn_lib\.build compare .*", "python -m regrnn_lib.build compare figures figures"),
    (r"python -m regrnn_lib\.build -f my_values\.yml", rf"cp {PROFILE} my_values.yml && \g<0> 01"),
    (r"python -m regrnn_lib\.build \d.*", rf"\g<0> {SMOKE}"),
    (r"papermill notebooks.*", rf"\g<0> {SMOKE}"),
]
SERVERS = {"make lab": "lab", "make explore": "voila/static/voila.js"}  # started, asked for a page, stopped


# ---------------------------------------------------------------- what is printed
def commands(text):
    """The commands in a Markdown text: lines of fences without a language, and code within a line."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line for language, fence in fences if not language for line in fence.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))
    return [line for line in map(_bare, lines) if A_COMMAND.match(line)]


def _bare(line):
    """A line without what explains it, two blanks or more to the right."""
    return re.split(r"\s{2,}", line.strip())[0]


def markdown(source):
    """The text of a notebook: its cells of Markdown, without the sign of a comment."""
    cells = re.findall(
        r"^# %% \[markdown\].*\n((?:#.*\n)+)", source.read_text(encoding="utf-8"), re.MULTILINE
    )
    return "\n".join(re.sub(r"^# ?", "", cell, flags=re.MULTILINE) for cell in cells)


def helps():
    """The lines of the helps that are commands."""
    build = [sys.executable, "-m", "regrnn_lib.build", "--help"]
    own = {name: text for name, text in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    how = dict(cwd=ROOT, capture_output=True, text=True, env=own)
    texts = [subprocess.run(command, **how).stdout for command in (build, ["make", "help"])]
    return [line for line in map(_bare, "\n".join(texts).splitlines()) if A_COMMAND.match(line)]


def all_commands():
    """Every command that is printed somewhere, once."""
    texts = [(ROOT / "README.md").read_text(encoding="utf-8")]
    texts += [markdown(source) for source in sorted((ROOT / "notebooks").glob("*.py"))]
    texts += [page.read_text(encoding="utf-8") for page in sorted((ROOT / "notebooks").glob("*.md"))]
    return list(dict.fromkeys([line for text in texts for line in commands(text)] + helps()))


def smallest(command):
    """What is run in place of a command; the empty string if it cannot be."""
    for pattern, smaller in SMALLER:
        if re.fullmatch(pattern, command):
            return re.sub(f"^{pattern}$", smaller, command)
    return command


ALL = all_commands()
NOTEBOOKS = [command for command in ALL if command.startswith("papermill notebooks")]
OTHERS = [command for command in ALL if command not in [*SERVERS, *NOTEBOOKS] and smallest(command)]


# ---------------------------------------------------------------- where it is run
@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the project, with the environment of these tests as its .venv."""
    if not (Path(sys.prefix) / ".made").exists():
        pytest.skip("the commands of make are for its own .venv; this is another environment")
    folder = tmp_path_factory.mktemp("a folder") / "project"
    for path in published_files():
        (folder / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, folder / path.relative_to(ROOT))
    # with what Numba has compiled
    shutil.copytree(ROOT / "regrnn_lib", folder / "regrnn_lib", dirs_exist_ok=True)
    not_executed(folder)
    os.utime(folder / "requirements.lock", (0, 0))  # older than the environment, whenever it was checked out
    os.utime(folder / "pyproject.toml", (0, 0))
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="module")
def short(checkout):
    """Another copy, in which each notebook ends with its first figure."""
    folder = checkout.with_name("short")
    shutil.copytree(checkout, folder, symlinks=True)
    for source in sources(folder):
        source.write_text(beginning(source.read_text(encoding="utf-8")), encoding="utf-8")
    not_executed(folder)
    return folder


def sources(folder):
    return sorted((folder / "notebooks").glob("*.py"))


def beginning(text):
    """A notebook's source up to the cell that saves its first figure."""
    cells = text.split("\n# %%")
    last = next(k for k, cell in enumerate(cells) if "save_figure(" in cell)
    return "\n# %%".join(cells[: last + 1]) + "\n"


def not_executed(folder):
    """Notebooks as they are beside their sources before they have run."""
    for source in sources(folder):
        nbformat.write(notebook.read(source), source.with_suffix(".ipynb"))


def environment(folder):
    """As a reader has it after `source .venv/bin/activate`, in a folder that is not the installed one."""
    own = {
        name: text for name, text in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTEST"))
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), own["PATH"]])
    # the commands share a cache: several run the same notebook with the same networks
    own |= dict(REGRNN_CACHE=str(folder / ".cache"), REGRNN_BROWSER="none")
    return own | dict(PATH=path, PYTHONPATH=str(folder))


# ---------------------------------------------------------------- the tests
def test_the_commands_are_found_where_they_are_printed():
    assert {"make", "make test", "make lab", "make explore"} <= set(ALL)
    assert len({command.split()[1] for command in NOTEBOOKS}) == len(list((ROOT / "notebooks").glob("*.py")))
    assert len([command for command in ALL if command.startswith("python -m regrnn_lib.build")]) >= 8
    text = "Say `make help`:\n```python\nmake = 1\n```\nmake no\n"
    text += "```\nmake all   # all\n```\nor\n```text\nmake it\n```\n"
    assert commands(text) == ["make all", "make help"]


def run(command, folder):
    how = dict(cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)
    done = subprocess.run(["bash", "-c", smallest(command)], env=environment(folder), **how)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", OTHERS)
def test_the_command_works(checkout, short, command):
    run(command, short if "smoke" in smallest(command) else checkout)


@pytest.mark.parametrize("command", NOTEBOOKS)
def test_papermill_runs_the_notebook_with_these_values(checkout, command):
    """In a folder of its own, with figures that show something and passports that tell how they were made."""
    source = (checkout / command.split()[1]).with_suffix(".py")
    values, own = named_values(command), notebook_defaults(source)
    small = yaml.safe_load((checkout / PROFILE).read_text())
    before = set((checkout / "results").glob("*"))
    run(command, checkout)
    (folder,) = set((checkout / "results").glob(f"{source.stem}*")) - before
    assert record.faults(folder) == []
    assert {page.stem for page in folder.glob(f"{source.stem[:2]}_*.json")} == saved_figures(source)
    pictures = list(folder.glob(f"{source.stem[:2]}_*.png"))
    assert len(pictures) >= 5
    for picture in pictures:
        assert not blank(picture.read_bytes()), picture.name
        assert picture.with_suffix(".svg").stat().st_size > 2000
        assert len((folder / "data" / f"{picture.stem}.csv").read_text().splitlines()) > 5
    for page in map(record.passport, folder.glob("*.json")):
        words = shlex.split(page["command"])
        assert page["notebook"] == source.stem and words[-2:] == ["--name", folder.name]
        assert page["parameters"] == own | {name: small[name] for name in own if name in small} | values
        assert {name for name in values if values[name] != own[name]} <= set(words)
    printed = said(checkout / "out.ipynb")
    assert printed.count(f"go to results/{folder.name}; ") == 1 and "REGRNN_RESULTS" in printed


@pytest.mark.parametrize("command", NOTEBOOKS)
def test_the_parameters_named_are_those_of_the_notebook(command):
    """Papermill passes over a name that a notebook does not know."""
    source = (ROOT / command.split()[1]).with_suffix(".py")
    assert named_values(command).keys() <= notebook_defaults(source).keys() and named_values(command)


def named_values(command):
    """The values after -p in a command."""
    pairs = re.findall(r"""-p (\w+) (["'].*?["']|\S+)""", command)
    return {name: yaml.safe_load(value.strip("\"'")) for name, value in pairs}


def said(executed):
    """What the cells of an executed notebook have printed."""
    outputs = [out for cell in nbformat.read(executed, 4).cells for out in cell.get("outputs", [])]
    return "".join(out.get("text", "") for out in outputs)


@pytest.mark.parametrize("command", SERVERS)
def test_the_server_starts_and_stops(checkout, tmp_path, command):
    port = browsers.free_port()
    words = f"--no-browser --port={port}" + (" --IdentityProvider.token=" if "lab" in command else "")
    address = f"http://127.0.0.1:{port}/{SERVERS[command]}"
    how = dict(cwd=checkout, env=environment(checkout))
    with browsers.served([*command.split(), f"ARGS={words}"], address, tmp_path / "log", **how):
        assert urllib.request.urlopen(address, timeout=20).status == 200
