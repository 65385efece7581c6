"""The real notebooks: executed at smoke size through papermill,
and the committed results as they lie there.
"""

import ast
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pairs
import pytest
import yaml
from click.testing import CliRunner
from papermill.cli import papermill
from PIL import Image

from regrnn_lib import evaluate_all, record, weight_matrix
from regrnn_lib.build import notebook
from regrnn_lib.build import verify as verification
from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.parameters import TABLE, check
from regrnn_lib.record.runs import notebook_defaults

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.py"))
SMOKE = ROOT / "notebooks" / "profiles" / "smoke.yml"
AGAIN = ["02", "07", "11"]  # free networks, a task, explorers
each_notebook = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def build(*words, cwd=ROOT, **environment):
    command = [sys.executable, "-m", "regrnn_lib.build", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=os.environ | environment)


def blank(png):
    """Whether a picture shows one colour, or next to nothing else."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("L"), dtype=float)
    return pixels.std() < 3


def saved_figures(source):
    """Names of figures and tables in the calls of save_figure and save_table, loops included."""
    return set(re.findall(rf'"({source.stem[:2]}_\w+)"', source.read_text()))


def compile_kernels():
    W = weight_matrix(30, coupling=1.0)
    free_dynamics(W)
    evaluate_all(W)


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    """Some notebooks, run twice at smoke size in a copy of the project, the second time from the cache.
    (All of them run in test_commands.)
    """
    root = tmp_path_factory.mktemp("a folder") / "project"
    compile_kernels()  # once, not in every copy
    shutil.copytree(ROOT / "regrnn_lib", root / "regrnn_lib")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    for run in ("first", "second"):
        made = build(*AGAIN, "-f", str(SMOKE), "--name", run, cwd=root, REGRNN_CACHE=str(root / ".cache"))
        assert made.returncode == 0, made.stderr
    return root / "results"


def files_of(run, number):
    """Names of all files of a notebook in the folder of a run."""
    return sorted(str(path.relative_to(run)) for path in run.rglob(f"{number}_*"))


@pytest.mark.parametrize("number", AGAIN)
def test_two_runs_write_the_same_bytes(smoke, number):
    first, second = smoke / "first", smoke / "second"
    names = files_of(first, number)
    source = next(source for source in SOURCES if source.stem.startswith(number))
    made = {path.stem for path in first.glob(f"{number}_*.json")}
    assert made == saved_figures(source) | {source.stem} and len(made) > 5
    assert len(names) > 20 and names == files_of(second, number)
    different = [n for n in names if (first / n).read_bytes() != (second / n).read_bytes()]
    # a passport names the command, and with it the run
    assert [n for n in different if not n.endswith(".json")] == []


def test_all_smoke_results_agree_with_their_passports(smoke):
    assert record.faults(smoke / "first") == []


# ---------------------------------------------------------------- as committed
@each_notebook
def test_pairs_are_in_step(source):
    assert pairs.drift(source) == ""


@each_notebook
def test_committed_notebooks_are_executed_and_light(source):
    nb = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not any(out.output_type in ("error", "stream") for cell in code for out in cell.outputs)
    sizes = pairs.images(nb)
    assert len(sizes) >= 5 and max(size for _, size in sizes) < 100_000
    assert not any("papermill" in cell.metadata for cell in nb.cells)


def test_committed_figures_and_notebooks_agree_with_their_passports():
    assert verification.altered(ROOT, [source.stem for source in SOURCES]) == []
    made = {path.stem for path in (ROOT / "figures").glob("*.json")}
    assert made >= set().union(*map(saved_figures, SOURCES))


def statements(text):
    """How many statements a cell has; the formatter decides over how many lines each goes."""
    return sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(text)))


@each_notebook
def test_notebooks_tell_a_story_in_small_cells(source):
    nb = notebook.read(source)
    code = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    assert not any(re.search(r"njit|^class ", text, re.MULTILINE) for text in code)  # no second model
    long = [text for text in code if statements(text) > 12 and "n_neurons: int" not in text]
    assert [text.splitlines()[0] for text in long if "import" not in text and "Markdown" not in text] == []
    prose = sum(len(cell.source.split()) for cell in nb.cells if cell.cell_type == "markdown")
    assert prose > 400 and "reconstruction" in source.read_text() and "Try it yourself" in source.read_text()


LAW = {  # what the plain NumPy of each law is recognised by
    "01": ("np.tanh(", "np.allclose(", "np.array_equal("),
    "02": ('["polarity"]', "np.array_equal("),
    "03": ('["reciprocity"]', "np.array_equal("),
    "04": ("1 - m", "np.array_equal("),
    "05": ("np.allclose(",),
}


@each_notebook
def test_the_law_is_visible_once_with_its_assert(source):
    code = [cell.source for cell in notebook.read(source).cells if cell.cell_type == "code"]
    laws = [text for text in code if re.search(r"^assert .*np\.(array_equal|allclose)\(", text, re.MULTILINE)]
    wanted = LAW.get(source.stem[:2], ())
    assert [word for word in wanted if word not in "\n".join(laws)] == []
    assert bool(laws) == bool(wanted)  # none elsewhere
    assert not any("np.tanh(" in text for text in code if text not in laws)


# ---------------------------------------------------------------- parameters
@each_notebook
def test_papermill_lists_every_parameter_with_type_default_and_help(source):
    shown = CliRunner().invoke(papermill, ["--help-notebook", str(source.with_suffix(".ipynb"))]).output
    for name, default in notebook_defaults(source).items():
        line = re.search(rf"^  {name}: (\w+) \(default (.*?)\)\s*(.*(?:\n    .*)*)", shown, re.MULTILINE)
        assert line, f"{name} is not listed:\n{shown}"
        assert line[1] == type(default).__name__ and line[2].strip('"') == str(default)
        assert len(line[3].split()) >= 3 and re.search(r"\d", line[3]), f"{name} has no help with a range"


def test_the_profile_for_the_paper_lists_every_parameter_with_a_default():
    page = (ROOT / "notebooks" / "profiles" / "paper.yml").read_text()
    assert yaml.safe_load(page) is None  # as it is, it changes nothing
    listed = yaml.safe_load("\n".join(re.findall(r"^# (\w+: .*)$", page, re.MULTILINE)))
    defaults = {}
    for source in SOURCES:
        for name, value in notebook_defaults(source).items():
            defaults.setdefault(name, []).append(value)
    assert set(listed) == set(defaults) - {"n_workers", "scheduler"}
    assert [name for name, value in listed.items() if value not in defaults[name]] == []
    several = [name for name in listed if any(value != defaults[name][0] for value in defaults[name])]
    assert sorted(re.findall(r"^# (\w+): .*#.* \*", page, re.MULTILINE)) == sorted(several)


def test_the_same_name_means_the_same_in_all_notebooks():
    lines = {}
    for source in SOURCES:
        for name, kind in re.findall(r"^(\w+): (\w+) = ", source.read_text(), re.MULTILINE):
            lines.setdefault(name, set()).add(kind)
            assert name in TABLE
    assert all(len(kinds) == 1 for kinds in lines.values())
    for source in SOURCES:
        check(**notebook_defaults(source))


@each_notebook
def test_the_notebook_itself_checks_all_its_parameters(source):
    """A plain papermill run does not pass through `build`: the notebook must refuse for itself,
    before it computes.
    """
    nb = notebook.read(source)
    assert [
        cell.source.count("check_cell(globals())") for cell in nb.cells if "check_cell(" in cell.source
    ] == [1]
    cell = next(cell for cell in nb.cells if "parameters" in cell.metadata.get("tags", []))
    names = {line.target.id for line in ast.parse(cell.source).body}  # annotated, every one of them
    assert names == set(notebook_defaults(source)) and names <= TABLE.keys()


def test_plain_papermill_refuses_bad_values_with_one_message(tmp_path):
    words = ["-p", "n_neurons", "1", "-p", "balance", "3", "-p", "dale", "0.3"]
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            str(ROOT / "notebooks" / "02_dale.ipynb"),
            str(tmp_path / "out.ipynb"),
            *words,
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert run.returncode != 0
    last = run.stderr.strip().splitlines()[-3:]
    assert "2 faults in the input" in last[0]
    assert last[1:] == [
        "  n_neurons = 1: must be a whole number, 2 <= n_neurons <= 5000",
        "  balance = 3: must be a number, -1 <= balance <= 1",
    ]


def test_build_refuses_bad_values_before_running_anything():
    run = build("-p", "n_neurons", "1", "-p", "balance", "3", "-p", "dal", "0.3", "--name", "never")
    assert run.returncode == 2 and not (ROOT / "results" / "never").exists()
    assert {
        "n_neurons = 1: must be a whole number, 2 <= n_neurons <= 5000",
        "balance = 3: must be a number, -1 <= balance <= 1",
    } <= {line.strip() for line in run.stderr.splitlines()}
    assert "dal: no parameter" in run.stderr


@each_notebook
def test_a_cell_that_shows_the_table_of_another_notebook_says_so(source):
    """Its tag is what `build` knows of the dependence."""
    for cell in notebook.read(source).cells:
        assert ("read_table()" in cell.source) == ("reads-10_ledger_table" in cell.metadata.get("tags", []))
