"""The ledger: claims as data, verdicts on planted worlds, sentences from numbers,
the controls and the README.
"""

import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from regrnn_lib import reservoir, weight_matrix
from regrnn_lib.experiments import claims, controls, verdicts
from regrnn_lib.experiments.places import PLACES
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.figures import ledger as ledger_figures
from regrnn_lib.figures import style
from regrnn_lib.regularities import KNOBS, REGULARITIES
from regrnn_lib.reservoir import evaluate
from regrnn_lib.tasks import TASKS, Narma, SequenceMemory

ROOT = Path(__file__).parent.parent
N = 12
T = len(TASKS)
EACH = 15 * T  # comparisons of a claim on accuracy at one level: places, drives and tasks
X, B = np.geomspace(0.5, 4, 4), np.array([-0.5, 0.0, 0.5])
SMALL = [SequenceMemory(n_steps=150, n_delays=3), Narma(n_steps=150)]
HOW = dict(settings=dict(wash_out=10), n_neurons=10, n_replicates=2, n_modules=2, seed=1)


def noise(shape, size=0.01, seed=0):
    return size * np.random.default_rng(seed).standard_normal(shape)


DRIVES = ["weak", "moderate", "strong"]
LEVELS = [0.0, 0.25, 1.0]
PLANE = np.array(
    [[0, 0, 0], [4, 1, 3], [4, 2, 3], [4, 2, 3]]
)  # places over (coupling, balance), under every drive


def world(effect=None, n=N):
    """Datasets whose truth is known; `effect(knob, task, drive, place)` is the change of accuracy,
    level 0 to others.
    """
    effect = effect or (lambda *_: 0.0)
    names, cells = list(PLACES), [(i, j) for i in range(4) for j in range(3)]
    coords = dict(task=list(TASKS), drive=DRIVES, knob=list(KNOBS), level=LEVELS, coupling=X, balance=B)
    shape = tuple(len(values) for values in coords.values()) + (n,)
    accuracy = xr.DataArray(
        0.5 + noise(shape, 0.004), coords | dict(replicate=range(n)), [*coords, "replicate"]
    )
    for (t, task), (d, drive), (k, knob), (i, j) in product(*map(enumerate, (TASKS, DRIVES, KNOBS)), cells):
        accuracy[t, d, k, 1:, i, j] += effect(knob, task, drive, names[PLANE[i, j]])
    places = xr.DataArray([PLANE] * 4, dict(drive=["free", *DRIVES], coupling=X, balance=B))
    places = places.where((places != 1) | (places.drive != "free"), 2)  # free chaos that no input tames
    free = {
        name: (("drive", *accuracy.dims[2:]), noise((1, *shape[2:]), seed=k))
        for k, name in enumerate(("fluctuation", "correlation", "nonlinearity"))
    }
    where = dict(drive=["free"], knob=list(KNOBS), level=LEVELS, coupling=X, balance=B)
    return dict(
        tasks=accuracy.to_dataset(name="accuracy"),
        places=places,
        free=xr.Dataset(free, where),
        **waking_and_regimes(n),
    )


def waking_and_regimes(n):
    """Curves that rise through 0 at x = 1 at every level,
    and networks that all have the regime of mean field.
    """
    curve = 1.5 * np.log(X)[:, None] * np.ones((1, 2, 4, 1)) + noise((1, 2, 4, n))
    waking = xr.Dataset(
        {"nonlinearity": (("drive", "level", "coupling", "replicate"), curve)},
        dict(drive=["free"], level=[0.0, 1.0], coupling=X),
    )
    driven = xr.concat([waking.isel(drive=0, drop=True)] * 3, "drive").assign_coords(drive=DRIVES)
    grid = dict(
        coupling=np.geomspace(0.05, 20, 13), balance=[-1.0, -0.7, -0.5, -0.1, 0.0, 0.1, 0.5, 0.7, 1.0]
    )
    known = sweep(grid, n_neurons=100, n_replicates=1, settings=dict(n_steps=2, burn_in=0))
    agreed = claims.theory_regimes(known).expand_dims(mirror=[False, True], replicate=n)
    regimes = agreed.to_dataset(name="regime").assign_attrs(known.attrs)
    return dict(waking=waking, driven=driven, regimes=regimes)


