"""Figures, tables and their passports: the same bytes every time, and nothing goes unnoticed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from regrnn_lib import project, record
from regrnn_lib.book import binding
from regrnn_lib.build import compare
from regrnn_lib.record import runs

SAVE = """
import numpy as np, pandas as pd
from matplotlib.figure import Figure
from regrnn_lib.record import save_figure, save_table

fig = Figure(figsize=(3, 2))
ax = fig.subplots()
ax.plot(np.sin(np.arange(50)), label="sine")
ax.fill_between(range(50), -1, 0, clip_path=None)
ax.imshow(np.eye(3))
ax.legend()
save_figure(fig, "curve", "A sine.")
save_table(pd.DataFrame({"x": [0.1 + 0.2]}), "numbers", "A sum.")
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("REGRNN_RESULTS", str(tmp_path / "results" / "run"))
    for name in ("REGRNN_NOTEBOOK", "REGRNN_COMMAND", "REGRNN_PARAMETERS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "results" / "run"


def figure():
    fig = Figure(figsize=(2, 1))
    fig.subplots().plot([0, 1, 0])
    return fig


def contents(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_two_processes_write_the_same_bytes(tmp_path):
    made = []
    for number, zone in enumerate(("Asia/Tokyo", "America/Lima")):
        out = tmp_path / str(number)
        env = {"REGRNN_RESULTS": str(out), "PYTHONHASHSEED": str(number), "TZ": zone}
        root = project.PACKAGE.parent
        subprocess.run([sys.executable, "-c", SAVE], cwd=root, env={**os.environ, **env}, check=True)
        made.append(contents(out))
    assert sorted(made[0]) == [
        "curve.json",
        "curve.png",
        "curve.svg",
        "data/curve.csv",
        "numbers.csv",
        "numbers.json",
    ]
    assert made[0] == made[1]


def test_figure_files_hold_no_date_and_no_font(folder):
    record.save_figure(figure(), "line", "A line.")
    svg = (folder / "line.svg").read_text()
    assert "<dc:date>" not in svg and "<text" not in svg and "</svg>" in svg
    png = (folder / "line.png").read_bytes()
    assert b"Software" not in png
    assert int.from_bytes(png[16:20]) == 400  # 2 inches at 200 dpi


def test_saving_leaves_the_settings_of_the_notebook_alone(folder):
    before = dict(matplotlib.rcParams)
    record.save_figure(figure(), "line", "A line.")
    assert dict(matplotlib.rcParams) == before


def test_passport_says_how_it_was_made(folder, monkeypatch):
    monkeypatch.setenv("REGRNN_NOTEBOOK", "02_dale")
    monkeypatch.setenv("REGRNN_COMMAND", "python -m regrnn_lib.build 02_dale")
    monkeypatch.setenv("REGRNN_PARAMETERS", '{"n_neurons": 7, "a": 0.5}')
    record.save_figure(figure(), "line", "A line, w√N.")
    text = (folder / "line.json").read_text(encoding="utf-8")
    page = json.loads(text)
    assert list(page) == sorted(page) and list(page["parameters"]) == ["a", "n_neurons"]
    assert text.endswith("}\n")
    assert page["caption"] == "A line, w√N."
    assert (page["notebook"], page["parameters"]) == ("02_dale", {"n_neurons": 7, "a": 0.5})
    assert page["command"] == "python -m regrnn_lib.build 02_dale"
    assert page["versions"]["numpy"] == np.__version__
    assert set(page["versions"]) == {"numpy", "scipy", "numba", "matplotlib"}
    assert page["library"] == project.library_digest()
    assert page["files"] == {
        name: project.file_digest(folder / name) for name in ("data/line.csv", "line.png", "line.svg")
    }
    assert page["drawing"] == record.drawing_digest("02_dale")
    assert str(folder) not in text and str(Path.home()) not in text


def test_table_has_six_significant_digits_and_plain_line_ends(folder):
    values = [1 / 3, -2e-17 / 3, 123456789.0, -0.0, np.nan, np.inf]
    frame = pd.DataFrame({"n": range(6), "x": values, "word": list("abc,ef")})
    record.save_table(frame, "t", "Numbers.")
    rows = ["n,x,word", "0,0.333333,a", "1,0,b", "2,1.23457e+08,c", '3,0,","', "4,,e", "5,inf,f"]
    assert (folder / "t.csv").read_bytes() == ("\n".join(rows) + "\n").encode()


def test_digits_beyond_the_sixth_change_no_byte(folder):
    value = np.float64(0.7310585786300049)
    for name, noise in (("a", 0), ("b", 1e-12)):
        record.save_table(pd.DataFrame({"x": [value + noise]}), name, "x")
    assert (folder / "a.csv").read_bytes() == (folder / "b.csv").read_bytes()


def test_a_named_index_becomes_the_key_and_an_unnamed_one_is_dropped(folder):
    frame = pd.DataFrame({"x": [1.0, 2.0]})
    record.save_table(frame, "plain", "No key.")
    record.save_table(frame.set_index(pd.Index([0.5, 1.0], name="dale")), "keyed", "A key.")
    record.save_table(frame.set_index(pd.Index([0.5, 0.5], name="dale")), "twice", "No key.")
    assert (folder / "plain.csv").read_text() == "x\n1\n2\n"
    assert (folder / "keyed.csv").read_text() == "dale,x\n0.5,1\n1,2\n"
    keys = [record.passport(folder / f"{name}.json")["key"] for name in ("plain", "keyed", "twice")]
    assert keys == [[], ["dale"], []]


@pytest.mark.parametrize("name", ["", "a/b", "../a", "a.b", "a b"])
def test_a_name_that_is_no_file_name_is_refused(folder, name):
    with pytest.raises(ValueError, match="must be a file name"):
        record.save_table(pd.DataFrame({"x": [1]}), name, "x")
    assert not folder.exists()


def test_faults_are_what_is_missing_altered_or_unknown(folder):
    for name in ("good", "gone", "changed"):
        record.save_table(pd.DataFrame({"x": [1]}), name, "x")
    record.save_figure(figure(), "line", "A line.")
    assert record.faults(folder) == []
    (folder / "gone.csv").unlink()
    (folder / "changed.csv").write_text("x\n2\n")
    (folder / "stray.png").write_bytes(b"")
    (folder / "line.json").write_text("{not json")
    assert record.faults(folder) == [
        "changed.csv: altered",
        "gone.csv: missing",
        "data/line.csv: without passport",
        "line.png: without passport",
        "line.svg: without passport",
        "stray.png: without passport",
    ]


@pytest.mark.parametrize(
    "name", ["a.csv", "data/a b.csv", "a-1.2.svg", "01_one.ipynb", "../notebooks/01_one.ipynb"]
)
def test_a_passport_names_files_of_its_folder_and_notebooks(tmp_path, name):
    (tmp_path / "a.json").write_text(json.dumps({"files": {name: "0"}, "notebook": "01_one"}))
    assert record.passport(tmp_path / "a.json") == {"files": {name: "0"}, "notebook": "01_one"}


ELSEWHERE = [
    "../thesis.tex",
    "..",
    ".",
    "",
    "/thesis.tex",
    "a/b.csv",
    "data/../../thesis.tex",
    "data/",
    ".git",
    "C:a.csv",
]
ELSEWHERE += [
    "..\\thesis.tex",
    "../notebooks/one.py",
    "../notebooks/../thesis.ipynb",
    "~/a.csv",
    "a.csv\n",
    "data//a",
]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_passport_that_names_a_file_elsewhere_counts_as_naming_none(tmp_path, name):
    (tmp_path / "a.json").write_text(json.dumps({"files": {"a.csv": "0", name: "0"}, "notebook": "01_one"}))
    assert record.passport(tmp_path / "a.json") == {"files": {}, "notebook": None}
    assert record.faults(tmp_path) == []


def test_a_file_that_cannot_be_written_is_named_and_the_old_one_stays(folder):
    (folder / "t.csv").mkdir(parents=True)
    with pytest.raises(OSError, match=r"^cannot write run/t\.csv: Is a directory$"):
        record.save_table(pd.DataFrame({"x": [1]}), "t", "x")
    assert [path.name for path in folder.iterdir()] == ["t.csv"]


def test_a_file_is_replaced_in_one_step(folder):
    """Written in place, the old text would change under whoever is reading it."""
    record.save_table(pd.DataFrame({"x": [1]}), "t", "x")
    os.link(folder / "t.csv", folder.parent / "held")
    record.save_table(pd.DataFrame({"x": [2]}), "t", "x")
    assert (folder.parent / "held").read_text() == "x\n1\n"
    assert (folder / "t.csv").read_text() == "x\n2\n"


def test_a_full_disk_leaves_the_old_file(folder, monkeypatch):
    record.save_table(pd.DataFrame({"x": [1]}), "t", "x")
    before = contents(folder)

    def write_half(path, data):
        with open(path, "wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(OSError, match=r"^cannot write run/t\.csv: No space left on device$"):
        record.save_table(pd.DataFrame({"x": [2]}), "t", "x")
    assert contents(folder) == before


def test_a_notebook_run_by_hand_writes_to_results(monkeypatch):
    monkeypatch.delenv("REGRNN_RESULTS", raising=False)
    monkeypatch.setattr(runs, "_last", {"notebook": None, "told": None})  # as in a process of its own
    assert runs.this_run().folder == project.PACKAGE.parent / "results" / "notebook"


@pytest.fixture
def by_hand(folder, tmp_path, monkeypatch):
    """A project in which a notebook is run without `build`."""
    monkeypatch.delenv("REGRNN_RESULTS")
    monkeypatch.setattr(runs, "project_root", lambda: tmp_path)
    monkeypatch.setattr(runs, "_last", {"notebook": None, "told": None})
    (tmp_path / "notebooks").mkdir()
    cell = '# # Seven\n\n# %% tags=["parameters"]\nn: int = 2  # a number\n'
    cell += "levels: list = [0.5, 1.0]\n\n# %%\nx: int = 3\n"
    (tmp_path / "notebooks" / "07_seven.py").write_text(cell)
    return tmp_path / "results"


def test_each_run_by_hand_has_a_folder_of_its_own_and_a_complete_passport(by_hand, monkeypatch):
    changed = {
        "07_seven": dict(n=2, levels=[0.5, 1.0]),
        "07_seven-n-3": dict(n=3, levels=[0.5, 1.0]),
        "07_seven-levels-_0.5_2.0_": dict(n=2, levels=[0.5, 2.0]),
    }
    for name, values in changed.items():
        monkeypatch.setenv("REGRNN_PARAMETERS", json.dumps(values))
        record.save_table(pd.DataFrame({"x": [1]}), "07_t", "x")
        page = record.passport(by_hand / name / "07_t.json")
        assert (page["notebook"], page["parameters"]) == ("07_seven", values)
        assert page["command"].startswith("python -m regrnn_lib.build 07_seven") and page["command"].endswith(
            name
        )
    assert "-p levels '[0.5, 2.0]' --name" in page["command"]
    assert sorted(path.name for path in by_hand.iterdir()) == sorted(changed)


def test_what_has_no_number_belongs_to_the_notebook_before(by_hand):
    record.save_table(pd.DataFrame({"x": [1]}), "07_t", "x")
    record.save_page("<p>", "page", "x")
    assert record.passport(by_hand / "07_seven" / "page.json")["notebook"] == "07_seven"


def test_many_changes_make_a_name_that_is_not_too_long(by_hand, monkeypatch):
    names = set()
    for last in (1.0, 2.0):
        monkeypatch.setenv("REGRNN_PARAMETERS", json.dumps(dict(levels=[0.25] * 50 + [last])))
        names.add(runs.this_run("07_t").folder.name)
    assert len(names) == 2 and all(len(name) < 90 for name in names)


def tables(tmp_path, monkeypatch, **frames):
    for run, named in frames.items():
        monkeypatch.setenv("REGRNN_RESULTS", str(tmp_path / run))
        for name, frame in named.items():
            record.save_table(frame, name, "x")
    return compare.tables(*(tmp_path / run for run in frames))


def test_compare_matches_rows_by_their_key(tmp_path, monkeypatch):
    def keyed(levels, values):
        return pd.DataFrame({"x": values, "n": 3}, index=pd.Index(levels, name="dale"))

    a = keyed([0.0, 0.5, 1.0], [1.0, 2.0, 3.0])
    b = keyed([0.0, 1.0, 2.0], [1.0 + 1e-9, 3.1, 4.0])
    found = tables(tmp_path, monkeypatch, a={"t": a}, b={"t": b})["t"]
    assert list(found.index) == ["0.5", "1", "2"]
    assert list(found["x"]["a"]) == ["2", "3", "-"] and list(found["x"]["b"]) == ["-", "3.1", "4"]


def test_compare_names_tables_and_columns_of_one_run_only(tmp_path, monkeypatch):
    frame = pd.DataFrame({"x": [1.0]})
    a = {"same": frame, "mine": frame, "wide": frame}
    b = {"same": frame, "yours": frame, "wide": frame.assign(y=2)}
    assert tables(tmp_path, monkeypatch, a=a, b=b) == {
        "mine": "only in a",
        "wide": "columns x against x, y",
        "yours": "only in b",
    }


def test_library_digest_follows_the_sources_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "PACKAGE", tmp_path)
    (tmp_path / "data").mkdir()
    files = {"a.py": b"x = 1\n", "data/wires.csv": b"1,2\n", "claims.toml": b"[a]\n"}
    for name, text in files.items():
        (tmp_path / name).write_bytes(text)
    first = project.library_digest()
    (tmp_path / "a.py").write_bytes(b"x = 1\r\n")
    (tmp_path / "a.pyc").write_bytes(b"compiled")
    assert project.library_digest() == first
    seen = {first}
    for name, text in files.items():
        (tmp_path / name).write_bytes(text + b"# more\n")
        seen.add(project.library_digest())
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    seen.add(project.library_digest())
    assert len(seen) == 5


def test_what_the_book_alone_is_made_with_leaves_the_notebooks_fresh_and_the_book_stale(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(project, "PACKAGE", tmp_path)
    for folder in ("book/page", "explore/page/chapters"):
        (tmp_path / folder).mkdir(parents=True)
    for name in binding.NEEDED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    before = project.library_digest(), binding.digest(tmp_path)
    seen = {before[1]}
    for name in ("book/pages.py", "book/page/book.css", "explore/page/chapters/01.js"):
        (tmp_path / name).write_text("x")
        assert project.library_digest() == before[0], name
        seen.add(binding.digest(tmp_path))
    assert len(seen) == 4
    (tmp_path / "explore" / "page" / "live.js").write_text("x")
    assert project.library_digest() != before[0]


def test_compare_leaves_out_notebooks_that_have_run_on_one_side_only(tmp_path, monkeypatch):
    frame = pd.DataFrame({"x": [1.0]})
    monkeypatch.setenv("REGRNN_RESULTS", str(tmp_path / "a"))
    for notebook, name in (("01_one", "t"), ("02_two", "u")):
        monkeypatch.setenv("REGRNN_NOTEBOOK", notebook)
        record.save_table(frame, name, "x")
    monkeypatch.setenv("REGRNN_NOTEBOOK", "01_one")
    monkeypatch.setenv("REGRNN_RESULTS", str(tmp_path / "b"))
    record.save_table(frame + 1, "t", "x")
    record.save_table(frame, "v", "x")
    assert list(compare.tables(tmp_path / "a", tmp_path / "b")) == ["t", "v"]
