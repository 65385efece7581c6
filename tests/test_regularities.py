"""A regularity is one class: everything that lists regularities takes up a new one,
and nothing else changes.
"""

import inspect

import numpy as np
import pytest

from regrnn_lib import matrix_indices, sweep, theory, weight_matrix
from regrnn_lib.dynamics import run_measures
from regrnn_lib.experiments import claims, controls, studies
from regrnn_lib.experiments.sweep import sweep_knobs
from regrnn_lib.explore import views, webpage, widgets
from regrnn_lib.figures import maps, style
from regrnn_lib.parameters import TABLE, check
from regrnn_lib.regularities import KNOBS, REGULARITIES, Regularity, register
from regrnn_lib.tasks import Narma

RUN = dict(n_steps=40, burn_in=10)


@pytest.fixture
def fourth():
    """Degree heterogeneity, as a user would add it."""

    @register
    class Heterogeneity(Regularity):
        name, symbol, label, short = "heterogeneity", "h", "degree heterogeneity", "hubs"

        def draw(self, rng, n_neurons):
            return dict(reach=rng.random(n_neurons))

        def law(self, W, level, draws, network):
            return W * (1 - level * draws["reach"])

        def index(self, W, labels):
            size = np.abs(W).mean(axis=0)
            return float(size.std() / size.mean())

    yield REGULARITIES["heterogeneity"]
    del REGULARITIES["heterogeneity"], TABLE["heterogeneity"]


# ---------------------------------------------------------------- the paper's three
def test_the_keywords_of_weight_matrix_are_the_registry():
    for function in (weight_matrix, theory.spectrum):
        words = inspect.signature(function).parameters
        knobs = [name for name in words if name in KNOBS]
        assert knobs == list(KNOBS) == ["dale", "reciprocity", "modularity"]
        assert all(words[name].default == TABLE[name].default == 0.0 for name in knobs)


def test_every_regularity_says_who_it_is():
    for name, regularity in REGULARITIES.items():
        assert name == regularity.name and regularity.short and TABLE[name].symbol and TABLE[name].label
        assert "factor" in regularity.matched(0.2)


def test_the_bulk_is_matched():
    radius = theory.spectrum(400, 0.05, 0.2).semi_axes[0]
    factor = REGULARITIES["dale"].matched(0.2)["factor"]
    assert theory.spectrum(400, 0.05 * factor, 0.2, dale=1.0).semi_axes[0] == pytest.approx(radius, rel=1e-12)
    factor = REGULARITIES["reciprocity"].matched(0.0)["factor"]
    assert theory.spectrum(400, 0.05 * factor, reciprocity=1.0).semi_axes[0] == pytest.approx(
        0.05 * 20, rel=1e-12
    )
    assert REGULARITIES["modularity"].matched(0.0) == dict(factor=1.0, normalize="variance")


def test_a_regularity_without_a_law_says_so():
    with pytest.raises(NotImplementedError, match="Regularity has no law"):
        Regularity().law(np.eye(2), 1.0, {}, None)


# ---------------------------------------------------------------- a fourth
def test_no_matrix_of_today_changes(fourth):
    del REGULARITIES["heterogeneity"]
    today = weight_matrix(20, 0.3, 0.1, dale=0.5, reciprocity=0.4, modularity=0.3, density=0.8, seed=3)
    REGULARITIES["heterogeneity"] = fourth
    assert np.array_equal(
        weight_matrix(20, 0.3, 0.1, dale=0.5, reciprocity=0.4, modularity=0.3, density=0.8, seed=3), today
    )
    assert not np.array_equal(
        weight_matrix(20, 0.3, 0.1, heterogeneity=1.0, seed=3), weight_matrix(20, 0.3, 0.1, seed=3)
    )


