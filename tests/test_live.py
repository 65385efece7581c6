"""The live figures of the chapters in Chromium, from files, with the network off:
numbers, links, address, keys, phone, frames.
"""

import re

import numpy as np
import pytest
from browsers import browser, open_page

from regrnn_lib.dynamics import driven_run, free_dynamics, free_run, start_state
from regrnn_lib.experiments import verdicts
from regrnn_lib.experiments.places import PLACES, places
from regrnn_lib.explore import ledger, live
from regrnn_lib.parameters import number
from regrnn_lib.regularities import KNOBS
from regrnn_lib.reservoir import evaluate, input_layer, input_strength, read_out, solve
from regrnn_lib.tasks import TASKS, stream
from regrnn_lib.weights import draws, weight_matrix

needs_browser = pytest.mark.browser
NETWORKS = dict(coupling=2.0, balance=0.0, density=1.0, n_modules=5) | dict.fromkeys(KNOBS, 0.0)
DRAG = """async ([id, steps]) => {
  const slider = document.getElementById(id), low = Number(slider.min), high = Number(slider.max);
  for (let k = 0; k <= steps; k++) {
    slider.value = low + (high - low) * k / steps;
    slider.dispatchEvent(new Event('input'));
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  } }"""


def chapter_page(chapter):
    """The least page that shows the live figure of a chapter."""
    scripts = "".join(f'<script src="assets/{name}"></script>' for name in live.scripts(chapter))
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    head += f'<link rel="icon" href="data:,"><title>{chapter}</title><link rel="stylesheet" href="assets/live.css">'
    still = '<img alt="still figure" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    home = f'<div class="live" data-chapter="{chapter}">{still}</div>'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{home}{scripts}</body></html>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    live.write(folder / "assets")
    for chapter in live.chapters():
        (folder / f"{chapter}.html").write_text(chapter_page(chapter), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def chrome():
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def chapters(chrome, folder):
    """Chapter -> its page, opened once, and the list of its errors."""
    opened = {}

    def page(chapter):
        if chapter not in opened:
            opened[chapter] = open_page(chrome, (folder / f"{chapter}.html").as_uri(), offline=True)
        page, errors = opened[chapter]
        shown(page)
        return page, errors

    return page


def shown(page):
    """Wait until what is said is what is set."""
    page.wait_for_function("regrnn.figures[0]?.shown")


# ---------------------------------------------------------------- the library's numbers
@needs_browser
@pytest.mark.parametrize("seed", [0, 1, 23, 99])
def test_random_numbers_are_numpys_to_the_bit(chapters, seed):
    page, _ = chapters("03")
    drawn = page.evaluate(
        "seed => Object.fromEntries(Object.entries(regrnn.draws(seed)).map(([k, x]) => [k, Array.from(x)]))",
        seed,
    )
    for name, numbers in (dict(draws(100, seed)) | dict(start=start_state(100, seed))).items():
        assert np.array_equal(drawn[name], np.ravel(numbers)), name


@needs_browser
@pytest.mark.parametrize(
    "setting",
    [
        dict(seed=5, modularity=0.83, normalize="variance"),
        dict(seed=21, dale=0.4, modularity=1.0, normalize="variance", balance=0.1),
        dict(seed=12, reciprocity=0.55, coupling=0.7),
    ],
    ids=str,
)
def test_matrices_and_steps_are_the_librarys(chapters, setting):
    page, _ = chapters("04")
    asked = NETWORKS | dict(normalize=None) | setting
    strength = asked["coupling"] / np.sqrt(100)
    network = {k: v for k, v in asked.items() if k != "coupling"}
    W = weight_matrix(100, strength, **network)
    on_page = asked | dict(normalize=asked["normalize"] is not None)
    assert np.array_equal(page.evaluate("p => Array.from(regrnn.weightMatrix(p))", on_page), W.ravel())
    states = np.concatenate([[start_state(100, asked["seed"])], free_run(W, 40, 0, asked["seed"])])
    program = """([p, states]) => { const columns = regrnn.transposed(regrnn.weightMatrix(p));
      return states.map((y) => Array.from(regrnn.step(columns, Float64Array.from(y)))); }"""
    steps = np.array(page.evaluate(program, [on_page, states[:-1].tolist()]))
    assert np.abs(steps - states[1:]).max() < 1e-12


@needs_browser
def test_a_calm_network_is_summed_up_as_the_library_has_it(chapters):
    page, _ = chapters("03")
    asked = NETWORKS | dict(coupling=0.7, reciprocity=0.55, seed=0)
    said = page.evaluate("p => regrnn.summary(p)", asked)
    W = weight_matrix(100, 0.07, reciprocity=0.55, seed=0)
    measured, states = free_dynamics(W, 500, 200, 0), free_run(W, 500, 200, 0)
    for name in ("fluctuation", "autocorrelation", "nonlinearity", "lyapunov"):
        assert said[name] == pytest.approx(getattr(measured, name), abs=1e-9), name
    assert said["saturated"] == np.mean(np.abs(states) > 0.5) and said["periodTwo"] == measured.period_two


@needs_browser
@pytest.mark.parametrize("task", TASKS)
def test_streams_and_accuracies_are_the_librarys_where_nothing_is_chaotic(chapters, task):
    page, _ = chapters("09")
    asked = NETWORKS | dict(task=task, coupling=0.8, modularity=0.3, drive=0.3, seed=3)
    program = """p => {
      const { inputs, targets, times, split } = regrnn.taskStream(p.task, p);
      const flat = (rows) => rows.flatMap((x) => Array.from(x));
      return { inputs: flat(inputs), targets: flat(targets), times, split, accuracy: regrnn.accuracyOf(p) };
    }"""
    found, drawn = page.evaluate(program, asked), stream(TASKS[task], 3)
    for name in ("inputs", "targets", "times"):
        assert np.array_equal(found[name], np.ravel(getattr(drawn, name))), name
    W = weight_matrix(100, 0.08, modularity=0.3, seed=3)
    assert found["split"] == drawn.split
    assert found["accuracy"] == pytest.approx(evaluate(W, task, 3, drive=0.3).accuracy, abs=1e-9)


@needs_browser
def test_a_drawn_digit_gets_the_librarys_answer(chapters):
    page, _ = chapters("09")
    pixels = np.random.default_rng(1).integers(0, 17, (8, 8))  # columns of pixels
    asked = NETWORKS | dict(
        task="digits", coupling=0.8, drive=0.3, seed=0, shown=40, pixels=pixels.ravel().tolist()
    )
    W = weight_matrix(100, 0.08, seed=0)
    solved = solve(W, "digits", 0)
    layer = input_layer(100, 8, 0, input_strength(solved.stream, 0.3))
    states = driven_run(W, pixels / 8 - 1, *layer, start=solved.states[-1])
    expected = read_out(solved.readout, states)[-1]
    answer = page.evaluate("p => regrnn.performance(p).answer", asked)
    assert np.abs(np.subtract(answer, expected)).max() < 1e-6 and np.argmax(answer) == np.argmax(expected)


@needs_browser
def test_strokes_and_keys_draw_a_digit_that_is_read_at_once(chapters):
    page, errors = chapters("09")
    pad = page.locator("canvas.live-pick")
    box = pad.bounding_box()
    side = min(page.evaluate("regrnn.figures[0].panels.as.box.slice(2)")) / 8
    page.mouse.move(box["x"] + 3.5 * side, box["y"] + 0.5 * side)
    page.mouse.down()
    page.mouse.move(box["x"] + 3.5 * side, box["y"] + 6.5 * side, steps=14)
    page.mouse.up()
    shown(page)
    drawn = np.reshape(page.evaluate("regrnn.figures[0].shown.pixels"), (8, 8))
    assert (drawn[3, :7] == 16).all() and not drawn[6:].any()
    assert "read as" in page.inner_text(".live-sentence")
    pad.focus()
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    shown(page)
    drawn = np.reshape(page.evaluate("regrnn.figures[0].shown.pixels"), (8, 8))
    assert np.count_nonzero(drawn == 16) == 1 and errors == []


# ---------------------------------------------------------------- the ledger
def cell_of(page, **chosen):
    """Choose a cell of the ledger; what the page says of it."""
    page.evaluate("settings => regrnn.figures[0].put(settings)", chosen)
    page.wait_for_function("regrnn.figures[0].answer?.further")
    return page.inner_text(".live-sentence")


@needs_browser
@pytest.mark.parametrize("claim, row, task", [(0, 5, 1), (3, 12, 4), (2, 3, 0)])
def test_the_ledger_says_what_is_recorded(chapters, claim, row, task):
    page, _ = chapters("10")
    said, told = cell_of(page, claim=claim, row=row, task=task, network=0), ledger.recorded()
    head, place, name = told["claims"][claim], told["rows"][row], list(TASKS)[task]
    table = verdicts.read_table().reset_index()
    (one,) = table[
        (table.claim == head["id"])
        & (table.level == head["level"])
        & (table.place == place["place"])
        & (table.drive == place["drive"])
        & (table.task == name)
    ].itertuples()
    mean, low, high = (
        number(value, 2, signed=abs(value) >= 0.005) for value in (one.effect, one.low, one.high)
    )
    assert f"{TASKS[name].label}: {one.verdict}. Mean change {mean}, " in said
    assert f"interval {low} to {high}, over {one.n_networks} networks and {one.n_cells} cells" in said
    where = places([place["coupling"]], [place["balance"]], {"it": place["u"]}, n_neurons=100)
    assert list(PLACES)[where.item()] == place["place"]


@needs_browser
def test_the_networks_behind_a_cell_are_those_of_the_ledger(chapters):
    """Calm ones, so that their numbers are the library's; the mean over the plane lies within their span."""
    page, _ = chapters("10")
    said, told = cell_of(page, claim=1, row=5, task=1, network=3), ledger.recorded()
    answer, place = page.evaluate("regrnn.figures[0].answer"), told["rows"][5]
    network = dict(balance=place["balance"], seed=(told["seed"], 3))
    for side, m in (("off", 0.0), ("on", 1.0)):
        W = weight_matrix(100, place["coupling"] / 10, modularity=m, **network)
        accuracy = evaluate(W, "sequence_memory", network["seed"], drive=place["u"]).accuracy
        assert answer[side]["accuracy"] == pytest.approx(accuracy, abs=1e-9)
        assert number(accuracy, 2) in said
    assert "0 of the 12 networks gain there" in said


@needs_browser
def test_a_cell_and_a_network_are_chosen_by_pointer_and_by_keys(chapters):
    page, errors = chapters("10")
    table, networks = page.locator("canvas.live-pick").all()
    page.evaluate("regrnn.figures[0].enter(regrnn.figures[0].start)")
    left, top, width, height = page.evaluate("regrnn.figures[0].panels.as.box")
    table.click(position=dict(x=left + 0.9 * width, y=top + 0.03 * height))
    assert page.evaluate("regrnn.figures[0].state") | dict(row=0, task=4) == page.evaluate(
        "regrnn.figures[0].state"
    )
    table.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    networks.focus()
    page.keyboard.press("ArrowRight")
    page.select_option("#live-10-claim", index=2)
    state = page.evaluate("regrnn.figures[0].state")
    assert [state[name] for name in ("claim", "row", "task", "network")] == [2, 1, 3, 1] and errors == []
    assert page.input_value("#live-10-row") == "1"


# ---------------------------------------------------------------- what links and sentences say
@needs_browser
@pytest.mark.parametrize("chapter", live.chapters())
def test_every_link_leads_to_what_it_claims(chapters, chapter):
    page, errors = chapters(chapter)
    links = page.evaluate(
        f"regrnn.descriptions['{chapter}'].links.map(({{ claims, words }}) => [claims, words])"
    )
    assert 2 <= len(links) <= 4
    for k, (claims, words) in enumerate(links):
        page.locator(".live-links a").nth(k).click()
        page.wait_for_function(
            "hash => location.hash === hash", arg=page.locator(".live-links a").nth(k).get_attribute("href")
        )
        shown(page)
        answer = page.evaluate("regrnn.figures[0].answer")
        said = page.inner_text(".live-sentence")
        for side in ("off", "on"):
            if side in claims:
                assert answer[side]["regime"] == claims[side] and claims[side] in said, words
        gain = answer["on"]["accuracy"] - answer["off"]["accuracy"] if chapter >= "05" else 0
        if "verdict" in claims:
            assert f": {claims['verdict']}. " in said, words
        if "better" in claims:
            assert gain * (1 if claims["better"] == "on" else -1) > 0.02, words
        if "within" in claims:
            assert abs(gain) < claims["within"], words
    assert errors == []


@needs_browser
def test_the_strip_of_chapter_2_counts_sixteen_oscillating_networks_of_24(chapters):
    page, _ = chapters("02")
    page.click(".live-reset")
    shown(page)
    assert "16 oscillatory, 5 fixed point, 3 chaotic" in page.inner_text(".live-sentence")


# ---------------------------------------------------------------- a person's habits
@needs_browser
@pytest.mark.parametrize("chapter", live.chapters())
def test_the_address_keeps_the_settings(chrome, chapters, folder, chapter):
    page, _ = chapters(chapter)
    page.locator(".live-links a").last.click()
    page.locator(".live-control :is(input, select)").first.focus()
    before = page.url
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("before => location.href !== before", arg=before)
    kept, address = page.evaluate("regrnn.figures[0].state"), page.url
    again, errors = open_page(chrome, address, offline=True)
    shown(again)
    assert again.evaluate("regrnn.figures[0].shown") == kept and errors == []
    again.context.close()


@needs_browser
@pytest.mark.parametrize("chapter", live.chapters())
def test_controls_have_names_and_values_and_answer_to_keys(chapters, chapter):
    page, _ = chapters(chapter)
    page.click(".live-reset")
    assert page.locator(".live-control").count() <= 3
    for slider in page.locator(".live-control input[type=range]").all():
        assert slider.evaluate("e => e.labels[0].textContent.trim()") and slider.get_attribute(
            "aria-valuetext"
        )
        before = float(slider.input_value())
        slider.focus()
        page.keyboard.press("ArrowLeft" if before == float(slider.get_attribute("max")) else "ArrowRight")
        page.wait_for_function(
            "([e, value]) => Number(e.value) !== value", arg=[slider.element_handle(), before]
        )
        value = float(slider.input_value())
        assert value in page.evaluate("Object.values(regrnn.figures[0].state)")
    assert page.locator(".live-sentence[aria-live=polite]").count() == 1
    assert page.locator("canvas:not([aria-label])").count() == 0
    assert page.locator(".live-still").is_hidden()


@needs_browser
@pytest.mark.parametrize("chapter", live.chapters())
def test_a_phone_needs_no_sideways_scroll_and_shows_slider_and_picture_together(chapters, chapter):
    page, _ = chapters(chapter)
    page.set_viewport_size(dict(width=390, height=844))
    page.wait_for_timeout(100)
    try:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        top = page.locator(".live-control").first.bounding_box()["y"]
        canvases = page.locator(".live-panels canvas").all()[:2]
        assert max(box["y"] + box["height"] for box in (c.bounding_box() for c in canvases)) - top <= 844
    finally:
        page.set_viewport_size(dict(width=1280, height=800))


BOXES = """() => {
  const places = { said: document.querySelector(".live-sentence") }, boxes = {};
  for (const [name, { canvas }] of Object.entries(regrnn.figures[0].panels)) places[name] = canvas;
  for (const [name, place] of Object.entries(places)) boxes[name] = place.getBoundingClientRect().toJSON();
  return boxes;
}"""


@needs_browser
@pytest.mark.parametrize("chapter", [f"{k:02}" for k in range(2, 10)])
def test_on_a_wide_screen_no_corner_stays_empty(chapters, chapter):
    page, _ = chapters(chapter)
    page.set_viewport_size(dict(width=960, height=800))  # the figure as wide as the book's column
    page.wait_for_timeout(100)
    try:
        seen = page.evaluate(BOXES)
    finally:
        page.set_viewport_size(dict(width=1280, height=800))
    assert (
        max(seen[k]["bottom"] for k in ("so", "sn", "as"))
        - min(seen[k]["bottom"] for k in ("so", "sn", "as"))
        < 8
    )
    assert seen["said"]["left"] >= seen["rn"]["right"] and seen["said"]["top"] > seen["as"]["bottom"]
    assert (
        abs(seen["said"]["top"] - seen["ro"]["top"]) < 30
        and seen["said"]["bottom"] < seen["ro"]["bottom"] + 30
    )


@needs_browser
@pytest.mark.parametrize("chapter", live.chapters())
def test_a_legend_names_the_colours_and_every_title_can_be_read(chapters, chapter):
    page, _ = chapters(chapter)
    assert "state of a neuron" in page.inner_text(".live-legend")
    cut = """[...document.querySelectorAll('.live-title')]
      .filter((title) => title.scrollWidth > title.clientWidth).map((title) => title.textContent)"""
    try:
        for width in (390, 820, 1280):
            page.set_viewport_size(dict(width=width, height=844))
            page.wait_for_timeout(100)
            assert page.evaluate(cut) == []
    finally:
        page.set_viewport_size(dict(width=1280, height=800))


@needs_browser
def test_a_point_dragged_in_a_plane_sets_the_controls(chapters):
    page, _ = chapters("03")
    box = page.locator(".live-pick").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + 0.3 * box["height"], steps=4)
    page.mouse.up()
    shown(page)
    state = page.evaluate("regrnn.figures[0].shown")
    assert state["reciprocity"] > 0.95 and 1.4 < state["coupling"] < 2.0
    assert f"x = {state['coupling']:.2f}" in page.inner_text(".live-sentence")


