"""The build chain, end to end: the command line, papermill and real kernels, on two tiny notebooks.

Each test works on a whole project in a folder of its own (the library copied beside `notebooks/`),
so that what is tested is what a reader runs. One build is shared; tests that change something take
a copy of its folder, which is still up to date there: freshness goes by content.
"""

import base64
import errno
import io
import json
import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import nbformat
import numpy as np
import pairs
import papermill
import psutil
import pytest
from jupyter_core.utils import run_sync

from regrnn_lib import kernels, record
from regrnn_lib import project as library
from regrnn_lib.build import aside, command, notebook, place, plan, stable
from regrnn_lib.project import PACKAGE, file_digest
from regrnn_lib.record.runs import notebook_defaults

FIGURE = """\
# %% [markdown]
# # A figure and a table

# %% tags=["parameters"]
n_neurons: int = 20  # number of neurons, 2..5000
strength: float = 0.5  # weight strength, 0 or more

# %%
import os, sys, warnings
from pathlib import Path
import matplotlib.pyplot as plt, numpy as np, pandas as pd
from tqdm.auto import tqdm
from regrnn_lib.record import save_figure, save_table

# %%
for step in tqdm(range(3)):
    print("step", step, flush=True)
warnings.warn("nobody wants to read this")
print(Path.cwd() / "notebooks", object())
print([os.environ[name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PYTHONHASHSEED")])

# %%
fig, ax = plt.subplots(figsize=(3, 2))
noise = float(os.environ.get("NOISE", 0))  # of another machine
ax.plot(np.random.default_rng(0).normal(size=n_neurons) + noise * np.arange(n_neurons))
save_figure(fig, "one", "A random line.")

# %%
table = pd.DataFrame({"x": [strength / 3, 2.0]})
save_table(table, "one_table", "Two numbers.")
table.style.format(precision=2)
"""
FRAGILE = """\
# %% tags=["parameters"]
n_neurons: int = 20  # number of neurons, 2..5000
balance: float = 0.5  # balance, -1..1

# %%
import os, time
from pathlib import Path
import pandas as pd
from regrnn_lib.record import save_table
save_table(pd.DataFrame({"b": [balance + float(os.environ.get("NOISE", 0))]}), "two_table", "The balance.")

# %%

if balance == 0.0:
    os._exit(1)
if balance == 1.0:
    Path(f"{os.getpid()}.pid").touch()
    time.sleep(600)
if balance < 0:
    raise ValueError("2 faults in the input:\\n  this\\n  that")
"""


def run(project, *words, **environment):
    """The command line of the library that lies in `project`."""
    command = [sys.executable, "-m", "regrnn_lib.build", *map(str, words)]
    return subprocess.run(
        command, cwd=project, capture_output=True, text=True, env={**os.environ, **environment}
    )


def digests(project, *folders):
    """Relative path -> SHA-256 of every file below the folders."""
    files = (path for folder in folders for path in (project / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(project)): file_digest(path) for path in files}


def states(project):
    return dict(line.split("  ") for line in run(project, "--list").stdout.splitlines())


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project after its first build, and what that build printed."""
    project = tmp_path_factory.mktemp("project")
    (project / "notebooks").mkdir()
    (project / "notebooks" / "01_figure.py").write_text(FIGURE)
    (project / "notebooks" / "02_fragile.py").write_text(FRAGILE)
    (project / "requirements.lock").write_text("nothing==1.0\n")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, project / "regrnn_lib", ignore=ignored)
    return project, run(project, "-j", 2, **configured(tmp_path_factory.mktemp("user")))


def configured(folder):
    """Settings of a user's own, none of which may change a result."""
    (folder / "matplotlibrc").write_text("lines.linewidth: 9\n")
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    retina = "c.InlineBackend.figure_formats = {'retina'}\n"
    (profile / "ipython_kernel_config.py").write_text("c = get_config()\n" + retina)
    return {
        "MPLBACKEND": "agg",
        "MATPLOTLIBRC": str(folder / "matplotlibrc"),
        "IPYTHONDIR": str(folder / "ipython"),
        "OMP_NUM_THREADS": "2",
        "PYTHONHASHSEED": "7",
    }


@pytest.fixture
def project(built, tmp_path):
    """A copy of the built project, in a folder with an awkward name, to change as a test likes."""
    copy = tmp_path / "other {name} here"
    shutil.copytree(built[0], copy)
    return copy


# the run at default parameters


# what a notebook says on standard error: not in the executed notebook, but in a log
WARNED = re.compile(r".*: UserWarning: nobody wants to read this\n.*\n")


def test_default_build_makes_the_figures_and_the_executed_notebooks(built):
    project, done = built
    assert done.returncode == 0 and WARNED.fullmatch(done.stderr), done.stderr
    lines = sorted(done.stdout.splitlines())  # in the order in which they ended
    assert [re.sub(r"\d+\.\d s", "seconds", line) for line in lines] == [
        "01_figure  seconds",
        "02_fragile  seconds",
    ]
    made = {path.name for path in (project / "figures").iterdir()}
    tables = {"one_table.csv", "one_table.json", "two_table.csv", "two_table.json"}
    assert made == {"one.svg", "one.png", "one.json", "data", "01_figure.json", "02_fragile.json"} | tables
    assert [path.name for path in (project / "figures" / "data").iterdir()] == ["one.csv"]
    assert record.faults(project / "figures") == []
    pairs = {path.name for path in (project / "notebooks").iterdir()}
    assert pairs == {f"{name}{end}" for name in ("01_figure", "02_fragile") for end in (".py", ".ipynb")}
    assert not (project / "results").exists()


