"""The explorers in a real browser: the page that Voila serves, and notebook 11 in JupyterLab."""

import re
import time

import numpy as np
import psutil
import pytest
from browsers import ROOT, SIZE, browser, lab, open_page, response_times, run_all, small_notebook, voila

from regrnn_lib.explore import sliders, views, widgets
from regrnn_lib.record.runs import notebook_defaults
from regrnn_lib.tasks import TASKS

NAMES = list(widgets.start())
PHONE = {"width": 390, "height": 844}
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chrome():
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def served(chrome, tmp_path_factory):
    with voila(tmp_path_factory.mktemp("voila")) as address:
        page, errors = open_page(chrome, address.split("/voila/")[0])
        page.wait_for_selector(".regrnn-explorer img")
        yield page, errors


@pytest.fixture
def page(served):
    """The first tab, as it is first seen."""
    page, _ = served
    page.locator(".lm-TabBar-tab").nth(0).click()
    page.get_by_role("button", name="reset").first.click()
    settle(page, widgets.start())
    return page


def values(page, tab=0):
    """What stands beside the sliders."""
    boxes = page.locator(".regrnn-explorer").nth(tab)
    read = {name: boxes.locator(f".regrnn-{name} input").last.input_value() for name in NAMES}
    return {
        name: (int if sliders.control(name).whole else float)(text.replace("−", "-"))
        for name, text in read.items()
    }


def numbers(page):
    """The numbers below the picture, as they are read: of the network and of the same without knobs."""
    rows = page.locator(".regrnn-numbers").first.locator("tr:has(th[scope=row])").all_inner_texts()
    return [value for row in rows for value in re.split(r"\s+", row.strip())[2:]]


def expected(asked):
    """The same numbers from the library."""
    view = views.look(**asked)
    both = view, views.without_knobs(view)
    texts = [words(one) for words in (views.measures_text, views.indices_text) for one in both]
    return [value for text in texts for *_, value in text]


def settle(page, asked):
    """Wait until the numbers are those of the library for these values."""
    wanted = expected(asked)
    for _ in range(200):
        if values(page) == asked and numbers(page) == wanted:
            return
        time.sleep(0.05)
    assert (values(page), numbers(page)) == (asked, wanted)


def picture(page, tab=0):
    return page.locator(".regrnn-explorer").nth(tab).locator("img").get_attribute("src")


def key(page, name, pressed, tab=0):
    page.locator(".regrnn-explorer").nth(tab).locator(f".regrnn-{name} .noUi-handle").focus()
    page.keyboard.press(pressed)


def type_in(page, name, text):
    box = page.locator(f".regrnn-{name} input[type=text]").first
    box.fill(text)
    box.press("Enter")


# ---------------------------------------------------------------- Voila
@pytest.mark.parametrize("name", NAMES)
def test_every_slider_moves_by_keyboard_and_agrees_with_the_library(page, name):
    words = "Does chaos survive modules? m = 1"
    page.locator(".regrnn-explorer select").first.select_option(words)
    preset = widgets.start() | widgets.presets()[words]
    settle(page, preset)
    step = sliders.control(name).step
    back = preset[name] + step > sliders.control(name).high
    before = picture(page)
    key(page, name, "ArrowLeft" if back else "ArrowRight")
    settle(page, preset | {name: round(preset[name] + (-step if back else step), 10)})
    assert picture(page) != before


def test_presets_reset_and_regime_in_words(page):
    for words in (
        "What does an excess of excitation do? b = 0.25",
        "What is chaos without a regularity? no knob",
    ):
        page.locator(".regrnn-explorer select").first.select_option(words)
        settle(page, widgets.start() | widgets.presets()[words])
    assert page.locator(".regrnn-regime").first.inner_text() == "chaotic"


def test_typed_values_are_corrected_and_the_page_says_so(page):
    type_in(page, "balance", "-4")
    page.get_by_text("set to −1, the nearest value").wait_for()
    settle(page, widgets.start() | dict(balance=-1.0))
    type_in(page, "dale", "0.123")
    settle(page, widgets.start() | dict(balance=-1.0, dale=0.123))
    page.get_by_text("the nearest value").wait_for(state="hidden")


