"""The studies of the task notebooks: what they arrange is what the functions called by hand give."""

import itertools

import numpy as np
import pytest
import xarray as xr

from regrnn_lib import evaluate, solve, weight_matrix
from regrnn_lib.experiments import studies
from regrnn_lib.experiments.statistics import mean_interval
from regrnn_lib.experiments.sweep import sweep_knobs
from regrnn_lib.figures import reservoir as reservoir_figures
from regrnn_lib.figures import style
from regrnn_lib.regularities import KNOBS
from regrnn_lib.reservoir import read_out
from regrnn_lib.tasks import Narma, PatternClassification, SequenceMemory

N, SEED = 10, 3
TASK = PatternClassification(n_classes=2, n_episodes=60, noise=0.5)
SETTINGS = dict(task=TASK, bias_strength=0.2, ridge=1e-4)
NETWORK = dict(n_neurons=N, n_modules=2, n_replicates=2, seed=SEED)
X, B, DRIVES = [0.5, 1.0, 4.0], [-0.5, 0.0], [0.1, 1.0]


def by_hand(coupling, replicate, settings, **knobs):
    seed = (SEED, replicate)
    return evaluate(
        weight_matrix(N, coupling / np.sqrt(N), n_modules=2, seed=seed, **knobs), seed=seed, **settings
    ).accuracy


def planted(values):
    """Numbers over (input_strength, knob, coupling, balance, replicate); `values` broadcasts against them."""
    coords = dict(drive=DRIVES, knob=list(KNOBS), coupling=X, balance=B, replicate=range(4))
    shape = [len(v) for v in coords.values()]
    return xr.DataArray(np.broadcast_to(values, shape), coords, tuple(coords), "accuracy")


@pytest.fixture(scope="module")
def change():
    return planted(np.random.default_rng(0).normal(0.05, 0.1, (2, 3, 3, 2, 4)))


@pytest.fixture(scope="module")
def on_off():
    return sweep_knobs(
        dict(coupling=X, balance=B),
        [0.0, 1.0],
        evaluate,
        settings=SETTINGS,
        vary=dict(drive=DRIVES),
        **NETWORK,
    )


# ---------------------------------------------------------------- single networks
def test_networks_shown_are_those_of_evaluate():
    titles, solved = studies.solve_at([0.5, 2.0], n_neurons=N, seed=SEED, drive=0.3, **SETTINGS)
    for x, title, one in zip((0.5, 2.0), titles, solved):
        W = weight_matrix(N, x / np.sqrt(N), seed=SEED)
        assert np.array_equal(one.output, solve(W, seed=SEED, drive=0.3, **SETTINGS).output)
        accuracy = evaluate(W, seed=SEED, drive=0.3, **SETTINGS).accuracy
        assert title == f"$w\\sqrt{{N}}$ = {x:g}: accuracy {accuracy:.2f}"
    assert not np.array_equal(solved[0].output, solved[1].output)


# ---------------------------------------------------------------- over the plane
def test_maps_of_effects_have_a_row_per_drive_and_strike_out_what_is_unclear(change):
    maps = studies.effect_maps(change)
    assert list(maps) == [r"$u$ = 0.1", r"$u$ = 1"]
    for w, values in zip(DRIVES, maps.values()):
        for knob in KNOBS:
            mean, low, high = mean_interval(change.sel(drive=w, knob=knob))
            assert np.array_equal(values[knob], mean) and values[knob].text == "change of accuracy"
            assert np.array_equal(values[f"{knob}_unclear"], (low <= 0) & (high >= 0))
    assert 0 < np.mean([v[f"{k}_unclear"] for v in maps.values() for k in KNOBS]) < 1


@pytest.mark.parametrize("largest, top", [(0.0, 0.2), (0.13, 0.2), (-0.35, 0.4), (0.84, 1.0)])
def test_the_scale_of_effects_is_just_wide_enough_and_the_same_in_all_panels(largest, top):
    change = planted(0.05 * np.sign(largest)).copy()
    change.loc[dict(drive=1.0, knob="dale", coupling=4.0, balance=0.0)] = largest
    limits = [values[knob].limits for values in studies.effect_maps(change).values() for knob in KNOBS]
    assert np.allclose(limits, [-top, top])