def test_executed_notebook_holds_results_and_no_accidents(built):
    project = built[0]
    text = (project / "notebooks" / "01_figure.ipynb").read_text()
    nb = nbformat.reads(text, as_version=4)
    nbformat.validate(nb)
    printed = nb.cells[3].outputs
    assert [output.output_type for output in printed] == ["stream"]
    assert printed[0].text.splitlines() == [
        "step 0",
        "step 1",
        "step 2",
        "./notebooks <object object at 0x0>",
        "['1', '1', '0']",
    ]
    assert [(number, size < 100_000) for number, size in pairs.images(nb)] == [(5, True)]
    assert "id-0000_row0_col0" in nb.cells[5].outputs[0].data["text/html"]
    for accident in (str(project), str(Path.home()), "papermill", "widget", 'execution"', "stderr"):
        assert accident not in text
    assert not re.search(r"20\d\d-\d\d-\d\dT", text)
    assert [cell.id for cell in nb.cells] == [f"cell-00{number}" for number in range(6)]
    assert nb.metadata.kernelspec.name == "python3" and "version" not in nb.metadata.language_info


def test_rebuilding_elsewhere_one_by_one_changes_no_byte(built, project):
    done = run(project, "-j", 1, "--force")
    assert done.returncode == 0 and WARNED.fullmatch(done.stderr), done.stderr
    assert re.fullmatch(r"01_figure  \d+\.\d s\n02_fragile  \d+\.\d s\n", done.stdout)
    everything = "figures", "notebooks", ".cache"
    assert digests(project, *everything) == digests(built[0], *everything)


def test_a_second_build_does_nothing(project):
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    done = run(project, PYTHONDONTWRITEBYTECODE="1")
    assert done.stdout == "01_figure  up to date\n02_fragile  up to date\n"
    assert before == {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "path, stale",
    [
        ("notebooks/01_figure.py", {"01_figure"}),
        ("notebooks/02_fragile.ipynb", {"02_fragile"}),
        ("figures/one_table.csv", {"01_figure"}),
        ("figures/one.json", {"01_figure"}),
        ("requirements.lock", {"01_figure", "02_fragile"}),
        ("regrnn_lib/weights.py", {"01_figure", "02_fragile"}),
    ],
)
def test_a_changed_input_or_output_is_noticed_whatever_its_time(project, path, stale):
    file = project / path
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_bytes(file.read_bytes() + b"\n")
    os.utime(file, ns=times)
    assert {name for name, state in states(project).items() if state == "to run"} == stale


def test_a_missing_output_is_made_again_and_the_rest_is_left(project, built):
    (project / "figures" / "two_table.csv").unlink()
    done = run(project)
    assert re.fullmatch(r"01_figure  up to date\n02_fragile  \d+\.\d s\n", done.stdout)
    assert digests(project, "figures") == digests(built[0], "figures")


def test_without_stamps_everything_is_to_run(project):
    shutil.rmtree(project / ".cache")
    assert set(states(project).values()) == {"to run"}


# runs with other values


def test_other_values_write_to_results_and_leave_the_committed_files(project):
    before = digests(project, "figures", "notebooks", ".cache/build")
    (project / "mine.yml").write_text("balance: 3e-1\nstrength: 2\n")
    done = run(project, "02", "-f", "mine.yml", "-p", "n_neurons", 30)
    assert (done.returncode, done.stderr) == (0, "")
    assert digests(project, "figures", "notebooks", ".cache/build") == before
    folder = project / "results" / "mine"
    made = {"02_fragile.ipynb", "02_fragile.json", "two_table.csv", "two_table.json"}
    assert {path.name for path in folder.iterdir()} == made
    assert (folder / "two_table.csv").read_text() == "b\n0.3\n"
    page = record.passport(folder / "two_table.json")
    assert page["notebook"] == "02_fragile"
    assert page["parameters"] == {"n_neurons": 30, "balance": 0.3}
    # the command in the passport makes the same bytes again
    first = digests(project, "results")
    shutil.rmtree(project / "results")
    words = shlex.split(page["command"])
    assert words[:3] == ["python", "-m", "regrnn_lib.build"]
    assert run(project, *words[3:]).returncode == 0
    assert digests(project, "results") == first


def test_every_fault_is_listed_before_anything_runs(project):
    before = digests(project, ".")
    faulty = ["-p", "n_neurons", "many", "-p", "balance", "-1e1", "-p", "strenght", 1]
    done = run(project, *faulty, PYTHONDONTWRITEBYTECODE="1")
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "3 faults in the input:" and len(lines) == 4
    assert "did you mean strength?" in lines[1]
    assert "n_neurons = 'many'" in lines[2] and "5000" in lines[2]
    assert "balance = -10.0" in lines[3]
    assert digests(project, ".") == before


