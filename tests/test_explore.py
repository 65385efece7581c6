"""The explorers without a browser.

What is typed, set, shown, written as code, and drawn where nobody can move a slider.
"""

import html
import io
import json
import re
import shlex
import subprocess
import sys

import matplotlib
import nbformat
import numpy as np
import pytest
import xarray as xr
from browsers import QUESTIONS, ROOT, small_notebook
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from regrnn_lib import explore, free_run, matrix_indices, module_labels, weight_matrix
from regrnn_lib.dynamics import REGIMES, free_dynamics
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.explore import sliders, views, widgets
from regrnn_lib.figures.maps import name_regimes
from regrnn_lib.parameters import DYNAMICS, TABLE, check, short
from regrnn_lib.record.runs import notebook_defaults
from regrnn_lib.regularities import KNOBS
from regrnn_lib.reservoir import DRIVES

matplotlib.use("agg")


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.fixture
def network():
    return widgets.NetworkExplorer(**widgets.start())


# ---------------------------------------------------------------- what is typed
SLIDERS = [name for name, row in TABLE.items() if row.slider]


@given(st.sampled_from(SLIDERS), st.floats(allow_nan=False))
def test_a_typed_number_becomes_the_nearest_allowed_one_and_says_so(name, typed):
    control = sliders.control(name)
    value, note = sliders.nearest(name, repr(typed))
    assert control.low <= value <= control.high
    inside = control.low <= typed <= control.high and (not control.whole or typed == round(typed))
    assert (value == typed and not note) if inside else "is not allowed" in note
    if not control.whole and not inside:
        assert value == (control.low if typed < control.low else control.high)


@pytest.mark.parametrize("text", ["", "much", "nan", "1 2"])
def test_what_is_no_number_is_refused_and_nothing_moves(network, text):
    network.sliders.rows["balance"][1].value = text
    assert "must be a number, -1 to 1" in network.message.value
    assert network.sliders.values["balance"] == 0 and network.sliders.rows["balance"][1].value == "0"


def test_typing_moves_slider_and_picture(network):
    before = network.picture.value
    network.sliders.rows["balance"][1].value = "−0,5"
    assert network.sliders.values["balance"] == network.sliders.rows["balance"][0].value == -0.5
    assert network.picture.value != before and network.view.asked["balance"] == -0.5
    network.sliders.rows["balance"][1].value = "9"
    assert (
        network.sliders.rows["balance"][1].value == "1" and "set to 1, the nearest" in network.message.value
    )


def test_a_slider_that_snaps_to_its_step_does_not_move_a_typed_value(network):
    network.sliders.rows["dale"][1].value = "0.123"
    network.sliders.rows["dale"][0].value = 0.12  # what the browser reports
    assert network.view.asked["dale"] == 0.123
    network.sliders.rows["dale"][0].value = 0.13
    assert network.view.asked["dale"] == 0.13


def test_each_slider_has_its_limits_beside_it_and_for_a_screen_reader(network):
    for name, (_, _, row) in network.sliders.rows.items():
        bounds = sliders.control(name)
        limits = f"{short(bounds.low, 4)} … {short(bounds.high, 4)}"
        words = html.unescape(row.children[0].value)
        assert limits in re.sub("<[^>]*>", "", words)
        assert f'data-words="{bounds.text}' in words and re.search(r'data-words="[^"]*' + limits + '"', words)


# ---------------------------------------------------------------- what is shown
def test_all_that_is_shown_is_the_librarys(network):
    network.sliders.put(dict(dale=0.7, balance=0.1, seed=4))
    W = weight_matrix(100, 0.2, 0.1, dale=0.7, seed=4)
    view = network.view
    assert np.array_equal(view.weights, W) and np.array_equal(view.states, free_run(W, 500, 200, 4))
    assert view.dynamics == free_dynamics(W, 500, 200, 4)
    assert view.indices == pytest.approx(matrix_indices(W, module_labels(100, 5)), nan_ok=True)
    for *_, value in views.measures_text(view) + views.indices_text(view):
        assert f"<b>{value}</b>" in network.numbers.value
    assert REGIMES[view.dynamics.regime] in network.numbers.value


