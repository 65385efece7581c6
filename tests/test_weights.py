"""Matrices with knobs: exact properties of the draws, and estimators that read the knobs back."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from regrnn_lib import free_run, matrix_indices, module_labels, weight_matrix
from regrnn_lib.connectome import celegans
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.weights import find_communities, square_matrix

KNOBS = ("dale", "reciprocity", "modularity")
unit = st.floats(0, 1)
networks = st.fixed_dictionaries(
    dict(
        n_neurons=st.integers(5, 40),
        strength=st.floats(0.01, 10),
        balance=st.floats(-1, 1),
        density=st.floats(0.05, 1),
        n_modules=st.integers(1, 5),
        seed=st.integers(0, 2**40),
    )
)
quick = settings(max_examples=40, deadline=None)


@quick
@given(networks)
def test_knobs_at_zero_give_the_independent_matrix_bit_for_bit(network):
    plain = weight_matrix(**network)
    assert plain.shape == (network["n_neurons"],) * 2 and plain.dtype == np.float64
    assert np.array_equal(plain, weight_matrix(**network, dale=0, reciprocity=0, modularity=0))
    assert np.array_equal(plain, weight_matrix(**network))


@quick
@given(networks, st.sampled_from(("dale", "reciprocity")), st.lists(unit, min_size=3, max_size=5))
def test_turning_a_knob_up_switches_each_entry_at_most_once(network, knob, levels):
    matrices = [weight_matrix(**network, **{knob: x}) for x in sorted(levels) + [1.0]]
    switched = [W != matrices[-1] for W in matrices]  # entries not yet at their final value
    assert all((later <= earlier).all() for earlier, later in zip(switched, switched[1:]))


@quick
@given(networks, unit, unit)
def test_modularity_scales_only_the_entries_between_modules(network, m, d):
    plain, modular = (weight_matrix(**network, dale=d, modularity=x) for x in (0, m))
    labels = module_labels(network["n_neurons"], network["n_modules"])
    same = labels[:, None] == labels
    assert np.array_equal(modular[same], plain[same])
    assert np.allclose(modular[~same], (1 - m) * plain[~same], rtol=1e-15, atol=0)


@quick
@given(networks, unit, unit, unit)
def test_strength_only_scales(network, d, r, m):
    knobs = dict(dale=d, reciprocity=r, modularity=m)
    double = network | dict(strength=2 * network["strength"])
    assert np.array_equal(weight_matrix(**double, **knobs), 2 * weight_matrix(**network, **knobs))


@quick
@given(networks, unit)
def test_balance_moves_signs_one_way_only(network, more):
    bias = network["balance"]
    higher = network | dict(balance=min(1.0, bias + more))
    low, high = weight_matrix(**network), weight_matrix(**higher)
    assert np.array_equal(np.abs(low), np.abs(high)) and (high >= low).all()


@quick
@given(networks)
def test_complete_knobs_hold_exactly(network):
    dale = weight_matrix(**network, dale=1)
    assert (((dale >= 0).all(axis=0)) | ((dale <= 0).all(axis=0))).all()
    symmetric = weight_matrix(**network, reciprocity=1)
    assert np.array_equal(symmetric, symmetric.T)
    apart = weight_matrix(**network, modularity=1)
    labels = module_labels(network["n_neurons"], network["n_modules"])
    assert not apart[labels[:, None] != labels].any()


@quick
@given(networks, unit)
def test_variance_is_held_by_normalize(network, m):
    plain = weight_matrix(**network)
    held = weight_matrix(**network, modularity=m, normalize="variance")
    if held.any():
        assert np.mean(held**2) == pytest.approx(np.mean(plain**2), rel=1e-12)


@quick
@given(st.integers(2, 500), st.integers(1, 500))
def test_modules_are_contiguous_and_of_equal_size(n, k):
    k = min(k, n)
    sizes = np.bincount(module_labels(n, k))
    assert len(sizes) == k and sizes.max() - sizes.min() <= 1
    assert (np.diff(module_labels(n, k)) >= 0).all()


def test_law_of_an_entry_does_not_depend_on_dale_and_reciprocity():
    rho, b, w = 0.4, 0.3, 0.7
    for d, r in ((0, 0), (0.5, 0), (1, 0), (0, 0.5), (0, 1), (0.7, 0.6)):
        W = weight_matrix(1000, w, b, dale=d, reciprocity=r, density=rho, seed=5)
        there = W[W != 0]
        # polarities are drawn once per column: 1000 of them have s.d. 0.03, of the mean sign
        assert np.mean(W != 0) == pytest.approx(rho, abs=0.005)
        assert np.mean(there > 0) == pytest.approx((1 + b) / 2, abs=0.003 + 0.05 * d)
        assert np.sqrt(np.mean(there**2)) == pytest.approx(w, rel=0.01)
        assert np.mean(there**4) == pytest.approx(3 * w**4, rel=0.03)


def test_replicates_and_seeds_differ_and_an_integer_is_replicate_zero():
    a, b, c = (weight_matrix(20, 1.0, seed=s) for s in (3, (3, 0), (3, 1)))
    assert np.array_equal(a, b) and not np.isin(c, a).any()
    assert not np.isin(weight_matrix(20, 1.0, seed=4), a).any()


def test_known_bits():
    """The draws are part of the interface: a change here would silently change every figure."""
    W = weight_matrix(3, 1.0, 0.2, dale=0.5, reciprocity=0.5, seed=7)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(7, spawn_key=(0, 0))))
    size = np.abs(np.rint(rng.standard_normal((3, 3)) * 2**40) / 2**40)
    sign, polarity, dale, pair = rng.random((3, 3)), rng.random(3), rng.random((3, 3)), rng.random((3, 3))
    for i in range(3):
        for j in range(3):
            s = polarity[j] if dale[i, j] < 0.5 else sign[i, j]
            size[i, j] *= 1 if s < 0.6 else -1
    for i in range(3):
        for j in range(i + 1, 3):
            size[j, i] = size[i, j] if pair[i, j] < 0.5 else size[j, i]
    assert np.array_equal(W, size)


# ---------------------------------------------------------------- estimators
def index(name, W, labels):
    return getattr(matrix_indices(W, labels), name)


@pytest.mark.parametrize("knob", KNOBS)
@pytest.mark.parametrize("density", [1.0, 0.05])
@pytest.mark.parametrize("order", ["drawn", "shuffled", "by polarity"])
def test_each_index_recovers_its_knob(knob, density, order):
    n, modules = 400, module_labels(400, 5)
    rng = np.random.default_rng(0)
    for level in (0.0, 0.3, 0.6, 1.0):
        found = []
        for k in range(4):
            W = weight_matrix(n, 0.3, 0.2, density=density, seed=(1, k), **{knob: level})
            p = dict(
                drawn=np.arange(n), shuffled=rng.permutation(n), **{"by polarity": np.argsort(W.sum(axis=0))}
            )[order]
            found.append(index(knob, W[np.ix_(p, p)], modules[p]))
        # at d = 0 the square root turns an error of 0.01 in d^2 into one of 0.1
        tolerance = 0.12 if knob == "dale" and level == 0 else 0.03
        assert np.mean(found) == pytest.approx(level, abs=tolerance)


def test_global_statistics_are_recovered():
    for knob in KNOBS:
        W = weight_matrix(500, 0.3, 0.4, density=0.2, seed=2, **{knob: 0.5})
        found = matrix_indices(W, module_labels(500, 5))
        assert found.strength == pytest.approx(0.3, rel=0.02)
        assert found.balance == pytest.approx(0.4, abs=0.06)
        assert found.density == pytest.approx(0.2, abs=0.005)


def test_sorting_a_dale_matrix_by_polarity_does_not_make_it_reciprocal():
    W = weight_matrix(300, 1.0, dale=1, seed=1)
    p = np.argsort(np.sign(W).sum(axis=0))
    ordered = W[np.ix_(p, p)]
    upper = np.triu_indices(300, 1)
    assert np.corrcoef(ordered[upper], ordered.T[upper])[0, 1] > 0.15  # what over i < j would be read
    assert abs(index("reciprocity", ordered, np.zeros(300))) < 0.02


def test_found_communities_beat_their_null_from_one_half_up():
    for m in (0.5, 0.8, 1.0):
        found = matrix_indices(weight_matrix(100, 1.0, modularity=m, seed=3))
        assert found.modularity == pytest.approx(m, abs=0.05)
        assert found.modularity > found.modularity_null + 0.15
    none = matrix_indices(weight_matrix(100, 1.0, seed=3))
    assert abs(none.modularity - none.modularity_null) < 0.05


def test_any_container_gives_the_same():
    W = weight_matrix(30, 1.0, 0.1, density=0.3, dale=0.5, seed=4)
    want = matrix_indices(W)
    for same in (
        W.tolist(),
        pd.DataFrame(W),
        scipy.sparse.csr_matrix(W),
        scipy.sparse.coo_array(W),
        np.asfortranarray(W),
    ):
        assert np.array_equal(matrix_indices(same), want, equal_nan=True)


def test_undefined_indices_are_nan_and_nothing_warns(recwarn):
    empty = matrix_indices(np.zeros((4, 4)))
    assert (
        empty.density == 0 and np.isnan([empty.strength, empty.balance, empty.dale, empty.reciprocity]).all()
    )
    positive = matrix_indices(np.abs(weight_matrix(10, 1.0)), np.zeros(10))
    assert positive.balance == 1 and np.isnan([positive.dale, positive.modularity]).all()
    assert np.isnan(matrix_indices(np.ones((5, 5)), np.zeros(5)).reciprocity)
    single = np.zeros((4, 4))
    single[0, 1] = 2.0
    assert np.isnan(matrix_indices(single, np.zeros(4)).dale)  # no column with two entries
    assert not recwarn.list


@pytest.mark.parametrize(
    "W, message",
    [
        (np.ones((2, 3)), r"shape \(2, 3\): must be square"),
        (np.full((2, 2), np.nan), "4 entries that are not finite"),
        (np.ones((2, 2), dtype=complex), "dtype complex128: must be real"),
        ([["a", "b"], ["c", "d"]], "must be real numbers"),
        (np.ones((1, 1)), "N >= 2"),
    ],
)
def test_what_is_no_weight_matrix_is_refused(W, message):
    with pytest.raises(ValueError, match=message):
        matrix_indices(W)


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"labels has shape \(3,\): must be \(4,\)"):
        matrix_indices(np.ones((4, 4)), labels=[0, 1, 1])


# ---------------------------------------------------------------- a matrix that nobody here drew
def test_the_worm_has_its_published_counts():
    chemical, gaps = celegans("chemical", signed=False), celegans("electrical")
    assert chemical.shape == (279, 279)
    assert (chemical != 0).sum().sum() == 2194 and chemical.sum().sum() == 6394
    assert np.array_equal(gaps, gaps.T)
    junctions = np.triu(gaps.values)
    assert (junctions != 0).sum() == 517 and junctions.sum() == 890 and np.trace(gaps) == 3


def test_the_worm_is_measured():
    found = matrix_indices(celegans("chemical"), np.zeros(279))
    assert found.dale == 1.0  # signs come from the sender
    assert found.density == pytest.approx(2194 / 279**2)
    A = (celegans("chemical").values != 0).astype(float)
    pairs = ~np.eye(279, dtype=bool)
    assert found.reciprocity_binary == pytest.approx(np.corrcoef(A[pairs], A.T[pairs])[0, 1])
    assert 0.1 < found.reciprocity_binary < 0.3
    assert matrix_indices(celegans("electrical"), np.zeros(279)).reciprocity == pytest.approx(1)
    inhibitory = (celegans("chemical") < 0).any()
    assert inhibitory.sum() <= 26 and (celegans("chemical").loc[:, inhibitory] <= 0).all().all()


def test_unknown_kind_of_synapse_is_refused():
    with pytest.raises(ValueError, match="kind = 'gap': must be one of chemical, electrical"):
        celegans("gap")


def test_columns_of_a_table_are_put_into_the_order_of_its_rows():
    worm = celegans("chemical")
    shuffled = worm.sample(frac=1, random_state=0).sample(frac=1, axis="columns", random_state=1)
    labels = np.arange(len(worm)) % 4
    there = matrix_indices(worm.loc[shuffled.index, shuffled.index], labels)
    assert np.array_equal(matrix_indices(shuffled, labels), there, equal_nan=True)
    assert matrix_indices(shuffled, labels).reciprocity == pytest.approx(
        matrix_indices(worm, labels).reciprocity, rel=1e-12
    )
    named = pd.DataFrame(
        np.arange(9.0).reshape(3, 3), index=list("abc")
    )  # columns without names keep their places
    assert np.array_equal(square_matrix(named), named.to_numpy())


@pytest.mark.parametrize("n_shuffles", [-1, 1.5, "3"])
def test_shuffles_are_counted_in_whole_numbers(n_shuffles):
    with pytest.raises(
        ValueError, match=f"n_shuffles = {n_shuffles!r}: must be a whole number, 0 <= n_shuffles"
    ):
        matrix_indices(np.eye(4), n_shuffles=n_shuffles)


def test_a_label_that_is_no_module_is_refused():
    with pytest.raises(ValueError, match="labels has entries that are not finite"):
        matrix_indices(np.eye(4), [0, 1, np.nan, 1])


# ---------------------------------------------------------------- mirrored pairs
@pytest.mark.parametrize("balance", [0.0, 0.17, -0.4, 1.0])
@pytest.mark.parametrize(
    "knobs", [{}, dict(dale=0.6), dict(reciprocity=0.5), dict(modularity=0.7), dict(dale=1.0)]
)
def test_the_mirror_is_the_negative_of_the_opposite_balance(balance, knobs):
    for seed in range(5):
        how = dict(seed=(seed, 3), density=0.8, **knobs)
        mirror = weight_matrix(40, 0.3, balance, mirror=True, **how)
        assert np.array_equal(mirror, -weight_matrix(40, 0.3, -balance, **how))


def test_the_run_of_the_mirror_alternates():
    for balance in (0.0, 0.1):
        plain = free_run(weight_matrix(50, 0.3, -balance, seed=4), 60, 0, seed=4)
        mirror = free_run(weight_matrix(50, 0.3, balance, seed=4, mirror=True), 60, 0, seed=4)
        signs = np.where(np.arange(60) % 2, 1.0, -1.0)[:, None]  # the first recorded state is y(1)
        assert np.array_equal(mirror, signs * plain)
    pair = sweep(dict(mirror=[False, True], coupling=[0.7, 1.5, 3.0]), n_neurons=50, n_replicates=3)
    assert np.abs(pair.autocorrelation.mean("mirror")).max() < 1e-15
    assert np.abs(pair.correlation.mean("mirror")).max() < 1e-15


def louvain_of_networkx(W, seed):
    """Communities as NetworkX finds them, on graphs of dictionaries."""
    strength = np.abs(W) + np.abs(W).T
    np.fill_diagonal(strength, 0.0)
    found = nx.community.louvain_communities(nx.from_numpy_array(strength), seed=seed)
    return [next(k for k, members in enumerate(found) if node in members) for node in range(len(W))]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("density, levels", [(0.05, 1), (0.3, 1), (0.3, 3), (1.0, 1000), (0.0, 1)])
def test_communities_are_those_of_networkx(seed, density, levels):
    """Whole numbers bring ties, of which NetworkX takes the first."""
    rng = np.random.default_rng(seed)
    W = rng.integers(1, levels + 1, (60, 60)) * (rng.random((60, 60)) < density) * 1.0
    block = np.arange(60) // 12
    W[block[:, None] == block] *= 1 + seed
    assert find_communities(W, seed).tolist() == louvain_of_networkx(W, seed)


def test_communities_of_a_connectome_are_those_of_networkx():
    worm = celegans("chemical").to_numpy()
    assert find_communities(worm).tolist() == louvain_of_networkx(worm, 0)