@pytest.fixture(scope="module")
def planted():
    """Dale helps in chaos and harms in calm, does next to nothing where held,
    and is random where flipping.
    """

    def effect(knob, task, drive, place):
        return {"chaotic": 0.1, "calm": -0.1}.get(place, 0.0) if knob == "dale" else 0.0

    data = world(effect)
    wild = noise((T, 3, 2, 4, 3, N), 1.0, seed=9)
    wild -= wild.mean(axis=-1, keepdims=True)
    here = (PLANE == list(PLACES).index("flipping"))[None, None, None, ..., None]
    data["tasks"].accuracy.values[:, :, 0, 1:] += np.where(here, wild, 0)
    return data


@pytest.fixture(scope="module")
def table(planted):
    return claims.judge(planted)


# ---------------------------------------------------------------- the file
def test_the_six_claims_are_those_of_the_model_page():
    ledger = claims.read()
    assert [c.id for c in ledger.claim] == ["C1", "C2", "C3", "C4", "C5", "C6"]
    assert [c.direction for c in ledger.claim] == [
        "raises",
        "raises",
        "lowers",
        "lowers",
        "changes",
        "raises",
    ]
    assert [(p.knobs, p.levels) for c in ledger.claim[:3] for p in c.part] == [
        (["dale"], (0, 1)),
        (["modularity"], (0, 1)),
        (["reciprocity"], (0, 0.25)),
        (["reciprocity"], (0, 1)),
    ]
    assert all(
        set(p.tasks) == set(TASKS) and p.places == list(PLACES) and p.drives == list(reservoir.DRIVES)
        for c in ledger.claim[:3]
        for p in c.part
    )
    assert dict(ledger.criteria) == dict(rate=0.05, margin=0.02, fewest=12)
    assert [p.value for p in ledger.claim[3].part] == [-0.9, 0, 0] and ledger.claim[4].part[
        0
    ].at_least == 0.05
    assert [(p.reference, p.share, p.cells) for p in ledger.claim[5].part] == [
        ("mean field", 0.8, ["all", "near", "away"]),
        ("other networks", 0.9, ["all", "near", "away"]),
    ]


def test_a_new_claim_needs_no_code(tmp_path, planted):
    text = (ROOT / "regrnn_lib" / "experiments" / "claims.toml").read_text()
    text += """
[[claim]]
id = "X1"
title = "Dale lowers accuracy on digits in chaos"
statement = "s"
source = "nowhere"
direction = "lowers"
criterion = "c"
[[claim.part]]
kind = "change"
data = "tasks"
knobs = ["dale"]
measures = ["accuracy"]
tasks = ["digits"]
places = ["chaotic"]
drives = ["weak"]
"""
    (tmp_path / "more.toml").write_text(text)
    ledger = claims.read(tmp_path / "more.toml")
    made = claims.judge(planted, ledger)
    assert made.loc["X1"].verdict.tolist() == ["contradicted"]
    assert verdicts.sentences(made, ledger)[-1].endswith(" (1 comparisons): contradicted in all.")


def test_faults_of_the_file_are_listed_at_once(tmp_path):
    text = (ROOT / "regrnn_lib" / "experiments" / "claims.toml").read_text()
    bad = (
        text.replace('direction = "changes"', 'direction = "moves"')
        .replace('knobs = ["modularity"]', 'knobs = ["modules"]')
        .replace("margin", "margins")
    )
    (tmp_path / "bad.toml").write_text(bad)
    with pytest.raises(ValueError, match="faults in the input") as error:
        claims.read(tmp_path / "bad.toml")
    for where in ("claim.4.direction", "claim.1.part.0.knobs.0", "criteria.margins"):
        assert f"bad.toml: {where}: " in str(error.value)
    (tmp_path / "bad.toml").write_text(text.replace('id = "C2"', 'id = "C1"'))
    with pytest.raises(ValueError, match="claim C1 is there twice"):
        claims.read(tmp_path / "bad.toml")
    (tmp_path / "bad.toml").write_text("claims = [")
    with pytest.raises(ValueError, match="bad.toml: "):
        claims.read(tmp_path / "bad.toml")


