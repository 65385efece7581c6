"""Sweeps: what stands at a point of the grid is what the functions called by hand give there."""

import itertools
import json
import os
import re
import signal
import time
from collections import namedtuple

import joblib
import numpy as np
import pytest
import xarray as xr

from regrnn_lib import __version__, evaluate, run_measures, tasks, weight_matrix
from regrnn_lib.dynamics import REGIMES, free_dynamics
from regrnn_lib.experiments import cache, statistics
from regrnn_lib.experiments.sweep import balance_grid, coupling_grid, level_grid, sweep, sweep_knobs

RUN = dict(n_steps=60, burn_in=20)
GRID = dict(coupling=[0.5, 2.0], balance=[-0.3, 0.0, 0.4], dale=[0.0, 1.0])


def small(**more):
    return sweep(GRID, n_neurons=20, n_replicates=3, seed=4, settings=RUN, **more)


def test_every_cell_is_the_function_called_by_hand():
    data = small()
    assert data.fluctuation.dims == ("coupling", "balance", "dale", "replicate")
    for k in (0, 2):
        for b in GRID["balance"]:
            W = weight_matrix(20, 2.0 / np.sqrt(20), b, dale=1.0, seed=(4, k))
            want = free_dynamics(W, seed=(4, k), **RUN)
            cell = data.sel(coupling=2.0, balance=b, dale=1.0, replicate=k)
            found = [float(cell[name]) for name in want._fields]
            assert np.array_equal(found, np.array(want, dtype=float), equal_nan=True)


def test_workers_of_any_kind_and_number_give_the_same_bytes():
    one = small(n_workers=1)
    with joblib.parallel_config("loky"):
        processes = small(n_workers=2)
    for other in (small(n_workers=2), processes):
        assert all(np.array_equal(one[v], other[v], equal_nan=True) for v in one)


def test_the_dataset_describes_itself(tmp_path):
    data = small()
    assert data.lyapunov.attrs == dict(long_name="Lyapunov exponent", symbol=r"\lambda", units="1")
    assert data.strength.dims == ("coupling",) and np.allclose(data.strength * np.sqrt(20), data.coupling)
    assert data.regime.attrs["flag_meanings"] == ", ".join(REGIMES)
    asked = json.loads(data.attrs["parameters"])
    assert asked["n_neurons"] == 20 and asked["seed"] == 4 and asked["n_replicates"] == 3
    assert asked["density"] == 1.0 and "dale" not in asked  # defaults are there, what varies is not
    assert json.loads(data.attrs["settings"]) == RUN | dict(rest=0.01, chaos=0.01, frozen=0.05)
    assert data.attrs["version"] == __version__
    data.to_netcdf(tmp_path / "sweep.nc", engine="scipy")
    assert xr.load_dataset(tmp_path / "sweep.nc", engine="scipy").equals(data)


def test_any_function_of_a_matrix_can_be_swept():
    data = sweep(dict(strength=[0.1, 0.5]), run_measures, n_neurons=10, settings=RUN)
    assert set(data) == {"fluctuation", "correlation", "autocorrelation", "nonlinearity"}
    assert data.fluctuation.dims == ("strength", "replicate")


Sum = namedtuple("Sum", "sum")


def scaled_sum(W, seed=0, *, factor=1, shift=0.0):
    return Sum(W.sum() * factor + shift)


def test_a_varied_setting_is_a_dimension_like_any_other():
    how = dict(n_neurons=6, n_replicates=2, seed=3)
    data = sweep(dict(strength=[0.1, 0.5]), scaled_sum, vary=dict(factor=[1, 3], shift=[0.0, 1.0]), **how)
    assert data["sum"].dims == ("factor", "shift", "strength", "replicate")
    for factor in (1, 3):
        alone = sweep(dict(strength=[0.1, 0.5]), scaled_sum, settings=dict(factor=factor), **how)
        assert np.array_equal(data["sum"].sel(factor=factor, shift=0.0), alone["sum"])


TASKS_OF_TWO = [tasks.Narma(n_steps=300), tasks.SequenceMemory(n_steps=300, n_delays=5)]
VARY = dict(task=TASKS_OF_TWO, drive=[0.1, 1.0], ridge=[1e-8, 1e-2], reset=[False, True])


def test_what_shares_a_matrix_gives_the_numbers_of_each_alone():
    how = dict(n_neurons=12, n_replicates=2, seed=5)
    data = sweep(dict(coupling=[0.9, 2.0]), evaluate, vary=VARY, settings=dict(ridge=1.0), **how)
    W = weight_matrix(12, 2.0 / np.sqrt(12), seed=(5, 1))
    for values in itertools.product(*VARY.values()):
        alone = evaluate(W, seed=(5, 1), **dict(zip(VARY, values)))
        at = dict(zip(VARY, values)) | dict(task=values[0].name, coupling=2.0, replicate=1)
        assert (
            data.accuracy.sel(at).item() == alone.accuracy and data.baseline.sel(at).item() == alone.baseline
        )
    assert (
        data.nrmse.sel(task="sequence_memory").isnull().all() and data.nrmse.sel(task="narma").notnull().all()
    )


