"""What counts as the same: one unit in the sixth digit, and nothing else may differ."""

import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from regrnn_lib import record
from regrnn_lib.record import passports
from regrnn_lib.record.sameness import keep_same, near, unlike, unlike_notebooks, unlike_rows, unlike_texts


@pytest.mark.parametrize(
    "a, b, same",
    [
        (0.123456, 0.123457, True),
        (0.123456, 0.123458, False),
        (1e-7, 1.00001e-7, True),
        (0.0, 1e-12, False),
        (99999.9, 100000.0, True),
        (-1.0, 1.0, False),
        (float("nan"), float("nan"), True),
        (float("inf"), 1.0, False),
    ],
)
def test_two_numbers_are_the_same_within_one_unit_of_the_sixth_digit(a, b, same):
    assert near(a, b) == near(b, a) == same


def test_in_a_figure_the_largest_of_the_series_sets_the_unit():
    assert near(1e-6, 3e-6, scale=1.0) and not near(1e-6, 3e-6)


@pytest.mark.parametrize(
    "a, b, same",
    [
        ("F = 0.123456 at x", "F = 0.123457 at x", True),
        ("F = 0.123456 at x", "F = 0.123466 at x", False),
        ("F = 0.123456 at x", "F = 0.123456 at y", False),
        ("−0.25 to +0.5", "−0.25 to +0.6", False),
        ("−0.25", "0.25", False),
        ("seven of 12", "seven of 13", False),
        ("1e-05", "1.00001e-05", True),
        ("0.1, 0.2", "0.1", False),
        ("id a1b2c3", "id a1b2c4", False),
    ],
)
def test_texts_are_the_same_if_their_numbers_and_all_their_words_are(a, b, same):
    assert (unlike_texts(a, b) is None) == (unlike_texts(b, a) is None) == same


def test_a_table_says_column_values_and_largest_difference():
    a = "n,x\n1,0.5\n2,0.25\n3,\n"
    assert unlike_rows(a, a) == []
    assert unlike_rows(a, "n,x\n1,0.500001\n2,0.25\n3,\n") == []
    assert unlike_rows(a, "n,x\n1,0.51\n2,0.35\n3,\n") == [
        "x: 0.25 recorded, 0.35 found (2 differ, largest difference 0.1)"
    ]
    assert unlike_rows(a, "n,x\n1,0.5\n2,0.25\n3,1\n") == ["x: nothing recorded, 1 found (1 differ)"]
    assert unlike_rows(a, "n,y\n1,0.5\n2,0.25\n3,\n") == ["columns n, x recorded, n, y found"]
    assert len(unlike_rows(a, "n,x\n1,0.5\n2,0.25\n")) == 2


def test_the_data_of_a_figure_are_compared_by_panel_and_series():
    head = "panel,series,x,y,value\n"
    a = head + "1,line 1,0,5,\n1,line 1,1,1e-5,\n2,image 1,0,0,7\n"
    assert unlike_rows(a, a.replace("1e-5", "1.5e-5"), by_series=True) == []
    changed = unlike_rows(a, a.replace("0,0,7", "0,0,8"), by_series=True)
    assert changed == ["panel 2, image 1, value: 7 recorded, 8 found (1 differ, largest difference 1)"]
    assert "panel 2, image 2, value: found only" in unlike_rows(
        a, a.replace("image 1", "image 2"), by_series=True
    )


# ---------------------------------------------------------------- figures and tables, with real files
@pytest.fixture
def save(tmp_path, monkeypatch):
    """Write a curve and a table into one of two folders."""
    monkeypatch.setenv("REGRNN_NOTEBOOK", "01_one")

    def write(folder, noise=0.0, caption="A curve.", width=1.0):
        monkeypatch.setenv("REGRNN_RESULTS", str(tmp_path / folder))
        fig = Figure(figsize=(2, 2))
        fig.subplots().plot(np.array([0.2, 0.7, 0.3]) + noise, lw=width)
        record.save_figure(fig, "curve", caption)
        record.save_table(pd.DataFrame({"x": [0.25 + noise]}), "table", "A number.")
        return tmp_path / folder

    return write


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_committed_bytes_stay_when_rounding_moved_the_paths(save):
    old, new = save("old"), save("new", noise=1.1e-6)
    assert contents(old)["curve.svg"] != contents(new)["curve.svg"]
    assert contents(old)["data/curve.csv"] != contents(new)["data/curve.csv"]
    assert keep_same(new, old) == ["A curve.", "A number."]
    assert contents(old) == contents(new)