def test_every_network_counts_once():
    """Networks without a knob are the same in all three sweeps, so they are taken from one."""
    networks = np.arange(2 * 3 * 2 * 4.0).reshape(2, 3, 2, 4)  # (level, coupling, balance, replicate)
    each = xr.DataArray(
        [networks + [[[[0]]], [[[100 * k]]]] for k in range(3)],
        dims=("knob", "level", "coupling", "balance", "replicate"),
    )
    made = studies.each_network(each)
    assert len(made) == len(set(made)) == 4 * 24
    assert set(made) == set(networks[0].ravel()).union(*((networks[1] + 100 * k).ravel() for k in range(3)))


def test_accuracy_and_dynamics_stay_side_by_side(on_off):
    """Both go through `each_network`, whatever the order of their dimensions in a dataset."""
    accuracy, baseline = (studies.each_network(on_off[name].sel(drive=1.0)) for name in ("accuracy", "score"))
    assert baseline == pytest.approx((accuracy - TASK.chance) / (1 - TASK.chance))


def test_rows_of_effects_are_named_by_knob_and_drive(change):
    rows = studies.effect_rows(change)
    assert len(rows) == 6 and list(rows)[4] == r"reciprocity, $u$ = 1"
    assert rows[r"reciprocity, $u$ = 1"].identical(change.sel(knob="reciprocity", drive=1.0))


def test_the_best_place_is_that_of_networks_without_a_knob():
    without, more = planted(0.3).copy(), planted(0.9)
    without.loc[dict(drive=0.1, coupling=1.0, balance=0.0)] = [0.5, 0.6, 0.7, 0.8]
    without.loc[dict(drive=1.0, coupling=4.0, balance=-0.5)] = 0.425
    data = xr.concat([without, more], "level").to_dataset().assign(chance=planted(0.1), baseline=planted(0.2))
    weak, strong = studies.best_without_knob(data).splitlines()
    assert weak == (
        r"- Knob-free networks are best at $w\sqrt{N}$ = 1.00, b = +0.00 with accuracy **0.65** under "
        r"$u$ = 0.1 (chance 0.1, without memory 0.20)."
    )
    assert r"$w\sqrt{N}$ = 4.00, b = −0.50 with accuracy **0.42** under $u$ = 1 " in strong


def test_what_a_task_reports_besides_stands_beside_the_accuracy():
    task = SequenceMemory(n_steps=300, n_delays=4)
    titles, solved = studies.solve_at([0.8], task=task, n_neurons=N, seed=SEED)
    made = evaluate(weight_matrix(N, 0.8 / np.sqrt(N), seed=SEED), task, SEED)
    assert titles == [
        f"$w\\sqrt{{N}}$ = 0.8: accuracy {made.accuracy:.2f}, memory capacity {made.memory_capacity:.2f}"
    ]
    data = xr.concat([planted(0.3), planted(0.2)], "level").to_dataset()
    data = data.assign(chance=planted(0.0), baseline=planted(0.1), nrmse=xr.full_like(data.accuracy, 0.7))
    assert "with accuracy **0.30**, NRMSE 0.70 under" in studies.best_without_knob(data)