@pytest.mark.parametrize(
    "words, message",
    [
        (["02_fragil"], "02_fragil: no such notebook; did you mean 02_fragile?"),
        (["01", "-p", "balance", "0.1"], "balance: no parameter of 01_figure"),
        (["-f", "missing.yml"], "missing.yml: cannot be read: No such file or directory"),
        (["-f", "requirements.lock"], "requirements.lock: line 1: must hold lines"),
        (["--name", "../figures"], "--name '../figures': must be a folder name"),
        (["-f", "...yml"], "...yml: the name of its run, '..': must be a folder name"),
        (["-f", "my values.yml"], "'my values': must be a folder name"),
        (["-j", "0"], "--jobs 0: must be 1 or more"),
        (["-f", "unknown.yml"], "n_neuron: no parameter of"),
        (["compare", "figures", "nothing"], "nothing: no such run"),
        (["compare", "figures", "x" * 500], " ...: no such run"),
        (["../../01_figure"], "../../01_figure: no such notebook"),
        (["x" * 10**6], " ...: no such notebook"),
        (["--name", "a/b"], "must be a folder name"),
        (["--name", "x" * 300], "must be a folder name"),
        (["--name", "verify"], "that folder belongs to the command verify"),
        (["--name", "lab"], "that folder belongs to the command lab"),
        (["-p", "balance", "x" * 10**6], "longer than 1000 letters"),
        (["-p", "x" * 10**6, "1"], "longer than 1000 letters"),
        (["-p", "balance", "9" * 999], "balance = "),
        (["-p", "balance", "[" * 999], "balance = "),
        (["-f", "notebooks"], "notebooks: is no file"),
    ],
)
def test_a_command_that_means_nothing_is_refused(built, words, message, monkeypatch, capsys):
    (built[0] / "unknown.yml").write_text("n_neuron: 3\n")
    monkeypatch.chdir(built[0])
    monkeypatch.setattr(library, "PACKAGE", built[0] / "regrnn_lib")
    begun = time.process_time()  # not the time of others on this machine
    assert command.main(words) == 2
    said = capsys.readouterr().err
    assert message in said and len(said) < 1000 and time.process_time() - begun < 2
    assert not (built[0] / "results").exists()


# a file of values, and what is said of it; "" where it is good
PROFILES = {
    b"balance: 0.1\nbalance: 0.2\n": "line 2: balance stands there twice",
    b"balance: !!python/object/apply:os.system ['ls']": (
        "line 1: tags (tag:yaml.org,2002:python/objec ...) are not allowed"
    ),
    b"balance: !mine 1": "line 1: tags (!mine) are not allowed",
    b"balance: &x 1\nstrength: *x\n": "line 1: anchors and aliases (&, *) are not allowed",
    b"a: &a [1]\n"
    + b"".join(
        b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(9)
    ): "anchors",
    b"&a [*a]": "anchors",
    b"balance: " + b"[" * 40_000: "line 1: nested too deeply",
    b"? " * 40_000: "nested too deeply",
    b"- " * 40_000: "nested too deeply",
    b"balance:\n a:\n  b: 1": "line 3: nested too deeply",
    b"balance:\n a: 1": "line 1: must be a line `name: value`",
    b"<<: {balance: 1}": "must be a line `name: value`",
    b"[1, 2]": "must hold lines `name: value`",
    b"balance": "must hold lines `name: value`",
    b"---\nbalance: 1\n---\nbalance: 2\n": "line 3: is not YAML: but found another document",
    b"balance: [1, 2": "line 1: is not YAML: expected ',' or ']'",
    b"\tbalance: 1": "is not YAML: found character",
    b"balance: 2024-99-99": "line 1: balance: month must be in 1..12",
    b"balance: \x00": "is not YAML: unacceptable character",
    "balance: 0.1".encode("utf-16"): "is not YAML in UTF-8",
    b"# caf\xe9\nbalance: 0.1": "is not YAML in UTF-8",
    b"n_neurons: " + b"9" * 5000: "longer than 1000 letters",
    b"n_neurons: " + b"9" * 999: "n_neurons = ",
    b"balance: " + b"x" * 90_000: "longer than 1000 letters",
    b"x" * 90_000 + b": 1": "longer than 1000 letters",
    b"balance: " + b"x" * 10**6: "is longer than the 100000 bytes",
    b"".join(b"name%d: 1\n" % i for i in range(3000)): "more than 200 names",
    b"".join(b"name%d: 1\n" % i for i in range(200)): "... and 180 more",
    b"../../etc/passwd: 1": "../../etc/passwd: no parameter of",
    b"\xef\xbb\xbfbalance: 0.1\n": "",
    b"balance: 0.1\r\nn_neurons: 30\r\n": "",
    b"balance: '0.1'\n": "",
    b"": "",
    b"# nothing\n": "",
    b"null": "",
}


@pytest.mark.parametrize("text", PROFILES, ids=lambda text: repr(text[:30]))
def test_a_file_of_values_is_read_or_refused_in_a_line(built, text, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "PACKAGE", built[0] / "regrnn_lib")
    Path("values.yml").write_bytes(text)
    begun = time.process_time()
    status = command.main(["--list", "-f", "values.yml"])
    said = capsys.readouterr().err
    assert time.process_time() - begun < 2
    assert (status, said) == (0, "") if not PROFILES[text] else status == 2 and PROFILES[text] in said
    assert said.count("\n") <= 2 or "... and 180 more" in said
    assert all(len(line) < 450 for line in said.splitlines())


def test_notebooks_are_named_by_number_name_or_path(built, monkeypatch):
    monkeypatch.setattr(library, "PACKAGE", built[0] / "regrnn_lib")
    assert plan.select() == ["01_figure", "02_fragile"]
    for word in ("02", "02_fragile", "notebooks/02_fragile.py", "02_fragile.ipynb"):
        assert plan.select([word]) == ["02_fragile"]
    assert plan.select(["02", "01"]) == ["01_figure", "02_fragile"]


@pytest.mark.parametrize("text", ["3", "-3", "0.5", "1e-3", "True", "False", "None", "variance", "nan"])
def test_values_are_read_as_papermill_reads_them(text):
    from papermill.cli import _resolve_type

    ours, theirs = plan._value(text), _resolve_type(text)
    assert (type(ours), repr(ours)) == (type(theirs), repr(theirs))


