"""Each structure at its own best, as in practice: coupling, drive and ridge tuned for the network at hand.

A setting is chosen for every network, structure and task on a validation part of the stream, and scored on a
test part that had no say: the first and the second half of what follows the training part.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from ..reservoir import each_solution
from ..tasks import Task
from ..weights import Matrix, Seed
from .sweep import sweep

CHOICES = ("drive", "ridge", "coupling")


class Halves(NamedTuple):
    """Accuracy on the two halves of what follows training."""

    validation: float
    test: float


def evaluate_halves(W: Matrix, task: str | Task, seed: Seed = 0, **settings: Any) -> Halves:
    """`evaluate`, scored on two halves separately; a sweep calls it as it calls `evaluate`."""
    return _halves_together(W, seed, [dict(task=task, **settings)])[0]


def _halves_together(W, seed, variants):
    scored = {k: _score_halves(task, solution) for k, task, solution in each_solution(W, seed, variants)}
    return [scored[k] for k in range(len(variants))]


def _score_halves(task, solution):
    half = len(solution.output) // 2
    parts = slice(None, half), slice(half, None)
    return Halves(*(task.score(solution.output[part], solution.target[part]) for part in parts))


evaluate_halves.together = _halves_together


def own_best(
    tasks: Sequence[Task],
    structures: Mapping[str, dict],
    couplings: ArrayLike,
    drives: Sequence[float],
    ridges: Sequence[float],
    *,
    settings: dict | None = None,
    **network: Any,
) -> xr.Dataset:
    """The test accuracy of every network at the setting that is best for it on the validation part.

    Parameters
    ----------
    tasks : sequence of tasks.Task
    structures : dict of str to dict
        Name of a structure -> knobs of `weight_matrix`.
    couplings, drives, ridges : array_like
        The settings among which each network chooses: x = w sqrt(N), u and the relative ridge.
    settings : dict, optional
        Further arguments of `evaluate`.
    **network
        As in `sweep`: n_neurons, n_replicates, seed, ...

    Returns
    -------
    xarray.Dataset
        Over (structure, task, replicate): `accuracy` on the test part, and the `coupling`, `drive` and
        `ridge` chosen.
    """
    vary = dict(task=list(tasks), drive=list(drives), ridge=list(ridges))
    each = [
        _chosen(
            sweep(dict(coupling=couplings), evaluate_halves, settings=settings, vary=vary, **network | knobs)
        )
        for knobs in structures.values()
    ]
    return xr.concat(each, pd.Index(list(structures), name="structure"))


def _chosen(data):
    settings = data.drop_vars("strength", errors="ignore").stack(setting=CHOICES)
    best = settings.isel(setting=settings.validation.argmax("setting"))
    columns = {name: best[name].drop_vars(["setting", *CHOICES]) for name in CHOICES}
    return xr.Dataset(dict(accuracy=best.test.drop_vars(["setting", *CHOICES]), **columns))