def test_the_same_network_without_its_knobs_stands_beside_it(network):
    """To the bit what `weight_matrix` draws with all knobs at 0; the network as set is what it was."""
    for knobs in (dict(dale=0.7), dict(reciprocity=0.4), dict(modularity=0.9, dale=0.2)):
        rest = dict(coupling=1.5, balance=0.1, density=0.6, n_modules=4, seed=4)
        network.sliders.put(widgets.start() | rest | knobs)
        network_of = dict(strength=0.15, balance=0.1, density=0.6, n_modules=4, seed=4)
        plain, view = network.plain, network.view
        for seen, W in (
            (plain, weight_matrix(100, **network_of)),
            (view, weight_matrix(100, **network_of, **knobs)),
        ):
            assert np.array_equal(seen.weights, W) and np.array_equal(seen.states, free_run(W, 500, 200, 4))
            assert seen.dynamics == free_dynamics(W, 500, 200, 4)
        assert plain.asked == view.asked | dict.fromkeys(KNOBS, 0.0)
        assert np.array_equal(view.eigenvalues, views.look(**network.sliders.values).eigenvalues)


def test_what_both_panels_show_is_that_of_their_networks(network):
    network.sliders.put(dict(modularity=1.0))
    off, on = network.panels.sides
    for side, view in ((off, network.plain), (on, network.view)):
        assert np.array_equal(side.matrix.get_array(), view.weights / 0.2)
        assert np.array_equal(side.raster.get_array(), view.states[: views.N_SHOWN].T)
        assert np.array_equal(side.dots.get_xdata(), view.eigenvalues.real)
        counts = np.histogram(view.states, views.BINS)[0]
        assert np.array_equal(side.bars.get_data().values, counts / counts.max())
    assert off.head.get_text() == "knobs off: chaotic" and on.head.get_text() == "as set: oscillatory"


def test_without_a_knob_both_are_the_same_network_and_that_is_said(network):
    assert network.plain is network.view
    assert network.panels.sides[1].head.get_text() == "as set: the same, no knob is on"
    network.sliders.put(dict(dale=0.01))
    assert network.plain is not network.view and "as set: chaotic" in network.panels.sides[1].head.get_text()


def test_dragging_a_knob_computes_one_network_and_draws_the_plain_one_once(network, monkeypatch):
    network.sliders.put(dict(dale=0.5))
    computed, drawn, look = [], [], views.look
    monkeypatch.setattr(views, "look", lambda **asked: computed.append(asked) or look(**asked))
    monkeypatch.setattr(network.drawing, "_draw_resting", lambda: drawn.append(1))
    for level in (0.51, 0.52, 0.53):
        network.sliders.put(dict(dale=level))
    assert [asked["dale"] for asked in computed] == [0.51, 0.52, 0.53] and not drawn
    network.sliders.put(dict(balance=0.05))
    assert [asked["dale"] for asked in computed[3:]] == [0.53, 0.0] and drawn == [1]


def test_the_numbers_of_both_stand_in_one_table(network):
    network.sliders.put(dict(reciprocity=1.0))
    table = network.numbers.value
    for view in (network.view, network.plain):
        for *_, value in views.measures_text(view) + views.indices_text(view):
            assert re.search(rf"<td[^>]*>(<b>)?{re.escape(value)}(</b>)?</td>", table)
    assert "oscillatory" in table and "knobs off: chaotic" in table
    heads = re.findall(r"<th scope='col'[^>]*title='([^']+)'", table)
    assert heads == [TABLE[name].label for name in (*DYNAMICS, *views.INDICES, *KNOBS)]


def test_the_picture_is_the_whole_figure(network):
    """What is drawn over the background equals the figure drawn in one go, also after a change of its axes."""
    knobs = dict(coupling=2.0, dale=0.4), dict(dale=0.9), dict(modularity=0.5, balance=0.8)
    for values in (
        dict(coupling=0.5),
        dict(coupling=5.0, balance=0.4),
        dict(coupling=5.0, balance=0.3),
        *knobs,
    ):
        network.sliders.put(values)
        whole = io.BytesIO()
        network.drawing.fig.savefig(whole, format="png", dpi=100)
        difference = np.abs(
            pixels(whole.getvalue())[..., :3].astype(int) - pixels(network.picture.value)[..., :3]
        )
        assert np.mean(difference > 8) < 0.005  # frames that pictures cover; stale ticks would be 0.009