def test_negative_numbers_and_lists_are_values_on_the_command_line():
    options = command._options(["-p", "balance", "-1e-3", "-p", "sizes", "[5, 10]"])
    assert plan.overrides(options) == {"balance": -0.001, "sizes": [5, 10]}


# what can go wrong while a notebook runs


def test_a_failing_notebook_leaves_the_good_result(project):
    before = digests(project, "figures", "notebooks")
    source = project / "notebooks" / "02_fragile.py"
    edit(source, "balance: float = 0.5", "balance: float = -0.5")
    before["notebooks/02_fragile.py"] = record.file_digest(source)
    done = run(project)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "02_fragile failed in cell [3]: if balance == 0.0:",
        "(kept as notebooks/02_fragile.failed.ipynb)",
        "ValueError: 2 faults in the input:",
        "  this",
        "  that",
    ]
    after = digests(project, "figures", "notebooks")
    assert "Traceback" in (project / "notebooks" / "02_fragile.failed.ipynb").read_text()
    del after["notebooks/02_fragile.failed.ipynb"]
    assert after == before
    assert states(project)["02_fragile"] == "to run"

    edit(source, "balance: float = -0.5", "balance: float = 0.25")
    assert run(project).returncode == 0
    assert not (project / "notebooks" / "02_fragile.failed.ipynb").exists()
    assert states(project)["02_fragile"] == "up to date"


# in the first notebook: run alone, before the second, it would wait in vain
WAIT = """\
import time
for _ in range(600):
    if Path("notebooks/02_fragile.failed.ipynb").exists():
        break
    time.sleep(0.1)
else:
    raise TimeoutError("the second notebook has not failed")
time.sleep(0.5)
"""


def test_a_fault_lets_the_other_notebook_end_and_no_third_begin(project, built):
    sources = project / "notebooks"
    (sources / "03_fragile.py").write_text(FRAGILE.replace("two_table", "three_table"))
    edit(sources / "02_fragile.py", "balance: float = 0.5", "balance: float = -0.5")
    edit(sources / "01_figure.py", "# %%\nfig, ax", f"# %%\n{WAIT}fig, ax")
    done = run(project, "-j", 2)
    assert done.returncode == 1
    assert re.fullmatch(r"02_fragile  failed after \d+\.\d s\n01_figure  \d+\.\d s\n", done.stdout)
    said = WARNED.sub("", done.stderr).splitlines()
    assert (said[0], said[2]) == (
        "02_fragile failed in cell [3]: if balance == 0.0:",
        "ValueError: 2 faults in the input:",
    )
    assert states(project) == {"01_figure": "up to date", "02_fragile": "to run", "03_fragile": "to run"}
    assert digests(project, "figures").keys() == digests(built[0], "figures").keys()


def test_what_a_closing_kernel_says_of_its_connections_is_not_heard(tmp_path):
    heard = "import logging\nprint(logging.getLogger('tornado.general').isEnabledFor(logging.ERROR))"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(heard)])
    how = dict(kernel_name="python3", progress_bar=False)
    for arguments, said in (([], "True\n"), (notebook.QUIET, "False\n")):
        path = str(tmp_path / "done.ipynb")
        done = papermill.execute_notebook(nb, path, extra_arguments=arguments, **how)
        assert done.cells[-1].outputs[0].text == said


def test_kernels_that_die_are_reported_with_their_cells(project):
    (project / "notebooks" / "03_fragile.py").write_text(FRAGILE)
    done = run(project, "02", "03", "-p", "balance", 0, "-j", 2)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    for name, said in zip(("02_fragile", "03_fragile"), sorted([lines[:3], lines[3:]])):
        assert said[0] == f"{name} failed in cell [4]: if balance == 0.0:"
        assert said[1:] == [f"(kept as results/custom/{name}.failed.ipynb)", "DeadKernelError: Kernel died"]
    assert (
        sorted(path.suffixes for path in (project / "results/custom").iterdir())
        == [[".failed", ".ipynb"]] * 2
    )


def sleeping(project, *names):
    """A build of notebooks that all sleep, and the process ids of their kernels."""
    for name in names:
        (project / "notebooks" / f"{name}.py").write_text(FRAGILE)
    scratch(project).mkdir()
    job = subprocess.Popen(
        [sys.executable, "-m", "regrnn_lib.build", *names, "-p", "balance", "1", "-j", "2"],
        cwd=project,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(scratch(project))},
    )
    wait_for(lambda: len(list(project.glob("*.pid"))) == len(names))
    return job, [int(path.stem) for path in project.glob("*.pid")]


def scratch(project):
    return project.parent / "tmp"


def wait_for(condition):
    deadline = time.time() + 120
    while not condition():
        assert time.time() < deadline
        time.sleep(0.05)


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def to_all(job):
    os.killpg(job.pid, signal.SIGINT)  # as a terminal does: to every process, not only to the first


@pytest.mark.parametrize(
    "names, end, status",
    [
        (["02_fragile"], to_all, 130),
        (["02_fragile", "03_fragile"], to_all, 130),
        (["02_fragile", "03_fragile"], subprocess.Popen.terminate, 143),
    ],
    ids=["one", "two", "terminated"],
)
def test_ctrl_c_stops_the_kernels_and_leaves_nothing_half_written(project, names, end, status):
    job, kernels = sleeping(project, *names)
    end(job)
    stderr = job.communicate(timeout=120)[1]
    assert job.returncode == status
    assert re.fullmatch(r"stopped; .*\n", stderr)
    assert list((project / "results/custom").iterdir()) == list(scratch(project).iterdir()) == []
    assert not any(alive(pid) for pid in kernels)


