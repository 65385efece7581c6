"""The ledger: claims as data, verdicts on planted worlds, sentences from numbers, the controls and the README."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from regrnn_lib import weight_matrix
from regrnn_lib.dynamics import REGIMES
from regrnn_lib.experiments import claims, controls, verdicts
from regrnn_lib.experiments.sweep import sweep
from regrnn_lib.figures import ledger as ledger_figures
from regrnn_lib.figures import style
from regrnn_lib.regularities import KNOBS, REGULARITIES
from regrnn_lib.reservoir import evaluate
from regrnn_lib.tasks import TASKS, Narma, SequenceMemory

ROOT = Path(__file__).parent.parent
N = 12
X, B = np.geomspace(0.5, 4, 4), np.array([-0.5, 0.0, 0.5])
SMALL = [SequenceMemory(n_steps=150, n_delays=3), Narma(n_steps=150)]
HOW = dict(settings=dict(wash_out=10), n_neurons=10, n_replicates=2, n_modules=2, seed=1)


def noise(shape, size=0.01, seed=0):
    return size * np.random.default_rng(seed).standard_normal(shape)


def world(effect=None, n=N):
    """Datasets whose truth is known; `effect(knob, task, drive, regime)` is the change of accuracy."""
    effect = effect or (lambda *_: 0.0)
    regimes = np.array([[0, 0, 0], [0, 1, 2], [3, 1, 2], [3, 1, 2]])
    drives, tasks, levels = ["weak", "strong"], list(TASKS), [0.0, 1.0]
    change = np.array(
        [
            [[[[effect(k, t, d, REGIMES[r]) for r in row] for row in regimes] for k in KNOBS] for d in drives]
            for t in tasks
        ]
    )
    accuracy = (
        0.5 + noise((len(tasks), 2, 3, 2, 4, 3, n), 0.004) + np.stack([0 * change, change], 3)[..., None]
    )
    coords = dict(task=tasks, drive=drives, knob=list(KNOBS), level=levels, coupling=X, balance=B)
    plane = ("knob", "level", "coupling", "balance", "replicate")
    free = {
        name: (plane, noise((3, 2, 4, 3, n), seed=k))
        for k, name in enumerate(("fluctuation", "correlation", "nonlinearity"))
    }
    free["regime"] = (plane, np.broadcast_to(regimes[..., None], (3, 2, 4, 3, n)))
    where = {name: coords[name] for name in plane[:-1]}
    curve = 1.5 * np.log(X)[:, None] * np.ones((1, 2, 4, 1)) + noise((1, 2, 4, n))  # rises through 0 at x = 1
    waking = xr.Dataset(
        {"nonlinearity": (("drive", "level", "coupling", "replicate"), curve)},
        dict(drive=["free"], level=levels, coupling=X),
    )
    driven = xr.concat([waking.isel(drive=0, drop=True)] * 2, "drive").assign_coords(drive=drives)
    known = sweep(
        dict(coupling=np.geomspace(0.05, 20, 13), balance=[-1.0, -0.7, -0.5, -0.1, 0.0, 0.1, 0.5, 0.7, 1.0]),
        n_neurons=100,
        n_replicates=1,
        settings=dict(n_steps=2, burn_in=0),
    )
    theory = claims.theory_regimes(known)
    agreed = (
        theory.expand_dims(replicate=n)
        .transpose("coupling", "balance", "replicate")
        .to_dataset(name="regime")
        .assign_attrs(known.attrs)
    )
    tasks_ = xr.Dataset({"accuracy": (("task", "drive", *plane), accuracy)}, coords)
    return dict(tasks=tasks_, free=xr.Dataset(free, where), waking=waking, driven=driven, regimes=agreed)


@pytest.fixture(scope="module")
def planted():
    """Dale helps in chaos and harms at rest, does next to nothing at fixed points, and is random in oscillations."""

    def effect(knob, task, drive, regime):
        return {"chaotic": 0.1, "quiescent": -0.1}.get(regime, 0.0) if knob == "dale" else 0.0

    data = world(effect)
    wild = noise((5, 2, 4, 3, N), 1.0, seed=9)
    wild -= wild.mean(axis=-1, keepdims=True)
    here = (data["free"].regime.isel(knob=0, level=0).values == 3)[None, None]
    accuracy = data["tasks"].accuracy.values  # a view: the dataset is changed in place
    accuracy[:, :, 0, 1] += np.where(here, wild, 0)
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
        ([k], (0, 1)) for k in ("dale", "modularity", "reciprocity")
    ]
    assert all(
        set(p.tasks) == set(TASKS) and set(p.regimes) == set(REGIMES) and set(p.drives) == {"weak", "strong"}
        for c in ledger.claim[:3]
        for p in c.part
    )
    assert dict(ledger.criteria) == dict(rate=0.05, margin=0.02, fewest=12)
    assert [p.value for p in ledger.claim[3].part] == [-0.9, 0, 0] and ledger.claim[4].part[
        0
    ].at_least == 0.05
    assert [(p.reference, p.share) for p in ledger.claim[5].part] == [
        ("mean field", 0.8),
        ("other networks", 0.9),
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
regimes = ["chaotic"]
drives = ["weak"]
"""
    (tmp_path / "more.toml").write_text(text)
    ledger = claims.read(tmp_path / "more.toml")
    made = claims.judge(planted, ledger)
    assert made.loc["X1"].verdict.tolist() == ["contradicted"]
    assert (
        "contradicted in 1 of 1: chaotic networks under weak drive (digits +0.1"
        in verdicts.sentences(made, ledger)[-1]
    )


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
    dale = table.loc["C1"].reset_index().groupby("regime").verdict.agg(set)
    assert dale.to_dict() == {
        "chaotic": {"supported"},
        "quiescent": {"contradicted"},
        "fixed point": {"no effect"},
        "oscillatory": {"inconclusive"},
    }
    assert set(table.loc[["C2", "C3"]].verdict) == {"no effect"}
    assert np.allclose(table.loc["C1"].xs("chaotic", level="regime").effect, 0.1, atol=0.02)