def test_what_the_data_lack_is_named_before_judging(planted):
    data = planted | dict(tasks=planted["tasks"].drop_sel(task="narma", drive="weak"))
    del data["driven"]
    with pytest.raises(ValueError) as error:
        claims.judge(data)
    assert "claim C1: data 'tasks' hold no task narma" in str(error.value)
    assert "claim C3: data 'tasks' hold no drive weak" in str(error.value)
    assert "claim C4: there are no data 'driven'" in str(error.value)


# ---------------------------------------------------------------- verdicts
def test_each_of_the_four_words_where_it_was_planted(table):
    dale = table.loc["C1"].reset_index().groupby("place").verdict.agg(set)
    assert dale.to_dict() == {
        "chaotic": {"supported"},
        "calm": {"contradicted"},
        "tamed": {"negligible"},
        "held": {"negligible"},
        "flipping": {"inconclusive"},
    }
    assert set(table.loc[["C2", "C3"]].verdict) == {"negligible"} and not table.mixed.any()
    assert np.allclose(table.loc["C1"].xs("chaotic", level="place").effect, 0.1, atol=0.02)


def test_a_sure_effect_within_the_margin_is_negligible():
    made = claims.judge(world(lambda *_: 0.01))
    sure = made.loc[["C1", "C2", "C3"]]
    assert (sure.low > 0).any() and set(sure.verdict) == {"negligible"}


def test_a_verdict_over_cells_of_both_signs_is_mixed(planted):
    data = planted | dict(tasks=planted["tasks"].copy(deep=True))
    data["tasks"].accuracy.loc[dict(level=1.0, coupling=X[3], balance=0.0, knob="dale")] -= 0.15
    made = claims.judge(data).loc["C1"].reset_index()
    assert set(made.place[made.mixed]) == {"chaotic"}
    assert f"in {3 * T} of them cells of both signs are averaged" in verdicts.sentence(
        claims.read().claim[0], claims.judge(data)
    )


def test_cells_where_a_knob_cannot_act_are_left_out(planted):
    data = {
        n: d.assign_coords(balance=[-1.0, 0.0, 1.0]) if "balance" in d.dims and n != "regimes" else d
        for n, d in planted.items()
    }
    made = claims.judge(data)
    assert set(made.loc["C1"].reset_index().place) == {"calm", "tamed", "chaotic"}
    assert set(made.loc["C2"].reset_index().place) == set(PLACES)
    assert made.loc[("C1", "dale", "accuracy", 1.0, "narma", "calm", "weak")].n_cells == 1


def test_the_direction_of_a_claim_is_used():
    made = claims.judge(world(lambda *_: -0.1))
    assert {name: set(rows) for name, rows in made.loc[["C1", "C2", "C3"]].groupby("claim").verdict} == {
        "C1": {"contradicted"},
        "C2": {"contradicted"},
        "C3": {"supported"},
    }


def test_an_effect_is_the_mean_over_the_cells_of_its_place(planted, table):
    some = planted["tasks"].accuracy.sel(knob="dale", task="narma", drive="strong")
    change = (some.sel(level=1.0) - some.sel(level=0.0)).values
    by_hand = change[list(PLACES).index("chaotic") == PLANE].mean(axis=0)
    row = table.loc[("C1", "dale", "accuracy", 1.0, "narma", "chaotic", "strong")]
    assert row.effect == pytest.approx(by_hand.mean()) and row.n_cells == 2 and row.n_networks == N
    assert row.dz == pytest.approx(by_hand.mean() / by_hand.std(ddof=1))


