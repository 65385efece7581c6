"""Lyapunov spectra of free runs and exponents of driven ones: closed forms, definitions,
an independent program.
"""

import numpy as np
import pytest

from regrnn_lib import conditional_lyapunov, driven_run, free_run, lyapunov, lyapunov_spectrum, weight_matrix
from regrnn_lib.dynamics import period_two_share, start_state
from regrnn_lib.exponents import entropy_rate, kaplan_yorke_dimension
from regrnn_lib.reservoir import solve

FLOOR = np.log(2.0**-52)


def network(coupling, n=60, seed=0, **knobs):
    return weight_matrix(n, coupling / np.sqrt(n), seed=seed, **knobs)


def orthogonal(n, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def gram_schmidt(vectors):
    """Orthonormal columns Q, and what was left of each column's length."""
    Q, lengths = np.zeros_like(vectors), np.zeros(vectors.shape[1])
    for k in range(vectors.shape[1]):
        v = vectors[:, k].copy()
        for _ in range(2):  # once more, against rounding
            v -= Q[:, :k] @ (Q[:, :k].T @ v)
        lengths[k] = np.sqrt(v @ v)
        Q[:, k] = v / lengths[k]
    return Q, lengths


def own_spectrum(W, Y, dropped):
    """Exponents of the states Y from a frame and a loop that share nothing with the library."""
    Q, logs = orthogonal(len(W), 9), []
    for y in Y:
        Q, lengths = gram_schmidt(np.diag(1 - y**2) @ W @ Q)
        logs.append(np.log(lengths))
    return np.sort(np.mean(logs[dropped:], axis=0))[::-1]


# ---------------------------------------------------------------- the whole spectrum
def test_a_scaled_rotation_near_rest_shrinks_all_directions_alike():
    W = 0.5 * orthogonal(12)
    assert lyapunov_spectrum(W, n_steps=50, burn_in=60) == pytest.approx(np.full(12, np.log(0.5)), abs=1e-9)


def test_separate_neurons_near_rest_have_their_own_rates():
    rates = np.array([0.9, 0.7, -0.5, 0.2])
    found = lyapunov_spectrum(np.diag(rates), n_steps=200, burn_in=600)
    assert found == pytest.approx(np.log(np.abs(rates)), abs=1e-9)


def test_a_separate_neuron_at_its_fixed_point_has_the_slope_of_its_map():
    g, y = 2.0, 0.9575040240772688  # y = tanh(g y)
    found = lyapunov_spectrum(np.diag([g, 0.5, -g]), n_steps=50, burn_in=100)
    slope = np.log(g * (1 - y * y))
    assert found == pytest.approx([np.log(0.5), slope, slope], abs=1e-9)


def test_rest_has_the_moduli_of_the_eigenvalues():
    W = network(0.6, n=20, seed=3)
    moduli = np.sort(np.abs(np.linalg.eigvals(W)))[::-1]
    found = lyapunov_spectrum(W, n_steps=4000, burn_in=500)
    assert found == pytest.approx(np.log(moduli), abs=0.02)


@pytest.mark.parametrize("coupling", [0.7, 1.5, 3.0])
def test_the_sum_is_the_mean_growth_of_volumes(coupling):
    W = network(coupling, seed=2)
    Y = free_run(W, n_steps=400, burn_in=100, seed=2)
    volume = np.linalg.slogdet(W)[1] + np.mean(np.sum(np.log(1 - Y * Y), axis=1))
    spectrum = lyapunov_spectrum(W, n_steps=400, burn_in=100, seed=2)
    assert spectrum.sum() == pytest.approx(volume, rel=1e-8)


@pytest.mark.parametrize(
    "coupling, knobs", [(0.7, {}), (2.0, {}), (3.0, dict(dale=1.0)), (1.5, dict(reciprocity=1.0))]
)
def test_the_first_exponent_is_that_of_lyapunov(coupling, knobs):
    W, run = network(coupling, seed=1, **knobs), dict(n_steps=300, burn_in=200, seed=5)
    assert lyapunov_spectrum(W, n_exponents=1, **run)[0] == pytest.approx(lyapunov(W, **run), abs=2e-10)
    spectrum = lyapunov_spectrum(W, **run)
    assert spectrum[0] == pytest.approx(lyapunov(W, **run), abs=0.01)  # sorted; neighbours may change places
    assert (np.diff(spectrum) <= 0).all() and spectrum.shape == (60,)


def test_the_spectrum_is_that_of_an_independent_program():
    W = network(2.5, n=30, seed=4)
    Y = free_run(W, n_steps=1100, burn_in=0, seed=4)
    found = lyapunov_spectrum(W, n_steps=800, burn_in=300, seed=4)
    assert found == pytest.approx(own_spectrum(W, Y, 300), abs=0.01)


def test_fewer_exponents_are_the_largest_ones():
    W, run = network(3.0, n=30, seed=1), dict(n_steps=2000, burn_in=300)
    whole, part = lyapunov_spectrum(W, **run), lyapunov_spectrum(W, n_exponents=5, **run)
    assert part == pytest.approx(whole[:5], abs=1e-8)


def test_nothing_falls_below_the_floor(recwarn):
    saturated = lyapunov_spectrum(weight_matrix(20, 10.0, 0.9), n_steps=20, burn_in=20)
    assert saturated == pytest.approx(np.full(20, FLOOR)) and not recwarn.list
    assert lyapunov_spectrum(np.zeros((3, 3)), 5, 0) == pytest.approx(np.full(3, FLOOR))


# ---------------------------------------------------------------- what follows from a spectrum
def test_entropy_is_the_sum_of_the_positive_exponents():
    assert entropy_rate([-1.0, 0.25, 0.5, -3.0]) == 0.75
    assert entropy_rate([-0.1, -0.2]) == 0


def test_kaplan_yorke_dimension_of_known_spectra():
    henon = [0.41922, -1.62319]  # exponents and dimension: Sprott, Chaos and Time-Series Analysis (2003)
    assert kaplan_yorke_dimension(henon) == pytest.approx(1.25827, abs=1e-5)
    assert kaplan_yorke_dimension([-2.0, 0.5, 0.5, -0.25]) == pytest.approx(3 + 0.75 / 2)
    assert kaplan_yorke_dimension([-0.1, -0.2]) == 0
    assert kaplan_yorke_dimension([np.log(2), -np.log(2)]) == 2  # a map that keeps areas
    assert kaplan_yorke_dimension([0.3, 0.1]) == 2


@pytest.mark.parametrize("function", [entropy_rate, kaplan_yorke_dimension])
@pytest.mark.parametrize("exponents", [[], [[1.0]], 0.5, [np.nan, 1.0]])
def test_what_is_no_spectrum_is_refused(function, exponents):
    with pytest.raises(ValueError, match="exponents has .*must be (a row of|finite)"):
        function(exponents)


# ---------------------------------------------------------------- driven networks
def driven(coupling, n=60, drive=0.5, steps=600, seed=0):
    W, rng = network(coupling, n, seed), np.random.default_rng(seed)
    x, w_in, beta = rng.normal(size=(steps, 1)), rng.normal(size=(n, 1)), 0.1 * rng.normal(size=n)
    return W, x, drive * w_in, beta, driven_run(W, x, drive * w_in, beta)


def test_without_input_the_exponent_is_that_of_the_free_run():
    W = network(2.0, seed=3)
    Y = driven_run(W, np.zeros((500, 1)), np.zeros((60, 1)), start=start_state(60, 3))
    assert conditional_lyapunov(W, Y, burn_in=200, seed=3) == lyapunov(W, 300, 200, 3)


def test_the_exponent_is_the_growth_of_a_small_separation_under_the_same_input():
    W, x, w_in, beta, Y = driven(2.5)
    rng, eps, rates = np.random.default_rng(1), 1e-7, []
    v = rng.normal(size=60)
    for t in range(1, len(Y)):
        v *= eps / np.linalg.norm(v)
        other = np.tanh(W @ (Y[t - 1] + v) + w_in @ x[t] + beta)
        v = other - Y[t]
        rates.append(np.log(np.linalg.norm(v) / eps))
    assert conditional_lyapunov(W, Y, burn_in=101) == pytest.approx(np.mean(rates[100:]), abs=0.003)


def test_a_constant_input_gives_the_slope_of_the_single_unit():
    """W = g/N: every neuron at y = tanh(g y + 1), slope g (1 - y^2)."""
    g, n, y = 1.5, 10, 1.0
    for _ in range(200):
        y = np.tanh(g * y + 1.0)
    states = driven_run(np.full((n, n), g / n), np.ones((300, 1)), np.ones((n, 1)))
    found = conditional_lyapunov(np.full((n, n), g / n), states)
    assert found == pytest.approx(np.log(g * (1 - y * y)), abs=1e-9)


@pytest.mark.parametrize("coupling, drive", [(2.0, 2.0), (4.0, 0.3)])
def test_networks_become_equal_where_the_exponent_is_negative(coupling, drive):
    W, x, w_in, beta, Y = driven(coupling, drive=drive, seed=2)
    other = driven_run(W, x, w_in, beta, start=start_state(60, 8))
    apart = np.abs(other[-1] - Y[-1]).max()
    assert (apart < 1e-9) == (conditional_lyapunov(W, Y) < 0)


def test_states_of_a_solved_task_are_taken():
    W = network(1.0)
    assert -1 < conditional_lyapunov(W, solve(W, "narma", 1).states) < 0


def test_every_misfit_is_named_at_once():
    with pytest.raises(ValueError) as error:
        conditional_lyapunov(np.ones((3, 2)), np.full((9, 2), np.nan), burn_in=-1)
    text = str(error.value)
    assert text.startswith("3 faults") and "(3, 2): must be square" in text
    assert "burn_in = -1" in text and "not finite" in text
    with pytest.raises(ValueError, match=r"states has shape \(9, 2\): must be \(T, 3\), T > burn_in = 10"):
        conditional_lyapunov(np.eye(3), np.zeros((9, 2)), burn_in=10)
    with pytest.raises(ValueError, match="n_exponents = 4: must be at most the number of neurons, 3"):
        lyapunov_spectrum(np.eye(3), n_exponents=4)


# ---------------------------------------------------------------- period two
def test_only_neurons_that_change_their_sign_flip():
    before, now = [0.9, 0.2, 0.9, 4e-4, 0.9], [-0.9, 0.8, 0.9, -4e-4, -0.9]
    last = [0.9, 0.2, 0.9, 4e-4, 0.8]
    assert period_two_share(np.array([before, now, last])) == 1 / 5
    assert period_two_share(np.array([before, now])) == 0


def test_half_of_the_neurons_of_mirrored_symmetric_networks_flip():
    """The mirror of W at b = 0 is -W, its run y(t) -> (-1)^t y(t): who flips in one rests in the other."""
    shares = []
    for seed in range(4):
        W = network(1.5, n=100, seed=seed, reciprocity=1.0)
        pair = [period_two_share(free_run(sign * W, 1000, 2000, seed)) for sign in (1, -1)]
        shares.append(np.mean(pair))
    assert shares == pytest.approx(np.full(4, 0.5), abs=0.05)