def test_no_kernel_outlives_a_build_that_is_killed(project):
    job, kernels = sleeping(project, "02_fragile", "03_fragile")
    assert all(alive(pid) for pid in kernels)
    stray = list((project / "results/custom").glob(".partial-*"))
    assert len(stray) == 1
    aside.sweep_up(project / "results/custom")  # as another build does, while this one works
    assert stray[0].exists()
    job.kill()
    wait_for(lambda: not any(alive(pid) for pid in kernels))
    job.communicate()
    aside.sweep_up(project / "results/custom")
    assert list((project / "results/custom").iterdir()) == []


def test_what_was_written_by_half_is_removed_when_it_is_old(tmp_path):
    for name, age in (("one", 0), ("two", 1000)):
        (tmp_path / f".{name}.csv.12.partial").touch()
        (tmp_path / f".partial-{name}").mkdir()
        for path in tmp_path.glob(f".*{name}*"):
            os.utime(path, (time.time() - age,) * 2)
    (tmp_path / "mine.partial").touch()
    aside.sweep_up(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        ".one.csv.12.partial",
        ".partial-one",
        "mine.partial",
    }


def test_a_kernel_that_starts_after_the_stop_ends_too(project, monkeypatch):
    monkeypatch.chdir(project)
    monkeypatch.setattr(notebook, "_stopping", Event())
    notebook.stop()
    kernel = notebook.kernel_with(dict(os.environ))(kernel_name="python3")
    run_sync(kernel.start_kernel)()
    wait_for(lambda: not run_sync(kernel.is_alive)())
    run_sync(kernel.shutdown_kernel)(now=True)


def test_a_notebook_that_fails_is_kept_where_figures_lie_on_another_file_system(project, monkeypatch, capsys):
    """Nothing is renamed from one file system to another;
    and the reason stands even if nothing can be kept.
    """
    monkeypatch.setattr(library, "PACKAGE", project / "regrnn_lib")
    edit(project / "notebooks" / "02_fragile.py", "balance: float = 0.5", "balance: float = -0.5")
    real = os.replace

    def replace(a, b):
        if Path(a).parent != Path(b).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(a))
        real(a, b)

    monkeypatch.setattr(os, "replace", replace)
    assert command.main(["02"]) == 1
    said = capsys.readouterr().err
    assert "(kept as notebooks/02_fragile.failed.ipynb)\nValueError: 2 faults in the input:" in said
    failed = project / "notebooks" / "02_fragile.failed.ipynb"
    assert "Traceback" in failed.read_text()
    failed.unlink()
    failed.mkdir()
    assert command.main(["02"]) == 1
    said = capsys.readouterr().err
    assert (
        "(not kept: cannot write notebooks/02_fragile.failed.ipynb: Is a directory)\nValueError: 2 faults"
        in said
    )


def test_a_named_run_that_is_up_to_date_is_skipped(project):
    def lines(*more):
        done = run(project, "02", "--name", "mine", *more)
        assert (done.returncode, done.stderr) == (0, "")
        return [line.split("  ")[1] for line in done.stdout.splitlines()]

    assert lines("-p", "balance", 0.3) != ["up to date"]
    before = digests(project, "results")
    assert lines("-p", "balance", 0.30) == ["up to date"] and digests(project, "results") == before
    assert lines("-p", "balance", 0.4, "--list") == lines("--list") == ["to run"]
    (project / "results/mine/two_table.csv").unlink()
    assert lines("-p", "balance", 0.3) != ["up to date"] and digests(project, "results") == before
    edit(project / "regrnn_lib" / "weights.py", "import", "import ")
    assert lines("-p", "balance", 0.3, "--list") == ["to run"]
    assert states(project) == {"01_figure": "to run", "02_fragile": "to run"}


READS = """\
# %%
from pathlib import Path

# %% tags=["reads-10_ledger_table"]
Path("figures/10_ledger_table.csv").read_text()
"""


def test_what_shows_the_ledger_is_run_again_when_it_changes(project):
    """The first notebook shows a table that the last one writes, and is brought in step in the same build."""
    table = project / "figures" / "10_ledger_table.csv"
    table.write_text("old verdict\n")
    (project / "notebooks" / "03_reads.py").write_text(READS)
    assert run(project, "03").returncode == 0 and states(project)["03_reads"] == "up to date"
    assert "old verdict" in (project / "notebooks" / "03_reads.ipynb").read_text()
    writes = FRAGILE.replace("two_table", "10_ledger_table").replace("time.sleep(600)", "pass")
    (project / "notebooks" / "10_writes.py").write_text(writes)
    done = run(project, "-j", 1, "03", "10", "--force")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["03_reads", "10_writes", "03_reads"], (
        done.stderr
    )
    assert set(states(project).values()) == {"up to date"}
    assert table.read_text().splitlines()[1] in (project / "notebooks" / "03_reads.ipynb").read_text()


def test_a_folder_that_cannot_be_written_is_named(project, monkeypatch, capsys):
    monkeypatch.setattr(library, "PACKAGE", project / "regrnn_lib")
    (project / "results").write_text("in the way")
    assert command.main(["02", "-p", "balance", "0.1"]) == 1
    assert re.fullmatch(r"cannot write .*results/custom: Not a directory\n", capsys.readouterr().err)


# putting results into place


def stage(folder, owner, monkeypatch, *names):
    import pandas as pd

    monkeypatch.setenv("REGRNN_RESULTS", str(folder))
    monkeypatch.setenv("REGRNN_NOTEBOOK", owner)
    for name in names:
        record.save_table(pd.DataFrame({"x": [1.0]}), name, "A number.")
    return folder


