"""The numbers that a figure shows, read from the figure."""

import csv
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from regrnn_lib.record import figuredata, svg
from regrnn_lib.record.figuredata import figure_data


def rows(fig, panel, series):
    """Rows of one series as (x, y, value)."""
    found = list(csv.DictReader(io.StringIO(figure_data(fig))))
    return [
        (row["x"], row["y"], row["value"])
        for row in found
        if (row["panel"], row["series"]) == (str(panel), series)
    ]


@pytest.fixture
def axes():
    return Figure().subplots(1, 2)


def test_lines_and_points_are_told_apart_and_named(axes):
    axes[0].plot([1, 2, 3], [3, np.nan, 1 / 3], label="sine")
    axes[1].plot([2, 1, 1], [5, 7, 6], "o")
    assert rows(axes[0].figure, 1, "line 1 sine") == [("1", "3", ""), ("2", "", ""), ("3", "0.333333", "")]
    assert rows(axes[0].figure, 2, "points 1") == [("1", "6", ""), ("1", "7", ""), ("2", "5", "")]


def test_points_come_in_the_same_order_however_they_were_found(axes):
    cloud = np.random.default_rng(0).normal(size=(50, 2))
    axes[0].scatter(*cloud.T)
    axes[1].scatter(*(cloud[::-1] * (1 + 1e-14)).T)
    assert rows(axes[0].figure, 1, "points 1") == rows(axes[0].figure, 2, "points 1") != []


def test_images_and_meshes_by_cell(axes):
    axes[0].imshow([[1, 2], [3, np.nan]])
    axes[1].set_yscale("log")
    axes[1].pcolormesh([0, 1, 2], [0.1, 10, 1000], [[1, 2], [3, 4]])
    fig = axes[0].figure
    assert rows(fig, 1, "image 1") == [("0", "0", "1"), ("1", "0", "2"), ("0", "1", "3"), ("1", "1", "")]
    assert rows(fig, 2, "image 1") == [
        ("0.5", "1", "1"),
        ("1.5", "1", "2"),
        ("0.5", "100", "3"),
        ("1.5", "100", "4"),
    ]


def test_colours_of_a_picture_are_written_as_such(axes):
    axes[0].imshow([[[1.0, 0, 0], [0, 0.5, 1.0]]])
    axes[1].pcolormesh([0, 1, 2], [0, 1], [[[1.0, 0, 0], [0, 0.5, 1.0]]])
    for panel in (1, 2):
        assert [value for *_, value in rows(axes[0].figure, panel, "image 1")] == ["#ff0000", "#0080ff"]


def test_bars_fills_and_segments_by_their_corners(axes):
    axes[0].bar([1], [4], width=1)
    axes[1].fill_between([0, 1], [0, 0], [2, 3])
    axes[1].add_collection(LineCollection([[(0, 0), (1, 2)]]))
    fig = axes[0].figure
    assert {(x, y) for x, y, _ in rows(fig, 1, "shape 1")} == {
        ("0.5", "0"),
        ("1.5", "0"),
        ("1.5", "4"),
        ("0.5", "4"),
    }
    assert {("0", "2"), ("1", "3")} < {(x, y) for x, y, _ in rows(fig, 2, "fill 1")}
    assert rows(fig, 2, "segments 2") == [("0", "0", ""), ("1", "2", "")]


def test_limits_and_words_are_kept_and_a_colour_bar_shows_no_values(axes):
    fig = axes[0].figure
    fig.colorbar(axes[0].imshow([[1, 2], [3, 4]]), label="height")
    axes[0].set(title="A panel", xlim=(0, 2), ylim=(-1, 1))
    axes[1].text(0, 0, "+0.12")
    fig.legend(handles=axes[1].plot([0, 1], label="told"))
    words = [row["value"] for row in csv.DictReader(io.StringIO(figure_data(fig))) if row["series"] == "text"]
    assert sorted(words) == ["+0.12", "A panel", "height", "told"]
    assert rows(fig, 1, "limits") == [("0", "-1", ""), ("2", "1", "")]
    assert not any(row.startswith("3,image") for row in figure_data(fig).splitlines())


def test_noise_around_zero_is_written_as_zero(axes):
    axes[0].plot([0, 1, 2], [1e-16, -3e-11, 1e-3])
    axes[1].plot([0, 1, 2], [1e6, 1e-5, 1e-3])
    fig = axes[0].figure
    assert [y for _, y, _ in rows(fig, 1, "line 1")] == ["0", "0", "0.001"]
    assert [y for _, y, _ in rows(fig, 2, "line 1")] == ["1e+06", "0", "0.001"]


def test_a_large_image_is_written_as_a_digest_that_follows_six_digits(axes):
    image = np.random.default_rng(0).normal(size=(50, 50))
    written = []
    for change in (0, 1e-12, 1e-3):
        fig = Figure()
        fig.subplots().imshow(image + change * np.eye(50))
        written += rows(fig, 1, "image 1")
    assert len(written) == 3 and all(value.startswith("2500 values, sha256 ") for *_, value in written)
    assert written[0] == written[1] != written[2]


def test_what_is_hidden_is_left_out_and_an_empty_figure_has_only_a_head(axes):
    axes[0].plot([0, 1], visible=False)
    assert rows(axes[0].figure, 1, "line 1") == []
    assert figure_data(Figure()).splitlines() == [",".join(figuredata.COLUMNS)]


# ---------------------------------------------------------------- light pictures
def drawn(fig, dense):
    """The SVG of a figure, and its pixels as a picture would show them."""
    text = io.BytesIO()
    with svg.dense_as_image(fig) if dense else plt.rc_context():
        fig.savefig(text, format="svg", dpi=200)
    return text.getvalue()


def test_dense_layers_become_an_image_in_the_svg_alone():
    fig = Figure(figsize=(2, 2))
    ax = fig.subplots()
    ax.plot(*np.random.default_rng(0).normal(size=(2, 5000)), "o", ms=1)
    ax.plot([0, 1], [0, 1])
    full, light = drawn(fig, False), drawn(fig, True)
    assert full.count(b"<image") == 0 and light.count(b"<image") == 1 and len(light) < len(full) / 3
    assert not any(line.get_rasterized() for line in ax.lines)  # the notebook's own picture is left alone


def test_coordinates_have_three_decimals_and_move_by_no_more_than_half_of_the_last():
    import re
    from xml.etree import ElementTree

    fig = Figure(figsize=(2, 2))
    fig.subplots().plot(np.random.default_rng(0).normal(size=100), marker="o")
    before = drawn(fig, False)
    after = svg.three_decimals(before)
    paths = [
        [e.get(k, "") for e in ElementTree.fromstring(text).iter() for k in ("d", "x", "y")]
        for text in (before, after)
    ]
    numbers = [np.array(re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", " ".join(each)), float) for each in paths]
    assert len(after) < len(before) and not re.search(rb' d="[^"]*\.\d{4}', after)
    assert 0 < np.abs(numbers[0] - numbers[1]).max() <= 0.000501
    assert [re.sub(r"[-\d.]+", "", text) for text in paths[0]] == [
        re.sub(r"[-\d.]+", "", text) for text in paths[1]
    ]


@pytest.mark.parametrize(
    "text, short",
    [(b"-0.000012", b"0"), (b"12345.67891", b"12345.679"), (b"1.50004", b"1.5"), (b"3.9999", b"4")],
)
def test_numbers_are_shortened_without_a_sign_on_zero(text, short):
    assert svg.three_decimals(b' d="M ' + text + b' 2"') == b' d="M ' + short + b' 2"'