def test_the_direction_of_a_claim_is_used():
    made = claims.judge(world(lambda *_: -0.1))
    assert {name: set(rows) for name, rows in made.loc[["C1", "C2", "C3"]].groupby("claim").verdict} == {
        "C1": {"contradicted"},
        "C2": {"contradicted"},
        "C3": {"supported"},
    }


def test_an_effect_is_the_mean_over_the_cells_of_its_regime(planted, table):
    some = planted["tasks"].accuracy.sel(knob="dale", task="narma", drive="strong")
    change = (some.sel(level=1.0) - some.sel(level=0.0)).values
    cells = planted["free"].regime.values[0, 0, :, :, 0] == 1
    by_hand = change[cells].mean(axis=0)
    row = table.loc[("C1", "dale", "accuracy", 1.0, "narma", "chaotic", "strong")]
    assert row.effect == pytest.approx(by_hand.mean()) and row.n_cells == 3 and row.n_networks == N
    assert row.dz == pytest.approx(by_hand.mean() / by_hand.std(ddof=1))


def test_few_networks_have_numbers_but_no_verdict():
    made = claims.judge(world(lambda *_: 0.3, n=3))
    assert set(made.verdict) == {"too few networks"} and np.allclose(made.loc["C1"].effect, 0.3, atol=0.05)
    sizes = made.groupby("claim").size()
    assert sizes[["C1", "C2", "C3", "C4", "C5"]].tolist() == [40, 40, 40, 4, 36]
    assert all(
        text.endswith(f":** too few networks in {k} of {k}.")
        for text, k in zip(verdicts.sentences(made), sizes)
    )


def test_a_crossing_that_moves_with_the_knob_is_found():
    data = world()
    for name in ("waking", "driven"):
        data[name] = data[name].copy(deep=True)
        data[name].nonlinearity.loc[dict(level=1.0)] += 0.1
    rows = claims.judge(data).loc["C4"].reset_index().set_index("measure")
    assert set(rows.verdict) == {"supported"} and len(rows) == 4
    assert np.allclose(rows.effect["nonlinearity = 0"], np.exp(-0.1 / 1.5) - 1, atol=0.01)
    assert np.allclose(rows.effect["nonlinearity = -0.9"], np.exp(-1 / 1.5) - np.exp(-0.9 / 1.5), atol=0.01)
    assert "supported" not in set(claims.judge(world()).loc["C4"].verdict)


def test_a_change_of_the_dynamics_counts_from_its_threshold():
    data = world()
    free = data["free"]
    free.fluctuation.values[:, 1] += 0.04
    free.nonlinearity.values[:, 1] -= 0.2
    made = claims.judge(data).loc["C5"].reset_index()
    assert set(made[made.measure == "nonlinearity"].verdict) == {"supported"}
    assert "supported" not in set(made[made.measure == "fluctuation"].verdict)


def test_agreement_is_judged_against_the_share_asked_for(planted, table):
    rows = table.loc["C6"].reset_index()
    assert set(rows.verdict) == {"supported"} and np.allclose(rows.effect + rows.reference, 1)
    wrong = planted["regimes"].copy(deep=True)
    wrong.regime[...] = 1 - (wrong.regime == 1)  # never chaotic where mean field is, always elsewhere
    made = claims.judge(planted | dict(regimes=wrong)).loc["C6"].reset_index().set_index("measure")
    assert set(made.loc["agreement with mean field"].verdict) == {"contradicted"}
    assert set(made.loc["agreement with other networks"].verdict) == {"supported"}


