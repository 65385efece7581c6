"""The readout: against closed forms, SciPy, scikit-learn, and another way of writing the same problem."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from regrnn_lib import kernels
from regrnn_lib.reservoir import train_readout


def problem(n_steps, n_neurons, n_outputs, seed=0):
    """Tanh states that are correlated, as a network's are, and targets that they explain in part."""
    rng = np.random.default_rng(seed)
    states = np.tanh(rng.normal(size=(n_steps, n_neurons)) @ rng.normal(size=(n_neurons, n_neurons)) / 5)
    return states, states[:, :1] * rng.normal(size=n_outputs) + rng.normal(size=(n_steps, n_outputs))


def with_bias(states):
    return np.column_stack([states, np.ones(len(states))])


def as_one(readout):
    return np.vstack([readout.weights.T, readout.bias])


sizes = given(
    n=st.integers(1, 70), n_outputs=st.integers(1, 40), n_steps=st.integers(1, 90), seed=st.integers(0, 99)
)


# ---------------------------------------------------------------- sums
@settings(max_examples=40, deadline=None)
@sizes
def test_normal_equations_are_those_of_numpy(n, n_outputs, n_steps, seed):
    states, targets = problem(2 * n_steps, n, n_outputs, seed)
    times = np.sort(np.random.default_rng(seed).permutation(2 * n_steps)[:n_steps])
    gram, cross = kernels.normal_equations(states, times, targets[:n_steps].copy())
    X = with_bias(states[times])
    assert np.allclose(np.triu(gram), np.triu(X.T @ X), rtol=1e-12, atol=1e-12)
    assert np.allclose(cross, X.T @ targets[:n_steps], rtol=1e-12, atol=1e-12)
    assert np.array_equal(np.triu(gram), np.triu(kernels.products(X, X)))  # summed in the same order


@settings(max_examples=40, deadline=None)
@sizes
def test_reading_out_is_a_matrix_product_at_the_given_times(n, n_outputs, n_steps, seed):
    states, weights = problem(n_steps + 20, n, n_outputs, seed)[0], problem(n + 1, 3, n_outputs, seed)[1]
    times = np.arange(20, n_steps + 20)
    X, output = with_bias(states[times]), kernels.read_out(states, times, weights)
    assert np.allclose(output, X @ weights, atol=1e-12)
    assert np.array_equal(output, kernels.products(X.T.copy(), weights))  # summed in the order of the neurons


@pytest.mark.parametrize("n, m", [(1, 1), (7, 3), (16, 9), (100, 5)])
def test_the_memoryless_run_is_the_run_without_weights_to_the_bit(n, m):
    rng = np.random.default_rng(n)
    w_in, bias, inputs = rng.normal(size=(n, m)), rng.normal(size=n), rng.normal(size=(50, m))
    want = kernels.run(np.zeros((n, n)), w_in, bias, np.zeros(n), inputs, 0)
    assert np.array_equal(kernels.memoryless_run(w_in, bias, inputs), want)


# ---------------------------------------------------------------- ridge
@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 64, 101])
@pytest.mark.parametrize("n_outputs", [1, 7, 30])
def test_cholesky_solves_what_scipy_solves(n, n_outputs):
    rng = np.random.default_rng(n)
    X, cross = rng.normal(size=(2 * n + 3, n)), rng.normal(size=(n, n_outputs))
    gram = X.T @ X
    found, alpha = kernels.ridge_solution(gram, cross, 1e-3)
    assert alpha == pytest.approx(1e-3 * np.trace(gram) / n, rel=1e-14)
    want = scipy.linalg.solve(gram + alpha * np.eye(n), cross, assume_a="pos")
    assert np.allclose(found, want, rtol=1e-11, atol=1e-13)
    assert np.array_equal(kernels.ridge_solution(np.triu(gram), cross, 1e-3)[0], found)  # half is enough


@settings(max_examples=40, deadline=None)
@sizes
def test_ridge_is_least_squares_on_an_enlarged_problem(n, n_outputs, n_steps, seed):
    """|X O - Z|^2 + alpha |O|^2 = |(X, sqrt(alpha) 1) O - (Z, 0)|^2,
    for more and for fewer steps than neurons.
    """
    states, targets = problem(n_steps, n, n_outputs, seed)
    readout = train_readout(states, targets, ridge=1e-3)
    assert readout.alpha == pytest.approx(1e-3 * np.sum(with_bias(states) ** 2) / (n + 1))
    X = np.vstack([with_bias(states), np.sqrt(readout.alpha) * np.eye(n + 1)])
    Z = np.vstack([targets, np.zeros((n + 1, n_outputs))])
    assert np.allclose(as_one(readout), np.linalg.lstsq(X, Z, rcond=None)[0], rtol=1e-8, atol=1e-9)