def test_few_networks_have_numbers_but_no_verdict():
    made = claims.judge(world(lambda *_: 0.3, n=3))
    assert set(made.verdict) == {"too few networks"} and np.allclose(made.loc["C1"].effect, 0.3, atol=0.05)
    sizes = made.groupby("claim").size()
    assert sizes[["C1", "C2", "C3", "C4", "C5"]].tolist() == [EACH, EACH, 2 * EACH, 5, 36]
    assert all("too few networks" in text for text in verdicts.sentences(made))


def test_a_crossing_that_moves_with_the_knob_is_found():
    data = world()
    for name in ("waking", "driven"):
        data[name] = data[name].copy(deep=True)
        data[name].nonlinearity.loc[dict(level=1.0)] += 0.1
    rows = claims.judge(data).loc["C4"].reset_index().set_index("measure")
    assert set(rows.verdict) == {"supported"} and len(rows) == 5
    assert np.allclose(rows.effect["nonlinearity = 0"], np.exp(-0.1 / 1.5) - 1, atol=0.01)
    assert np.allclose(rows.effect["nonlinearity = -0.9"], np.exp(-1 / 1.5) - np.exp(-0.9 / 1.5), atol=0.01)
    assert "supported" not in set(claims.judge(world()).loc["C4"].verdict)


def test_a_change_of_the_dynamics_counts_from_its_threshold():
    data = world()
    free = data["free"]
    free.fluctuation.values[:, :, 2] += 0.04
    free.nonlinearity.values[:, :, 2] -= 0.2
    made = claims.judge(data).loc["C5"].reset_index()
    assert set(made[made.measure == "nonlinearity"].verdict) == {"supported"}
    assert "supported" not in set(made[made.measure == "fluctuation"].verdict)


def test_agreement_is_judged_against_the_share_asked_for(planted, table):
    rows = table.loc["C6"].reset_index()
    assert set(rows.verdict) == {"supported"} and np.allclose(rows.effect + rows.reference, 1)
    assert rows.place.tolist() == 2 * ["all", "near", "away"] and rows.n_cells[0] == rows.n_cells[1:3].sum()
    assert (
        "mean field: all cells 100% (supported), cells near a boundary 100%" in verdicts.sentences(table)[5]
    )
    wrong = planted["regimes"].copy(deep=True)
    wrong.regime[...] = 1 - (wrong.regime == 1)  # never chaotic where mean field is, always elsewhere
    made = claims.judge(planted | dict(regimes=wrong)).loc["C6"].reset_index().set_index("measure")
    assert set(made.loc["agreement with mean field"].verdict) == {"contradicted"}
    assert set(made.loc["agreement with other networks"].verdict) == {"supported"}


def test_a_claim_without_a_cell_has_no_rows_and_says_so(planted):
    calm = planted["places"] * 0
    made = claims.judge(planted | dict(places=calm))
    assert set(made.loc["C5"].reset_index().place) == {"calm"}
    ledger = claims.read()
    assert verdicts.sentence(ledger.claim[4], made.drop("C5")).endswith(
        ":** not judged, no cell of the plane belongs to it."
    )


def test_cells_off_the_boundaries_have_equal_neighbours():
    regimes = xr.DataArray([[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1]], dims=("coupling", "balance"))
    assert claims.off_boundaries(regimes).values.tolist() == [[True, True, False, False]] * 3


def test_the_majority_of_the_others_leaves_a_pair_out():
    regime = xr.DataArray([[[0, 1, 1], [2, 2, 3]]] * 2, dims=("mirror", "cell", "replicate"))
    assert claims.others_majority(regime).transpose("cell", "replicate").values.tolist() == [
        [1, 0, 0],
        [2, 2, 2],
    ]


