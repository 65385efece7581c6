"""The page without Python, in Chromium, from a file, with the network off:
its matrices, steps and measures are the library's.
"""

import re

import numpy as np
import pytest
from browsers import QUESTIONS, browser, open_page
from scipy.optimize import linear_sum_assignment

from regrnn_lib import kernels, lyapunov, matrix_indices, measures, module_labels, theory
from regrnn_lib.dynamics import free_run, regime, start_state
from regrnn_lib.explore import views, webpage
from regrnn_lib.explore.questions import SEED, presets, questions
from regrnn_lib.parameters import DYNAMICS
from regrnn_lib.regularities import KNOBS
from regrnn_lib.weights import weight_matrix

PLAIN = dict(coupling=2.0, balance=0.0, **dict.fromkeys(KNOBS, 0.0), n_modules=5, density=1.0, seed=SEED)
SETTINGS = [
    {},
    dict(seed=3, coupling=0.35, balance=-0.37),
    dict(seed=1, dale=0.37, balance=0.21, density=0.4),
    dict(seed=2, reciprocity=0.61, density=0.73),
    dict(seed=1, modularity=0.29, n_modules=7, balance=1.0),
    dict(seed=0, dale=1.0, reciprocity=1.0, modularity=1.0, n_modules=3),
    dict(seed=2, dale=0.8, reciprocity=0.13, modularity=0.5, density=0.05, balance=-0.02),
]
CALM = [
    dict(coupling=0.8),
    dict(coupling=2.0, balance=0.3),
    dict(coupling=2.0, balance=-0.3),
    dict(reciprocity=1.0, coupling=1.5),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "explorer.html"
    path.write_text(webpage.page(), encoding="utf-8")
    return path


needs_browser = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(file):
    with browser() as made:
        yield open_page(made, file.as_uri(), offline=True)


@pytest.fixture
def page(opened):
    """The page as it is first seen."""
    page, errors = opened
    page.click("#reset")
    settle(page)
    errors.clear()
    return page


def settle(page):
    """Wait until what is shown is what is set."""
    page.wait_for_function("JSON.stringify(explorer.shown) === JSON.stringify(explorer.state)")


def matrix(asked):
    return weight_matrix(**views.network_arguments(asked | dict(n_neurons=100)), seed=asked["seed"])


def nearest_pairs(found, true):
    """Largest distance between two sets of complex numbers, matched one to one."""
    distance = np.abs(np.subtract.outer(found, true))
    return distance[linear_sum_assignment(distance)].max()


# ---------------------------------------------------------------- the same science
@needs_browser
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_matrices_are_the_librarys_entry_for_entry(page, setting):
    asked = PLAIN | setting
    made = page.evaluate("p => Array.from(explorer.weightMatrix(p))", asked)
    assert np.array_equal(np.reshape(made, (100, 100)), matrix(asked))


@needs_browser
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_every_step_agrees_to_1e_12(page, setting):
    asked = PLAIN | setting
    states = free_run(matrix(asked), n_steps=60, burn_in=0, seed=asked["seed"])
    states = np.concatenate([[start_state(100, asked["seed"])], states])
    program = """([p, states]) => { const columns = explorer.transposed(explorer.weightMatrix(p));
      return states.map((y) => Array.from(explorer.step(columns, Float64Array.from(y)))); }"""
    made = np.array(page.evaluate(program, [asked, states[:-1].tolist()]))
    assert np.abs(made - states[1:]).max() < 1e-12
    start = page.evaluate("p => Array.from(explorer.draws(p.seed).start)", asked)
    assert np.array_equal(start, states[0])


@needs_browser
@pytest.mark.parametrize("setting", [*SETTINGS, *CALM], ids=str)
def test_measures_of_one_trajectory_agree(page, setting):
    asked = PLAIN | setting
    W = matrix(asked)
    states = free_run(W, n_steps=150, burn_in=0, seed=asked["seed"])
    program = """([p, states]) => {
      const Y = states.map((y) => Float64Array.from(y)), { tangent } = explorer.draws(p.seed);
      const lyapunov = explorer.lyapunov(explorer.weightMatrix(p), Y, 50, tangent);
      return { ...explorer.measures(Y.slice(50)), lyapunov };
    }"""
    made = page.evaluate(program, [asked, states.tolist()])
    expected = measures(states[50:])._asdict() | dict(
        lyapunov=lyapunov(W, n_steps=100, burn_in=50, seed=asked["seed"])
    )
    for name, value in expected.items():
        assert made[name] == pytest.approx(value, abs=1e-9, nan_ok=True), name


@needs_browser
@pytest.mark.parametrize("setting", CALM, ids=str)
def test_whole_runs_agree_where_nothing_is_chaotic(page, setting):
    asked = PLAIN | setting
    program = """p => {
      const { measures, regime, periodTwo } = explorer.look(p);
      return { ...measures, regime, share: periodTwo };
    }"""
    made = page.evaluate(program, asked)
    view = views.look(**asked, n_neurons=100)
    assert made["regime"] == regime(view.weights, 500, 200, asked["seed"]).name != "chaotic"
    assert made["share"] == pytest.approx(view.dynamics.period_two)
    for name in DYNAMICS:
        assert made[name] == pytest.approx(getattr(view.dynamics, name), abs=1e-6, nan_ok=True), name


@needs_browser
def test_whole_runs_agree_on_average_in_chaos(page):
    asked = PLAIN | dict(coupling=3.0)
    made = page.evaluate("p => explorer.look(p).measures", asked)
    view = views.look(**asked, n_neurons=100)
    assert made["fluctuation"] == pytest.approx(view.dynamics.fluctuation, abs=0.02)
    assert made["nonlinearity"] == pytest.approx(view.dynamics.nonlinearity, abs=0.03)
    assert made["lyapunov"] == pytest.approx(view.dynamics.lyapunov, abs=0.05)


@needs_browser
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_eigenvalues_and_indices_agree(page, setting):
    asked = PLAIN | setting
    W = matrix(asked)
    made = np.array(page.evaluate("p => explorer.eigenvalues(explorer.weightMatrix(p))", asked)) @ [1, 1j]
    assert nearest_pairs(made, np.linalg.eigvals(W)) < 1e-7 * np.abs(W).max()
    labels = module_labels(100, asked["n_modules"])
    found = page.evaluate(
        "([p, labels]) => explorer.indices(explorer.weightMatrix(p), labels)", [asked, labels.tolist()]
    )
    for name in (*views.INDICES, *KNOBS):
        assert found[name] == pytest.approx(
            getattr(matrix_indices(W, labels), name), abs=1e-12, nan_ok=True
        ), name


@needs_browser
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_predicted_spectrum_is_that_of_theory(page, setting):
    asked = PLAIN | setting
    made = page.evaluate("p => explorer.spectrum(p)", asked)
    if sum(asked[knob] > 0 for knob in KNOBS) > 1:
        assert made is None
        return
    expected = theory.spectrum(**views.network_arguments(asked | dict(n_neurons=100)))
    if expected is None:  # of a further regularity
        assert made is None
        return
    assert made["axes"] == pytest.approx(expected.semi_axes, abs=1e-12)
    assert made["outliers"] == pytest.approx(expected.outliers, abs=1e-12)


# ---------------------------------------------------------------- a person's habits
@needs_browser
@pytest.mark.parametrize("name", PLAIN)
def test_every_slider_moves_by_keyboard_and_the_picture_follows(page, name):
    page.evaluate("explorer.put({ modularity: 0.5, density: 0.5 })")
    settle(page)
    before = page.evaluate("explorer.shown")
    pixels = page.locator("#figure").screenshot()
    page.focus(f"#{name}")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([name, value]) => explorer.shown?.[name] > value", arg=[name, before[name]])
    after = page.evaluate("explorer.shown")
    assert {k for k in after if after[k] != before[k]} == {name}
    assert float(page.input_value(f"#{name}-typed")) == after[name] == float(page.input_value(f"#{name}"))
    assert page.locator("#figure").screenshot() != pixels
    W = matrix(after | dict(n_modules=int(after["n_modules"]), seed=int(after["seed"])))
    indices = matrix_indices(W, module_labels(100, int(after["n_modules"])))
    for index in (*views.INDICES, *KNOBS):
        assert page.inner_text(f"#index-{index}") == views.number(getattr(indices, index), 3)


@needs_browser
def test_questions_are_those_of_the_widgets_with_a_caption_that_is_true(page):
    assert page.evaluate("explorer.state.seed") == SEED
    for (words, (values, caption)), named in zip(questions().items(), QUESTIONS.values()):
        page.select_option("#preset", words)
        page.wait_for_function(
            "v => Object.entries(v).every(([k, x]) => document.getElementById(k).value == x)", arg=values
        )
        settle(page)
        assert page.inner_text("#regime").startswith(named), words
        assert page.input_value("#preset") == words and page.inner_text("#caption") == caption
    page.evaluate("explorer.put({ balance: 0.1 })")
    settle(page)
    assert page.inner_text("#caption") == ""


@needs_browser
def test_settings_live_in_the_address_and_come_back_from_it(page):
    page.evaluate("explorer.put({ dale: 0.35, coupling: 1.35, seed: 7 })")
    settle(page)
    address = page.evaluate("location.hash")
    page.evaluate("explorer.put({ dale: 0, coupling: 2, seed: 0 })")
    settle(page)
    page.evaluate("hash => { location.hash = hash; }", address)
    page.wait_for_function("explorer.shown?.dale === 0.35")
    assert page.evaluate("explorer.shown") == PLAIN | dict(dale=0.35, coupling=1.35, seed=7)
    page.evaluate("location.hash = '#live:balance=7&seed=much&strange=1'")
    page.wait_for_function("explorer.shown?.balance === 1")
    assert page.evaluate("explorer.shown") == PLAIN | dict(balance=1)


@needs_browser
@pytest.mark.parametrize("knob", KNOBS)
def test_the_axes_of_the_spectrum_stay_while_a_slider_moves(page, knob):
    drawn = """async (knob) => {
      const canvas = document.getElementById('spectrum'), g = canvas.getContext('2d'), seen = new Set();
      for (let k = 0; k <= 10; k++) {
        explorer.put({ [knob]: k / 10 });
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        if (k > 0) seen.add(g.getImageData(0, 0, 26 * devicePixelRatio, canvas.height).data.join());
      }
      return seen.size;
    }"""
    assert page.evaluate(drawn, knob) == 1  # the numbers beside the axis


@needs_browser
def test_a_phone_shows_slider_and_picture_together_without_scrolling_sideways(opened, page):
    page.set_viewport_size(dict(width=390, height=844))
    page.evaluate("explorer.put({ reciprocity: 0.5 })")
    settle(page)
    page.locator("#seed").scroll_into_view_if_needed()
    picture = page.locator("#raster").bounding_box()
    assert 0 <= picture["y"] and picture["y"] + picture["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size(dict(width=1280, height=800))


@needs_browser
def test_numbers_on_the_page_are_the_librarys(page):
    words = "What does an excess of excitation do? b = 0.25"
    page.select_option("#preset", words)
    page.wait_for_function("explorer.shown?.balance === 0.25")
    view = views.look(**PLAIN | presets()[words], n_neurons=100)
    for name in DYNAMICS:
        assert page.inner_text(f"#measure-{name}") == views.number(getattr(view.dynamics, name), 3)


@needs_browser
def test_typed_values_outside_the_range_are_corrected_and_said(page):
    page.fill("#balance-typed", "7")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('note').textContent.includes('set to 1')")
    assert page.input_value("#balance-typed") == "1" and page.evaluate("explorer.state.balance") == 1
    page.fill("#balance-typed", "much")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('note').textContent.includes('not a number')")
    assert page.input_value("#balance-typed") == "1"


@needs_browser
def test_the_copied_code_gives_this_very_network(page):
    page.evaluate("explorer.put({ dale: 0.3, coupling: 1.35, seed: 2 })")
    page.wait_for_function("document.getElementById('code').textContent.includes('dale=0.3')")
    page.click("#copy-code")
    page.wait_for_function("document.getElementById('copy-code').textContent === 'copied'")
    names = {}
    exec(page.evaluate("navigator.clipboard.readText()"), names)
    assert np.array_equal(names["W"], matrix(PLAIN | dict(dale=0.3, coupling=1.35, seed=2)))
    assert names["Y"].shape == (500, 100)


@needs_browser
def test_an_exception_shows_its_message_and_hides_the_picture(page):
    page.evaluate("explorer.put({ seed: -1 })")
    page.wait_for_function("document.getElementById('note').className === 'fault'")
    assert "Error" in page.inner_text("#note") and not page.is_visible("#matrix")
    page.click("#reset")
    page.wait_for_selector("#matrix", state="visible")


@needs_browser
def test_nothing_scrolls_sideways_and_every_control_has_a_name(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    unnamed = """[...document.querySelectorAll('input, select, button')]
      .filter((control) => !(control.labels?.length || control.ariaLabel || control.textContent)).length"""
    assert page.evaluate(unnamed) == 0


@needs_browser
def test_the_console_stays_silent(opened, page):
    page.select_option("#preset", "Does chaos survive modules? m = 1")
    page.wait_for_function("document.getElementById('regime').textContent.length > 0")
    assert opened[1] == []


# ---------------------------------------------------------------- the file
def test_the_page_is_one_small_file_that_asks_for_nothing(file):
    text = file.read_text(encoding="utf-8")
    assert file.stat().st_size < 200_000 and text == webpage.page()
    assert not re.search(r"https?:|src=|@import|fetch\(|XMLHttp", text)


def test_too_large_a_page_is_refused():
    with pytest.raises(ValueError, match="n_neurons = 400: must be at most 200"):
        webpage.page(400)


def test_step_of_the_library_is_what_the_page_is_compared_with():
    W = matrix(PLAIN)
    assert np.allclose(
        kernels.free_run(W, start_state(100, 0), 0, 1)[0], np.tanh(W @ start_state(100, 0)), atol=1e-14
    )
