"""The studies of the task notebooks: what they arrange is what the functions called by hand give."""

import itertools

import numpy as np
import pytest
import xarray as xr

from regrnn_lib import evaluate, solve, theory, weight_matrix
from regrnn_lib.experiments import driven_edges, studies
from regrnn_lib.experiments.statistics import crossing, interval_text, mean_interval
from regrnn_lib.exponents import conditional_lyapunov
from regrnn_lib.figures import reservoir as reservoir_figures
from regrnn_lib.figures import style
from regrnn_lib.parameters import TABLE
from regrnn_lib.regularities import KNOBS
from regrnn_lib.reservoir import read_out
from regrnn_lib.tasks import Narma, PatternClassification, SequenceMemory

N, SEED = 10, 3
TASK = PatternClassification(n_classes=2, n_episodes=60, noise=0.5)
SETTINGS = dict(task=TASK, bias_strength=0.2, ridge=1e-4)
NETWORK = dict(n_neurons=N, n_modules=2, n_replicates=2, seed=SEED)
X, B, DRIVES = [0.5, 1.0, 4.0], [-0.5, 0.0], [0.1, 1.0]
STUDY = studies.Study(TASK, DRIVES, X, dict(bias_strength=0.2, ridge=1e-4), NETWORK)


def by_hand(coupling, replicate, settings, **knobs):
    seed = (SEED, replicate)
    return evaluate(
        weight_matrix(N, coupling / np.sqrt(N), n_modules=2, seed=seed, **knobs), seed=seed, **settings
    ).accuracy


K = len(KNOBS)
NAMES = [f"${TABLE[knob].symbol}$ = 1" for knob in KNOBS]


def planted(values):
    """Numbers over (drive, knob, coupling, balance, replicate); `values` broadcasts against them."""
    coords = dict(drive=DRIVES, knob=list(KNOBS), coupling=X, balance=B, replicate=range(4))
    shape = [len(v) for v in coords.values()]
    return xr.DataArray(np.broadcast_to(values, shape), coords, tuple(coords), "accuracy")


@pytest.fixture(scope="module")
def change():
    return planted(np.random.default_rng(0).normal(0.05, 0.1, (2, K, 3, 2, 4)))


@pytest.fixture(scope="module")
def on_off():
    return STUDY.over_plane(B)


# ---------------------------------------------------------------- single networks
def test_networks_shown_are_those_of_evaluate():
    titles, solved = STUDY.solve_at([0.5, 2.0], drive=0.3)
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


def test_a_single_example_is_run_under_the_middle_drive():
    assert studies.Study(TASK, [1.0, 0.1, 0.3], X).moderate == 0.3
    _, (by_default,) = STUDY.solve_at([2.0])
    _, (by_name,) = STUDY.solve_at([2.0], drive=STUDY.moderate)
    assert STUDY.moderate == 1.0 and np.array_equal(by_default.output, by_name.output)


