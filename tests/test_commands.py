"""Every command that README, notebooks and help print works: each is run, at the smallest size.

The commands are collected from these texts, so a new one is run as it stands, unless a line of `SMALLER` says
how it takes seconds. Nothing is written outside a copy of the project.
"""

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import browsers
import nbformat
import pytest
from test_packaging import published_files

from regrnn_lib.build import notebook
from regrnn_lib.record.runs import notebook_defaults

ROOT = Path(__file__).resolve().parent.parent
SMOKE = "-f notebooks/profiles/smoke.yml"
A_COMMAND = re.compile(r"(make|papermill|python|conda|source|\.venv\S*python)\b")

# a command that is printed, and what is run in its place: the first line that fits
SMALLER = [
    (r"conda .*", ""),  # no conda here: test_packaging reads environment.yml as conda does
    (r"\.venv\\Scripts\\python", ""),  # the name of a program, on Windows
    (r"python -m venv \.venv", r"\g<0>-too --without-pip"),
    (r"make (bench|clean|lock)", r"make --dry-run \1"),  # measures for minutes; removes; asks the network
    (r"make( all| smoke| full|)", r"make\1 PARAMS=--list"),
    (r"make (NOTEBOOKS|SCHEDULER)=.*", r"\g<0> PARAMS=--list"),
    (r'make PARAMS="(.*)"', rf'make NOTEBOOKS=02 PARAMS="\1 {SMOKE}"'),
    (r"make test", 'make test ARGS="-n 0 tests/test_parameters.py"'),
    # that it runs; whether all is well, other tests ask
    (r"make verify.*", "make verify QUICK=1 || test $? -eq 2"),
    (r"(.*python -m pip install) (.*)", r"\1 --dry-run \2"),
    (r".*python -m regrnn_lib\.build", r"\g<0> --list"),
    (r"python -m regrnn_lib\.build verify.*", "python -m regrnn_lib.build verify --quick || test $? -eq 1"),
    (r"python -m regrnn_lib\.build compare .*", "python -m regrnn_lib.build compare figures figures"),
    (r"python -m regrnn_lib\.build -f my_values\.yml", rf"cp {SMOKE[3:]} my_values.yml && \g<0> 01"),
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
    for source in (folder / "notebooks").glob("*.py"):  # as they are after a build
        nbformat.write(notebook.read(source), source.with_suffix(".ipynb"))
    os.utime(folder / "requirements.lock", (0, 0))  # older than the environment, whenever it was checked out
    os.utime(folder / "pyproject.toml", (0, 0))
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


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
    assert len([command for command in ALL if command.startswith("papermill notebooks")]) >= 11
    assert len([command for command in ALL if command.startswith("python -m regrnn_lib.build")]) >= 8
    text = "Say `make help`:\n```python\nmake = 1\n```\nmake no\n```\nmake all   # all\n```\nor\n```text\nmake it\n```\n"
    assert commands(text) == ["make all", "make help"]


@pytest.mark.parametrize(
    "command", [command for command in ALL if command not in SERVERS and smallest(command)]
)
def test_the_command_works(checkout, command):
    how = dict(cwd=checkout, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)
    done = subprocess.run(["bash", "-c", smallest(command)], env=environment(checkout), **how)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [command for command in ALL if command.startswith("papermill notebooks")])
def test_the_parameters_named_are_those_of_the_notebook(command):
    """Papermill passes over a name that a notebook does not know."""
    source = (ROOT / command.split()[1]).with_suffix(".py")
    assert set(re.findall(r"-p (\w+)", command)) <= notebook_defaults(source).keys()


@pytest.mark.parametrize("command", SERVERS)
def test_the_server_starts_and_stops(checkout, tmp_path, command):
    port = browsers.free_port()
    words = f"--no-browser --port={port}" + (" --IdentityProvider.token=" if "lab" in command else "")
    address = f"http://127.0.0.1:{port}/{SERVERS[command]}"
    how = dict(cwd=checkout, env=environment(checkout))
    with browsers.served([*command.split(), f"ARGS={words}"], address, tmp_path / "log", **how):
        assert urllib.request.urlopen(address, timeout=20).status == 200