def test_a_claim_without_a_cell_has_no_rows_and_says_so(planted):
    tiny = planted["regimes"].isel(coupling=[0, 12], balance=[0, 4])
    made = claims.judge(planted | dict(regimes=tiny))
    assert "C6" not in made.index.get_level_values("claim")
    assert verdicts.sentences(made)[5].endswith(":** not judged, no cell of the plane belongs to it.")


def test_cells_off_the_boundaries_have_equal_neighbours():
    regimes = xr.DataArray([[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1]], dims=("coupling", "balance"))
    assert claims.off_boundaries(regimes).values.tolist() == [[True, True, False, False]] * 3


def test_the_majority_of_the_others_leaves_a_network_out():
    regime = xr.DataArray([[0, 1, 1], [2, 2, 3]], dims=("cell", "replicate"))
    assert claims.others_majority(regime).transpose("cell", "replicate").values.tolist() == [
        [1, 0, 0],
        [2, 2, 2],
    ]


# ---------------------------------------------------------------- words and tables
def test_a_sentence_says_where_a_claim_holds_and_where_not(table):
    text = verdicts.sentence(claims.read().claim[0], table)
    assert text.startswith(
        "**C1, Dale monopolarity raises accuracy:** supported in 10 of 40: chaotic networks under weak drive (all tasks, +0."
    )
    assert (
        "; contradicted in 10 of 40: quiescent networks under weak drive (all tasks, \N{MINUS SIGN}0.1"
        in text
    )
    assert (
        "; no effect in 10 of 40: fixed-point networks" in text
        and "; inconclusive in 10 of 40: oscillatory" in text
    )
    assert text.count(". ") == 0 and text.endswith(".")


def test_the_readme_has_one_short_sentence_per_claim(table):
    lines = verdicts.readme_table(table).splitlines()
    assert [line[:6] for line in lines[:6]] == [f"- **C{k}" for k in range(1, 7)]
    assert lines[0] == (
        "- **C1, Dale monopolarity raises accuracy** (40 comparisons): supported in 10, mainly chaotic networks under both drives; "
        "contradicted in 10, mainly quiescent networks under both drives."
    )
    assert lines[1].endswith(" (40 comparisons): no effect in all.") and lines[5].endswith(
        " (10 comparisons): supported in all."
    )
    committed = verdicts.readme_table(verdicts.read_table()).splitlines()
    assert max(len(line.split()) for line in committed) <= 45
    few = verdicts.readme_table(claims.judge(world(n=3))).splitlines()
    assert all(line.endswith(": too few networks in all.") for line in few)


def test_the_places_of_a_short_sentence_are_those_with_most_of_the_cells(table):
    third, fifth = claims.read().claim[2], claims.read().claim[4]
    rows = table.loc[["C3"]].assign(verdict="no effect", effect=0.01).reset_index()
    weak, chaotic = rows.drive == "weak", rows.regime == "chaotic"
    rows.loc[rows.regime.isin(["quiescent", "oscillatory"]) | (chaotic & ~weak), "verdict"] = "supported"
    rows.loc[
        weak & (chaotic | (rows.regime == "fixed point") & rows.task.isin(["narma", "digits"])), "verdict"
    ] = "contradicted"
    assert verdicts.summary(third, rows.set_index(table.index.names)).endswith(
        " (40 comparisons): supported in 25 (25 below 0.02), mainly quiescent and oscillatory networks under both drives and chaotic networks under "
        "strong drive; contradicted in 7 (7 below 0.02), mainly chaotic networks under weak drive."
    )
    rows = table.loc[["C5"]].reset_index()
    rows["verdict"] = np.where(rows.knob == "modularity", "supported", "inconclusive")
    assert verdicts.summary(fifth, rows.set_index(table.index.names)).endswith(
        " (36 comparisons): supported in 12, mainly modularity."
    )
    assert "not judged" in verdicts.summary(third, table.loc[["C5"]])


