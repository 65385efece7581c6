"""Compute what a sweep asks for: from the cache what is there, the rest in blocks that workers share."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from joblib import delayed
from tqdm.auto import tqdm

from .. import weights
from ..project import is_live
from ..regularities import contiguous_modules
from ..weights import Seed
from . import cache
from .dataset import Results, check_results
from .requests import Request
from .variants import function_name

BLOCK = 50  # evaluations a worker takes at a time: long enough to hide the cost of handing it over
QUICK = 1  # second, within which a sweep is not worth a line in a log


class Block(NamedTuple):
    """Evaluations that one worker makes in one go: of one replicate some variants, by number,
    at some points.
    """

    replicate: int
    variants: tuple[int, ...]
    points: list[int]


# ---------------------------------------------------------------- in the program that sweeps
def collect(request: Request, engine: Callable) -> Results:
    """Every variant at every point of every replicate; what is computed goes into the cache block by block.

    `engine` takes delayed calls and yields what they return, in order (`workers`).
    """
    results, begun = Results(request.evaluate, request.shape), time.perf_counter()
    scopes = [cache.scope(request.evaluate, variant, request.version) for variant in request.variants]
    total = int(np.prod(request.shape))
    bar = tqdm(total=total, unit=" networks", disable=not _is_watched(), leave=False)
    with cache.Store() as store, bar:
        blocks = _missing(request, scopes, store, results)
        n_missing = sum(_size(block) for block in blocks)
        bar.update(total - n_missing)
        calls = (_call(request, block) for block in blocks)
        for values, block in zip(engine(calls), blocks):
            _keep(request, scopes, store, block, values)
            for variant, (names, rows) in zip(block.variants, values):
                results.put(block.replicate, variant, block.points, names, rows)
            bar.update(_size(block))
        store.trim()
    _log(request.evaluate, n_missing, total, begun)
    return results


def _size(block):
    return len(block.variants) * len(block.points)


def _call(request, block):
    """The evaluation of a block, to be made wherever the engine likes."""
    work = partial(evaluate_block, evaluate=request.evaluate, sources=request.sources)
    points = [request.points[i] for i in block.points]
    some = [request.variants[i] for i in block.variants]
    return delayed(work)(points, (request.seed, block.replicate), variants=some)


def _missing(request, scopes, store, results):
    """Fill in what the cache knows, and return blocks of what it does not know."""
    blocks = []
    for replicate in range(request.n_replicates):
        is_known = _recall(request, scopes, store, replicate, results)
        blocks += [Block(replicate, *some) for some in _together(~is_known)]
    return blocks


def _recall(request, scopes, store, replicate, results):
    """Fill in what the cache knows of one replicate; where it knows something, boolean (variants, points)."""
    is_known = np.zeros((len(scopes), len(request.points)), bool)
    for variant, scope in enumerate(scopes):
        if scope is None:
            continue
        keys = [cache.key(scope, point, (request.seed, replicate)) for point in request.points]
        names, rows = store.get(scope, keys)
        points = [i for i, key in enumerate(keys) if key in rows]
        if points:
            results.put(replicate, variant, points, names, np.array([rows[keys[i]] for i in points]))
            is_known[variant, points] = True
    return is_known


def _together(missing: np.ndarray) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """Variants and points to be evaluated together, from boolean (variants, points):
    points that miss the same variants.
    """
    points_that_miss = {}
    for point, column in enumerate(missing.T):
        points_that_miss.setdefault(tuple(np.flatnonzero(column)), []).append(point)
    points_that_miss.pop((), None)
    for some, points in points_that_miss.items():
        size = max(1, BLOCK // len(some))
        yield from ((some, points[i : i + size]) for i in range(0, len(points), size))


def _keep(request, scopes, store, block, values):
    """Put a block into the cache, whole; without what no scope can name."""
    seed, entries = (request.seed, block.replicate), []
    for variant, (names, rows) in zip(block.variants, values):
        if scope := scopes[variant]:
            keys = [cache.key(scope, request.points[i], seed) for i in block.points]
            entries.append((scope, names, dict(zip(keys, rows))))
    store.put(entries)


def _is_watched():
    """Whether a bar moves somewhere; in a log it would leave a line at every step."""
    return is_live() or sys.stderr.isatty()


def _log(evaluate, n_missing, total, begun):
    """One line for a sweep that took a while, where no bar has shown it."""
    seconds = time.perf_counter() - begun
    if seconds > QUICK and not _is_watched():
        where = os.environ.get("REGRNN_NOTEBOOK", "sweep")
        known = f", {total - n_missing} more from the cache" if n_missing < total else ""
        line = f"{where}: {function_name(evaluate)} of {n_missing} networks{known}, {seconds:.1f} s"
        print(line, file=sys.stderr, flush=True)


# ---------------------------------------------------------------- in a worker
def evaluate_block(
    points: Sequence[Mapping],
    seed: Seed,
    evaluate: Callable[..., tuple],
    variants: Sequence[dict],
    sources: Mapping[str, tuple] | None = None,
) -> list[tuple[tuple[str, ...], np.ndarray]]:
    """Results of one replicate at several points: for each variant, names and values (points, fields)."""
    rows = [_evaluated(evaluate, _matrix(point, seed, sources), seed, variants) for point in points]
    check_results(evaluate, rows, len(variants))
    return [(each[0]._fields, np.array(each, dtype=np.float64)) for each in zip(*rows)]


def _evaluated(evaluate, W, seed, variants):
    if hasattr(evaluate, "together"):
        return evaluate.together(W, seed, variants)
    return [evaluate(W, seed=seed, **settings) for settings in variants]


def _matrix(point, seed, sources):
    """The matrix at a point: drawn, or one of the given ones with its knobs turned."""
    network = dict(point)
    if "matrix" not in network:
        draws = weights.draws(network.pop("n_neurons"), seed, network.pop("mirror"))
        return weights.assemble(draws, **network)
    W, labels = sources[network.pop("matrix")]
    scale, n_modules = network.pop("scale"), network.pop("n_modules")
    labels = contiguous_modules(len(W), n_modules) if labels is None else labels
    return scale * weights.turn_knobs(W, labels, seed, n_modules, **network)
