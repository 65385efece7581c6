"""Theory of chaos: closed forms, products of random matrices, linear networks, and simulation."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import solve_discrete_lyapunov

from regrnn_lib import free_run, lyapunov_spectrum, measures, weight_matrix
from regrnn_lib.exponents import entropy_rate, kaplan_yorke_dimension
from regrnn_lib.theory import chaotic_spectrum, mean_field_at, participation_ratio


def q_of(coupling):
    return mean_field_at(0.0, coupling).q


# ---------------------------------------------------------------- the Lyapunov spectrum
@pytest.mark.parametrize("coupling", [0.3, 1.0])
def test_rest_has_the_circular_law(coupling):
    """The share of eigenvalues beyond the modulus rho is 1 - rho^2/R^2."""
    share = (np.arange(50) + 0.5) / 50
    expected = np.log(coupling * np.sqrt(1 - share))
    assert chaotic_spectrum(coupling, 50) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("coupling", [1.2, 2.0, 5.0])
def test_the_first_exponent_is_that_of_mean_field(coupling):
    first = [chaotic_spectrum(coupling, n)[0] for n in (100, 1000, 5000)]
    exact = mean_field_at(0.0, coupling).lyapunov
    assert first == sorted(first) and first[-1] == pytest.approx(exact, abs=1e-3)


@pytest.mark.parametrize("coupling", [1.2, 2.0, 6.0, 40.0])
def test_the_sum_is_the_mean_growth_of_volumes(coupling):
    """ln R - 1/2 (a Gaussian matrix of variance R^2/N) + E ln D."""
    std = coupling * np.sqrt(q_of(coupling))

    def integrand(z):
        return -4 * np.log(np.cosh(std * z)) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)  # h > 0, twice

    volume = np.log(coupling) - 0.5 + quad(integrand, 0, min(9, 700 / std))[0]
    assert chaotic_spectrum(coupling, 4000).mean() == pytest.approx(volume, rel=4e-4)


def test_the_spectrum_is_that_of_a_product_of_fresh_random_matrices():
    n, coupling, rng = 150, 2.0, np.random.default_rng(0)
    std, logs, frame = coupling * np.sqrt(q_of(coupling)), [], np.eye(n)
    for _ in range(150):
        W = rng.normal(0, coupling / np.sqrt(n), (n, n))
        frame, R = np.linalg.qr((1 - np.tanh(rng.normal(0, std, n)) ** 2)[:, None] * (W @ frame))
        logs.append(np.log(np.abs(np.diag(R))))
    found, theory = np.mean(logs[30:], axis=0), chaotic_spectrum(coupling, n)
    assert found[:130] == pytest.approx(theory[:130], abs=0.05)  # the last ones depend on the rarest neurons


def of_a_neuron(exponents, n):
    """lambda_1, entropy rate and dimension per neuron."""
    return exponents[0], entropy_rate(exponents) / n, kaplan_yorke_dimension(exponents) / n


def test_published_numbers_and_simulation():
    """Four networks of 1000 steps gave 0.150, 0.0100, 0.250: a few per cent below the limit of many neurons."""
    n, spectrum = 400, chaotic_spectrum(2.0, 400)
    assert of_a_neuron(spectrum, n) == pytest.approx((0.1534, 0.01068, 0.2576), rel=1e-3)
    run = dict(n_steps=300, burn_in=200, n_exponents=130)
    networks = [lyapunov_spectrum(weight_matrix(n, 2 / np.sqrt(n), seed=s), seed=s, **run) for s in range(3)]
    first, entropy, dimension = np.mean([of_a_neuron(exponents, n) for exponents in networks], axis=0)
    assert first == pytest.approx(0.1534, rel=0.04)
    assert entropy == pytest.approx(0.01068, rel=0.12)
    assert dimension == pytest.approx(0.2576, rel=0.05)
    assert np.mean(networks, axis=0) == pytest.approx(spectrum[:130], abs=0.012)


def test_small_networks_have_a_lower_entropy():
    n, spectrum = 100, chaotic_spectrum(2.0, 100)
    networks = [lyapunov_spectrum(weight_matrix(n, 0.2, seed=s), 600, 200, s, 40) for s in range(3)]
    entropy = np.mean([entropy_rate(exponents) for exponents in networks])
    assert 0.65 < entropy / entropy_rate(spectrum) < 0.95


@pytest.mark.parametrize("coupling", [0.01, 1.001, 10.0, 100.0])
def test_every_coupling_has_a_finite_spectrum(coupling, recwarn):
    spectrum = chaotic_spectrum(coupling, 60)
    assert np.isfinite(spectrum).all() and (np.diff(spectrum) < 0).all() and not recwarn.list


# ---------------------------------------------------------------- the participation ratio
def test_published_participation_ratios():
    found = participation_ratio([1.5, 2.0, 3.0, 6.0], 1000, 4000)
    assert found == pytest.approx([0.108, 0.210, 0.321, 0.427], abs=6e-4)
    assert participation_ratio(2.0, 1000, 4000) == found[1]


@pytest.mark.parametrize("coupling", [2.0, 3.0, 6.0])
def test_simulated_participation_ratio(coupling):
    n, steps = 400, 3000
    W = weight_matrix(n, coupling / np.sqrt(n), seed=2)
    found = measures(free_run(W, steps, seed=2)).dimension
    assert found == pytest.approx(participation_ratio(coupling, n, steps), abs=0.012)


def test_the_covariance_is_that_of_a_linear_network_with_noise():
    """S = G S G' + 1 with entries of G of variance g^2/N, solved exactly; g = R E tanh'."""
    n, coupling = 400, 50.0
    g = (
        coupling
        * quad(lambda z: _slope_density(z, coupling * np.sqrt(q_of(coupling))), -9, 9, points=[0], limit=400)[
            0
        ]
    )
    G = np.random.default_rng(1).normal(0, g / np.sqrt(n), (n, n))
    S = solve_discrete_lyapunov(G, np.eye(n))
    linear = np.trace(S) ** 2 / np.sum(S * S) / n
    assert linear == pytest.approx(participation_ratio(coupling, n, 10**7), abs=0.02)


def _slope_density(z, std):
    return np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / np.cosh(np.minimum(np.abs(std * z), 300)) ** 2


def test_short_runs_have_no_more_dimensions_than_steps():
    assert participation_ratio(50.0, 1000, 10) == pytest.approx(0.01, rel=0.02)


def test_there_is_none_without_chaos(recwarn):
    found = participation_ratio([[0.5, 1.0], [1.01, 2.0]], 100, 1000)
    assert np.array_equal(np.isnan(found), [[True, True], [False, False]]) and not recwarn.list
    assert np.isnan(participation_ratio(0.9, 100, 1000))


@pytest.mark.parametrize(
    "call, named",
    [
        (lambda: chaotic_spectrum(-1, 1), ["coupling = -1", "n_neurons = 1"]),
        (lambda: chaotic_spectrum(np.nan, 10), ["coupling = nan"]),
        (lambda: participation_ratio(2, 1, 1), ["n_neurons = 1", "n_steps = 1"]),
        (lambda: participation_ratio([2, 0], 10, 10), ["coupling = 0.0"]),
    ],
)
def test_bad_input_is_refused_with_every_fault_named(call, named):
    with pytest.raises(ValueError) as error:
        call()
    assert all(f"{words}: must be" in str(error.value) for words in named)
