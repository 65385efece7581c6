"""CONTRIBUTING.md: the files and tests that it names are there, and the code that it shows does what it says."""

import re
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from browsers import browser, open_page

from regrnn_lib import dynamics, evaluate, matrix_indices, module_labels, regularities, tasks, weight_matrix
from regrnn_lib.experiments import claims
from regrnn_lib.explore import live, webpage
from regrnn_lib.figures import curves
from regrnn_lib.parameters import TABLE
from regrnn_lib.regularities import REGULARITIES

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def shown(head, number=0):
    """The code that a section shows: its fences in their order."""
    section = TEXT.split(f"\n## {head}\n")[1].split("\n## ")[0]
    return re.findall(r"^```\w+\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[number]


@pytest.fixture
def hubs():
    exec(shown("A regularity"), vars(regularities).copy())
    yield REGULARITIES["hubs"]
    del REGULARITIES["hubs"], TABLE["hubs"]


def test_all_files_and_tests_that_are_named_are_there():
    paths = re.findall(r"`((?:regrnn_lib|tests|notebooks|figures)/[\w./-]*\w/?)", TEXT)
    assert len(paths) > 25
    assert {path for path in paths if not (ROOT / path).exists()} == {"notebooks/12_name.py"}
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", TEXT) if f"def {name}(" not in tests] == []


def test_the_regularity_has_law_and_index(hubs):
    found = [
        matrix_indices(weight_matrix(60, 0.2, hubs=level, seed=1), communities=False).hubs for level in (0, 1)
    ]
    assert found[1] > 3 * found[0] > 0 and np.isnan(hubs.index(np.zeros((3, 3)), None))


def with_hubs(folder):
    """The scripts of the page with what the section adds, where it says."""
    shutil.copytree(live.FOLDER, folder)
    law, index = shown("A regularity", 1), shown("A regularity", 2)
    for name, before, added in (
        ("matrix.js", "  };\n\n  /** The matrix of the settings p", law),
        ("matrix.js", "  function reciprocityIndex", index),
        ("matrix.js", "    };\n  }\n\n  function daleIndex", "hubs: hubsIndex(W, n),\n"),
        ("random.js", " });\n    }\n    return kept.get(name);", ', reach: stream(seed, "hubs").uniforms(n)'),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        (folder / name).write_text(text.replace(before, added + before), encoding="utf-8")


@pytest.mark.browser
def test_the_page_has_the_same_regularity(hubs, tmp_path, monkeypatch):
    with_hubs(tmp_path / "page")
    monkeypatch.setattr(live, "FOLDER", tmp_path / "page")
    (tmp_path / "explorer.html").write_text(webpage.page(), encoding="utf-8")
    asked = dict(coupling=2.0, balance=0.1, hubs=0.7, n_modules=5, density=1.0, seed=1)
    labels = module_labels(100, 5)
    program = """([p, labels]) => { const W = explorer.weightMatrix(p);
      return [Array.from(W), explorer.indices(W, labels).hubs, explorer.spectrum(p)]; }"""
    with browser() as made:
        page, errors = open_page(made, (tmp_path / "explorer.html").as_uri(), offline=True)
        entries, index, predicted = page.evaluate(program, [asked, labels.tolist()])
    W = weight_matrix(100, 0.2, 0.1, hubs=0.7, seed=1)
    assert np.array_equal(np.reshape(entries, (100, 100)), W) and predicted is None and errors == []
    assert index == pytest.approx(matrix_indices(W, labels).hubs, abs=1e-12)


def test_the_task_is_perfect_at_1_constant_at_chance_and_needs_memory():
    scope = vars(tasks).copy()
    exec(shown("A task"), scope)
    task = scope["Product"]()
    target = tasks.stream(task, 0).targets
    assert task.score(target, target) == 1 and task.score(np.ones_like(target), target) == task.chance
    found = evaluate(weight_matrix(50, coupling=0.9, seed=1), task, seed=1, drive=1.0)
    assert found.accuracy > 0.3 and found.baseline < 0.01


def test_the_lines_of_the_measure_fit_their_places():
    """Before the new value stands what is there today."""
    before = re.search(r"\.\.\., (.*), float\(np\.abs", shown("A measure"))[1]
    assert f"{before})" in Path(dynamics.__file__).read_text(encoding="utf-8")
    assert list(dynamics.Dynamics._fields)[-1] == "period_two"


def test_the_claim_can_be_read(tmp_path):
    text = Path(claims.__file__).with_name("claims.toml").read_text(encoding="utf-8")
    (tmp_path / "claims.toml").write_text(f"{text}\n{shown('A claim')}", encoding="utf-8")
    assert claims.read(tmp_path / "claims.toml").claim[-1].id == "C7"


def test_the_notebook_draws_and_saves_the_figure(tmp_path, monkeypatch):
    monkeypatch.setenv("REGRNN_RESULTS", str(tmp_path))
    monkeypatch.setenv("REGRNN_PARAMETERS", "{}")
    (name,) = re.findall(r"^def (\w+)", shown("A figure"), re.MULTILINE)
    assert not hasattr(curves, name)
    scope = vars(curves).copy()
    exec(shown("A figure"), scope)
    monkeypatch.setattr(curves, name, scope[name], raising=False)
    code = shown("A notebook").replace("= 100 ", "= 10 ").replace("= 8 ", "= 2 ")
    exec(code + shown("A figure", 1), dict(__name__="notebook"))
    plt.close("all")
    assert {path.name for path in tmp_path.glob("12_*")} == {
        f"12_fluctuation.{e}" for e in ("svg", "png", "json")
    }