def test_one_change_draws_once(network, monkeypatch):
    calls = []
    draw = network.draw
    monkeypatch.setattr(network, "draw", lambda: calls.append(1) or draw())
    network.preset.value = DALE
    assert len(calls) == 1 and network.sliders.values["dale"] == 1
    network.sliders.put(dict(dale=0.5))
    assert network.preset.value == widgets.OWN  # what stands there is always true
    calls.clear()
    network.preset.value = DALE
    network._reset()
    assert len(calls) == 2 and network.sliders.values == widgets.start()


DALE = "Does chaos survive Dale's principle? d = 1"


def test_presets_are_questions_with_a_knob_and_a_caption_and_show_what_it_says(network):
    assert len(widgets.questions()) == len(QUESTIONS)
    for (words, (values, caption)), (begin, regime) in zip(widgets.questions().items(), QUESTIONS.items()):
        assert words.startswith(begin) and "? " in words and caption
        network.preset.value = words
        assert caption in html.unescape(network.caption.value)
        assert REGIMES[network.view.dynamics.regime] == regime, words
        assert network.sliders.values == widgets.start() | values
    network.sliders.put(dict(coupling=0.7, reciprocity=0.0, balance=0.0))
    assert REGIMES[network.view.dynamics.regime] == "quiescent" and "<small></small>" in network.caption.value


def test_the_seed_of_the_explorers_is_one_and_typical():
    """The counts in the captions; and a network of the seed is, under each knob, in the regime of most."""
    assert widgets.start()["seed"] == widgets.PLANE["seed"] == widgets.start_on_task()["seed"] == widgets.SEED
    told = {"dale": (16, 5, 3, 0), "reciprocity": (22, 2, 0, 0), "modularity": (13, 10, 0, 1)}
    for knob, counts in told.items():
        found = [REGIMES[free_dynamics(turned(knob, seed), 500, 200, seed).regime] for seed in range(24)]
        assert tuple(map(found.count, ("oscillatory", "fixed point", "chaotic", "quiescent"))) == counts
        assert found[widgets.SEED] == "oscillatory"
    assert REGIMES[free_dynamics(turned("dale", 3, 0.0), 500, 200, 3).regime] == "chaotic"
    captions = " ".join(caption for _, caption in widgets.questions().values())
    for words in (
        "16 of 24 networks oscillate",
        "22 of 24 networks oscillate, 2",
        "13 of 24 networks oscillate, 10 freeze, 1",
    ):
        assert words in captions


def turned(knob, seed, level=1.0):
    return weight_matrix(100, 0.2, seed=seed, **{knob: level})


def test_no_knob_moves_the_axes_of_the_spectrum_and_what_lies_beyond_is_an_arrow(network):
    panels = network.panels
    axes = [
        ax for part in panels.axes for ax in (part.get_position().bounds, part.get_xlim(), part.get_ylim())
    ]
    for knob in KNOBS:
        for level in (0.0, 0.5, 1.0):
            network.sliders.put(widgets.start() | {knob: level})
            assert panels.spectrum.get_xlim() == (-5.2, 5.2)
            now = [
                ax
                for part in panels.axes
                for ax in (part.get_position().bounds, part.get_xlim(), part.get_ylim())
            ]
            assert now == axes
    network.sliders.put(widgets.start() | dict(balance=0.8))
    outlier = network.view.eigenvalues.real.max()
    assert outlier > 10 and panels.far[1].get_text() == views.number(outlier) and not panels.far[0].get_text()
    x, y = panels.sides[1].arrows[">"].get_data()
    assert len(x) == 1 and x[0] == pytest.approx(0.95 * 5.2) and abs(y[0]) < 1e-9
    assert all(len(panels.sides[1].arrows[marker].get_xdata()) == 0 for marker in "<^v")
    network.sliders.put(dict(balance=-0.8))
    assert len(panels.sides[1].arrows["<"].get_xdata()) == 1 and panels.far[0].get_text().startswith("−")
    network.sliders.put(dict(balance=0.0))
    assert all(len(arrow.get_xdata()) == 0 for arrow in panels.sides[1].arrows.values())


