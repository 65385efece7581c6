"""The library alone: without JupyterLab, Voila, papermill and Dask, as `pip install regrnn_lib` leaves it."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from regrnn_lib.experiments import verdicts

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = (
    "jupyterlab",
    "jupytext",
    "papermill",
    "voila",
    "dask",
    "distributed",
    "nbformat",
    "nbclient",
    "nbconvert",
)
LEFT_OUT += ("jupyter_server", "playwright", "hypothesis", "networkx")
LIGHT = f"""
import sys
for name in {LEFT_OUT}:
    sys.modules[name] = None
import regrnn_lib
"""


def light(code, *words):
    command = [sys.executable, "-c", LIGHT + code, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_extra_and_the_rest_are_apart():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {need.split(">")[0] for need in project["dependencies"]}
    assert {need.split(">")[0] for need in project["optional-dependencies"]["notebooks"]} == {
        "jupyterlab",
        "jupytext",
        "latex2mathml",
        "nbconvert",
        "papermill",
        "voila",
    }
    assert not names & set(LEFT_OUT)


def test_everything_but_notebooks_works_without_the_extra():
    done = light(
        """
import importlib, pkgutil
for module in pkgutil.walk_packages(regrnn_lib.__path__, "regrnn_lib."):
    # the book is bound from notebooks
    bound = module.name.startswith(("regrnn_lib.book.", "regrnn_lib.build.book"))
    if not (bound or module.name.endswith("__main__")):
        importlib.import_module(module.name)
data = regrnn_lib.sweep(dict(strength=[0.1]), n_neurons=8, settings=dict(n_steps=20, burn_in=0), n_workers=1)
regrnn_lib.explore.network(n_neurons=20).savefig("/dev/null", format="png")
try:
    regrnn_lib.sweep(dict(strength=[0.1]), n_neurons=8, scheduler="tcp://x:1")
except ImportError as error:
    print(error)
try:
    regrnn_lib.explore.serve()
except ImportError as error:
    print(error)
"""
    )
    assert done.returncode == 0, done.stderr
    dask, voila = done.stdout.splitlines()
    assert dask == (
        'scheduler = tcp://x:1: needs Dask, which is not installed: python -m pip install "regrnn_lib[cluster]"'
    )
    assert voila.endswith('python -m pip install "regrnn_lib[notebooks]"')


def test_the_build_names_the_extra():
    done = light("from regrnn_lib.build.command import main; sys.exit(main(['01', '--name', 'light']))")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert 'python -m pip install "regrnn_lib[notebooks]"' in done.stderr
    assert not (ROOT / "results" / "light").exists()


def test_a_ledger_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(verdicts, "project_root", lambda: tmp_path)
    with pytest.warns(
        UserWarning, match="there is no ledger: .*10_ledger_table.csv does not exist; notebook 10"
    ):
        assert len(verdicts.read_table()) == 0
