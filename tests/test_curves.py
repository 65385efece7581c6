"""Figures of curves and maps: which lines are drawn, what the legend says, and what a scale leaves out."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

from regrnn_lib.figures import curves, maps, networks, style

LEVELS = np.array([0.0, 0.5, 1.0])
ONSET = LEVELS, 1 / (1 + LEVELS)


@pytest.fixture(autouse=True)
def closed():
    style.use()
    yield
    plt.close("all")


def crossings(predicted):
    """Lines of theory and texts of the legend."""
    values = xr.DataArray(np.ones((3, 2)), dims=("level", "replicate"), coords=dict(level=LEVELS))
    fig = curves.crossings({"simulated": values}, predicted)
    theory = [one for one in fig.axes[0].lines if str(one.get_color()) == style.INK]
    return theory, [text.get_text() for text in fig.legends[0].get_texts()]


def test_a_single_predicted_line_is_the_onset():
    theory, texts = crossings(ONSET)
    assert texts == [r"predicted onset $1/(1+r)$", "simulated"]
    assert np.array_equal(theory[0].get_ydata(), ONSET[1])


def test_several_predicted_lines_have_names_and_dashes_of_their_own():
    theory, texts = crossings({"linear": ONSET, "mean field": (LEVELS, 2 * ONSET[1])})
    assert texts == ["linear", "mean field", "simulated"]
    assert np.array_equal(theory[1].get_ydata(), 2 * ONSET[1])
    assert len({str(line.get_linestyle()) for line in theory}) == 2


def test_a_covariance_is_drawn_at_even_lags():
    fig = curves.memory({0.0: np.eye(2, 3), 1.0: np.ones((2, 3))}, {0.0: [1, 0, 0], 1.0: [1, 1, 1]})
    dots = [line for line in fig.axes[0].lines if line.get_marker() not in ("None", None, "")]
    assert [list(line.get_xdata()) for line in dots] == [[0, 2, 4]] * 2
    assert list(dots[0].get_ydata()) == [0.5, 0.5, 0.0]


def test_the_indices_of_all_regularities_are_alike_in_size_and_axes():
    boxes = set()
    for name in ("dale", "reciprocity", "modularity"):
        fig = networks.index_recovered(LEVELS, np.tile(LEVELS[:, None], 3), name)
        fig.draw_without_rendering()
        box = fig.axes[0].get_position().bounds
        boxes.add((*fig.get_size_inches(), *np.round(box, 9), fig.axes[0].get_xlim(), fig.axes[0].get_ylim()))
    assert len(boxes) == 1


@pytest.mark.parametrize(
    "lowest, highest, arrows",
    [
        (0.1, 0.4, "neither"),
        (0.1, 0.6, "max"),
        (-0.6, 0.4, "min"),
        (-2, 2, "both"),
        (np.nan, np.nan, "neither"),
    ],
)
def test_a_colour_bar_has_an_arrow_where_a_value_of_any_row_lies_beyond_it(lowest, highest, arrows):
    coords = dict(coupling=[1.0, 2.0], balance=[-0.5, 0.5])
    rows = {"a": np.full((2, 2), lowest), "b": np.full((2, 2), highest)}
    data = {text: xr.Dataset({"fluctuation": (tuple(coords), one)}, coords) for text, one in rows.items()}
    for one in data.values():
        one.fluctuation.attrs["limits"] = (-0.5, 0.5)
    fig = maps.measures(data, ["fluctuation"])
    assert fig.axes[0].collections[0].colorbar.extend == arrows