def test_a_sentence_counts_effects_too_small_to_matter(table):
    small = table.loc[["C1"]].assign(effect=0.01, verdict="supported")
    assert "supported in 40 of 40 (40 of these smaller than 0.02): " in verdicts.sentence(
        claims.read().claim[0], small
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
    assert tasks.shape == (8, 5) and tasks.columns.tolist() == [task.label for task in TASKS.values()]
    assert tasks.index[:2].tolist() == [
        "quiescent networks under weak drive",
        "chaotic networks under weak drive",
    ]
    assert (
        dynamics.shape == (4, 3)
        and dynamics.columns.tolist() == ["F", "C", "NL"]
        and dynamics.index[2] == "fixed-point networks"
    )
    for task in TASKS.values():
        row = table.loc[("C1", "dale", "accuracy", 1.0, task.name, "oscillatory", "strong")]
        assert tasks.loc["oscillatory networks under strong drive", task.label] == shown(row)
    assert dynamics.loc["chaotic networks", "C"] == shown(
        table.loc[("C5", "dale", "correlation", 1.0, "", "chaotic", "")]
    )
    first, last = text.splitlines()[0], text.splitlines()[-1]
    assert first.startswith(
        "**C1, Dale monopolarity raises accuracy** (paired change of accuracy, d: 0 to 1;"
    )
    assert first.endswith(
        ": supported in 10 of 40; contradicted in 10 of 40; no effect in 10 of 40; inconclusive in 10 of 40."
    )
    assert all(f"{mark} {word}" in last for word, mark in verdicts.MARKS.items())


def test_the_verdicts_on_reciprocity_have_its_levels_across(table):
    finer = pd.concat([table, table.loc[["C4"]].rename({1.0: 0.5}, level="level").assign(effect=-0.25)])
    _, early, _ = grids(verdicts.concerning(finer, knob="reciprocity"))
    assert early.columns.tolist() == ["r = 1", "r = 0.5"]
    assert early.index.tolist() == [
        "NL = \N{MINUS SIGN}0.9 in free runs",
        "NL = 0 in free runs",
        "NL = 0 under weak drive",
        "NL = 0 under strong drive",
    ]
    assert set(early["r = 0.5"].str[2:]) == {"\N{MINUS SIGN}0.25"} and "\N{MINUS SIGN}0.25" not in set(
        early["r = 1"].str[2:]
    )


def test_the_verdicts_on_a_task_have_the_claims_across(table):
    text = verdicts.concerning(table, task="digits")
    (made,) = grids(text)
    assert made.shape == (8, 3) and made.columns.tolist() == [
        "C1: Dale monopolarity",
        "C2: modularity",
        "C3: reciprocity",
    ]
    row = table.loc[("C3", "reciprocity", "accuracy", 1.0, "digits", "quiescent", "strong")]
    assert made.loc["quiescent networks under strong drive", "C3: reciprocity"] == shown(row)
    assert [line.split(",")[0] for line in text.splitlines() if line.startswith("**")] == [
        "**C1",
        "**C2",
        "**C3",
    ]
    (one,) = grids(verdicts.concerning(table, knob="dale", task="narma"))
    assert one.shape == (8, 1) and one.columns.tolist() == ["NARMA-10"]


def test_effects_too_small_to_matter_are_counted(table):
    small = table.loc[["C2"]].assign(effect=0.01, verdict="supported")
    assert ": supported in 8 of 8 (8 of these smaller than 0.02)." in verdicts.concerning(small, task="narma")


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
    code = f"import sys; from regrnn_lib.experiments import verdicts; verdicts.project_root = lambda: __import__('pathlib').Path({str(tmp_path)!r}); sys.exit(verdicts.main(sys.argv[1:]))"
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
    assert float(after.mean()) < 0.5 * float(before.where(there).mean())


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
    regimes = xr.DataArray([[0, 0], [1, 1]], dims=("coupling", "balance"), coords=grid)
    table = controls.control_table({name: v.sel(drive="weak") for name, v in made.items()}, regimes)
    row = table.loc[("dale", "plain", "chaotic", "narma")]
    assert row.n_cells == 2 and row.effect == pytest.approx(
        float(made["dale", "plain"].sel(task="narma", drive="weak", coupling=1.6).mean())
    )


def test_drives_are_named_by_their_order():
    assert controls.drive_names([1.0, 0.1]) == {"weak": 0.1, "strong": 1.0}
    assert controls.drive_names([0.1, 1.0, 0.3]) == {"weak": 0.1, "w_in = 0.3": 0.3, "strong": 1.0}
    assert controls.drive_names([0.1]) == {"weak": 0.1}


# ---------------------------------------------------------------- figures
def test_the_ledger_figure_says_sign_and_mark_in_every_cell(table):
    style.use()
    fig = ledger_figures.ledger(table, {"C1": "a", "C2": "b", "C3": "c"})
    texts = [t.get_text() for ax in fig.axes for t in ax.texts]
    assert len(texts) == 2 * 3 * 40
    marks, numbers = texts[::2], texts[1::2]
    assert set(marks) == {"✓", "✗", "=", "?"} and all(
        re.fullmatch(r"[+\N{MINUS SIGN}]\d\.\d\d", t) for t in numbers
    )