def test_copied_code_and_papermill_line_give_this_network(page):
    type_in(page, "reciprocity", "0.3")
    settle(page, widgets.start() | dict(reciprocity=0.3))
    view = views.look(**widgets.start() | dict(reciprocity=0.3))
    for words, wanted in (
        ("copy the code", widgets.python_lines),
        ("copy the papermill line", widgets.papermill_line),
    ):
        page.get_by_role("button", name=words).click()
        page.get_by_role("button", name="copied").first.wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == wanted(view.asked)


def test_a_large_network_stays_usable_and_says_how(page):
    type_in(page, "n_neurons", "500")
    page.get_by_text("the run is shortened to 100 steps").wait_for()
    for _ in range(12):  # faster than a network of 500 is computed: the last one wins
        key(page, "balance", "ArrowRight")
    settle(page, widgets.start() | dict(n_neurons=500, balance=0.12))


def test_the_map_is_checked_against_a_new_simulation_and_tabs_keep_their_state(page):
    type_in(page, "dale", "0.4")
    settle(page, widgets.start() | dict(dale=0.4))
    page.locator(".lm-TabBar-tab").nth(1).click()
    page.get_by_text("all 8 values (measures, regime, period two) equal").wait_for()
    before = picture(page, 1)
    page.locator(".regrnn-explorer").nth(1).locator(".noUi-handle").nth(2).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "src => document.querySelectorAll('.regrnn-explorer')[1].querySelector('img').src !== src", arg=before
    )
    page.get_by_text("all 8 values (measures, regime, period two) equal").wait_for()
    before = picture(page, 1)
    page.locator(".regrnn-explorer").nth(1).locator("img").click(position=dict(x=100, y=50))  # the map
    page.wait_for_function(
        "src => document.querySelectorAll('.regrnn-explorer')[1].querySelector('img').src !== src", arg=before
    )
    page.locator(".regrnn-map .regrnn-regime", has_text="oscillatory").wait_for()
    page.locator(".lm-TabBar-tab").nth(0).click()
    assert values(page) == widgets.start() | dict(dale=0.4)


def test_a_task_beside_the_same_network_without_knobs(page):
    page.locator(".lm-TabBar-tab").nth(2).click()
    page.get_by_text("accuracy, knobs off").wait_for()
    explorer = page.locator(".regrnn-explorer").last  # the map's is there only once its tab was opened
    before = explorer.locator("img").get_attribute("src")
    explorer.locator("select").select_option("NARMA-10")
    page.wait_for_function(
        "src => [...document.querySelectorAll('.regrnn-explorer')].at(-1).querySelector('img').src !== src",
        arg=before,
    )
    asked = {name: value for name, value in widgets.start_on_task().items() if name != "task"}
    _, with_knobs = widgets.without_and_with(TASKS["narma"], **asked)
    page.get_by_text(f"= {views.number(with_knobs.result.accuracy, 3)}").first.wait_for()


def test_the_page_fits_a_laptop_and_its_sliders_have_names(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    handles = page.locator(".regrnn-explorer").nth(0).locator(".noUi-handle")
    labels = [handles.nth(k).get_attribute("aria-label") for k in range(handles.count())]
    assert labels[1] == "balance b, −1 … 1" and all(labels)
    assert labels[2] == "Dale monopolarity d, 0 … 1" and labels[7] == "number of neurons N, 10 … 500"
    for slider in page.locator(".regrnn-explorer").nth(0).locator(".noUi-target").all():
        assert slider.bounding_box()["width"] >= 190
    box = page.locator(".regrnn-explorer img").first.bounding_box()
    assert box["y"] + box["height"] < 800 and box["x"] + box["width"] < 1280


def test_on_a_phone_every_slider_and_the_picture_are_on_one_screen_and_nothing_is_cut_off(page):
    page.set_viewport_size(PHONE)
    try:
        page.wait_for_function("document.querySelector('.regrnn-explorer img').width < 390")
        page.evaluate("document.querySelector('.regrnn-explorer').scrollIntoView()")
        boxes = [
            part.bounding_box()
            for part in page.locator(".regrnn-explorer")
            .nth(0)
            .locator(".noUi-target, input, select, img")
            .all()
            if part.is_visible()
        ]
        assert len(boxes) == 2 * len(NAMES) + 2
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] for box in boxes)
        ends = max(box["y"] + box["height"] for box in boxes), min(box["y"] for box in boxes)
        assert ends[0] - ends[1] <= PHONE["height"]
        tracks = page.locator(".regrnn-explorer").nth(0).locator(".noUi-target").all()
        assert min(track.bounding_box()["width"] for track in tracks) >= 120
        table = page.locator(".regrnn-numbers table").first.bounding_box()
        assert table["x"] + table["width"] <= PHONE["width"] - 30
    finally:
        page.set_viewport_size(SIZE)