def test_matrices_indices_and_checks_take_it_up(fourth):
    W = weight_matrix(50, 0.3, heterogeneity=1.0, seed=1)
    assert (
        matrix_indices(W, np.arange(50) // 10).heterogeneity
        > 2 * matrix_indices(W / np.abs(W).mean(axis=0), np.arange(50) // 10).heterogeneity
    )
    with pytest.raises(ValueError, match="heterogeneity = 2: must be a number, 0 <= heterogeneity <= 1"):
        weight_matrix(50, 0.3, heterogeneity=2)
    with pytest.raises(ValueError, match="heterogenity: no parameter of a network"):
        weight_matrix(50, 0.3, heterogenity=1.0)
    assert check(heterogeneity=1)["heterogeneity"] == 1.0


def test_sweeps_and_studies_take_it_up(fourth):
    how = dict(n_neurons=12, n_replicates=2, seed=2)
    data = sweep(dict(heterogeneity=[0.0, 1.0], coupling=[2.0]), run_measures, settings=RUN, **how)
    W = weight_matrix(12, 2.0 / np.sqrt(12), heterogeneity=1.0, seed=(2, 1))
    assert (
        data.fluctuation.sel(heterogeneity=1.0, coupling=2.0, replicate=1).item()
        == run_measures(W, seed=(2, 1), **RUN).fluctuation
    )
    assert data.heterogeneity.attrs["long_name"] == "degree heterogeneity"
    each = sweep_knobs(dict(coupling=[2.0]), [0.0, 1.0], run_measures, settings=RUN, **how)
    assert each.knob.values.tolist() == [*list(KNOBS)] and "heterogeneity" in KNOBS
    study = studies.Study(Narma(n_steps=400), [0.1], [1.0], network=how)
    assert "$h$ = 1" in study.each_knob().variant.values
    radius = controls.same_radius([Narma(n_steps=400)], [1.0], [0.0], {"weak": 0.1}, **how)
    assert radius.sel(knob="heterogeneity").accuracy.notnull().all()


def test_figures_take_it_up(fourth):
    assert style.label("heterogeneity") == "degree heterogeneity $h$"
    data = sweep_knobs(
        dict(coupling=[1.0, 2.0], balance=[-0.1, 0.0, 0.1]),
        [0.0, 1.0],
        run_measures,
        settings=RUN,
        n_neurons=8,
    )
    change = data.fluctuation.isel(level=1, replicate=0).to_dataset("knob")
    for name in KNOBS:
        change[name].attrs["limits"] = (-1, 1)
    style.use()
    fig = maps.measures({"F": change}, KNOBS)
    assert "Degree heterogeneity $h$" in [ax.get_title("left") for ax in fig.axes]


def test_explorers_take_it_up(fourth):
    explorer = widgets.NetworkExplorer(**widgets.start() | dict(n_neurons=20))
    before = explorer.view.weights
    explorer.sliders.rows["heterogeneity"][0].value = 1.0
    assert (
        not np.array_equal(explorer.view.weights, before)
        and widgets.presets()["Does chaos survive hubs? h = 1"]["heterogeneity"] == 1
    )
    assert "degree heterogeneity" in [words for _, words, _ in views.indices_text(explorer.view)]


def test_claims_take_it_up(fourth, tmp_path):
    text = (
        (claims.Path(claims.__file__).with_name("claims.toml"))
        .read_text()
        .replace('knobs = ["dale"]', 'knobs = ["heterogeneity"]', 1)
    )
    (tmp_path / "claims.toml").write_text(text)
    assert claims.read(tmp_path / "claims.toml").claim[0].part[0].knobs == ["heterogeneity"]


def test_a_claim_on_no_regularity_is_refused(tmp_path):
    text = (
        (claims.Path(claims.__file__).with_name("claims.toml"))
        .read_text()
        .replace('knobs = ["dale"]', 'knobs = ["dael"]', 1)
    )
    (tmp_path / "claims.toml").write_text(text)
    with pytest.raises(
        ValueError, match="dael: no regularity has this name; there are dale, reciprocity, modularity"
    ):
        claims.read(tmp_path / "claims.toml")


def test_the_page_without_python_refuses_a_law_that_it_does_not_know(fourth):
    with pytest.raises(ValueError, match="heterogeneity: page/matrix.js has no law of this name"):
        webpage.page()


def test_the_page_without_python_knows_all_laws_of_the_library():
    assert webpage.laws() == list(KNOBS)