def test_what_the_cache_knows_is_not_computed_again_together(tmp_path, monkeypatch):
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path))
    how, grid = dict(n_neurons=12, n_replicates=2, seed=5), dict(coupling=[0.9, 2.0])
    some = sweep(
        grid,
        evaluate,
        settings=dict(task=TASKS_OF_TWO[0], drive=0.1, reset=True),
        vary=dict(ridge=[1e-8]),
        **how,
    )
    asked, together = [], evaluate.together
    monkeypatch.setattr(
        evaluate, "together", lambda W, seed, variants: asked.append(variants) or together(W, seed, variants)
    )
    whole = sweep(grid, evaluate, vary=VARY, n_workers=1, **how)
    known = dict(task=TASKS_OF_TWO[0], drive=0.1, ridge=1e-8, reset=True)
    assert len(asked) == 4 and all(known not in variants and len(variants) == 15 for variants in asked)
    assert np.array_equal(whole.accuracy.sel(known | dict(task="narma")), some.accuracy.sel(ridge=1e-8))


@pytest.mark.parametrize(
    "vary, words",
    [
        (dict(ridge=[]), "vary: ridge must have a non-empty sequence"),
        (dict(ridge=0.1), "vary: ridge must have a non-empty sequence"),
        (dict(coupling=[1.0]), "coupling: stands both in vary and in the grid"),
        (["ridge"], "must be a dict of names and values"),
        (dict(rigde=[1.0]), "unexpected keyword argument 'rigde'"),
    ],
)
def test_what_cannot_be_varied_is_refused_in_words(vary, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        sweep(dict(coupling=[1.0]), evaluate, vary=vary, settings=dict(task="narma"), n_neurons=5)


def test_grids():
    assert np.allclose(coupling_grid(0.5, 8, 5), [0.5, 1, 2, 4, 8])
    b = balance_grid(9)
    assert b[0] == -1 and b[-1] == 1 and b[4] == 0 and np.allclose(b, -b[::-1])
    assert (np.diff(np.diff(b[4:])) > 0).all()  # denser near 0
    assert np.allclose(level_grid(5), [0, 0.25, 0.5, 0.75, 1])


# ---------------------------------------------------------------- statistics on sweeps
def test_the_interval_is_that_of_a_paired_t_test():
    from scipy.stats import ttest_1samp

    values = np.random.default_rng(0).normal(0.3, 1, (4, 12))
    data = xr.Dataset({"F": (("x", "replicate"), values)})
    mean, low, high = statistics.mean_interval(data.F)
    for i in range(4):
        want = ttest_1samp(values[i], 0).confidence_interval(0.95)
        assert (float(low[i]), float(high[i])) == pytest.approx((want.low, want.high))
    unclear = statistics.mean_effects(data).F_unclear.values
    assert np.array_equal(unclear, [ttest_1samp(v, 0).pvalue >= 0.05 for v in values])


def test_the_paired_effect_pairs_within_a_network():
    data = small()
    effect = statistics.paired_effect(data, "dale")
    by_hand = data.fluctuation.sel(dale=1.0).values - data.fluctuation.sel(dale=0.0).values
    assert np.array_equal(effect.fluctuation, by_hand)


def test_a_crossing_is_found_between_grid_points():
    x = np.geomspace(0.5, 2, 9)
    curve = xr.DataArray(
        np.array([2 * np.log(x), -np.ones(9)]), dims=("k", "coupling"), coords={"coupling": x}
    )
    found = statistics.crossing(curve, "coupling", 0.3).values
    assert found[0] == pytest.approx(np.exp(0.15), rel=1e-12) and np.isnan(found[1])


def test_regime_shares_add_up():
    shares = statistics.regime_shares(small().regime)
    assert shares.sizes["regime"] == 4 and np.allclose(shares.sum("regime"), 1)


def test_the_summary_has_mean_and_deviation_of_each_measure():
    data = small()
    table = statistics.summary(data)
    row = table.loc[(2.0, 0.0, 1.0)]
    values = data.nonlinearity.sel(coupling=2.0, balance=0.0, dale=1.0).values
    assert row.nonlinearity == pytest.approx(values.mean()) and row.nonlinearity_sd == pytest.approx(
        values.std(ddof=1)
    )


# ---------------------------------------------------------------- logs and faults
def test_a_log_gets_one_line_for_a_sweep_that_takes_a_while(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path))
    sweep(dict(strength=[0.1]), run_measures, n_neurons=5, settings=RUN)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("regrnn_lib.experiments.evaluations.QUICK", 0)
    monkeypatch.setenv("REGRNN_NOTEBOOK", "02_dale")
    sweep(dict(strength=[0.1, 0.2]), run_measures, n_neurons=5, n_replicates=3, settings=RUN)
    sweep(dict(strength=[0.1, 0.2, 0.3]), run_measures, n_neurons=5, n_replicates=3, settings=RUN)
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("02_dale: run_measures of 5 networks, 1 more from the cache, ")
    assert second.startswith("02_dale: run_measures of 3 networks, 6 more from the cache, ")