# ---------------------------------------------------------------- failures
def test_failures_are_counted_and_the_worst_is_found_again():
    task = Narma(n_steps=300)
    grid, drives = dict(coupling=[0.5, 3.0], balance=[0.0, 0.5]), dict(drive=DRIVES)
    nrmse = sweep_knobs(grid, [0.0, 1.0], evaluate, settings=dict(task=task), vary=drives, **NETWORK).nrmse
    x, b, W, seed, w = studies.worst_network(
        nrmse.sel(knob="reciprocity", level=1.0), n_neurons=N, seed=SEED, reciprocity=1.0
    )
    worst = nrmse.sel(knob="reciprocity", level=1.0).max().item()
    assert x in grid["coupling"] and b in grid["balance"]
    assert evaluate(W, task, seed, drive=w).nrmse == worst > 1
    weak = nrmse.sel(drive=0.1)
    lines = studies.failures(nrmse).splitlines()
    assert len(lines) == 2 + 2 * 4
    for line, name, values in (
        (lines[2], "no knob", weak.isel(level=0, knob=0)),
        (lines[4], "$r$ = 1", weak.isel(level=1, knob=1)),
    ):
        share = 100 * np.mean(values.values > 1)
        assert line == (
            rf"| $u$ = 0.1 | {name} | {share:.0f} % | {np.median(values.values):.2f} | "
            f"{values.values.max():.1f} |"
        )


def test_an_error_is_drawn_where_it_happens():
    task = Narma(n_steps=1000)
    solved = solve(weight_matrix(N, 0.9 / np.sqrt(N), seed=1), task, 1)
    output = read_out(solved.readout, solved.states)
    assert np.array_equal(output[solved.times], solved.output)
    lost = output.copy()
    lost[800:] += 10 * solved.stream.targets.std()
    axes = reservoir_figures.error_in_time(solved, lost, ("a", "b")).axes
    times, errors = axes[1].lines[0].get_data()
    assert errors[times < 780].max() < 3 and np.allclose(errors[times > 820], 10, atol=2)
    assert {ax.lines[-1].get_xdata()[0] for ax in axes} == {solved.stream.split - 0.5}


# ---------------------------------------------------------------- over coupling
VARY = dict(drive=DRIVES, reset=[False, True])


def test_each_knob_is_turned_alone_and_the_settings_reach_the_network():
    made = studies.with_each_knob(X, settings=SETTINGS, vary=VARY, **NETWORK)
    assert made.dims == ("variant", "drive", "reset", "coupling", "replicate")
    assert made.variant.values.tolist() == ["no knob", "$d$ = 1", "$r$ = 1", "$m$ = 1"]
    for variant, knobs in zip(made.variant.values, ({}, *({knob: 1.0} for knob in KNOBS))):
        for w, reset in itertools.product(*VARY.values()):
            wanted = by_hand(4.0, 1, SETTINGS | dict(drive=w, reset=reset), **knobs)
            at = dict(variant=variant, drive=w, reset=reset, coupling=4.0, replicate=1)
            assert made.sel(at).item() == wanted
    assert len(np.unique(made.sel(drive=1.0, coupling=4.0, replicate=1))) > 1


def test_a_reset_makes_a_difference():
    made = studies.with_each_knob(X, settings=SETTINGS, vary=VARY, **NETWORK)
    carried, reset = made.sel(reset=False), made.sel(reset=True)
    assert not np.array_equal(carried, reset)
    style.use()
    fig = reservoir_figures.carried_or_reset(carried, reset, TASK)
    assert [ax.get_title("left") for ax in fig.axes[:4]] == carried.variant.values.tolist()
    assert [ax.get_ylabel().split("\n")[0] for ax in fig.axes[::4]] == [studies.drive_text(w) for w in DRIVES]


# ---------------------------------------------------------------- what predicts
def test_predictors_show_the_rank_correlation_of_each_drive():
    style.use()
    x = np.linspace(0, 1, 20)
    fig = reservoir_figures.predictors(
        {"weak": x**3, "strong": -x}, {"fluctuation": x, "dimension": np.full(20, np.nan)}
    )
    heads = [ax.get_title("left") for ax in fig.axes]
    assert heads == [r"$\rho_S$ = +1.00", r"$\rho_S$ undefined", r"$\rho_S$ = −1.00", r"$\rho_S$ undefined"]
    assert [ax.get_ylabel() for ax in fig.axes[::2]] == ["weak\naccuracy", "strong\naccuracy"]
