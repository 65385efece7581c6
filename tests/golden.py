"""Golden digests: what every processor must give, to the last bit.

    python tests/golden.py            compare with golden.json; names the first digest that differs
    python tests/golden.py --write    renew golden.json, after a change of results that is meant
    GOLDEN_PARTS="grids matrices" python tests/golden.py      some parts only

A digest is SHA-256 of the little-endian doubles. What goes through LAPACK or the platform's logarithms
(spectra, theory, least squares) is not here: it is promised to six digits only.
"""

import hashlib
import json
import os
import sys
from functools import partial
from itertools import product
from pathlib import Path

os.environ["REGRNN_CACHE"] = "off"

import numpy as np

from regrnn_lib import (
    driven_run,
    evaluate,
    free_run,
    kernels,
    matrix_indices,
    measures,
    run_measures,
    sweep,
    weight_matrix,
)
from regrnn_lib.dynamics import free_dynamics
from regrnn_lib.experiments import claims, controls, statistics
from regrnn_lib.experiments.own_best import own_best
from regrnn_lib.experiments.places import places
from regrnn_lib.experiments.sweep import balance_grid, coupling_grid, level_grid, sweep_knobs
from regrnn_lib.parameters import rounded
from regrnn_lib.reservoir import DRIVES, input_layer, solve, train_readout
from regrnn_lib.tasks import (
    TASKS,
    Digits,
    Narma,
    PatternClassification,
    SequenceGeneration,
    SequenceMemory,
    stream,
)

FILE = Path(__file__).with_name("golden.json")
SHORT = (
    SequenceGeneration(n_episodes=60),
    SequenceMemory(n_steps=500),
    PatternClassification(n_episodes=120),
    Narma(n_steps=500),
    Digits(n_images=150),
)
RUN = dict(n_steps=80, burn_in=20)
# by name, so that a further regularity, measure or claim leaves the digests as they are
KNOBS = ["dale", "reciprocity", "modularity"]
DYNAMICS = ["fluctuation", "correlation", "autocorrelation", "nonlinearity"]
DYNAMICS += ["lyapunov", "dimension", "regime", "period_two"]
CLAIMS = ["C1", "C2", "C3", "C4", "C5", "C6"]


def matrices():
    """Matrices at every knob and their combinations, of several balances, densities and normalisations."""
    knobs = product((0.0, 0.3, 1.0), (0.0, 0.4, 1.0), (0.0, 0.5, 1.0))
    for (d, r, m), b, rho, normalize in product(knobs, (-0.3, 0.0), (0.6, 1.0), (None, "variance")):
        how = dict(dale=d, reciprocity=r, modularity=m, density=rho, normalize=normalize, seed=(3, 1))
        yield weight_matrix(21, 0.3, b, **how)


def trajectories():
    """Free and driven runs of sizes around the width of the vector units, from calm to chaos."""
    for n in (2, 7, 8, 9, 55, 57, 100, 250):
        W = weight_matrix(n, 3.0 / np.sqrt(n), seed=n)
        yield free_run(W, n_steps=200, burn_in=50, seed=n)
        inputs = np.linspace(-1, 1, 120).reshape(60, 2)
        w_in, beta = input_layer(n, 2, n, 0.5, 0.1)
        yield driven_run(W, inputs, w_in, beta, reset_every=20)