# ---------------------------------------------------------------- words and tables
def test_there_is_one_sentence_per_claim(table):
    lines = verdicts.readme_table(table).splitlines()
    assert [line[:6] for line in lines] == [f"- **{claim.id}" for claim in claims.read().claim]
    assert lines[0] == (
        f"- **C1, Dale monopolarity raises accuracy** ({EACH} comparisons): supported in {3 * T}, mainly chaotic "
        f"networks under all drives; contradicted in {3 * T}, mainly calm networks under all drives; "
        f"negligible in {6 * T}; inconclusive in {3 * T}."
    )
    assert lines[1].endswith(f" ({EACH} comparisons): negligible in all.")
    assert lines[2].endswith(
        f" ({2 * EACH} comparisons): r = 0.25: negligible in all. r = 1: negligible in all."
    )
    committed = verdicts.readme_table(verdicts.read_table()).splitlines()
    assert max(len(line.split()) for line in committed) <= 125


def test_the_places_of_a_sentence_are_those_with_most_of_the_cells(table):
    first, fifth = claims.read().claim[0], claims.read().claim[4]
    rows = table.loc[["C1"]].assign(verdict="negligible", effect=0.01).reset_index()
    weak, chaotic = rows.drive == "weak", rows.place == "chaotic"
    rows.loc[rows.place.isin(["calm", "held"]) | (chaotic & ~weak), "verdict"] = "supported"
    some = rows.task.isin(["narma", "digits"])
    rows.loc[weak & (chaotic | (rows.place == "tamed") & some), "verdict"] = "contradicted"
    assert verdicts.sentence(first, rows.set_index(table.index.names)).endswith(
        f" ({EACH} comparisons): supported in {8 * T} ({8 * T} below 0.02), mainly calm and held networks under "
        f"all drives and chaotic networks under moderate and strong drive; contradicted in {T + 2} "
        f"({T + 2} below 0.02), mainly chaotic networks under weak drive; negligible in {6 * T - 2}."
    )
    rows = table.loc[["C5"]].reset_index()
    rows["verdict"] = np.where(rows.knob == "modularity", "supported", "inconclusive")
    assert verdicts.sentence(fifth, rows.set_index(table.index.names)).endswith(
        " (36 comparisons): supported in 12, mainly modularity; inconclusive in 24."
    )


def test_the_saved_table_says_the_same_as_the_one_in_memory(tmp_path, monkeypatch, table):
    from regrnn_lib.record import save_table

    monkeypatch.setenv("REGRNN_RESULTS", str(tmp_path))
    save_table(table, verdicts.SAVED.removesuffix(".csv"), "a test")
    back = verdicts.read_table(tmp_path / verdicts.SAVED)
    assert verdicts.sentences(back) == verdicts.sentences(table) and verdicts.readme_table(
        back
    ) == verdicts.readme_table(table)
    pd.testing.assert_frame_equal(back, table, rtol=1e-5, check_dtype=False, check_index_type=False)


