"""A matrix that nobody here drew: the wiring of *C. elegans* (see data/README.md for its sources)."""

from pathlib import Path

import pandas as pd

from .parameters import attempt, check, refuse, shown

DATA = Path(__file__).parent / "data"
KINDS = ("chemical", "electrical")


def celegans(kind: str = "chemical", signed: bool = True) -> pd.DataFrame:
    """Synapse counts between the 279 neurons of the *C. elegans* hermaphrodite, as a weight matrix.

    Parameters
    ----------
    kind : {"chemical", "electrical"}
        Chemical synapses are directed; gap junctions join both neurons alike.
    signed : bool
        Count the chemical synapses of the 26 GABA neurons as negative.

    Returns
    -------
    pandas.DataFrame, shape (279, 279)
        Row = receiving, column = sending neuron, both labelled by name.

    Raises
    ------
    ValueError
        If the kind is not one of the two.

    Notes
    -----
    Source: Varshney et al., PLoS Computational Biology 7, e1001066 (2011); GABA neurons: McIntire et al.,
    Nature 364 (1993). That GABA inhibits and all else excites is a simplification.
    """
    faults = []
    if not isinstance(kind, str) or kind not in KINDS:
        faults.append(f"kind = {shown(kind)}: must be one of {', '.join(KINDS)}")
    attempt(faults, check, signed=signed)
    refuse(faults)
    neurons = pd.read_csv(DATA / "celegans_neurons.csv", index_col="neuron")
    wires = pd.read_csv(DATA / "celegans_synapses.csv").query("kind == @kind")
    counts = wires.pivot(index="post", columns="pre", values="count")
    counts = counts.reindex(index=neurons.index, columns=neurons.index).fillna(0.0)
    if kind == "electrical":
        return _mirrored(counts)
    return counts * (1 - 2 * neurons.gabaergic) if signed else counts


def _mirrored(counts):
    """Both directions of junctions that are listed once per pair;
    those of a neuron with itself count once.
    """
    twice = counts + counts.T
    for neuron in counts.index:
        twice.loc[neuron, neuron] /= 2
    return twice