def test_ridge_agrees_with_scikit_learn():
    states, targets = problem(400, 30, 3)
    readout = train_readout(states, targets, ridge=1e-2)
    other = Ridge(alpha=readout.alpha, fit_intercept=False).fit(with_bias(states), targets)
    assert np.allclose(as_one(readout).T, other.coef_, rtol=1e-9, atol=1e-12)


def test_one_neuron_by_hand():
    y, z, ridge = np.array([1.0, 2.0, 4.0]), np.array([3.0, 1.0, -1.0]), 0.5
    alpha = ridge * (21 + 3) / 2  # tr G / (N+1), G = [[21, 7], [7, 3]]
    a, b, c = 21 + alpha, 7, 3 + alpha
    slope, bias = (c * 1 - b * 3) / (a * c - b * b), (a * 3 - b * 1) / (a * c - b * b)
    readout = train_readout(y[:, None], z[:, None], ridge=ridge)
    assert readout.weights[0, 0] == pytest.approx(slope) and readout.bias[0] == pytest.approx(bias)


def test_both_gram_matrices_give_one_answer():
    states, targets = problem(60, 59, 4)
    more, fewer = train_readout(states, targets), train_readout(states[:59], targets[:59])
    padded = train_readout(  # a silent neuron changes nothing but which Gram matrix is the smaller
        np.column_stack([states, np.zeros(60)]), targets, ridge=1e-6 * 61 / 60
    )
    assert np.allclose(as_one(more), np.delete(as_one(padded), 59, axis=0), rtol=1e-6)
    assert np.all(padded.weights[:, 59] == 0) and not np.allclose(as_one(more), as_one(fewer))


# ---------------------------------------------------------------- singular problems
def constant(n_steps=200, n=20):
    return np.tile(np.linspace(-1, 1, n), (n_steps, 1))


SINGULAR = dict(
    constant=constant(),
    silent=np.zeros((200, 20)),
    twins=np.repeat(problem(200, 10, 1)[0], 2, axis=1),
    one_step=constant(1),
    fewer_steps=problem(12, 20, 1)[0],
)


@pytest.mark.parametrize("states", SINGULAR.values(), ids=SINGULAR)
@pytest.mark.parametrize("ridge", [0.0, 1e-16, 1e-6])
def test_a_singular_problem_has_a_finite_answer_as_good_as_any(states, ridge):
    targets = np.random.default_rng(0).normal(size=(len(states), 3)) + 2
    readout = train_readout(states, targets, ridge=ridge)
    assert np.isfinite(as_one(readout)).all()
    best = with_bias(states) @ np.linalg.lstsq(with_bias(states), targets, rcond=None)[0]
    output = states @ readout.weights.T + readout.bias
    assert np.allclose(output, best, atol=1e-2 if ridge == 1e-6 else 1e-4)


def test_fewer_steps_than_neurons_are_met_exactly_without_ridge_or_jitter():
    states, targets = problem(15, 40, 2)
    readout = train_readout(states, targets, ridge=0.0)
    assert readout.alpha == 0 and np.allclose(states @ readout.weights.T + readout.bias, targets, atol=1e-10)
    assert np.allclose(as_one(readout), np.linalg.pinv(with_bias(states)) @ targets, atol=1e-10)


def test_jitter_gives_the_smallest_weights_where_many_would_do():
    """One constant neuron beside the bias: O = c z / (c^2 + 1), o = z / (c^2 + 1), whatever the rounding."""
    for c in np.linspace(0.1, 1, 50):
        readout = train_readout(np.full((30, 1), c), np.full((30, 1), 2.0), ridge=0.0)
        assert np.allclose(as_one(readout).ravel(), [2 * c / (c * c + 1), 2 / (c * c + 1)], atol=0.02)


def test_jitter_is_added_where_it_is_needed_and_only_there():
    states, targets = problem(300, 30, 2)
    mean_diagonal = np.sum(with_bias(states) ** 2) / 31
    assert train_readout(states, targets, ridge=1e-6).alpha == pytest.approx(1e-6 * mean_diagonal, rel=1e-13)
    assert train_readout(states, targets, ridge=0.0).alpha == 0
    alpha = train_readout(constant(), np.ones((200, 1)), ridge=0.0).alpha
    trace = np.sum(with_bias(constant()) ** 2)
    assert alpha == pytest.approx(100 * 21 * np.finfo(float).eps * trace, rel=1e-9)


