"""Where nothing can be written beside the library or at home: containers, clusters, somebody else's checkout.

Permissions do not bind root, so files stand where the folders would be.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import regrnn_lib

RUN = "import numpy; from regrnn_lib import kernels; print(kernels.narma_series(numpy.zeros(20), 9.0)[:10].sum())"
COMPILES = "compiling the kernels, once: this takes half a minute"


@pytest.fixture
def locked(tmp_path):
    """The library in a place that cannot be written, and a home that cannot either;
    the environment of a process there.
    """
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(regrnn_lib.__file__).parent, tmp_path / "regrnn_lib", ignore=skip)
    (tmp_path / "regrnn_lib" / "__pycache__").touch()
    (tmp_path / "home").touch()
    (tmp_path / "temporary").mkdir()
    free = {name: text for name, text in os.environ.items() if not name.startswith(("NUMBA_CACHE", "XDG_"))}
    homes = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA"), str(tmp_path / "home"))
    return tmp_path, free | homes | dict(TMPDIR=str(tmp_path / "temporary"), PYTHONPATH=str(tmp_path))


def run(folder, environment):
    command = [sys.executable, "-B", "-c", RUN]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "0.0\n"  # what is said stays out of the results
    return done.stderr.splitlines()


def test_kernels_are_kept_in_a_temporary_folder_and_compiled_once(locked):
    folder, environment = locked
    first, second = run(folder, environment), run(folder, environment)
    (kept,) = (folder / "temporary").glob("regrnn-numba-*")
    where = f"compiled kernels go to {kept}; NUMBA_CACHE_DIR names another folder"
    assert first == [where, COMPILES] and second == [where]
    assert kept.stat().st_mode & 0o077 == 0 or os.name == "nt"  # nobody else can put code there
    # named, it is taken without a word, and what it holds is used
    assert run(folder, environment | dict(NUMBA_CACHE_DIR=str(kept))) == []