def test_a_map_that_is_computed_anew_is_dim_until_it_belongs_to_its_sliders(monkeypatch):
    explorer = widgets.PlaneExplorer(**widgets.PLANE | SMALL)
    seen = []

    def data(*which):
        seen.append((explorer.message.value, explorer.numbers.value, explorer.picture._dom_classes))
        return real(*which)

    real = explorer.plane.data
    monkeypatch.setattr(explorer.plane, "data", data)
    explorer.level.value = 1.0
    ((message, numbers, classes),) = seen
    assert "computing …" in message and numbers == "" and "regrnn-waiting" in classes
    assert (
        "all 8 values (measures, regime, period two) equal" in explorer.message.value
        and "regrnn-waiting" not in explorer.picture._dom_classes
    )


def test_an_exception_shows_its_message_and_never_a_stale_picture(network, monkeypatch):
    monkeypatch.setattr(views, "look", lambda **_: 1 / 0)
    network.sliders.put(dict(balance=0.3))
    assert "division by zero" in network.message.value and network.picture.layout.visibility == "hidden"
    monkeypatch.undo()
    network.sliders.put(dict(balance=0.2))
    assert network.message.value == "" and network.picture.layout.visibility == "visible"


def test_large_networks_run_shorter_and_say_so(network):
    network.sliders.put(dict(n_neurons=500))
    assert (
        len(network.view.states) == 100
        and "N = 500: the run is shortened to 100 steps" in network.message.value
    )
    network.sliders.put(dict(n_neurons=100, dale=0.5, reciprocity=0.5))
    assert network.view.shape is None and "no prediction" in network.message.value