@needs_browser
@pytest.mark.parametrize(
    "chapter, control",
    [("01", "balance"), ("02", "dale"), ("03", "reciprocity"), ("03", "coupling"), ("04", "coupling")],
)
def test_a_dragged_control_takes_little_of_a_frame(chapters, chapter, control, capsys):
    page, _ = chapters(chapter)
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent():
        return {m["name"]: m["value"] for m in client.send("Performance.getMetrics")["metrics"]}[
            "ScriptDuration"
        ]

    times = []
    for _ in range(2):  # the first warms up
        before = spent()
        page.evaluate(DRAG, [f"live-{chapter}-{control}", 16])
        times.append(1000 * (spent() - before) / 17)
    with capsys.disabled():
        print(f"\n  chapter {chapter}, {control}: {times[-1]:.1f} ms of script a frame", end="")
    assert min(times) < 40  # 16 on an idle machine


@needs_browser
def test_the_axes_of_a_spectrum_stay_while_one_drags(chapters):
    page, _ = chapters("03")
    program = """async () => {
      const figure = regrnn.figures[0], { canvas, margin, ratio } = figure.panels.sn, seen = new Set();
      for (const reciprocity of [0, 0.3, 0.6, 1]) {
        figure.put({ reciprocity });
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        const axis = canvas.getContext('2d').getImageData(0, 0, margin[3] * ratio - 2, canvas.height);
        seen.add(axis.data.join());
      }
      return seen.size;
    }"""
    assert page.evaluate(program) == 1