def grids(text):
    """Every Markdown table in a text, as a DataFrame indexed by its first column."""
    found = []
    for block in text.split("\n\n"):
        if block.startswith("|"):
            head, _, *rows = [
                [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
            ]
            found.append(pd.DataFrame([r[1:] for r in rows], [r[0] for r in rows], head[1:]))
    return found


def shown(row):
    return f"{verdicts.MARKS[row.verdict]} {verdicts.signed(row.effect)}"


def test_the_verdicts_on_a_knob_have_a_table_per_claim(table):
    text = verdicts.concerning(table, knob="dale")
    tasks, dynamics = grids(text)
    assert tasks.shape == (15, T) and tasks.columns.tolist() == [task.label for task in TASKS.values()]
    assert dynamics.shape == (4, 3) and dynamics.columns.tolist() == ["F", "C", "NL"]
    assert dynamics.index[2] == "held networks in free runs"
    for task in TASKS.values():
        row = table.loc[("C1", "dale", "accuracy", 1.0, task.name, "flipping", "strong")]
        assert tasks.loc["flipping networks under strong drive", task.label] == shown(row)
    assert dynamics.loc["chaotic networks in free runs", "C"] == shown(
        table.loc[("C5", "dale", "correlation", 1.0, "", "chaotic", "free")]
    )
    first, last = text.splitlines()[0], text.splitlines()[-1]
    assert first.startswith(
        "**C1, Dale monopolarity raises accuracy** (paired change of accuracy, d: 0 to 1;"
    )
    assert first.endswith(
        f": supported in {3 * T}; contradicted in {3 * T}; negligible in {6 * T}; inconclusive in {3 * T}."
    )
    assert all(f"{mark} {word}" in last for word, mark in verdicts.MARKS.items())


def test_the_verdicts_on_reciprocity_have_its_levels(table):
    finer = pd.concat([table, table.loc[["C4"]].rename({1.0: 0.5}, level="level").assign(effect=-0.25)])
    accuracy, early, _ = grids(verdicts.concerning(finer, knob="reciprocity"))
    assert accuracy.shape == (30, T) and accuracy.index[0] == "r = 0.25 calm networks under weak drive"
    assert early.columns.tolist() == ["r = 1", "r = 0.5"]
    assert early.index.tolist() == [
        "NL = \N{MINUS SIGN}0.9 in free runs",
        "NL = 0 in free runs",
        "NL = 0 under weak drive",
        "NL = 0 under moderate drive",
        "NL = 0 under strong drive",
    ]
    assert set(early["r = 0.5"].str[2:]) == {"\N{MINUS SIGN}0.25"}
    assert "\N{MINUS SIGN}0.25" not in set(early["r = 1"].str[2:])


def test_the_verdicts_on_a_task_have_the_claims_across(table):
    text = verdicts.concerning(table, task="digits")
    (made,) = grids(text)
    assert made.shape == (15, 4) and made.columns.tolist() == [
        "C1: Dale monopolarity, d = 1",
        "C2: modularity, m = 1",
        "C3: reciprocity, r = 0.25",
        "C3: reciprocity, r = 1",
    ]
    row = table.loc[("C3", "reciprocity", "accuracy", 0.25, "digits", "calm", "strong")]
    assert made.loc["calm networks under strong drive", "C3: reciprocity, r = 0.25"] == shown(row)
    assert [line.split(",")[0] for line in text.splitlines() if line.startswith("**")] == [
        "**C1",
        "**C2",
        "**C3",
    ]
    (one,) = grids(verdicts.concerning(table, knob="dale", task="narma"))
    assert one.shape == (15, 1) and one.columns.tolist() == ["NARMA-10"]


def test_effects_too_small_to_matter_are_counted(table):
    small = table.loc[["C2"]].assign(effect=0.01, verdict="supported")
    assert "15 comparisons: supported in all" in verdicts.concerning(small, task="narma")


def test_a_missing_ledger_is_one_line_and_no_fault(tmp_path, monkeypatch, table):
    monkeypatch.setattr(verdicts, "project_root", lambda: tmp_path)
    assert (
        verdicts.concerning(verdicts.read_table(), knob="dale")
        == "no ledger yet: `make` writes it (notebook 10)"
    )
    assert "no verdict" in verdicts.concerning(table, task="chess")
    with pytest.raises(FileNotFoundError):
        verdicts.read_table(tmp_path / "named.csv")


def test_the_ledger_goes_between_its_markers_and_nowhere_else():
    page = f"a\n{verdicts.BEGIN}\nold\n{verdicts.END}\nz\n"
    made = verdicts.with_ledger(page, "new")
    assert (
        made == f"a\n{verdicts.BEGIN}\n\nnew\n\n{verdicts.END}\nz\n"
        and verdicts.with_ledger(made, "new") == made
    )
    for broken in ("a", verdicts.BEGIN, f"{verdicts.END} {verdicts.BEGIN}"):
        with pytest.raises(ValueError, match="must stand there once"):
            verdicts.with_ledger(broken, "new")


def test_the_command_says_what_is_missing(tmp_path):
    (tmp_path / "README.md").write_text("no markers")
    lines = ["import sys", "from pathlib import Path", "from regrnn_lib.experiments import verdicts"]
    lines += [
        f"verdicts.project_root = lambda: Path({str(tmp_path)!r})",
        "sys.exit(verdicts.main(sys.argv[1:]))",
    ]
    code = "\n".join(lines)
    done = subprocess.run([sys.executable, "-c", code, "readme"], capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.strip() == verdicts.NO_LEDGER
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 2


def test_the_readme_shows_the_committed_ledger():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert verdicts.with_ledger(page, verdicts.readme_table(verdicts.read_table())) == page, (
        "run: python -m regrnn_lib.claims readme"
    )


# ---------------------------------------------------------------- matched controls
@pytest.mark.parametrize("balance", [0.0, 0.3, -0.6])
@pytest.mark.parametrize("knob", ["dale", "reciprocity"])
def test_the_same_radius_or_edge_in_the_spectrum(knob, balance):
    """Edge of the bulk of real matrices; for Dale without the outliers, by taking the column means away."""
    n, x = 600, 1.3
    plain, scaled = x, x * REGULARITIES[knob].matched(balance)["factor"]
    reach = []
    for coupling, level in ((plain, 0.0), (scaled, 1.0)):
        W = weight_matrix(
            n, coupling / np.sqrt(n), balance if knob == "dale" else 0.0, seed=3, **{knob: level}
        )
        W = W - W.mean(axis=0) if knob == "dale" else W
        reach.append(np.linalg.eigvals(W).real.max())
    assert reach[1] == pytest.approx(reach[0], rel=0.06)


def test_balanced_rows_have_their_expected_sums_and_keep_their_signs():
    W = weight_matrix(60, 0.2, 0.3, dale=1.0, seed=2)
    made = controls.balanced_rows(W, 0.3)
    total = np.abs(W).sum(axis=1).mean()
    assert np.allclose(np.maximum(made, 0).sum(axis=1), 0.65 * total) and np.allclose(
        np.minimum(made, 0).sum(axis=1), -0.35 * total
    )
    assert np.array_equal(np.sign(made), np.sign(W))
    eigenvalues = np.linalg.eigvals(
        controls.balanced_rows(weight_matrix(200, 0.1, 0.0, dale=1.0, seed=2), 0.0)
    )
    assert np.abs(eigenvalues).max() < 1.15 * 0.1 * np.sqrt(200) * np.sqrt(
        1 - 2 / np.pi
    )  # no outlier is left
    lone = controls.balanced_rows(np.array([[1.0, 2.0], [-1.0, 3.0]]), 0.0)
    assert np.isfinite(lone).all() and lone[0].min() > 0


def test_a_match_is_the_nearest_one_or_none():
    x = np.array([1.0, 2.0, 4.0, 8.0])
    curve = np.array([0.0, 1.0, 0.0, 1.0])
    near = np.array([1.1, 7.0, 3.0, 2.0])
    found = controls.matching_couplings(x, curve, np.array([0.5, 0.5, 0.0, 2.0]), near)
    assert found[:3].tolist() == [1.41421, 5.65685, 4.0] and np.isnan(found[3])


def controlled(function, *more):
    return function(*more, SMALL, [0.8, 1.6], [0.0, 0.25], {"weak": 0.1, "strong": 1.0}, **HOW)


def test_controls_are_the_evaluations_called_by_hand():
    radius, balanced = controlled(controls.same_radius), controlled(controls.balanced_dale)
    at = dict(task="narma", drive="strong", coupling=1.6, balance=0.25, replicate=1)
    how = dict(seed=(1, 1), drive=1.0, wash_out=10)
    factor = REGULARITIES["dale"].matched(0.25)["factor"]
    W = weight_matrix(10, 1.6 * factor / np.sqrt(10), 0.25, dale=1.0, seed=(1, 1))
    assert float(radius.accuracy.sel(knob="dale", **at)) == evaluate(W, SMALL[1], **how).accuracy
    assert (
        float(balanced.accuracy.sel(knob=controls.BALANCED[2], **at))
        == evaluate(controls.balanced_rows(W, 0.25), SMALL[1], **how).accuracy
    )
    M = weight_matrix(
        10, 1.6 / np.sqrt(10), 0.25, modularity=1.0, n_modules=2, normalize="variance", seed=(1, 1)
    )
    assert float(radius.accuracy.sel(knob="modularity", **at)) == evaluate(M, SMALL[1], **how).accuracy


def test_the_driven_fluctuation_is_matched_on_average():
    grid = dict(coupling=[0.4, 0.8, 1.6, 3.2], balance=[0.0, 0.25])
    plain = controls.sweep_tasks(SMALL, grid, [0.0, 1.0], {"weak": 0.1, "strong": 1.0}, **HOW)
    made = controlled(controls.same_fluctuation, plain)
    assert 0.3 < float(made.accuracy.notnull().mean()) <= 1
    wanted = plain.fluctuation.sel(level=0.0, coupling=[0.8, 1.6]).mean("replicate")
    before = abs(plain.fluctuation.sel(level=1.0, coupling=[0.8, 1.6]).mean("replicate") - wanted)
    after = abs(made.fluctuation.mean("replicate") - wanted)
    there = after.notnull()
    assert float(after.mean()) < 0.7 * float(before.where(there).mean())


def test_controlled_effects_are_taken_against_the_right_network():
    grid = dict(coupling=[0.8, 1.6], balance=[0.0, 0.25])
    plain = controls.sweep_tasks(SMALL, grid, [0.0, 1.0], {"weak": 0.1, "strong": 1.0}, **HOW)
    radius, balanced = controlled(controls.same_radius), controlled(controls.balanced_dale)
    made = controls.control_effects(plain, radius, radius, balanced)
    at = dict(task="sequence_memory", drive="strong", coupling=0.8, balance=0.25, replicate=0)
    free, rows = float(plain.accuracy.sel(knob="dale", level=0.0, **at)), balanced.accuracy.sel(**at)
    assert (
        float(made["dale", "same radius"].sel(**at)) == float(radius.accuracy.sel(knob="dale", **at)) - free
    )
    base, dale, both = (float(rows.sel(knob=name)) for name in controls.BALANCED)
    assert len({free, base, dale, both}) == 4  # so that no mix-up goes unnoticed
    assert float(made["dale", "balanced rows"].sel(**at)) == dale - base
    assert float(made["dale", "balanced, same radius"].sel(**at)) == both - base
    where = dict(drive=["weak", "strong"]) | grid
    places = xr.DataArray([[[0, 0], [2, 2]]] * 2, dims=("drive", "coupling", "balance"), coords=where)
    table = controls.control_table(made, places)
    row = table.loc[("dale", "plain", "weak", "chaotic", "narma")]
    assert row.n_cells == 2 and row.effect == pytest.approx(
        float(made["dale", "plain"].sel(task="narma", drive="weak", coupling=1.6).mean())
    )


def test_drives_have_the_names_of_the_three():
    assert controls.drive_names([1.0, 0.1]) == {"weak": 0.1, "strong": 1.0}
    assert list(controls.drive_names([0.1, 1.0, 0.5, 0.3]).items())[1:3] == [
        ("moderate", 0.3),
        ("u = 0.5", 0.5),
    ]


# ---------------------------------------------------------------- figures
def test_the_ledger_figure_says_sign_and_mark_in_every_cell(table):
    style.use()
    heads = {("C1", 1.0): "a", ("C2", 1.0): "b", ("C3", 0.25): "c", ("C3", 1.0): "d"}
    fig = ledger_figures.ledger(table, heads)
    texts = [t.get_text() for ax in fig.axes for t in ax.texts]
    assert len(texts) == 2 * 4 * EACH
    marks, numbers = texts[::2], texts[1::2]
    assert set(marks) == {"✓", "✗", "=", "?"} and all(
        re.fullmatch(r"[+\N{MINUS SIGN}]\d\.\d\d", t) for t in numbers
    )
