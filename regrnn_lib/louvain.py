"""Communities of a weighted graph by the Louvain method, on the arrays of a dense matrix.

The steps, their order and the choice among equals are those of NetworkX (`louvain_communities`, threshold
1e-7), so the communities are the same; what takes it a dictionary for each neuron and minutes at N = 3,000 is
one `bincount` here.
"""

import random
from typing import NamedTuple

import numpy as np

LEAST_GAIN = 1e-7  # of modularity: a level that brings no more is the last


class _Graph(NamedTuple):
    """Neighbours of each node, in the order in which edges brought them; a node may be its own."""

    sources: np.ndarray  # the node, ascending
    neighbours: np.ndarray
    weights: np.ndarray
    outward: np.ndarray  # weights, 0 to itself
    starts: list  # neighbours of node i are at starts[i] .. starts[i + 1]
    degrees: np.ndarray

    def edges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Both nodes and the weight of every edge, each once."""
        once = self.sources <= self.neighbours
        return self.sources[once], self.neighbours[once], self.weights[once]


def partition(strength: np.ndarray, seed: int = 0) -> np.ndarray:
    """Community of each node of a symmetric matrix of weights >= 0, its diagonal 0.

    Parameters
    ----------
    strength : ndarray, shape (N, N)
    seed : int
        Of the order in which nodes are visited.

    Returns
    -------
    ndarray, shape (N,), int
        0 .. K-1.
    """
    shuffle, labels = random.Random(seed).shuffle, np.arange(len(strength))
    graph = _graph(len(strength), *np.nonzero(strength), strength[strength != 0])
    total = np.cumsum(graph.degrees)[-1] / 2
    best = _modularity(graph, labels)
    while total > 0:
        places = _moved(graph, total, shuffle)
        labels, reached = places[labels], _modularity(graph, places)
        if reached - best <= LEAST_GAIN:
            break
        graph, best = _merged(graph, places), reached
    return labels


def _graph(n, sources, neighbours, weights):
    loops = sources == neighbours
    degrees = np.bincount(sources, weights, n) + np.bincount(sources[loops], weights[loops], n)
    starts = np.searchsorted(sources, np.arange(n + 1)).tolist()
    return _Graph(sources, neighbours, weights, np.where(loops, 0.0, weights), starts, degrees)


def _moved(graph, total, shuffle):
    """Community 0 .. K-1 of each node, after moves.

    Nodes move, one by one, to where most is gained, until none does.
    """
    places, order, sums, moves = (
        np.arange(len(graph.degrees)),
        list(range(len(graph.degrees))),
        graph.degrees,
        1,
    )
    shuffle(order)
    while moves:
        left, places = np.unique(places, return_inverse=True)
        sums, moves = sums[left], 0
        for node in order:
            there = _best_place(graph, node, places, sums, total)
            moves += int(there != places[node])
            places[node] = there
    return np.unique(places, return_inverse=True)[1]


def _best_place(graph, node, places, sums, total):
    """The community of the largest gain, of equal ones the first among the neighbours.

    sums: degrees of each community.
    """
    own, degree, here = places[node], graph.degrees[node], slice(graph.starts[node], graph.starts[node + 1])
    around = places[graph.neighbours[here]]
    links = np.bincount(around, graph.outward[here], len(sums))
    sums[own] -= degree
    expected = sums * degree / (2 * (total * total))
    gains = (-links[own] / total + expected[own]) + links / total - expected
    gains[links == 0] = 0.0
    if gains.max() > 0:
        winners = np.flatnonzero(gains == gains.max())
        own = winners[0] if len(winners) == 1 else around[np.isin(around, winners)][0]
    sums[own] += degree
    return own


def _merged(graph, places):
    """The graph of the communities: weights between two of them added up, within one as an edge to itself."""
    u, v, weights = graph.edges()
    n, (low, high) = places.max() + 1, np.sort([places[u], places[v]], axis=0)
    pairs, first = low * n + high, np.full(n * n, -1)
    sums = np.bincount(pairs, weights, n * n)
    first[pairs[::-1]] = np.arange(len(pairs))[::-1]
    found = np.flatnonzero(first >= 0)
    found = found[np.argsort(first[found])]  # in the order of edges
    ends = np.array([found // n, found % n]).T
    ends, sums = np.concatenate([ends, ends[:, ::-1]], axis=1).reshape(-1, 2), np.repeat(sums[found], 2)
    keep = np.ones(len(ends), dtype=bool)
    keep[1::2] = ends[1::2, 0] != ends[1::2, 1]  # an edge makes two neighbours, one to itself makes one
    order = np.flatnonzero(keep)
    order = order[np.argsort(ends[order, 0], kind="stable")]
    return _graph(n, ends[order, 0], ends[order, 1], sums[order])


def _modularity(graph, places):
    """Newman's modularity of a partition."""
    u, v, weights = graph.edges()
    total, within = graph.degrees.sum(), weights[places[u] == places[v]].sum()
    degrees = np.bincount(places, graph.degrees)
    return float(within / (total / 2) - np.sum((degrees / total) ** 2)) if total > 0 else 0.0
