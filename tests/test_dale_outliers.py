"""The law of the outliers of Dale networks against published numbers, closed limits and eigenvalues."""

import numpy as np
import pytest

from regrnn_lib import theory
from regrnn_lib.theory import dale_outliers
from regrnn_lib.weights import weight_matrix

COUPLINGS = (0.74, 0.86, 0.99, 1.16, 1.34)
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def drawn_onsets(n_networks, n=100, **knobs):
    """Coupling at which the spectral radius of each network is 1."""
    matrices = (weight_matrix(n, 1 / np.sqrt(n), seed=(5, k), **knobs) for k in range(n_networks))
    return np.array([1 / np.abs(np.linalg.eigvals(W)).max() for W in matrices])


def test_shares_awake_are_the_published_ones():
    share = theory.awake_share(1.0, COUPLINGS, n_draws=4000)
    assert share == pytest.approx([0.13, 0.22, 0.36, 0.67, 0.96], abs=0.021)  # 0.005 of rounding, 2 errors


def test_shares_awake_are_those_of_networks():
    onsets = drawn_onsets(60, dale=1.0)
    simulated = np.mean(onsets[:, None] < COUPLINGS, axis=0)
    share = theory.awake_share(1.0, COUPLINGS)
    error = np.sqrt(share * (1 - share) / len(onsets))
    assert (np.abs(simulated - share) < 0.05 + 2.5 * error).all()  # 0.05: N = 100 against the limit


@pytest.mark.parametrize(
    "knobs",
    [
        dict(dale=0.5),
        dict(dale=1.0, density=0.3),
        dict(dale=0.5, balance=0.05),
        dict(dale=1.0, balance=0.05),
        dict(dale=0.8, balance=-0.3),
    ],
    ids=str,
)
def test_the_law_of_the_onset_is_that_of_networks(knobs):
    onsets = np.sort(drawn_onsets(200, **knobs))
    predicted = np.sort(theory.onset_couplings(**knobs))
    share = np.searchsorted(predicted, onsets) / len(predicted)
    distance = np.abs(share - (np.arange(200) + 0.5) / 200).max()
    assert (
        distance < 0.16
    )  # Kolmogorov-Smirnov: 0.10 by chance in one of twenty; the edge scatters at N = 100


def test_without_dale_every_network_wakes_at_one():
    np.testing.assert_array_equal(theory.onset_couplings(0.0), 1.0)
    np.testing.assert_array_equal(theory.awake_share(0.0, [0.99, 1.01]), [0.0, 1.0])
    np.testing.assert_array_equal(theory.onset_quantiles(0.0, SHARES), 1.0)
    assert theory.onset_couplings(0.0, density=0.25) == pytest.approx(2.0)


@pytest.mark.parametrize("dale, balance, density", [(0.0, 0.3, 1.0), (1.0, 1.0, 1.0), (0.3, -0.9, 0.6)])
def test_under_a_strong_bias_the_mean_wakes_the_network(dale, balance, density):
    mean, _ = theory.moments(1.0, balance, density)
    onsets = theory.onset_couplings(dale, balance, n_neurons=4900, density=density)
    assert np.median(onsets) == pytest.approx(1 / (70 * abs(mean)), rel=0.01)  # N |mu| = 1


def test_without_an_outlier_the_bulk_decides():
    onsets = theory.onset_couplings(0.2)
    radius = theory.spectrum(100, 0.1, dale=0.2).semi_axes[0]
    assert onsets.max() == pytest.approx(1 / radius, rel=1e-5)


def test_the_smallest_zero_is_that_of_the_companion_matrix():
    draws = np.random.default_rng(0).standard_normal((200, 60))
    coefficients = np.c_[np.ones(200), -1.1 * draws]
    exact = np.array([np.abs(np.roots(row[::-1])).min() for row in coefficients])
    assert dale_outliers._smallest_zero(coefficients) == pytest.approx(
        np.where(exact < 1 / 1.02, exact, 1.0), abs=5e-4
    )


def test_draws_are_common_to_all_levels():
    levels = np.array([theory.onset_couplings(d, n_draws=200) for d in (0.9, 0.95, 1.0)])
    assert np.corrcoef(levels).min() > 0.9
    assert (theory.onset_couplings(1.0, n_draws=200) == levels[2]).all()
    assert (theory.onset_couplings(1.0, n_draws=200, seed=1) != levels[2]).any()


def test_quantiles_and_shares_are_inverse():
    couplings = theory.onset_quantiles(0.8, SHARES)
    assert theory.awake_share(0.8, couplings) == pytest.approx(SHARES, abs=0.002)


@pytest.mark.parametrize(
    "call, named",
    [
        (lambda: theory.awake_share(2.0, [1.0], 3.0), ["dale = 2.0", "balance = 3.0"]),
        (lambda: theory.awake_share(1.0, [0.0]), ["couplings"]),
        (lambda: theory.awake_share(1.0, []), ["couplings"]),
        (lambda: theory.onset_couplings(1.0, n_draws=0, n_neurons=1), ["n_draws = 0", "n_neurons = 1"]),
        (lambda: theory.onset_quantiles(1.0, [1.5]), ["shares = [1.5]"]),
        (lambda: theory.onset_quantiles(1.0, ["a"]), ["shares"]),
    ],
)
def test_bad_input_is_refused_with_every_fault_named(call, named):
    with pytest.raises(ValueError, match="fault") as refusal:
        call()
    for words in named:
        assert words in str(refusal.value)