@given(st.sampled_from(list(widgets.start())), st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_any_slider_position_is_answered(name, share):
    control = sliders.control(name)
    value = control.low + share * (control.high - control.low)
    value = round(min(value, 120)) if control.whole else value
    view = views.look(**widgets.start() | {name: value})
    panels = views.Panels(views.new_figure(8, 5, static=False))
    assert panels.show(view, views.without_knobs(view)) in (True, False)


# ---------------------------------------------------------------- what is copied
def test_the_copied_lines_give_this_very_network(network):
    network.sliders.put(dict(coupling=1.35, reciprocity=0.25, n_modules=4, density=0.5, seed=9))
    code = widgets.python_lines(network.view.asked)
    names = {}
    exec(code, names)
    assert len(code.splitlines()) == 3
    assert np.array_equal(names["W"], network.view.weights) and np.array_equal(
        names["Y"], network.view.states
    )


def test_the_papermill_line_names_parameters_of_notebook_11(network):
    network.sliders.put(dict(coupling=1.35, modularity=0.5, seed=9))
    words = shlex.split(widgets.papermill_line(network.view.asked))
    given_ = {words[k + 1]: words[k + 2] for k, word in enumerate(words) if word == "-p"}
    known = notebook_defaults(ROOT / words[1].replace(".ipynb", ".py"))
    assert set(given_) <= set(known) and given_["modularity"] == "0.5"
    check(**{name: type(known[name])(value) for name, value in given_.items()})


# ---------------------------------------------------------------- the other two
SMALL = dict(n_neurons=20, n_couplings=4, n_balances=5, n_steps=60, burn_in=20)


def test_the_map_is_that_of_the_sweep_and_each_cell_is_simulated_anew():
    explorer = widgets.PlaneExplorer(**widgets.PLANE | SMALL | dict(knob="reciprocity", level=1.0))
    stored = sweep(
        dict(coupling=explorer.plane.couplings, balance=explorer.plane.balances),
        seed=widgets.SEED,
        n_neurons=20,
        reciprocity=1.0,
        settings=dict(n_steps=60, burn_in=20),
    ).isel(replicate=0)
    for coupling, balance in zip(explorer.plane.couplings, explorer.plane.balances):
        explorer.coupling.value, explorer.balance.value = coupling, balance
        assert "all 8 values (measures, regime, period two) equal" in explorer.message.value
        cell = stored.sel(coupling=coupling, balance=balance)
        assert explorer.view.dynamics.fluctuation == float(cell.fluctuation)


def test_a_map_that_does_not_fit_its_networks_is_noticed():
    explorer = widgets.PlaneExplorer(**widgets.PLANE | SMALL)
    explorer.stored = explorer.stored.assign(fluctuation=explorer.stored.fluctuation + 1e-16 + 1e-12)
    explorer.balance.value = explorer.plane.balances[0]
    assert "fluctuation differ from the stored map" in explorer.message.value


def test_the_regimes_are_named_where_the_networks_of_the_map_are_in_them():
    explorer = widgets.PlaneExplorer(**widgets.PLANE | dict(n_couplings=9, n_balances=11, n_steps=200))
    for knob in ("dale", "reciprocity"):
        explorer.knob.value, explorer.level.value = knob, 1.0
        names = [text for text in explorer.map.axes.texts if text.get_text() in REGIMES]
        assert {"quiescent", "fixed point", "oscillatory"} <= {text.get_text() for text in names}
        for text in names:
            balance, coupling = text.get_position()
            cell = int(explorer.stored.regime.sel(coupling=coupling, balance=balance))
            assert REGIMES[cell] == text.get_text()


def test_a_name_stands_in_the_middle_of_the_largest_area_and_scattered_cells_have_none():
    index = np.zeros((7, 8))
    index[1, 1], index[2:5, 4:7], index[6, ::2] = 1, 2, 3
    index = xr.DataArray(index, [("coupling", np.arange(7.0)), ("balance", np.arange(8.0))])
    names = name_regimes(matplotlib.figure.Figure().add_subplot(), index)
    assert [text.get_text() for text in names] == [REGIMES[0], REGIMES[2]]
    assert names[1].get_position() == (5, 3)


def test_the_network_behind_a_cell_stands_beside_that_without_its_knob():
    explorer = widgets.PlaneExplorer(**widgets.PLANE | SMALL | dict(knob="modularity", level=1.0))
    at = dict(coupling=explorer.coupling.value, balance=explorer.balance.value)
    W = weight_matrix(20, at["coupling"] / np.sqrt(20), at["balance"], seed=widgets.SEED)
    assert np.array_equal(explorer.plain.weights, W)
    assert np.array_equal(explorer.plain.states, free_run(W, 60, 20, widgets.SEED))
    explorer.level.value = 0.0
    assert explorer.plain is explorer.view and np.array_equal(explorer.view.weights, W)


def test_crosshair_and_measure_move_what_is_drawn():
    explorer = widgets.PlaneExplorer(**widgets.PLANE | SMALL)
    seen = {explorer.picture.value}
    for change in (
        dict(coupling=explorer.plane.couplings[0]),
        dict(measure="lyapunov"),
        dict(level=1.0),
        dict(seed=4),
    ):
        for name, value in change.items():
            getattr(explorer, name).value = value
        assert explorer.picture.value not in seen and explorer.picture.layout.visibility == "visible"
        seen.add(explorer.picture.value)


def test_a_click_into_the_map_moves_the_crosshair_to_the_cell_there():
    explorer = widgets.PlaneExplorer(**widgets.PLANE | SMALL)
    width, height = explorer.SIZE
    for coupling, balance in ((0, 1), (3, 3), (2, 0)):
        cell = explorer.plane.couplings[coupling], explorer.plane.balances[balance]
        x, y = explorer.map.axes.transData.transform(cell[::-1])
        explorer.click.value = f"{(x + 2) / width} {1 - (y - 2) / height}"
        assert (explorer.coupling.value, explorer.balance.value) == cell
    assert explorer.view.asked["coupling"] == explorer.plane.couplings[2]
    explorer.click.value = "0.7 0.5"  # beside the map
    assert explorer.coupling.value == explorer.plane.couplings[2]


@pytest.mark.parametrize("task", list(widgets.TASKS))
def test_a_network_on_a_task_beside_itself_without_knobs(task):
    explorer = widgets.ReservoirExplorer(
        **widgets.start_on_task() | dict(task=task, coupling=1.5, n_neurons=30, dale=0.5)
    )
    assert explorer.message.value == ""
    plain, knobs = explorer.pair
    W = weight_matrix(30, 1.5 / np.sqrt(30), dale=0.5, modularity=1.0, seed=widgets.SEED)
    assert knobs.result == widgets.evaluate(W, task, widgets.SEED, drive=DRIVES["moderate"])
    W = weight_matrix(30, 1.5 / np.sqrt(30), seed=widgets.SEED)
    assert plain.result == widgets.evaluate(W, task, widgets.SEED, drive=DRIVES["moderate"])
    assert f"<b>{views.number(knobs.result.accuracy, 3)}</b>" in explorer.numbers.value
    before = explorer.picture.value
    explorer.sliders.put({"drive": 1.0})
    assert explorer.picture.value != before and explorer.pair[1].result.accuracy != knobs.result.accuracy


# ---------------------------------------------------------------- where nobody can move a slider
def words_of(fig):
    return [text.get_text() for text in fig.findobj(matplotlib.text.Text)]


def test_still_pictures_show_and_say_what_the_network_is_without_its_knobs():
    knob = dict(n_neurons=30, modularity=1.0)
    view = views.look(**widgets.start() | knob)
    plain = views.without_knobs(view)
    words = words_of(explore.network(**knob))
    for one in (view, plain):
        assert views.regime_text(one) in words
        assert {value for *_, value in views.measures_text(one)} <= set(words)
    assert "as set" in words and "knobs off" in words
    words = words_of(explore.plane(**SMALL, knob="modularity", level=1.0))
    assert (
        "as set" in words
        and "knobs off" in words
        and any("all 8 values (measures, regime, period two) equal" in text for text in words)
    )


def test_bad_starts_are_refused_at_once():
    with pytest.raises(ValueError, match="dal: no such control"):
        explore.network(dal=0.3)
    with pytest.raises(
        ValueError, match="(?s)2 faults.*balance = 3: its slider goes from -1 to 1.*n_neurons = 5000"
    ):
        widgets.NetworkExplorer(**widgets.start() | dict(balance=3, n_neurons=5000))


def test_without_a_front_end_all_three_are_still_figures():
    made = [explore.network(n_neurons=30), explore.plane(**SMALL), explore.reservoir(n_neurons=30)]
    for fig in made:
        assert isinstance(fig, matplotlib.figure.Figure)
        canvas = io.BytesIO()
        fig.savefig(canvas, dpi=50)
        assert pixels(canvas.getvalue())[..., :3].std() > 20


def test_plain_papermill_leaves_a_picture_and_no_widget(tmp_path):
    """Papermill as a reader calls it, without this project's build: no front end, so no sliders."""
    name = small_notebook(tmp_path)
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            "--cwd",
            str(tmp_path),
            name,
            "out.ipynb",
            "-p",
            "n_neurons",
            "30",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    nb = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    shown = [
        out.data
        for cell in nb.cells
        for out in cell.get("outputs", [])
        if out.output_type == "execute_result"
    ]
    assert [sorted(data) for data in shown] == [["image/png", "text/plain"]] * 2
    assert "regrnn-" not in json.dumps(
        nb.metadata
    )  # a sweep's progress bar is a widget too, an explorer's is not


@pytest.mark.parametrize(
    "make, name", [(explore.reservoir, "task"), (explore.plane, "measure"), (explore.plane, "knob")]
)
def test_a_choice_that_is_none_is_refused(make, name):
    with pytest.raises(ValueError, match=f"{name} = 'nrma': must be one of "):
        make(**{name: "nrma"})


def test_the_page_has_its_three_tabs_and_makes_the_others_when_opened(monkeypatch):
    monkeypatch.setenv("VOILA_REQUEST_URL", "/")
    tabs = explore.page()
    assert list(tabs.titles) == ["one network", "a map", "a task"]
    assert isinstance(tabs.children[0], widgets.NetworkExplorer) and not tabs.children[2].children
    tabs.selected_index = 2
    assert isinstance(tabs.children[2], widgets.ReservoirExplorer)
