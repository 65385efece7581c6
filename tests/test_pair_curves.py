"""Figures of free runs in mirrored pairs, of Lyapunov spectra and of onsets: the numbers that they show."""

import numpy as np
import pytest
import xarray as xr
from matplotlib import pyplot as plt
from scipy.stats import ttest_1samp

from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.figures import exponents, onsets, pairs, style

RUNS = dict(n_neurons=12, n_replicates=6, settings=dict(n_steps=30, burn_in=10))


@pytest.fixture(autouse=True)
def closed_figures():
    style.use()
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def data():
    return sweep(dict(mirror=[False, True], dale=[0.0, 1.0], coupling=[0.5, 2.0, 3.0]), **RUNS)


def test_the_interval_is_that_of_a_t_test_over_the_pairs_that_are_defined():
    values = np.random.default_rng(0).normal(size=(2, 8))
    values[1, :3] = np.nan
    mean, low, high = pairs.interval(xr.DataArray(values, dims=("x", "replicate")))
    for k, row in enumerate((values[0], values[1, 3:])):
        expected = ttest_1samp(row, 0).confidence_interval(0.95)
        assert np.allclose([low[k], mean[k], high[k]], [expected.low, row.mean(), expected.high])


def test_where_fewer_than_half_are_defined_nothing_is_drawn():
    values = xr.DataArray([[1.0, 2.0, np.nan, np.nan, np.nan]], dims=("x", "replicate"))
    assert np.isnan([*pairs.interval(values), *pairs.networks_range(values)]).all()


def test_a_line_is_the_mean_over_pairs_and_a_band_all_networks(data):
    fig = pairs.measures(data, "coupling", "dale", theory={"fluctuation": [0.1, 0.2, 0.3]})
    ax = fig.axes[0]
    first, _, theory = ax.lines
    assert np.allclose(first.get_ydata(), data.fluctuation.sel(dale=0.0).mean(("mirror", "replicate")))
    assert list(theory.get_ydata()) == [0.1, 0.2, 0.3]
    x, y = ax.collections[0].get_paths()[0].vertices.T
    each = data.fluctuation.sel(dale=0.0, coupling=3.0).values.ravel()
    assert np.allclose([y[x == 3].min(), y[x == 3].max()], np.quantile(each, [0.025, 0.975]))


def test_a_value_without_a_neighbour_is_a_dot_in_a_curve_without_markers():
    balance = np.linspace(-1, 1, 30)
    values = np.full((30, 1, 2, 3), np.nan)
    values[:5], values[11], values[20:22] = 0.1, 0.2, 0.3
    dims = dict(balance=balance, dale=[0.0], mirror=[False, True], replicate=range(3))
    data = xr.Dataset(dict(dimension=(list(dims), values)), dims)
    line, dots = pairs.measures(data, "balance", "dale", ["dimension"]).axes[0].lines
    assert np.isfinite(line.get_ydata()).sum() == 8 and line.get_marker() != "."
    assert list(dots.get_xdata()) == [balance[11]] and dots.get_marker() == "."


def test_no_exponent_of_theory_or_simulation_lies_below_the_axis(data):
    x, one = data.coupling.values, data.sel(dale=0.0)
    lines = x, dict(lyapunov=np.array([-3.0, 0.1, 0.2]))
    (ax,) = pairs.theory_against_simulation(x, {12: one}, lines, ("lyapunov",)).axes
    assert ax.get_ylim()[0] < -3 and ax.get_ylim()[1] > 1


def test_correlation_is_zero_in_the_mean_of_pairs_at_balance(data):
    line = pairs.measures(data, "coupling", "dale").axes[1].lines[0].get_ydata()
    assert np.allclose(line[np.isfinite(line)], 0, atol=1e-12) and np.isfinite(line).any()


def test_every_size_has_its_points_and_its_line_of_dimension(data):
    x, one = data.coupling.values, data.sel(dale=0.0)
    lines = dict(fluctuation=np.zeros(3), dimension={12: np.full(3, 0.1), 24: np.full(3, 0.2)})
    fig = pairs.theory_against_simulation(x, {12: one, 24: one}, (x, lines), ("fluctuation", "dimension"))
    drawn = [line.get_ydata().tolist() for line in fig.axes[1].lines]
    assert [0.1] * 3 in drawn and [0.2] * 3 in drawn
    assert np.allclose(fig.axes[0].lines[0].get_ydata(), one.fluctuation.mean(("mirror", "replicate")))


def test_exponents_stand_at_their_ranks():
    simulated, predicted = {4: np.array([[0.1, 0, -1, -2.0]] * 2)}, np.linspace(0.2, -2, 10)
    ax = exponents.spectrum(simulated, predicted).axes[0]
    assert ax.lines[0].get_xdata().tolist() == [0.125, 0.375, 0.625, 0.875]
    assert ax.lines[2].get_ydata().tolist() == predicted.tolist()


def test_onsets_are_dots_on_their_fan():
    levels, fan = np.array([0.0, 1.0]), np.array([[1, 1, 1, 1, 1], [0.5, 0.8, 1, 1.2, 1.4]])
    drawn = np.array([[1.0, 1.0], [0.7, 1.3]])
    awake = np.array([0.6, 1.4]), np.array([1, 20]), 20
    fig = onsets.law((levels, fan), (levels, drawn), (levels + 0.5, levels), awake, np.array([1, 1.6]))
    left, right = fig.axes
    assert left.collections[0].get_paths()[0].vertices[:, 1].min() == 0.5
    assert left.lines[-1].get_ydata().tolist() == drawn.ravel().tolist()
    assert np.abs(left.lines[-1].get_xdata() - np.repeat(levels, 2)).max() < 0.026
    assert right.lines[-1].get_ydata().tolist() == [0.05, 1.0]