# ---------------------------------------------------------------- least squares
def test_least_squares_is_the_pseudo_inverse():
    states, targets = problem(300, 30, 3)
    readout = train_readout(states, targets, method="least squares")
    assert np.allclose(as_one(readout), np.linalg.pinv(with_bias(states)) @ targets, atol=1e-9)
    assert readout.alpha == 0
    almost = train_readout(states, targets, ridge=1e-13)
    assert np.allclose(as_one(readout), as_one(almost), rtol=1e-6, atol=1e-8)


def test_least_squares_reads_what_ridge_shrinks_away():
    """A weak but noise-free signal, 1e-6 of the rest."""
    rng = np.random.default_rng(0)
    states, signal = problem(300, 20, 1)[0], rng.normal(size=(300, 1))
    states[:, :1] = states[:, 1:2] + 1e-6 * signal
    errors = [
        np.std(signal - states @ made.weights.T - made.bias)
        for made in (train_readout(states, signal, method="least squares"), train_readout(states, signal))
    ]
    assert errors[0] < 1e-8 and errors[1] > 0.5


# ---------------------------------------------------------------- bad input
def test_what_does_not_fit_is_refused_with_the_shapes():
    def text(*args, **kwargs):
        with pytest.raises(ValueError) as error:
            train_readout(*args, **kwargs)
        return str(error.value)

    both = text(np.zeros(5), np.zeros(4))
    assert (
        "states has shape (5,): must be (T, N)" in both and "targets has shape (4,): must be (T, L)" in both
    )
    assert "targets has shape (4, 1): must be (5, L)" in text(np.zeros((5, 2)), np.zeros((4, 1)))
    assert "states has 8 entries that are not finite" in text(np.full((4, 2), np.inf), np.zeros((4, 1)))
    settings = text(np.zeros((4, 2)), np.zeros((4, 1)), ridge=-1, method="svd")
    assert (
        "ridge = -1: must be" in settings and "method = 'svd': must be 'ridge' or 'least squares'" in settings
    )


# ---------------------------------------------------------------- the same bits
def test_threads_do_not_disturb_each_other():
    problems = [problem(300, 40, 5, seed) for seed in range(8)]

    def digest(states_and_targets):
        return hashlib.sha256(as_one(train_readout(*states_and_targets)).tobytes()).hexdigest()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(digest, problems)) == [digest(p) for p in problems]


# ---------------------------------------------------------------- several streams over one matrix
@pytest.mark.parametrize("n", [2, 7, 8, 48, 49, 56, 57, 104, 105, 113])
@pytest.mark.parametrize("lengths", [(9,), (5, 12), (30, 1, 17), (20, 13, 13, 1, 40, 8)])
def test_streams_side_by_side_are_the_streams_one_by_one(n, lengths):
    rng = np.random.default_rng(len(lengths))
    count, first = len(lengths), np.cumsum([0, *lengths])
    n_inputs, resets = 1 + np.arange(count) % 4, np.arange(count) % 3 * 2
    W, w_in = 1.5 / np.sqrt(n) * rng.standard_normal((n, n)), rng.standard_normal((count, n, 4))
    bias, inputs = rng.standard_normal((count, n)), rng.standard_normal((first[-1], 4))
    for order in (np.argsort(lengths), np.arange(count)[::-1].copy()):
        states = np.full((first[-1], n), np.nan)
        kernels.run_all(W, w_in, bias, inputs, n_inputs, first, resets, np.ones(len(resets)), order, states)
        for k, m in enumerate(n_inputs):
            mine = slice(first[k], first[k + 1])
            x, v = inputs[mine, :m].copy(), w_in[k, :, :m].copy()
            assert np.array_equal(states[mine], kernels.run(W, v, bias[k], np.zeros(n), x, resets[k]))


@pytest.mark.parametrize("n, outputs", [(3, 1), (15, 7), (16, 9), (100, 30)])
def test_the_normal_equations_are_sums_over_time_in_order(n, outputs):
    rng = np.random.default_rng(n)
    states, times, targets = (
        rng.standard_normal((150, n)),
        np.arange(3, 150, 2),
        rng.standard_normal((74, outputs)),
    )
    gram, cross = kernels.normal_equations(states, times, targets)
    X = np.column_stack([states[times], np.ones(len(times))])
    assert np.array_equal(np.triu(gram), np.triu(kernels.products(X, X)))
    assert np.array_equal(cross, kernels.products(X, targets))