Trace = namedtuple("Trace", "trace")


def killed_by_the_system(W, seed):
    """What a system without memory does to a process, in the last replicate."""
    time.sleep(0.01)
    if seed[1] == 29:
        os.kill(os.getpid(), signal.SIGKILL)
    return Trace(float(np.trace(W)))


def greedy(W, seed):
    time.sleep(0.01)
    if seed[1] == 29:
        np.empty((10**9, 10**6))
    return Trace(float(np.trace(W)))


@pytest.mark.parametrize("backend, evaluate", [("loky", killed_by_the_system), ("threading", greedy)])
def test_a_worker_out_of_memory_is_one_message_and_what_is_done_is_kept(
    tmp_path, monkeypatch, backend, evaluate
):
    monkeypatch.setenv("REGRNN_CACHE", str(tmp_path))
    message = (
        r"^a worker ran out of memory \(.*\); what is done is kept. Use fewer workers .*smaller networks$"
    )
    with joblib.parallel_config(backend), pytest.raises(MemoryError, match=message):
        sweep(dict(strength=[0.1]), evaluate, n_neurons=5, n_replicates=30, n_workers=2, version="1")
    with cache.Store() as store:
        assert store.count() > 0


# ---------------------------------------------------------------- bad input
def takes_no_seed(W, x=1):
    return Two(0.0, 1.0)


def returns_a_number(W, seed):
    return 1.0


Two = namedtuple("Two", "one two")


def refused(grid=None, *args, **more):
    with pytest.raises(ValueError) as error:
        sweep(dict(dale=[0.0]) if grid is None else grid, *args, **dict(n_neurons=10, coupling=1.0) | more)
    return str(error.value)


def test_what_is_no_function_of_a_matrix_and_a_seed_is_refused_before_anything_runs():
    assert "evaluate = 'narma': must be a function f(W, seed=(seed, replicate), **settings)" in refused(
        None, "narma"
    )
    assert "evaluate = takes_no_seed: got an unexpected keyword argument 'seed'" in refused(
        None, takes_no_seed
    )
    text = refused(None, free_dynamics, settings=dict(n_step=10), n_replicates=0)
    assert (
        text.startswith("2 faults") and "free_dynamics: got an unexpected keyword argument 'n_step'" in text
    )
    assert "evaluate = returns_a_number: returned float, must return a named tuple of numbers" in refused(
        None, returns_a_number
    )


def test_a_grid_that_is_none_is_refused():
    assert "grid = [0, 1]: must be a dict" in refused([0, 1])
    assert "must be a non-empty sequence" in refused(dict(dale=[[0.0], [0.0, 1.0]]))
    assert "seed = (1, 2): must be a whole number >= 0; replicate k uses the pair (seed, k)" in refused(
        seed=(1, 2)
    )


def test_values_that_do_not_fit_together_are_refused_wherever_they_stand():
    grid = dict(n_neurons=[10, 20])
    with pytest.raises(ValueError, match="n_modules = 15: must be at most n_neurons = 10"):
        sweep(grid, coupling=1.0, n_modules=15, modularity=1.0)
    text = refused(dict(modularity=[0.0, 1.0]), n_modules=15)
    assert "n_modules = 15: must be at most n_neurons = 10" in text and text.startswith(
        "1 fault in the input"
    )


def test_a_fault_in_a_given_matrix_is_not_taken_for_a_missing_network():
    with pytest.raises(ValueError) as error:
        sweep(dict(dale=[0.0]), matrices={"mine": [[1.0, np.nan], [0.0, 1.0]]})
    assert "matrices['mine']" in str(error.value) and "n_neurons" not in str(error.value)


def test_a_knob_that_is_swept_alone_stands_in_no_grid():
    with pytest.raises(ValueError, match="dale: stands both in the grid and among the knobs"):
        sweep_knobs(dict(dale=[0.5], coupling=[1.0]), [0.0, 1.0], run_measures, n_neurons=5)


@pytest.mark.parametrize(
    "call, named",
    [
        (lambda: coupling_grid(-1, 2.0, "3"), ["coupling_min = -1", "n_couplings = '3'"]),
        (lambda: balance_grid(0), ["n_balances = 0"]),
        (lambda: level_grid(2.5), ["n_levels = 2.5"]),
    ],
)
def test_grids_refuse_what_makes_none(call, named):
    with pytest.raises(ValueError) as caught:
        call()
    assert all(name in str(caught.value) for name in named)
