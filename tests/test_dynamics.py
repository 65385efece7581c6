"""Runs and measures: against independent implementations, closed forms, and themselves on other machines."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from regrnn_lib import driven_run, free_run, kernels, lyapunov, measures, regime, run_measures, weight_matrix
from regrnn_lib.connectome import celegans
from regrnn_lib.dynamics import free_dynamics, period_two_share, start_state


# ---------------------------------------------------------------- one step
@numba.njit(error_model="numpy")
def own_tanh(x):
    out = np.empty_like(x)
    for i in range(x.size):
        out[i] = kernels.tanh(x[i])
    return out


def test_tanh_is_within_three_units_in_the_last_place():
    x = np.concatenate([np.linspace(-25, 25, 400_001), np.geomspace(1e-300, 30, 20_000)])
    exact = np.array(np.tanh(x.astype(np.longdouble)), dtype=np.float64)
    assert np.max(np.abs(own_tanh(x) - exact) / np.spacing(np.abs(exact))) < 3


def test_tanh_of_special_values():
    x = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324])
    y = own_tanh(x)
    assert np.isnan(y[0]) and list(y[1:]) == [1, -1, 0, 0, 5e-324]
    assert list(np.signbit(y[3:5])) == [False, True]


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 70), st.integers(0, 9), st.integers(0, 1000))
def test_every_step_is_that_of_a_numpy_loop(n, m, seed):
    rng = np.random.default_rng(seed)
    W, w_in, beta = rng.normal(size=(n, n)) / np.sqrt(n), rng.normal(size=(n, m)), rng.normal(size=n)
    x, y0 = rng.normal(size=(12, m)), rng.uniform(-1, 1, n)
    Y = driven_run(W, x, w_in, beta, y0)
    for t in range(12):
        before = Y[t - 1] if t else y0
        h = beta + w_in @ x[t] + W @ before
        # both sums round differently, in proportion to the size of what is summed
        size = np.abs(beta) + np.abs(w_in) @ np.abs(x[t]) + np.abs(W) @ np.abs(before)
        assert np.all(np.abs(Y[t] - np.tanh(h)) <= 1e-15 * (1 + size))


def test_free_run_is_the_driven_run_without_input():
    W = weight_matrix(37, 0.3, seed=1)
    start = start_state(37, 5)
    driven = driven_run(W, np.zeros((30, 1)), np.zeros((37, 1)), start=start)
    assert np.array_equal(free_run(W, n_steps=20, burn_in=10, seed=5), driven[10:])


def test_reset_starts_every_episode_anew():
    rng = np.random.default_rng(0)
    W, w_in, x = weight_matrix(20, 0.4), rng.normal(size=(20, 2)), rng.normal(size=(15, 2))
    whole = driven_run(W, x, w_in, reset_every=5)
    parts = [driven_run(W, x[i : i + 5], w_in) for i in (0, 5, 10)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_short_runs_agree_with_reservoirpy():
    from reservoirpy.nodes import Reservoir

    rng = np.random.default_rng(3)
    W, w_in, beta = (
        weight_matrix(60, 0.9 / np.sqrt(60), seed=2),
        rng.normal(size=(60, 3)),
        rng.normal(size=60),
    )
    x = rng.normal(size=(50, 3))
    theirs = Reservoir(W=W, Win=w_in, bias=beta, lr=1.0, input_dim=3).run(x)
    assert np.allclose(driven_run(W, x, w_in, beta), theirs, rtol=0, atol=1e-12)


# ---------------------------------------------------------------- measures against definitions
def naive(Y):
    """F, C, A, NL, D written down as in the definitions, with explicit N x N matrices."""
    n = Y.shape[1]
    lagged = Y[:-1].T @ Y[1:] / (len(Y) - 1)
    scale = np.sqrt(np.mean(Y[:-1] ** 2) * np.mean(Y[1:] ** 2))
    S = np.atleast_2d(np.cov(Y.T, bias=True))
    return (
        np.mean(Y.std(axis=0)),
        lagged.mean() / scale,
        np.trace(lagged) / n / scale,
        np.mean(np.abs(Y) > 0.5) - np.mean(np.abs(Y) < 0.5),
        np.trace(S) ** 2 / np.trace(S @ S) / n,
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 60), st.integers(2, 40), st.integers(0, 1000))
def test_measures_are_those_of_the_definitions(steps, n, seed):
    Y = np.tanh(np.random.default_rng(seed).normal(size=(steps, n)))
    assert np.allclose(measures(Y), naive(Y), rtol=1e-9, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 60), st.floats(0.8, 4), st.floats(-0.5, 0.5), st.integers(0, 100))
def test_measures_during_a_run_are_those_of_its_trajectory(n, x, b, seed):
    W = weight_matrix(n, x / np.sqrt(n), b, seed=seed)
    during = run_measures(W, n_steps=50, burn_in=20, seed=seed)
    after = measures(free_run(W, n_steps=50, burn_in=20, seed=seed))
    assert np.array_equal(during, after[:4], equal_nan=True)


def test_constant_neurons():
    found = measures(np.tile([0.9, -0.8, 0.3], (20, 1)))
    assert found.fluctuation == 0 and found.autocorrelation == 1
    assert found.nonlinearity == pytest.approx(1 / 3) and np.isnan(found.dimension)
    assert found.correlation == pytest.approx(0.4**2 / 9 / ((0.81 + 0.64 + 0.09) / 3))


def test_period_two():
    flip = np.resize([1.0, -1.0], 20)[:, None]
    found = measures(flip * [0.6, 0.6, 0.6, 0.6])
    assert found == pytest.approx((0.6, -1, -1, 1, 0.25))
    assert period_two_share(np.hstack([flip, np.ones((20, 3))])) == 0.25


def test_independent_noise():
    T, n, s = 20_000, 10, 0.2
    Y = np.random.default_rng(1).normal(0, s, (T, n))
    found = measures(Y)
    assert found.fluctuation == pytest.approx(s, rel=0.01)
    assert abs(found.correlation) < 4 / np.sqrt(T) / n * np.sqrt(n) and abs(
        found.autocorrelation
    ) < 4 / np.sqrt(T * n)
    assert found.nonlinearity == pytest.approx(2 * 0.012419 - 1, abs=0.002)  # P(|z| > 2.5) = 0.012419
    assert found.dimension == pytest.approx(1, abs=0.01)


def test_one_common_signal_has_dimension_one_over_n():
    s = np.random.default_rng(0).uniform(-1, 1, 500)
    assert measures(s[:, None] * np.linspace(0.5, 1, 8)).dimension == pytest.approx(1 / 8, rel=1e-9)


def test_states_at_exactly_one_half_count_for_neither():
    assert measures(np.full((4, 3), 0.5)).nonlinearity == 0


def test_rest_and_the_smallest_cases_are_defined_or_nan_and_nothing_warns(recwarn):
    rest = measures(np.zeros((2, 2)))
    assert rest.fluctuation == 0 and rest.nonlinearity == -1
    assert np.isnan([rest.correlation, rest.autocorrelation, rest.dimension]).all()
    silent = free_dynamics(np.zeros((2, 2)), n_steps=2, burn_in=0)
    assert regime(np.zeros((2, 2))).name == "quiescent" and silent.lyapunov == pytest.approx(np.log(2**-52))
    two = free_dynamics(weight_matrix(2, 1.0), n_steps=2, burn_in=0)
    assert np.isfinite([two.fluctuation, two.nonlinearity, two.lyapunov]).all()
    saturated = free_dynamics(weight_matrix(50, 10.0, 0.9))
    assert saturated.lyapunov == pytest.approx(np.log(2**-52)) and saturated.fluctuation == 0
    assert np.isfinite(free_dynamics(np.full((3, 3), 1e50))[:4]).all()
    assert not recwarn.list


@pytest.mark.parametrize("Y", [np.zeros((1, 5)), np.zeros(5), np.zeros((5, 0)), [[0.0, np.inf], [0.0, 0.0]]])
def test_what_is_no_trajectory_is_refused(Y):
    with pytest.raises(ValueError, match="must be"):
        measures(Y)


# ---------------------------------------------------------------- Lyapunov exponent
def test_lyapunov_of_the_resting_state_is_the_spectral_radius():
    W = weight_matrix(80, 0.6 / np.sqrt(80), seed=1)
    radius = np.abs(np.linalg.eigvals(W)).max()
    assert lyapunov(W, n_steps=4000, burn_in=1000) == pytest.approx(np.log(radius), abs=0.002)


def test_lyapunov_of_one_mode_at_its_fixed_point():
    """W = g/N: every neuron at y = tanh(g y), slope g (1 - y^2)."""
    g, y = 2.0, 0.9575040240772688
    assert np.tanh(g * y) == pytest.approx(y, abs=1e-15)
    assert lyapunov(np.full((10, 10), g / 10)) == pytest.approx(np.log(g * (1 - y**2)), abs=1e-9)


def test_lyapunov_is_the_growth_of_a_small_separation():
    W = weight_matrix(100, 0.25, seed=4)
    Y = free_run(W, n_steps=3000, seed=4)
    rng, eps, rates = np.random.default_rng(0), 1e-7, []
    v = rng.normal(size=100)
    for t in range(len(Y) - 1):
        v *= eps / np.linalg.norm(v)
        v = np.tanh(W @ (Y[t] + v)) - np.tanh(W @ Y[t])
        rates.append(np.log(np.linalg.norm(v) / eps))
    # different tangent vectors align within the first hundred steps
    assert lyapunov(W, n_steps=3000, seed=4) == pytest.approx(np.mean(rates[100:]), abs=0.005)


def test_regimes_are_found_where_theory_has_them():
    def found(x, b, **knobs):
        return regime(weight_matrix(200, x / np.sqrt(200), b, seed=3, **knobs))

    assert found(0.7, 0).name == "quiescent"
    assert found(3, 0).name == "chaotic"
    assert found(2, 0.4).name == "fixed point"
    assert found(2, -0.4) == ("oscillatory", 1.0)
    symmetric = found(2, 0, reciprocity=1)
    assert symmetric.name == "oscillatory" and 0.1 < symmetric.period_two < 0.99


def test_thresholds_of_the_regimes_are_parameters():
    W = weight_matrix(100, 0.3, seed=3)
    assert regime(W).name == "chaotic"
    assert regime(W, chaos=10).name == "oscillatory"
    assert regime(W, chaos=10, frozen=1).name == "fixed point"
    assert regime(W, rest=2).name == "quiescent"


# ---------------------------------------------------------------- what users bring
def test_any_container_and_order_gives_the_same_run():
    W = weight_matrix(30, 0.3, density=0.3, seed=4)
    want = free_run(W, n_steps=20)
    for same in (W.tolist(), pd.DataFrame(W), scipy.sparse.csc_matrix(W), np.asfortranarray(W)):
        assert np.array_equal(free_run(same, n_steps=20), want)


def test_the_worm_runs():
    W = celegans("chemical")
    radius = np.abs(np.linalg.eigvals(W.values)).max()
    assert regime(W * (0.8 / radius)).name == "quiescent"
    awake = run_measures(W * (3 / radius))
    assert awake.autocorrelation > 0.9  # mostly excitatory: a fixed point


def test_every_misfit_of_a_driven_run_is_named_at_once():
    with pytest.raises(ValueError) as error:
        driven_run(np.eye(3), np.zeros((5, 2)), np.zeros((3, 1)), bias=np.zeros(2), start=np.full(3, np.nan))
    text = str(error.value)
    assert (
        "input_weights has shape (3, 1): must be (3, 2)" in text
        and "bias has shape (2,): must be (3,)" in text
    )
    assert "start has 3 entries that are not finite" in text and text.startswith("3 faults")


# ---------------------------------------------------------------- the same bits
FINGERPRINT = """
import hashlib, numpy as np
from regrnn_lib import free_run, measures, run_measures, weight_matrix
for n in (7, 64, 100):
    W = weight_matrix(n, 2 / np.sqrt(n), dale=0.5, reciprocity=0.3, modularity=0.2, seed=9)
    Y = free_run(W, n_steps=300)
    print(hashlib.sha256(W.tobytes() + Y.tobytes()).hexdigest(), measures(Y), run_measures(W, n_steps=300))
