"""Dynamical mean field of partially symmetric networks against closed limits, other numbers and networks."""

import numpy as np
import pytest
from scipy.optimize import brentq

from regrnn_lib import theory
from regrnn_lib.dynamics import run_measures
from regrnn_lib.weights import weight_matrix

RECIPROCITIES = (0.0, 0.25, 0.5, 0.75, 1.0)
# by another program, that takes the response from correlations with the noise (it loses some next to the onset)
PUBLISHED = {-0.9: (1.072, 0.859, 0.723, 0.620, 0.546), 0.0: (1.439, 1.125, 0.905, 0.766, 0.664)}
SIMULATED = {-0.9: (1.021, 0.841, 0.704, 0.607, 0.532), 0.0: (1.399, 1.105, 0.902, 0.761, 0.656)}  # N = 400


@pytest.mark.parametrize("level", PUBLISHED)
def test_couplings_of_saturation_are_the_published_ones(level):
    couplings = [theory.saturation_coupling(r, level) for r in RECIPROCITIES]
    assert couplings == pytest.approx(PUBLISHED[level], rel=0.01)
    assert (np.array(couplings) >= SIMULATED[level]).all()  # networks wake below theory, by up to 5 %
    assert couplings == pytest.approx(SIMULATED[level], rel=0.05)


@pytest.mark.parametrize("level", [-0.9, 0.0, 0.6])
def test_without_reciprocity_the_coupling_is_that_of_the_mean_field(level):
    exact = brentq(lambda x: theory.mean_field_at(0.0, x).nonlinearity - level, 1.001, 9)
    assert theory.saturation_coupling(0.0, level) == pytest.approx(exact, rel=0.006)


@pytest.mark.parametrize("coupling", [1.5, 3.0])
def test_without_reciprocity_covariance_and_response_are_those_of_the_mean_field(coupling):
    field, there = theory.mean_field_at(0.0, coupling), theory.partially_symmetric(0.0, coupling)
    assert there.nonlinearity == pytest.approx(field.nonlinearity, abs=0.012)
    assert np.diag(there.covariance)[40:] == pytest.approx(field.q, abs=0.02)
    assert np.abs(there.covariance[60, :60]).max() < 0.05  # chaos forgets at once: 3 standard errors
    slope = np.diag(there.response)[40:].mean()
    assert slope == pytest.approx(1 - field.q, abs=0.01)
    assert np.count_nonzero(there.response - np.diag(np.diag(there.response))) == 0


def test_below_the_onset_all_dies():
    there = theory.partially_symmetric(0.5, 0.5)
    assert there.nonlinearity == -1
    assert there.covariance[-1, -1] < 1e-5


def network_averages(reciprocity, coupling, n_steps, n=600, n_networks=4):
    """C(t, s) and, from traces of products of Jacobians, G(t, t - 2) of networks W, each with its mirror -W.

    The mirror turns the sign at every second step, so C of the pair is 0 at odd delays.
    """
    covariance, response = 0.0, 0.0
    for k in range(n_networks):
        W = weight_matrix(n, coupling / np.sqrt(n), reciprocity=reciprocity, seed=(7, k))
        y = np.random.default_rng(k).uniform(-1, 1, n)
        states = [y] + [y := np.tanh(W @ y) for _ in range(n_steps)]
        late, between, early = (1 - states[t] ** 2 for t in (-1, -2, -3))
        response += np.einsum("i,ij,j,ji,i->", late, W, between, W, early, optimize=True) / n / n_networks
        covariance += np.array(states) @ np.array(states).T / n / n_networks
    later, earlier = np.indices(covariance.shape)
    return np.where((later - earlier) % 2 == 0, covariance, 0.0), response


@pytest.mark.parametrize("reciprocity, coupling", [(0.5, 1.5), (0.5, 0.95), (1.0, 1.0)])
def test_memory_and_response_are_those_of_networks(reciprocity, coupling):
    covariance, response = network_averages(reciprocity, coupling, 30)
    there = theory.partially_symmetric(reciprocity, coupling, n_steps=30)
    assert np.abs(there.covariance - covariance).max() < 0.06
    assert np.sqrt(np.mean((there.covariance - covariance) ** 2)) < 0.02
    assert there.response[30, 28] == pytest.approx(response, rel=0.06)


def test_networks_saturate_a_little_below_the_predicted_coupling():
    grid = np.linspace(0.8, 1.0, 6)
    saturation = [
        np.mean(
            [
                run_measures(weight_matrix(200, x / np.sqrt(200), reciprocity=0.5, seed=(3, k)), 400, 200)[3]
                for k in range(8)
            ]
        )
        for x in grid
    ]
    crossed = np.interp(0.0, saturation, grid)
    assert crossed == pytest.approx(theory.saturation_coupling(0.5, 0.0), rel=0.04)


def test_seeds_are_kept_and_matter_little():
    first, again = (theory.partially_symmetric(1.0, 0.7, n_steps=30) for _ in range(2))
    other = theory.partially_symmetric(1.0, 0.7, n_steps=30, seed=1)
    np.testing.assert_array_equal(first.covariance, again.covariance)
    assert first.nonlinearity == again.nonlinearity != other.nonlinearity
    assert other.nonlinearity == pytest.approx(first.nonlinearity, abs=0.03)


def test_covariance_is_symmetric_and_response_causal():
    there = theory.partially_symmetric(0.75, 1.2, n_steps=20, n_trajectories=500)
    assert there.covariance.shape == there.response.shape == (21, 21)
    np.testing.assert_array_equal(there.covariance, there.covariance.T)
    assert there.covariance[0, 0] == pytest.approx(1 / 3, rel=1e-6)
    later, earlier = np.indices((21, 21))
    assert not there.response[(later < earlier) | (earlier == 0) | ((later - earlier) % 2 == 1)].any()
    assert there.response[10, 8] > 0.1  # the echo of a symmetric pair has the sign of what was sent


@pytest.mark.parametrize(
    "call, named",
    [
        (lambda: theory.partially_symmetric(1.5, -1.0), ["reciprocity = 1.5", "coupling = -1.0"]),
        (lambda: theory.partially_symmetric(0.5, 1.0, n_steps=5), ["n_steps = 5: must be at least 10"]),
        (lambda: theory.partially_symmetric(0.5, 1.0, n_trajectories=80), ["above n_steps = 80"]),
        (lambda: theory.partially_symmetric(0.5, 1.0, n_steps=2000), ["at most 50"]),
        (lambda: theory.saturation_coupling(-1.0, 1.0), ["reciprocity = -1.0", "nonlinearity = 1.0", "0.9"]),
        (lambda: theory.saturation_coupling(0.0, True, seed=-1), ["nonlinearity = True", "seed = -1"]),
    ],
)
def test_bad_input_is_refused_with_every_fault_named(call, named):
    with pytest.raises(ValueError, match="fault") as refusal:
        call()
    for words in named:
        assert words in str(refusal.value)