def the_measures():
    """F, C, A, NL fused and from a trajectory, D, lambda and regime, and the indices of matrices."""
    for n, x, b in product((20, 100), (0.8, 1.5, 4.0), (-0.2, 0.0, 0.1)):
        W = weight_matrix(n, x / np.sqrt(n), b, dale=0.3, seed=(n, 2))
        yield np.array(run_measures(W, seed=1, **RUN))
        yield np.array(measures(free_run(W, seed=1, **RUN)))
        found = free_dynamics(W, seed=1, **RUN)
        yield np.array([getattr(found, name) for name in DYNAMICS], dtype=float)
        yield np.array(matrix_indices(W, np.arange(n) // 5)[:3])


def grids():
    """The grids of the sweeps, and what has been matched by logarithms."""
    yield from (
        coupling_grid(0.3, 6, 9),
        coupling_grid(0.4, 1.8, 21),
        balance_grid(9),
        balance_grid(17),
        level_grid(11),
    )
    yield controls.matching_couplings(
        coupling_grid(0.3, 6, 9), np.linspace(0, 1, 9) ** 2, [0.1, 0.5], np.array([1.0, 2.0])
    )


def sweeps():
    """Sweeps from their grids, as notebooks make them."""
    grid = dict(coupling=coupling_grid(0.3, 6, 5), balance=balance_grid(5))
    how = dict(settings=RUN, n_neurons=30, n_replicates=2, n_workers=WORKERS)
    data = sweep_knobs(grid, level_grid(3), free_dynamics, knobs=KNOBS, **how)
    yield from (data[name].values for name in DYNAMICS)


def readouts():
    """Trained readouts, their outputs, and the normal equations behind them."""
    W = weight_matrix(60, 0.12, seed=5)
    for task in SHORT:
        solution = solve(W, task, 5, input_strength=0.3)
        yield from (solution.readout.weights, solution.readout.bias, solution.output, solution.target)
    few = train_readout(
        np.tanh(rounded(np.arange(120.0).reshape(8, 15) / 50)).round(6), np.eye(8)
    )  # fewer steps than neurons
    yield few.weights
    gram, cross = kernels.normal_equations(solution.states, solution.times, solution.target)
    yield from (np.triu(gram), cross)  # what stands below the diagonal is never read


def accuracies():
    """All five tasks at three sizes, three drives, carried over and reset."""
    for n in (20, 100, 250):
        W = weight_matrix(n, 2.0 / np.sqrt(n), modularity=0.5, seed=(7, n))
        for task, drive, reset in product(SHORT, DRIVES.values(), (False, True)):
            yield np.array(evaluate(W, task, (7, n), drive=drive, reset=reset))


def streams():
    """Everything that a task draws, at its defaults."""
    for task in TASKS.values():
        data = stream(task, (11, 1))
        yield from (data.inputs, data.targets, data.times.astype(float))


def ledger():
    """The claims ledger at a tiny size: effects, intervals, p and verdicts, to six digits;
    its controls and own best.
    """
    plane = dict(coupling=coupling_grid(0.5, 4, 3), balance=[-0.1, 0.0, 0.1])
    how = dict(n_neurons=20, n_replicates=12, seed=4, n_workers=WORKERS)
    tasks = controls.sweep_tasks(SHORT, plane, [0.0, 0.25, 1.0], DRIVES, knobs=KNOBS, **how)
    cells = places(*plane.values(), {"free": 0.0} | DRIVES, n_neurons=20)
    table = claims.judge(dict(tasks=tasks, places=cells) | free_runs(plane, how)).loc[CLAIMS]
    yield rounded(table[claims.NUMBERS].fillna(-9.0).values.astype(float))
    yield np.array([statistics.VERDICTS.index(word) for word in table.verdict], dtype=float)
    for control in (controls.same_radius, partial(controls.same_fluctuation, tasks), controls.balanced_dale):
        data = control(SHORT[3:4], plane["coupling"], [0.0], DRIVES, **how)
        yield data.accuracy.sel(knob=data.knob.isin([*KNOBS, *controls.BALANCED])).values
    yield own_best(SHORT[1:4], {"": {}}, plane["coupling"], [0.1, 0.3], [1e-8, 1e-4], **how).accuracy.values


def free_runs(plane, how):
    """What the ledger knows of free runs, and of the nonlinearity of driven ones."""
    pairs, knob = dict(mirror=[False, True]), dict(reciprocity=[0.0, 1.0], coupling=coupling_grid(0.4, 4, 6))
    free = sweep_knobs(pairs | plane, [0.0, 1.0], free_dynamics, knobs=KNOBS, settings=RUN, **how)
    waking = sweep(knob, run_measures, settings=RUN, **how).rename(reciprocity="level")
    driven = sweep(
        knob, evaluate, settings=dict(task=SHORT[1]), vary=dict(drive=list(DRIVES.values())), **how
    )
    return dict(
        free=statistics.pair_mean(free).expand_dims(drive=["free"]),
        waking=waking.expand_dims(drive=["free"]),
        driven=driven.rename(reciprocity="level").assign_coords(drive=list(DRIVES)),
        regimes=sweep(pairs | plane, settings=RUN, **how),
    )


PARTS = (grids, matrices, streams, trajectories, the_measures, readouts, accuracies, sweeps, ledger)
WORKERS = int(os.environ.get("GOLDEN_WORKERS", 2))


def digests():
    """Name -> digest, in fixed order; a part with many arrays has one digest for each, numbered."""
    names, some = {}, os.environ.get("GOLDEN_PARTS", "").split()
    for part in [part for part in PARTS if not some or part.__name__ in some]:
        for k, array in enumerate(part()):
            data = np.ascontiguousarray(array, dtype="<f8").tobytes()
            names[f"{part.__name__} {k}"] = hashlib.sha256(data).hexdigest()[:16]
    return names


def first_difference(found, recorded):
    """What differs first, in words; "" if all is the same."""
    parts = {name.split()[0] for name in found}
    for name in [name for name in recorded if name.split()[0] in parts]:
        if found.get(name) != recorded[name]:
            return f"{name}: {found.get(name)} instead of {recorded[name]}"
    return (
        f"{next(iter(found.keys() - recorded.keys()))}: not recorded"
        if found.keys() - recorded.keys()
        else ""
    )


def main(words):
    found = digests()
    if words == ["--write"]:
        FILE.write_text(json.dumps(found, indent=0) + "\n")
        return 0
    difference = first_difference(found, json.loads(FILE.read_text()))
    print(difference or f"{len(found)} golden digests: the same")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