def test_the_picture_never_moves_or_changes_its_size(page):
    boxes = []
    for _ in range(5):
        key(page, "coupling", "ArrowRight")
        time.sleep(0.1)
        boxes.append(page.locator(".regrnn-explorer img").first.bounding_box())
    assert all(box == boxes[0] for box in boxes)
    # a move that is still on its way would come after the reset of the next test
    begun, step = widgets.start()["coupling"], sliders.control("coupling").step
    settle(page, widgets.start() | dict(coupling=round(begun + 5 * step, 10)))


def test_a_moving_slider_is_answered_within_a_second(page):
    """How fast it is, tests/bench.py tells; here only that each move is answered by a picture of its own."""
    times = response_times(page, moves=5)
    assert len(times) == 5 and np.median(times) < 1000


def test_the_console_stays_silent(served, page):
    assert served[1] == []


def kernel_behind(address):
    """The process of the only kernel of a server."""
    port = address.split(":")[2].split("/")[0]
    servers = [p for p in psutil.process_iter(["cmdline"]) if f"--port={port}" in (p.info["cmdline"] or [])]
    (kernel,) = [p for p in servers[0].children() if "ipykernel_launcher" in " ".join(p.cmdline())]
    return kernel


def test_a_computation_that_stopped_is_said_and_its_settings_are_kept(chrome, tmp_path):
    with voila(tmp_path) as address:
        page, _ = open_page(chrome, address.split("/voila/")[0])
        page.wait_for_selector(".regrnn-explorer img")
        type_in(page, "balance", "0.37")
        page.wait_for_function("location.search.includes('network.balance=0.37')")
        page.locator(".lm-TabBar-tab").nth(2).click()
        page.wait_for_function("location.search.includes('reservoir.task=')")
        page.wait_for_timeout(1500)  # until the picture has been seen
        kernel_behind(address).kill()
        page.get_by_text("The computation stopped. Reload; the settings are kept").wait_for()
        assert float(page.locator("#stopped canvas").evaluate("e => getComputedStyle(e).opacity")) < 0.5
        drawn = "e => new Set(e.getContext('2d').getImageData(0, 0, e.width, e.height).data).size"
        assert page.locator("#stopped canvas").evaluate(drawn) > 20
        page.get_by_role("button", name="reload").last.click()
        page.wait_for_selector(".regrnn-explorer img")
        settle(page, widgets.start() | dict(balance=0.37))
        page.context.close()


# ---------------------------------------------------------------- JupyterLab
def test_notebook_11_in_jupyterlab(chrome, tmp_path):
    with lab(tmp_path, small_notebook(tmp_path)) as address:
        page, errors = open_page(chrome, address)
        run_all(page)
        page.wait_for_selector(".regrnn-explorer img")
        own = notebook_defaults(ROOT / "notebooks" / "11_explorer.py")
        begun = {name: own[name] for name in widgets.start()}
        settle(page, begun)
        key(page, "dale", "ArrowRight")
        settle(page, begun | dict(dale=0.01))
        page.get_by_role("button", name="copy the code").click()
        page.get_by_role("button", name="copied").wait_for()
        page.get_by_text("all 8 values (measures, regime, period two) equal").wait_for()
        wide = (
            "Array.from(document.querySelectorAll('.jp-OutputArea-output, .regrnn-explorer'),"
            " e => e.scrollWidth - e.clientWidth)"
        )
        assert max(page.evaluate(wide)) <= 1
        page.locator(".regrnn-explorer select").first.evaluate("e => e.scrollIntoView()")
        below = page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").first.bounding_box()
        seen = page.locator(".regrnn-explorer img").first.bounding_box()
        assert seen["y"] + seen["height"] <= below["y"] + below["height"]  # sliders and picture on one screen
        assert errors == []
        for _ in range(200):  # it writes a second after a change
            if remembered := list(tmp_path.glob("jupyter/config/lab/workspaces/*")):
                break
            time.sleep(0.05)
        assert remembered  # here, not in the home of whoever runs the tests
        page.context.close()