def test_what_a_notebook_no_longer_makes_is_removed(tmp_path, monkeypatch):
    figures = stage(tmp_path / "figures", "01_figure", monkeypatch, "old", "kept")
    stage(figures, "02_fragile", monkeypatch, "other")
    (figures / "by_hand.txt").write_text("mine")
    made = stage(tmp_path / "made", "01_figure", monkeypatch, "kept", "new")
    assert place.publish(made, figures, "01_figure") == ["kept.csv", "kept.json", "new.csv", "new.json"]
    assert {path.stem for path in figures.iterdir()} == {"kept", "new", "other", "by_hand"}


@pytest.mark.parametrize("name", ["../thesis.tex", "{root}/thesis.tex", "data/../../thesis.tex"])
def test_a_passport_cannot_have_files_elsewhere_removed(tmp_path, monkeypatch, name):
    figures = stage(tmp_path / "figures", "01_figure", monkeypatch, "old")
    (tmp_path / "thesis.tex").write_text("years of work")
    page = json.loads((figures / "old.json").read_text())
    page["files"][name.format(root=tmp_path)] = "0"
    (figures / "old.json").write_text(json.dumps(page))
    made = stage(tmp_path / "made", "01_figure", monkeypatch, "new")
    place.publish(made, figures, "01_figure")
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_two_notebooks_cannot_write_the_same_file(built, tmp_path, monkeypatch):
    monkeypatch.setattr(library, "PACKAGE", built[0] / "regrnn_lib")
    figures = stage(tmp_path / "figures", "01_figure", monkeypatch, "same")
    made = stage(tmp_path / "made", "02_fragile", monkeypatch, "same")
    before = digests(tmp_path, "figures")
    with pytest.raises(notebook.NotebookFailed, match="same.csv is already .* 01_figure"):
        place.publish(made, figures, "02_fragile")
    assert digests(tmp_path, "figures") == before


def test_compare_shows_the_rows_that_differ(project, capsys, monkeypatch):
    monkeypatch.setattr(library, "PACKAGE", project / "regrnn_lib")
    shutil.copytree(project / "figures", project / "results" / "twin")
    assert command.main(["compare", "figures", "twin"]) == 0
    table = project / "results" / "twin" / "one_table.csv"
    table.write_text(table.read_text().replace("0.166667", "0.17"))
    assert command.main(["compare", "figures", "twin"]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"0 +0\.166667 +0\.17\n", printed) and "two_table" not in printed
    assert "compared: figures and twin, 2 tables, 1 figure of 01_figure, 02_fragile\n" in printed
    assert "largest change: one_table, x: 0.166667 to 0.17 (0.0033)\n" in printed
    for page in (project / "results" / "twin").glob("*.json"):
        edit(page, '"n_neurons": 20', '"n_neurons": 30')
    for page in ("two_table.json", "02_fragile.json"):
        (project / "results" / "twin" / page).unlink()
    command.main(["compare", "figures", "twin"])
    printed = capsys.readouterr().out
    assert "01_figure: parameters that differ: n_neurons 20 / 30\n" in printed
    assert "02_fragile: ran for figures only\n" in printed


# another machine, and whether the records hold


def test_rounding_on_another_machine_changes_no_byte_and_a_change_does(project, built):
    everything = "figures", "notebooks", ".cache/build"
    assert run(project, "01", "--force", NOISE="5e-7").returncode == 0
    assert digests(project, *everything) == digests(built[0], *everything)
    assert run(project, "01", "--force", "--name", "raw", NOISE="5e-7").returncode == 0
    unlike = {
        f
        for f in ("one.svg", "data/one.csv")
        if file_bytes(project, "figures", f) != file_bytes(project, "results/raw", f)
    }
    assert unlike == {"one.svg", "data/one.csv"}  # so there was something to keep
    assert run(project, "01", "--force", NOISE="1e-3").returncode == 0
    changed = {
        path
        for path, digest in digests(project, *everything).items()
        if digest != digests(built[0], *everything)[path]
    }
    assert {
        "figures/one.svg",
        "figures/data/one.csv",
        "figures/one.json",
        "notebooks/01_figure.ipynb",
    } <= changed
    assert not any("table" in path for path in changed)


def file_bytes(project, folder, file):
    return (project / folder / file).read_bytes()


def test_a_ledger_that_rounding_changed_makes_no_notebook_run_again(project):
    (project / "notebooks" / "03_reads.py").write_text(READS)
    (project / "notebooks" / "10_writes.py").write_text(FRAGILE.replace("two_table", "10_ledger_table"))
    assert run(project, "10").returncode == run(project, "03").returncode == 0
    done = run(project, "-j", 1, "03", "10", "--force", NOISE="1e-6")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["03_reads", "10_writes"], done.stderr
    done = run(project, "-j", 1, "03", "10", "--force", NOISE="1e-5")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["03_reads", "10_writes", "03_reads"], (
        done.stderr
    )


def test_verify_finds_the_same_numbers_also_on_another_machine_and_touches_nothing(project):
    before = digests(project, "figures", "notebooks", ".cache")
    done = run(project, "verify", NOISE="5e-7")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["processor", "Numba compiles for", "versions"]
    assert re.search(r", (AVX-512|AVX2|SSE2|NEON)$", lines[0]) and np.__version__ in lines[2]
    assert lines[-1] == "1 figure, 2 tables, 2 notebooks: the same numbers"
    assert digests(project, "figures", "notebooks", ".cache") == before


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="names of x86-64 processors")
def test_the_tier_is_read_from_what_llvm_makes_of_a_sum():
    cpus = {"generic": "SSE2", "haswell": "AVX2", "skylake-avx512": "AVX-512"}
    assert {cpu: kernels.tier(cpu, "") for cpu in cpus} == cpus
    assert kernels.LANES == (8 if kernels.tier(*kernels.TARGET) == "AVX-512" else 4)