def test_curves_have_a_quarter_among_their_levels_and_agree_with_the_plane(on_off):
    assert studies.curve_levels(5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert studies.curve_levels(3).tolist() == [0, 0.25, 0.5, 1]
    curves = STUDY.over_coupling([0.0, 0.25, 1.0])
    assert curves.sizes == dict(drive=2, knob=K, level=3, coupling=3, balance=1, replicate=2)
    assert curves.accuracy.sel(level=[0.0, 1.0]).equals(on_off.accuracy.sel(balance=[0.0]))
    at = dict(drive=1.0, knob="reciprocity", level=0.25, coupling=4.0, balance=0.0, replicate=1)
    assert curves.accuracy.sel(at).item() == by_hand(4.0, 1, SETTINGS | dict(drive=1.0), reciprocity=0.25)
    assert STUDY.over_coupling([0.0], drives=[1.0]).drive.values.tolist() == [1.0]


def test_changes_have_reciprocity_at_a_quarter_and_complete():
    curves = STUDY.over_coupling([0.0, 0.25, 1.0])
    lines = studies.changes(curves, {"far": 3.5}).splitlines()
    names = [*NAMES[:1], "$r$ = 0.25", *NAMES[1:]]
    assert lines[0] == "|  | far, x = 4.00, b = 0 |" and len(lines) == 2 + 2 * (K + 1)
    assert [line.split(" | ")[0] for line in lines[2 : 3 + K]] == [f"| $u$ = 0.1: {name}" for name in names]
    at = curves.accuracy.sel(drive=1.0, knob="reciprocity", coupling=4.0, balance=0.0)
    assert (
        lines[4 + K] == f"| $u$ = 1: $r$ = 0.25 | {interval_text(at.sel(level=0.25) - at.sel(level=0.0))} |"
    )


def test_ranks_among_balanced_networks_leave_the_others_out():
    """Planted: accuracy falls with the measure at b = 0 and rises with it elsewhere."""
    measure = np.random.default_rng(0).random((K, 2, 3, 2, 4))
    dims = ("knob", "level", "coupling", "balance", "replicate")
    coords = dict(knob=list(KNOBS), level=[0.0, 1.0], coupling=X, balance=B)
    lyapunov = xr.DataArray(measure, coords, dims, "lyapunov")
    accuracy = xr.where(lyapunov.balance == 0, -lyapunov, lyapunov).expand_dims(drive=[0.3])
    text = studies.balanced_ranks(accuracy, lyapunov)
    assert text.endswith(r"of $\lambda$ and accuracy is −1.00 under $u$ = 0.3.")


def test_the_best_place_is_that_of_networks_without_a_knob():
    without, more = planted(0.3).copy(), planted(0.9)
    without.loc[dict(drive=0.1, coupling=1.0, balance=0.0)] = [0.5, 0.6, 0.7, 0.8]
    without.loc[dict(drive=1.0, coupling=4.0, balance=-0.5)] = 0.425
    data = xr.concat([without, more], "level").to_dataset().assign(chance=planted(0.1), baseline=planted(0.2))
    weak, strong = studies.best_without_knob(data).splitlines()
    assert weak == (
        r"- Knob-free networks are best at $w\sqrt{N}$ = 1.00, b = 0 with accuracy **0.65** under "
        r"$u$ = 0.1 (chance 0.1, without memory 0.20)."
    )
    assert r"$w\sqrt{N}$ = 4.00, b = −0.5 with accuracy **0.42** under $u$ = 1 " in strong


def test_what_a_task_reports_besides_stands_beside_the_accuracy():
    task = SequenceMemory(n_steps=300, n_delays=4)
    titles, _ = studies.Study(task, [0.3], X, network=NETWORK).solve_at([0.8])
    made = evaluate(weight_matrix(N, 0.8 / np.sqrt(N), seed=SEED), task, SEED)
    assert titles == [
        f"$w\\sqrt{{N}}$ = 0.8: accuracy {made.accuracy:.2f}, memory capacity {made.memory_capacity:.2f}"
    ]
    data = xr.concat([planted(0.3), planted(0.2)], "level").to_dataset()
    data = data.assign(chance=planted(0.0), baseline=planted(0.1), nrmse=xr.full_like(data.accuracy, 0.7))
    assert "with accuracy **0.30**, NRMSE 0.70 under" in studies.best_without_knob(data)


# ---------------------------------------------------------------- failures
def test_failures_are_counted_and_the_worst_is_found_again():
    study = studies.Study(Narma(n_steps=300), DRIVES, [0.5, 3.0], network=NETWORK)
    nrmse = study.over_plane([0.0, 0.5]).nrmse
    worst = studies.worst_network(nrmse, study)
    again = evaluate(worst.matrix, study.task, worst.seed, drive=worst.drive).nrmse
    assert again == nrmse.max().item() > 1
    at = dict(drive=worst.drive, knob=worst.knob or "dale", level=worst.level, coupling=worst.coupling)
    assert again == nrmse.sel(at | dict(balance=worst.balance, replicate=worst.seed[1])).item()
    weak = nrmse.sel(drive=0.1)
    lines = studies.failures(nrmse).splitlines()
    assert len(lines) == 2 + 2 * (K + 1)
    for line, name, values in (
        (lines[2], "no knob", weak.isel(level=0, knob=0)),
        (lines[4], "$r$ = 1", weak.isel(level=1, knob=1)),
    ):
        share = 100 * np.mean(values.values > 1)
        assert line == (
            rf"| $u$ = 0.1 | {name} | {share:.0f} % | {np.median(values.values):.2f} | "
            f"{values.values.max():.1f} |"
        )


def test_the_worst_network_has_its_name():
    worst = studies.Failure("reciprocity", 1.0, 4.0, 0.0, 1.0, (0, 1), np.eye(2))
    assert worst.text == r"$r$ = 1, $w\sqrt{N}$ = 4, $b$ = 0, $u$ = 1"
    assert worst._replace(knob="", level=0.0).text.startswith("no knob, ")


def test_changes_by_ridge_stand_beside_least_squares():
    study = studies.Study(Narma(n_steps=300), DRIVES, X, network=NETWORK)
    ridge = study.each_knob([0.5], ridge=[1e-10, 1e-2]).sel(coupling=0.5)
    exact = study.each_knob([0.5], method=["least squares"]).squeeze(["coupling", "method"])
    lines = studies.change_by_ridge(ridge, exact, "reciprocity").splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [
        "| least squares",
        "| ridge 1e-10",
        "| ridge 0.01",
    ]
    at = ridge.sel(ridge=1e-2, drive=1.0)
    effect = interval_text(at.sel(variant="$r$ = 1") - at.sel(variant="no knob"))
    assert lines[4].endswith(f" | {effect} |")


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
@pytest.fixture(scope="module")
def resets():
    return STUDY.each_knob(reset=[False, True])


def test_each_knob_is_turned_alone_and_the_settings_reach_the_network(resets):
    assert resets.dims == ("variant", "drive", "reset", "coupling", "replicate")
    assert resets.variant.values.tolist() == ["no knob", *NAMES]
    for variant, knobs in zip(resets.variant.values, ({}, *({knob: 1.0} for knob in KNOBS))):
        for u, reset in itertools.product(DRIVES, [False, True]):
            wanted = by_hand(4.0, 1, SETTINGS | dict(drive=u, reset=reset), **knobs)
            at = dict(variant=variant, drive=u, reset=reset, coupling=4.0, replicate=1)
            assert resets.sel(at).item() == wanted
    assert len(np.unique(resets.sel(drive=1.0, coupling=4.0, replicate=1))) > 1


def test_a_reset_makes_a_difference_and_the_edge_is_drawn_in_every_panel(resets):
    carried, reset = resets.sel(reset=False), resets.sel(reset=True)
    assert not np.array_equal(carried, reset)
    style.use()
    edges = xr.DataArray([1.5, 2.5], dict(drive=DRIVES))
    fig = reservoir_figures.carried_or_reset(carried, reset, TASK, edges)
    assert [ax.get_title("left") for ax in fig.axes[: K + 1]] == carried.variant.values.tolist()
    assert [ax.get_ylabel().split("\n")[0] for ax in fig.axes[:: K + 1]] == [
        studies.drive_text(w) for w in DRIVES
    ]
    assert [upright(ax) for ax in fig.axes] == [[1.5]] * (K + 1) + [[2.5]] * (K + 1)
    names = [text.get_text() for text in fig.legends[0].get_texts()]
    assert names.count(reservoir_figures.EDGE) == 1


def upright(ax):
    """Where the vertical lines of a panel stand."""
    lines = [np.unique(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    return [x.item() for x in lines if x.size == 1]


def test_the_edge_is_marked_on_every_curve_and_only_where_there_is_one():
    style.use()
    curves = STUDY.over_coupling([0.0, 0.25, 1.0], balances=B, drives=[0.1])
    edges = xr.DataArray([np.nan, 1.24], dict(balance=B))
    fig = reservoir_figures.accuracy_curves(curves, TASK, edges, rows="balance")
    assert [upright(ax) for ax in fig.axes] == [[]] * K + [[1.24]] * K
    assert [ax.get_ylabel().split("\n")[0] for ax in fig.axes[::K]] == ["$b$ = −0.5", "$b$ = 0"]


def test_maps_of_effects_show_the_edge_of_their_own_drive(change):
    """Planted: exponents that cross 0 at x = 1 under one drive and at x = 2 under the other."""
    style.use()
    x = np.geomspace(0.5, 4, 31)
    planted_exponents = np.log(x)[None, :, None] - np.log([1.0, 2.0])[:, None, None] + np.zeros((2, 31, 3))
    coords = dict(drive=DRIVES, coupling=x, balance=[-0.5, 0.0, 0.5])
    exponents = xr.DataArray(planted_exponents, coords, tuple(coords))
    fig = reservoir_figures.effects(change, None, exponents)
    drawn = [ax.collections[-1].get_paths()[0].vertices[:, 1] for ax in fig.axes[: 2 * K]]
    assert all(np.allclose(line, edge, rtol=1e-3) for line, edge in zip(drawn, [1, 1, 1, 2, 2, 2]))


# ---------------------------------------------------------------- the driven edge
def test_the_exponent_of_a_sweep_is_that_of_its_network():
    made = STUDY.exponents(TASK, SequenceMemory(n_steps=300))
    assert made.dims == ("task", "drive", "coupling", "replicate")
    W = weight_matrix(N, 4.0 / np.sqrt(N), n_modules=2, seed=(SEED, 1))
    states = solve(W, TASK, (SEED, 1), drive=1.0, bias_strength=0.2).states
    wanted = conditional_lyapunov(W, states, seed=(SEED, 1))
    assert made.sel(task=TASK.name, drive=1.0, coupling=4.0, replicate=1).item() == wanted


def test_predicted_exponents_and_edges_are_those_of_theory():
    edges = driven_edges.predicted_edges([0.1, 0.3, 1.0], n_neurons=100)
    assert np.allclose(edges.squeeze(), [1.24, 1.41, 1.86], atol=0.005)  # as published
    made = driven_edges.predicted_exponents([1.0], [0.9, 2.6], [-0.1, 0.0, 0.1], n_neurons=100)
    assert np.allclose(made.sel(balance=0.0), [[-0.552, 0.193]], atol=5e-4)  # as published
    assert np.array_equal(made.sel(balance=-0.1), made.sel(balance=0.1))
    one = theory.driven_field(100, 0.26, 1.0, balance=0.1).lyapunov
    assert made.sel(balance=0.1, coupling=2.6).item() == one


def test_with_a_bias_the_edge_is_read_off_the_exponents_and_may_be_missing():
    edges = driven_edges.predicted_edges([0.3], [0.0, 0.05, 0.5], n_neurons=100)
    at_zero, slight, strong = edges.sel(drive=0.3).values
    assert at_zero == theory.driven_edge(0.3) and np.isnan(strong)
    fine = np.linspace(1.35, 1.5, 16)
    exponents = driven_edges.predicted_exponents([0.3], fine, [0.05], n_neurons=100)
    assert slight == pytest.approx(crossing(exponents, "coupling", 0.0).item(), rel=5e-3)


@pytest.mark.parametrize("n_neurons", [4, 30, 100])
def test_the_grid_around_the_edges_is_symmetric_and_allowed(n_neurons):
    x, b = driven_edges.around_edges(n_neurons)
    assert np.array_equal(b, -b[::-1]) and b.max() <= 1 and 0 in b and np.all(np.diff(x) > 0)


def curve(values):
    return xr.DataArray(values, dict(coupling=[1.0, 2.0, 4.0, 8.0]), ("coupling",))


def test_half_of_the_fall_is_interpolated_in_the_logarithm():
    assert driven_edges.half_fall(curve([0.5, 0.9, 0.5, 0.1])).item() == pytest.approx(4.0)
    assert driven_edges.half_fall(curve([0.5, 0.9, 0.1, 0.1])).item() == pytest.approx(2 * np.sqrt(2))
    assert np.isnan(driven_edges.half_fall(curve([0.1, 0.2, 0.3, 0.4])).item())  # best at the end
    assert np.isnan(driven_edges.half_fall(curve([0.5, 0.5, 0.5, 0.5])).item())


def test_the_loss_at_the_edge_is_a_share_of_the_fall():
    at = xr.DataArray(2 * np.sqrt(2))
    assert driven_edges.loss_at(curve([0.5, 0.9, 0.5, 0.1]), at).item() == pytest.approx(0.25)


def test_the_table_of_edges_says_where_theory_measurement_and_fall_are():
    accuracy = xr.concat([curve([0.5, 0.9, 0.5, 0.1])] * 3, "replicate").expand_dims(drive=[1.0])
    exponents = xr.concat([curve([-1.0, 1.0, 2.0, 3.0])] * 3, "replicate").expand_dims(drive=[1.0])
    (line,) = driven_edges.fall_table(accuracy, exponents).splitlines()[2:]
    assert line.startswith("| $u$ = 1 | 1.86 | 1.41 (1.41 to 1.41) | 4.00 (4.00 to 4.00) | ")
    (line,) = driven_edges.fall_table(accuracy, -exponents).splitlines()[2:]
    assert "| nowhere |" in line


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