@needs_browser
@pytest.mark.parametrize("chapter", ["02", "03"])
def test_the_first_picture_is_there_within_a_second(chrome, folder, chapter, capsys):
    page, errors = open_page(chrome, "about:blank")
    page.goto((folder / f"{chapter}.html").as_uri())
    page.wait_for_function("regrnn.figures[0]?.seen")
    first = page.evaluate("performance.now()")
    with capsys.disabled():
        print(f"\n  chapter {chapter}: first picture after {first:.0f} ms", end="")
    assert first < 3000 and errors == []
    page.context.close()


# ---------------------------------------------------------------- files
def test_the_files_are_small_and_ask_for_nothing():
    files = live.files()
    assert sum(map(len, files.values())) < 400_000
    for name, text in files.items():
        assert not re.search(r"https?:|import |fetch\(|XMLHttp|type=.module", text), name


def test_a_chapter_without_a_live_figure_is_refused():
    with pytest.raises(ValueError, match="chapter = '99': must be one of 01, 02"):
        live.scripts("99")


def test_layer_widths_are_those_of_numpy():
    width, bits = live.layer_widths(), np.random.PCG64(8)
    numbers, close, equal = np.random.Generator(bits), 0, 0
    for _ in range(2000):
        before = bits.state
        word = bits.random_raw()
        bits.state = before
        number, product = abs(numbers.standard_normal()), ((word >> 9) % 2**52) * width[word % 256]
        close, equal = close + (abs(number - product) < 1e-12), equal + (number == product)
    assert close == equal > 1900