TAMPERED = {  # file below the project, a text there, what it becomes
    "figures/one_table.csv": ("0.166667", "0.166687"),
    "figures/data/one.csv": ("1,line 1,0,0.12573,", "1,line 1,0,0.12673,"),
    "notebooks/02_fragile.ipynb": ("0.25", "0.75"),
}


def tamper(project, forge=False):
    """Change a digit in a table, in a figure's data and in a notebook's output,
    with or without its digests.
    """
    edit(project / "notebooks" / "02_fragile.py", "# %%\n\nif", "# %%\nprint(balance / 2)\nif")
    assert run(project).returncode == 0
    for file, (old, new) in TAMPERED.items():
        path = project / file
        digest = record.file_digest(path)
        edit(path, old, new)
        for page in (project / "figures").glob("*.json") if forge else ():
            page.write_text(page.read_text().replace(digest, record.file_digest(path)))


def test_a_digit_changed_by_hand_is_found_by_its_digest(project):
    tamper(project)
    done = run(project, "verify", "--quick")
    assert done.returncode == 1
    assert set(done.stdout.splitlines()[3:-1]) == {
        "02_fragile.ipynb: altered",
        "data/one.csv: altered",
        "one_table.csv: altered",
    }
    assert done.stdout.endswith("1 figure, 2 tables, 2 notebooks: 3 differences\n")


def test_a_digit_changed_by_hand_is_found_by_computing_anew_even_if_its_digest_was_changed_too(project):
    tamper(project, forge=True)
    assert run(project, "verify", "--quick").returncode == 0
    done = run(project, "verify")
    assert done.returncode == 1
    assert set(done.stdout.splitlines()[3:-1]) - {
        line for line in done.stdout.splitlines() if line.endswith(" s")
    } == {
        "one_table.csv, x: 0.166687 recorded, 0.166667 found (1 differ, largest difference 2e-05)",
        "data/one.csv, panel 1, line 1, y: 0.12673 recorded, 0.12573 found (1 differ, largest difference 0.001)",
        "02_fragile.ipynb, cell 3: 0.75 recorded, 0.25 found",
    }


def test_verify_names_what_is_not_made_any_more_and_what_was_never_recorded(project):
    (project / "figures" / "two_table.json").unlink()
    edit(project / "notebooks" / "01_figure.py", '"one_table"', '"other_table"')
    done = run(project, "verify")
    assert done.returncode == 1
    for line in (
        "two_table.csv: without passport",
        "one_table: recorded, but not made",
        "other_table: made, but not recorded",
        "two_table: made, but not recorded",
        "one, drawing: made by other code",
        "01_figure.ipynb: other cells",
    ):
        assert line in done.stdout.splitlines()


def test_compare_names_figures_whose_data_differ(project, capsys, monkeypatch):
    monkeypatch.setattr(library, "PACKAGE", project / "regrnn_lib")
    shutil.copytree(project / "figures", project / "results" / "twin")
    edit(project / "results" / "twin" / "data" / "one.csv", "1,line 1,0,0.12573,", "1,line 1,0,0.12673,")
    assert command.main(["compare", "figures", "twin"]) == 1
    printed = capsys.readouterr().out
    assert (
        "one, panel 1, line 1, y: 0.12573 recorded, 0.12673 found" in printed
        and "figures that differ: one\n" in printed
    )


# notebooks as text


def test_normalising_twice_is_normalising_once(built):
    path = built[0] / "notebooks" / "01_figure.ipynb"
    nb = stable.normalise(nbformat.read(path, as_version=4), built[0])
    assert nbformat.writes(nb) + "\n" == path.read_text()


def test_widgets_go_but_their_pictures_stay():
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    widget = {stable.WIDGET: {"model_id": "1"}, "text/plain": "IntSlider()"}
    outputs = [
        new_output("display_data", data=dict(widget)),
        new_output("display_data", data={**widget, "image/png": "aGk="}),
        new_output("stream", name="stderr", text="a warning"),
        new_output("stream", name="stdout", text="a\n"),
        new_output("stream", name="stdout", text="b\n"),
    ]
    nb = new_notebook(cells=[new_code_cell("x", outputs=outputs)], metadata={"widgets": {"state": {}}})
    nb = stable.normalise(nb, "/nowhere")
    kept = nb.cells[0].outputs
    assert [sorted(output.get("data", {})) for output in kept] == [["image/png", "text/plain"], []]
    assert kept[1].text == "a\nb\n"
    assert "widgets" not in nb.metadata


def test_a_heavy_image_becomes_light_and_looks_the_same():
    from matplotlib.figure import Figure
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    def picture(size):
        file = io.BytesIO()
        fig = Figure(figsize=(size, size), dpi=100)
        pixels = np.random.default_rng(0).normal(size=(60, 60))
        fig.subplots().imshow(pixels, cmap="RdBu", interpolation="bilinear")
        fig.savefig(file, format="png")
        return base64.b64encode(file.getvalue()).decode()

    pictures = [picture(size) for size in (2, 6)]
    outputs = [new_output("display_data", data={"image/png": data}) for data in pictures]
    nb = new_notebook(cells=[new_code_cell("x", outputs=outputs)])
    (_, small), (_, large) = pairs.images(nb)
    assert small < stable.IMAGE_LIMIT < large
    assert max(size for _, size in pairs.images(stable.normalise(nb, "."))) < stable.IMAGE_LIMIT
    light, heavy = (output.data["image/png"] for output in nb.cells[0].outputs)
    assert light == pictures[0]
    error = np.abs(decoded(heavy) - decoded(pictures[1]))
    assert error.max() < 16 and error.mean() < 2  # of 255


