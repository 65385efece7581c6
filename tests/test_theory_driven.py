"""Driven mean field: closed forms, quadrature, the undriven limit, published numbers, simulation."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from regrnn_lib import conditional_lyapunov, driven_run, weight_matrix
from regrnn_lib.theory import (
    FASTEST_DECAY,
    driven_edge,
    driven_field,
    driven_field_at,
    mean_field,
    mean_field_at,
)

DRIVES = [0.1, 0.3, 1.0]
COUPLINGS = np.array([0.9, 1.2, 1.5, 2.0, 2.6])
N = 400


def driven(coupling, drive, n_inputs=N, balance=0.0, seed=0, steps=600):
    """A network and its states under normal white noise; n_inputs = N:
    a noise of its own for every neuron.
    """
    rng, W = np.random.default_rng(seed), weight_matrix(N, coupling / np.sqrt(N), balance, seed=seed)
    own = np.eye(N) if n_inputs == N else rng.normal(size=(N, n_inputs)) / np.sqrt(n_inputs)
    return W, driven_run(W, rng.normal(size=(steps, n_inputs)), drive * own, 0.1 * rng.normal(size=N))


def expectation(f, mean, std):
    def integrand(z):
        return f(np.tanh(mean + std * z)) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)

    return quad(integrand, -9, 9, epsabs=1e-12, limit=400, points=[np.clip(-mean / std, -9, 9)])[0]


# ---------------------------------------------------------------- the state
@pytest.mark.parametrize(
    "gain, radius, drive", [(0, 0.5, 1), (0, 3, 0.1), (1.3, 0.8, 0.3), (4, 2, 1), (9, 5, 3)]
)
def test_the_state_solves_its_equations_by_adaptive_quadrature(gain, radius, drive):
    state = driven_field_at(radius, drive, 0.2, gain)
    field, std = gain * state.mean, np.sqrt(radius**2 * state.q + drive**2 + 0.04)
    assert state.mean == pytest.approx(expectation(lambda y: y, field, std), abs=1e-9)
    assert state.q == pytest.approx(expectation(lambda y: y**2, field, std), abs=1e-9)
    share = expectation(lambda y: float(abs(y) > 0.5), field, std)
    assert state.nonlinearity == pytest.approx(2 * share - 1, abs=1e-4)
    bulk = np.log(radius**2 * expectation(lambda y: (1 - y**2) ** 2, field, std)) / 2
    assert state.lyapunov >= bulk - 1e-9 and (gain > 0 or state.lyapunov == pytest.approx(bulk, abs=1e-9))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 6), st.floats(0, 5))
def test_without_input_and_biases_it_is_the_undriven_mean_field(gain, radius):
    driven_state, free = driven_field_at(radius, 0.0, 0.0, gain), mean_field_at(gain, radius)
    assert driven_state.mean == pytest.approx(free.mean, abs=2e-6)
    assert driven_state.q == pytest.approx(free.q, abs=2e-6)
    assert driven_state.lyapunov == pytest.approx(free.lyapunov, abs=2e-5)


def test_a_weak_input_is_filtered_by_a_linear_network():
    state = driven_field_at(0.8, 1e-4, 0.0)
    assert state.q == pytest.approx(1e-8 / (1 - 0.64), rel=1e-6)
    assert state.lyapunov == pytest.approx(np.log(0.8), abs=1e-6) and state.nonlinearity == -1


def test_without_weights_nothing_is_remembered():
    state = driven_field(100, 0.0, 0.3)
    assert state.lyapunov == FASTEST_DECAY
    assert state.q == pytest.approx(expectation(lambda y: y**2, 0.0, np.sqrt(0.1)), abs=1e-9)


def test_the_sign_of_the_balance_is_without_effect():
    assert driven_field(100, 0.3, 0.3, balance=-0.2) == driven_field(100, 0.3, 0.3, balance=0.2)


# ---------------------------------------------------------------- the edge
def test_published_edges():
    assert driven_edge(DRIVES) == pytest.approx([1.24, 1.41, 1.86], abs=0.005)


@pytest.mark.parametrize("bias_strength", [0.0, 0.1, 2.0])
def test_the_exponent_is_zero_at_the_edge_and_changes_its_sign_there(bias_strength):
    drives = np.array([0.01, 0.3, 1.0, 10.0])
    edge = driven_edge(drives, bias_strength)
    at, below, above = (driven_field_at(f * edge, drives, bias_strength).lyapunov for f in (1, 0.95, 1.05))
    assert at == pytest.approx(np.zeros(4), abs=1e-9) and (below < 0).all() and (above > 0).all()


def test_a_weak_input_moves_the_edge_by_the_third_root_of_its_power():
    """E tanh^2/E sech^4 = S - 4 S^3/3 + .., R^2 = 1 + 2 S + ..:
    the power v = u^2 moves R by (3 v/4)^(1/3).
    """
    for drive in (1e-4, 1e-3):
        shift = (0.75 * drive**2) ** (1 / 3)
        assert driven_edge(drive, 0.0) - 1 == pytest.approx(shift, rel=10 * shift)
    assert driven_edge(0.0, 0.0) == 1


def test_biases_count_as_input():
    assert driven_edge(0.3, 0.4) == pytest.approx(driven_edge(0.5, 0.0), abs=1e-12)


# ---------------------------------------------------------------- published numbers and simulation
PUBLISHED = {  # theory, simulation; at the five couplings
    0.1: ([-0.166, -0.011, 0.056, 0.152, 0.251], [-0.143, -0.022, 0.054, 0.146, 0.246]),
    1.0: ([-0.552, -0.311, -0.143, 0.045, 0.193], [-0.507, -0.285, -0.130, 0.051, 0.193]),
}


@pytest.mark.parametrize("drive", PUBLISHED)
def test_published_exponents(drive):
    theory, simulated = PUBLISHED[drive]
    found = driven_field(N, COUPLINGS / np.sqrt(N), drive).lyapunov
    assert found == pytest.approx(theory, abs=6e-4)
    once = [conditional_lyapunov(*driven(x, drive, n_inputs=2, seed=1)) for x in COUPLINGS]
    assert once == pytest.approx(simulated, abs=0.035)  # one network, and few inputs, not said how many


@pytest.mark.parametrize("drive", DRIVES)
def test_networks_with_a_noise_for_every_neuron_follow_theory(drive):
    couplings = COUPLINGS[1:]
    theory = driven_field(N, couplings / np.sqrt(N), drive)
    runs = [driven(x, drive, seed=2) for x in couplings]
    late = [Y[100:] for _, Y in runs]
    assert [conditional_lyapunov(W, Y) for W, Y in runs] == pytest.approx(
        theory.lyapunov, abs=0.025 if drive == 0.1 else 0.015
    )
    assert [np.mean(Y * Y) for Y in late] == pytest.approx(theory.q, abs=0.02)
    saturation = [2 * np.mean(np.abs(Y) > 0.5) - 1 for Y in late]
    assert saturation == pytest.approx(theory.nonlinearity, abs=0.06 if drive == 0.1 else 0.015)


@pytest.mark.parametrize("drive", DRIVES)
def test_simulated_chaos_ends_at_the_edge(drive):
    edge = driven_edge(drive)
    assert (
        conditional_lyapunov(*driven(0.85 * edge, drive))
        < 0
        < conditional_lyapunov(*driven(1.15 * edge, drive))
    )


def test_input_silences_free_chaos():
    coupling = 1.3
    assert mean_field(N, coupling / np.sqrt(N), 0.0).lyapunov > 0.01
    assert driven_field(N, coupling / np.sqrt(N), [0.3, 1.0]).lyapunov.max() < -0.01
    assert conditional_lyapunov(*driven(coupling, 0.3, seed=1)) < 0


@pytest.mark.parametrize("coupling, balance", [(2.0, 0.1), (3.0, 0.06), (3.0, -0.1)])
def test_simulated_networks_with_a_bias(coupling, balance):
    """Held, still balanced, flipping."""
    theory = driven_field(N, coupling / np.sqrt(N), 0.3, balance=balance)
    W, Y = driven(coupling, 0.3, balance=balance, seed=3)
    means = Y[100:].mean(axis=1)
    assert np.mean(np.abs(means)) == pytest.approx(theory.mean, abs=0.1)
    assert np.mean(Y[100:] ** 2) == pytest.approx(theory.q, abs=0.05)
    assert conditional_lyapunov(W, Y) == pytest.approx(theory.lyapunov, abs=0.1)
    assert (theory.mean > 0) == (abs(np.mean(means[1:] * means[:-1])) > 0.1)
    assert theory.mean == 0 or np.sign(means[0] * means[1]) == np.sign(balance)


# ---------------------------------------------------------------- a plane at once
def test_a_plane_is_the_same_as_cell_by_cell_and_takes_less_than_a_second():
    x, b, u = np.linspace(0.5, 4.2, 6), np.array([-0.25, -0.1, 0.0, 0.1, 0.25]), np.array(DRIVES)
    begin = time.process_time()
    plane = driven_field(100, x[:, None, None] / 10, u, balance=b[:, None])
    assert time.process_time() - begin < 1
    assert plane.mean.shape == (6, 5, 3)
    for i, j, k in [(0, 0, 0), (3, 2, 1), (5, 4, 2), (2, 1, 0)]:
        cell = driven_field(100, x[i] / 10, u[k], balance=b[j])
        assert [values[i, j, k] for values in plane] == pytest.approx(list(cell), abs=1e-9)
        assert all(type(value) is float for value in cell)


@pytest.mark.parametrize(
    "call, named",
    [
        (
            lambda: driven_field(1, -1, [0.1, -0.5], balance=2),
            ["n_neurons = 1", "strength = -1", "drive = -0.5"],
        ),
        (
            lambda: driven_field(10, 0.1, "strong", bias_strength=np.nan),
            ["drive = 'strong'", "bias_strength = nan"],
        ),
        (lambda: driven_field_at(-1, -1, 0.1, np.inf), ["bulk_radius = -1", "drive = -1", "mean_gain = inf"]),
        (lambda: driven_edge(-1, -2), ["drive = -1", "bias_strength = -2"]),
    ],
)
def test_bad_input_is_refused_with_every_fault_named(call, named):
    with pytest.raises(ValueError) as error:
        call()
    assert all(f"{words}: must be" in str(error.value) for words in named)