"""


def fingerprint(**environment):
    made = subprocess.run(
        [sys.executable, "-c", FINGERPRINT],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout


def test_other_processors_give_the_same_bits(tmp_path):
    """Code for a processor without AVX or FMA, NumPy without its vector code, and this machine's own."""
    plain = fingerprint(
        NUMBA_CPU_NAME="generic",
        NUMBA_CPU_FEATURES="",
        NUMBA_CACHE_DIR=str(tmp_path),
        NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    )
    assert plain == fingerprint() and len(plain.splitlines()) == 3


def test_threads_do_not_disturb_each_other():
    matrices = [weight_matrix(50, 0.3, seed=s) for s in range(8)]

    def digest(W):
        return hashlib.sha256(free_run(W, n_steps=300).tobytes()).hexdigest()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(digest, matrices)) == [digest(W) for W in matrices]


@settings(max_examples=15, deadline=None)
@given(n=st.integers(2, 40), x=st.floats(0.0, 4.0), seed=st.integers(0, 99))
def test_a_tangent_beside_its_run_is_the_tangent_along_the_finished_run(n, x, seed):
    W, start = weight_matrix(n, x / np.sqrt(n), seed=seed), start_state(n, seed)
    tangent = np.full(n, 1 / np.sqrt(n))
    states, factors = kernels.free_tangent_run(W, start, tangent, 30)
    assert np.array_equal(states, kernels.free_run(W, start, 0, 30))
    assert np.array_equal(factors, kernels.tangent_growth(W, states, tangent))


@settings(max_examples=15, deadline=None)
@given(steps=st.integers(1, 70), n=st.integers(1, 40), seed=st.integers(0, 99))
def test_the_gram_matrix_is_the_product_of_its_rows_with_themselves(steps, n, seed):
    rows = np.random.default_rng(seed).standard_normal((steps, n))
    assert np.array_equal(kernels.gram(rows), kernels.products(rows, rows))


def test_ordered_products_are_right_and_do_not_depend_on_padding():
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(53, 11)), rng.normal(size=(53, 19))
    made = kernels.products(left, right)
    assert np.allclose(made, left.T @ right, rtol=1e-13, atol=1e-13)
    assert np.array_equal(made[:, :3], kernels.products(left, np.ascontiguousarray(right[:, :3])))