def decoded(png):
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), float)


def test_random_ids_get_the_same_number_wherever_they_stand():
    fixed = stable._Fixed("/nowhere")
    one, two = "0a1b2c3d-0000-4000-8000-0123456789ab", "ffffffff-0000-4000-8000-0123456789ab"
    assert fixed(f"<i id='s-{one}'><i id='{two}'>") == "<i id='s-id-0000'><i id='id-0001'>"
    assert fixed(f"'{one}' T_added_value #T_0af3e_row0") == "'id-0000' T_added_value #id-0002_row0"


def test_only_whole_folder_names_are_shortened(monkeypatch):
    monkeypatch.setenv("HOME", "/nowhere/ann")
    fixed = stable._Fixed("/nowhere/ann/desk")
    assert fixed("/nowhere/ann/desk/a /nowhere/ann/desk-2 /nowhere/anna") == "./a ~/desk-2 /nowhere/anna"


def test_defaults_are_read_from_the_cell_with_the_tag(built, tmp_path):
    assert notebook_defaults(built[0] / "notebooks" / "01_figure.py") == {"n_neurons": 20, "strength": 0.5}
    assert notebook_defaults(built[0] / "notebooks" / "02_fragile.py") == {"n_neurons": 20, "balance": 0.5}
    (tmp_path / "none.py").write_text("# %%\nx: int = 1\n")
    assert notebook_defaults(tmp_path / "none.py") == {}


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("strength / 3", "strength / 4", "01_figure.ipynb differs from its source in cell 6"),
        ("# # A figure", "# # The figure", "in cell 1"),
        (' tags=["parameters"]', "", "in cell 2"),
        ("# %%\nfig,", "# %%\n1\n# %%\nfig,", "in cell 5"),
        ("table.style.format(precision=2)\n", "table\n\n# %%\n2\n", "in cell 6"),
    ],
)
def test_a_pair_out_of_step_is_noticed(project, old, new, message):
    source = project / "notebooks" / "01_figure.py"
    assert pairs.drift(source) == ""
    edit(source, old, new)
    assert message in pairs.drift(source)


def test_a_pair_with_a_part_missing_is_noticed(project):
    source = project / "notebooks" / "01_figure.py"
    source.write_text(source.read_text() + "\n# %%\n3\n")
    assert pairs.drift(source) == "01_figure.ipynb has 6 cells, its source 7"
    source.with_suffix(".ipynb").unlink()
    assert pairs.drift(source) == "01_figure.ipynb is missing"


def test_opening_and_saving_in_jupyterlab_changes_nothing(project):
    from jupyter_server.services.contents.largefilemanager import LargeFileManager
    from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

    shutil.copy(PACKAGE.parent / "notebooks" / "jupytext.toml", project / "notebooks")
    before = digests(project, "notebooks")
    manager = build_sync_jupytext_contents_manager_class(LargeFileManager)(root_dir=str(project))
    model = manager.get("notebooks/01_figure.ipynb")
    assert sum(len(cell.get("outputs", [])) for cell in model["content"]["cells"]) == 4
    manager.save(model, "notebooks/01_figure.ipynb")
    after = digests(project, "notebooks")
    assert {path: after[path] for path in before} == before


def test_jupyterlab_opens_a_copy_that_keeps_what_its_reader_changed(project, monkeypatch, capsys):
    monkeypatch.setattr(library, "PACKAGE", project / "regrnn_lib")
    before, copy = digests(project, "notebooks"), project / "results" / "lab" / "notebooks"
    for _ in range(2):
        assert command.main(["lab"]) == 0 and "kept" not in capsys.readouterr().out
    assert {path.name: file_digest(path) for path in copy.glob("0*")} == {
        Path(path).name: digest for path, digest in before.items()
    }
    assert (project / "results/lab/figures/one.png").exists()
    (copy / "01_figure.ipynb").write_text("mine")
    edit(project / "notebooks" / "02_fragile.py", "balance: float = 0.5", "balance: float = 0.6")
    for _ in range(2):
        assert command.main(["lab"]) == 0
        assert "kept, because you changed them: 01_figure.ipynb" in capsys.readouterr().out
        assert (copy / "01_figure.ipynb").read_text() == "mine" and "0.6" in (
            copy / "02_fragile.py"
        ).read_text()
    (copy / "01_figure.ipynb").unlink()
    assert command.main(["lab"]) == 0 and "kept" not in capsys.readouterr().out
    assert file_digest(copy / "01_figure.ipynb") == before["notebooks/01_figure.ipynb"]


def test_help_says_what_there_is(built):
    done = run(built[0], "--help")
    assert done.returncode == 0
    for word in (
        "-p NAME VALUE",
        "-f FILE.yml",
        "--name",
        "-j N, --jobs N",
        "--force",
        "--list",
        "compare A B",
        "verify",
        "results/",
    ):
        assert word.replace("A B", "figures") in done.stdout


def test_the_stamp_names_no_absolute_path(built):
    for stamp in (built[0] / ".cache" / "build").iterdir():
        outputs = json.loads(stamp.read_text())["outputs"]
        assert outputs and not any(Path(path).is_absolute() for path in outputs)