@pytest.mark.parametrize("change", [dict(noise=1e-4), dict(caption="A line.")])
def test_what_is_not_the_same_is_replaced(save, change):
    old, new = save("old"), save("new", **change)
    made = contents(new)
    assert "A curve." not in keep_same(new, old)
    assert (
        contents(new)["curve.svg"] == made["curve.svg"] and contents(new)["curve.json"] == made["curve.json"]
    )


def test_other_drawing_code_replaces_the_picture_of_the_same_numbers(save, tmp_path, monkeypatch):
    monkeypatch.setattr(passports, "project_root", lambda: tmp_path)
    source = tmp_path / "notebooks" / "01_one.py"
    source.parent.mkdir()
    source.write_text("# prose\nfig.plot(lw=1)\n")
    old = save("old")
    source.write_text("# other prose\nfig.plot(lw=1)\n")
    assert unlike(old, save("new"), "curve") == []
    source.write_text("# prose\nfig.plot(lw=2)\n")
    assert unlike(old, save("new", width=2.0), "curve") == ["curve, drawing: made by other code"]


def test_the_digest_of_drawing_code_follows_modules_that_use_matplotlib_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setattr(passports, "PACKAGE", tmp_path)
    (tmp_path / "plots.py").write_text("import matplotlib\n")
    (tmp_path / "weights.py").write_text("import numpy\n")
    first = record.drawing_digest("no_notebook")
    (tmp_path / "weights.py").write_text("import numpy as np\n")
    assert record.drawing_digest("no_notebook") == first
    (tmp_path / "plots.py").write_text("import matplotlib as mpl\n")
    assert record.drawing_digest("no_notebook") != first


def test_a_damaged_record_is_not_kept(save):
    old, new = save("old"), save("new")
    good = contents(new)
    for file in ("curve.svg", "table.csv"):
        (old / file).write_bytes((old / file).read_bytes() + b" ")
    assert keep_same(new, old) == []
    assert contents(new) == good


# ---------------------------------------------------------------- executed notebooks
def notebook(text="F is 0.123456", picture=0, caption="A curve.", source="plot()"):
    import base64
    import io

    from PIL import Image

    png = io.BytesIO()
    Image.new("RGB", (4, 4), (picture, 0, 0)).save(png, "PNG")
    image = new_output("display_data", data={"image/png": base64.b64encode(png.getvalue()).decode()})
    told = new_output("display_data", data={"text/markdown": f"*{caption}*"})
    result = new_output("execute_result", data={"text/plain": text})
    cells = [new_markdown_cell("# One", id="a"), new_code_cell(source, id="b", outputs=[image, told, result])]
    return nbformat.writes(new_notebook(cells=cells))


def test_executed_notebooks_are_compared_by_their_texts_and_unsaved_pictures():
    first = notebook()
    assert unlike_notebooks("01", first, notebook("F is 0.123457")) == []
    assert unlike_notebooks("01", first, notebook("F is 0.12346")) == [
        "01.ipynb, cell 2: 0.123456 recorded, 0.12346 found"
    ]
    assert unlike_notebooks("01", first, notebook(source="draw()")) == ["01.ipynb: other cells"]
    assert unlike_notebooks("01", first, notebook(picture=9)) == ["01.ipynb, cell 2: another picture"]
    assert unlike_notebooks("01", first, notebook(picture=9), ["A curve."]) == []
    assert unlike_notebooks("01", first, notebook(picture=9, caption="B."), ["A curve."]) != []
    assert (
        len(
            unlike_notebooks(
                "01", first, first.replace('"output_type": "execute_result"', '"output_type": "display_data"')
            )
        )
        == 1
    )
