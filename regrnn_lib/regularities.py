"""The regularities, one class each: what it draws, its law, its index, its spectrum, its matched strength.

A network begins as independent entries (`base_weights`); then each regularity acts on it in the order of
`REGULARITIES`, as far as its knob is turned: 0 is absent, 1 complete. The paper names three (abstract of
arXiv:2505.22047); their laws here are our reconstruction. A further one is a subclass of `Regularity` with a
decorator:

    @register
    class Diagonal(Regularity):
        name, symbol, label, short = "diagonal", "g", "self-connections cut", "no self-connections"

        def law(self, W, level, draws, network):
            return W - level * np.diag(np.diag(W))

Everything that lists the regularities (matrices, indices, sweeps, figures, explorers, claims) asks this
registry.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .parameters import TABLE, check, cut, knob, nearest, refuse

REGULARITIES = {}  # name -> regularity, in the order in which their laws act
KNOBS = REGULARITIES.keys()
MEAN_SIZE = np.sqrt(2 / np.pi)  # E|xi| of a standard normal xi


class Network(NamedTuple):
    """What the independent entries are drawn with, and what a law may need to know of it."""

    strength: float
    balance: float
    density: float
    n_modules: int
    normalize: str | None


class Spectrum(NamedTuple):
    """Where the eigenvalues of a large random matrix lie; see `theory.spectrum`.

    Attributes
    ----------
    semi_axes : (float, float)
        Real and imaginary semi-axis of the ellipse, centred on 0, that the bulk fills; equal for a disc.
    outliers : ndarray, shape (n_outliers,), float
        Predicted eigenvalues beyond the bulk, all real, repeated by multiplicity.
    """

    semi_axes: tuple
    outliers: np.ndarray

    def outline(self, n_points: int = 361) -> tuple[np.ndarray, np.ndarray]:
        """Points around the edge of the bulk, a closed curve; see `Spectrum`.

        Parameters
        ----------
        n_points : int
            At least 2; the last point is the first one.

        Returns
        -------
        real, imag : ndarray, shape (n_points,)
            (a cos phi, b sin phi), phi = 0 .. 2 pi.
        """
        angle = np.linspace(0, 2 * np.pi, n_points)
        return self.semi_axes[0] * np.cos(angle), self.semi_axes[1] * np.sin(angle)


class Regularity:
    """A regularity of connectivity with one knob; a subclass overrides what differs, `law` at least.

    Attributes
    ----------
    name : str
        The knob's name in code: a keyword of `weight_matrix`.
    symbol, label : str
        Symbol (mathtext) and name on axes: the table of parameters holds those of the paper's three.
    short : str
        The word for buttons.
    signs : tuple of str
        Which of its draws are uniform numbers behind signs: the mirror of a network takes 1 - u in their
        place.
    shares_stream : bool
        Its numbers come from the stream of the matrix, between signs and densities, as those of the paper's
        three do. A further one draws from a stream of its own, so that no matrix of today changes.
    """

    name = symbol = label = short = ""
    signs = ()
    shares_stream = False

    def draw(self, rng: np.random.Generator, n_neurons: int) -> dict:
        """Its random numbers by name, the same for all levels; nothing by default."""
        return {}

    def law(self, W: np.ndarray, level: float, draws: Mapping, network: Network) -> np.ndarray:
        """The matrix W (N, N) with this regularity at a level above 0; draws as from `weights.draws`."""
        raise NotImplementedError(f"{type(self).__name__} has no law(W, level, draws, network)")

    def given_law(
        self, W: np.ndarray, level: float, draws: Mapping, network: Network, labels: np.ndarray
    ) -> np.ndarray:
        """The law on a matrix that a user brings; by default `law`, of a network with the statistics of W.

        labels (N,): module of each neuron. See `weights.apply_knobs`.
        """
        return self.law(W, level, draws, network)

    def index(self, W: np.ndarray, labels: np.ndarray) -> float:
        """Estimate of the knob from a matrix (N, N) alone, NaN if undefined.

        labels (N,): module of each neuron.
        """
        return np.nan

    def further_indices(self, W: np.ndarray, labels: np.ndarray, null: Callable[[Callable], float]) -> dict:
        """What else is measured, by name.

        null(index): the mean of an index(W, labels) over entry-shuffled copies.
        """
        return {}

    def spectrum(self, level: float, n_neurons: int, network: Network) -> Spectrum | None:
        """Predicted spectrum with this regularity alone; None where there is no prediction."""
        return None

    def acts(self, balance: float) -> bool:
        """Whether the knob changes anything at this balance; else its cells are no part of a verdict."""
        return True

    def matched(self, balance: float) -> dict:
        """What gives a network with the knob at 1 the bulk radius (or edge) of the one without.

        `factor` on the strength, and further arguments of `weight_matrix`; see `experiments.controls`.
        """
        return dict(factor=1.0)


def register(class_: type[Regularity]) -> type[Regularity]:
    """Put a regularity into the registry, and its knob into the table of parameters; a class decorator."""
    if class_.name not in TABLE:
        TABLE[class_.name] = knob(class_.name, class_.label, class_.symbol)
    REGULARITIES[class_.name] = class_()
    return class_


def only_knobs(further: dict) -> dict:
    """The same keywords, if each is the knob of a registered regularity; ValueError that names the others."""
    known, names = ", ".join(KNOBS), [row.name for row in TABLE.values() if row.of == "network"]
    refuse(
        [
            f"{cut(name)}: no parameter of a network, and no registered knob; "
            f"the knobs are {known}{nearest(name, names)}"
            for name in further
            if name not in KNOBS
        ]
    )
    return further


# ---------------------------------------------------------------- independent entries
def base_weights(draws: Mapping, network: Network) -> np.ndarray:
    """Independent entries: |W_ij| = w |xi_ij|, P(W_ij > 0) = (1 + b)/2, P(W_ij != 0) = rho; shape (N, N)."""
    sign = np.where(draws["sign"] < (1 + network.balance) / 2, 1.0, -1.0)
    weights = network.strength * draws["size"] * sign
    if network.density < 1:
        weights[draws["density"] >= network.density] = 0.0
    return weights


def moments(network: Network) -> tuple[float, float]:
    """Mean and standard deviation of an independent entry; see `theory.moments`."""
    w, rho = network.strength, network.density
    mu = rho * network.balance * w * MEAN_SIZE
    return float(mu), float(np.sqrt(rho * w**2 - mu**2))


def beyond(real_axis: float, imaginary_axis: float, outliers: Sequence[float]) -> Spectrum:
    """The `Spectrum` of a bulk with those outliers that lie beyond it."""
    outside = [x for x in outliers if abs(x) > real_axis]
    return Spectrum((float(real_axis), float(imaginary_axis)), np.array(outside, dtype=float))


def elliptic(n_neurons: int, network: Network, reciprocity: float = 0.0) -> Spectrum:
    """Ellipse of the elliptic law, a disc for independent entries, with the outlier of the mean."""
    mu, sigma = moments(network)
    radius, mean_gain = sigma * np.sqrt(n_neurons), n_neurons * mu
    outlier = [mean_gain + reciprocity * radius**2 / mean_gain] if abs(mean_gain) > radius else []
    return beyond(radius * (1 + reciprocity), radius * (1 - reciprocity), outlier)


def module_labels(n_neurons: int, n_modules: int) -> np.ndarray:
    """Module of each neuron, floor(i K / N) for neuron i: contiguous, sizes differing by at most one.

    Parameters
    ----------
    n_neurons, n_modules : int
        N, 2 .. 5000, and K, 1 .. N.

    Returns
    -------
    ndarray, shape (N,), int
        Modules 0 .. K-1.

    Raises
    ------
    ValueError
        One message with every number that is not whole or out of range.
    """
    return contiguous_modules(**check(n_neurons=n_neurons, n_modules=n_modules))


def contiguous_modules(n_neurons: int, n_modules: int) -> np.ndarray:
    """`module_labels` of checked arguments."""
    return np.arange(n_neurons) * n_modules // n_neurons


# ---------------------------------------------------------------- the paper's three
@register
class Dale(Regularity):
    """Monopolarity: all outgoing weights of a neuron share a sign (Dale's principle)."""

    name, short = "dale", "Dale"
    signs = ("polarity",)
    shares_stream = True

    def draw(self, rng: np.random.Generator, n_neurons: int) -> dict:
        return dict(polarity=rng.random(n_neurons), dale=rng.random((n_neurons, n_neurons)))

    def law(self, W: np.ndarray, level: float, draws: Mapping, network: Network) -> np.ndarray:
        """With probability d an entry takes the polarity of its sender, + with probability (1 + b)/2."""
        polarity = np.where(draws["polarity"] < (1 + network.balance) / 2, 1.0, -1.0)
        return self._taken(W, level, draws, polarity)

    def given_law(
        self, W: np.ndarray, level: float, draws: Mapping, network: Network, labels: np.ndarray
    ) -> np.ndarray:
        """The polarity of a sender is the sign of most of its entries, + of as many."""
        return self._taken(W, level, draws, np.where(np.sign(W).sum(axis=0) < 0, -1.0, 1.0))

    def _taken(self, W, level, draws, polarity):
        against = (draws["dale"] < level) & (W * polarity < 0)
        return np.where(against, -W, W)

    def index(self, W: np.ndarray, labels: np.ndarray) -> float:
        nonzero = W != 0
        counts = nonzero.sum(axis=0)
        columns = counts >= 2
        if columns.sum() < 2:
            return np.nan
        means = np.sign(W).sum(axis=0)[columns] / counts[columns]
        spread = 1 - means.mean() * means.mean()
        if spread <= 0:
            return np.nan
        sampling = np.mean((1 - means**2) / (counts[columns] - 1))
        return float(np.sqrt(np.clip((means.var() - sampling) / spread, 0, 1)))

    def spectrum(self, level: float, n_neurons: int, network: Network) -> Spectrum:
        b, rho = network.balance, network.density
        mean_square = rho**2 * (2 / np.pi) * (level**2 + b**2 * (1 - level**2))
        radius = network.strength * np.sqrt(n_neurons * (rho - mean_square))
        return beyond(radius, radius, [n_neurons * moments(network)[0]])

    def acts(self, balance: float) -> bool:
        return abs(balance) < 1  # else all columns have one sign anyway

    def matched(self, balance: float) -> dict:
        """Each column has a mean of size w sqrt(2/pi) at d = 1, which is missing in the bulk."""
        share = 2 / np.pi
        return dict(factor=np.sqrt((1 - share * balance * balance) / (1 - share)))


@register
class Reciprocity(Regularity):
    """Reciprocal symmetry between pairs of neurons, complete in a Hopfield-type network."""

    name, short = "reciprocity", "reciprocity"
    shares_stream = True

    def draw(self, rng: np.random.Generator, n_neurons: int) -> dict:
        return dict(reciprocity=rng.random((n_neurons, n_neurons)))

    def law(self, W: np.ndarray, level: float, draws: Mapping, network: Network) -> np.ndarray:
        """With probability r a pair is made symmetric, W_ji := W_ij for i < j."""
        mirrored = np.triu(draws["reciprocity"] < level, 1).T  # the lower entries W_ji that become W_ij
        return np.where(mirrored, W.T, W)

    def index(self, W: np.ndarray, labels: np.ndarray) -> float:
        pairs = ~np.eye(len(W), dtype=bool)
        here, there = W[pairs], W.T[pairs]
        deviation = here - here.mean()
        variance = np.mean(deviation**2)
        if variance <= (1e-12 * np.abs(here).max()) ** 2:
            return np.nan
        return float(np.mean(deviation * (there - there.mean())) / variance)

    def further_indices(self, W: np.ndarray, labels: np.ndarray, null: Callable[[Callable], float]) -> dict:
        return dict(reciprocity_binary=self.index((W != 0).astype(float), labels))

    def spectrum(self, level: float, n_neurons: int, network: Network) -> Spectrum:
        return elliptic(n_neurons, network, level)

    def matched(self, balance: float) -> dict:
        """The right edge of the elliptic spectrum is w sqrt(N) (1 + r)."""
        return dict(factor=0.5)


@register
class Modularity(Regularity):
    """Modules: strongly connected blocks in a weaker background."""

    name, short = "modularity", "modules"

    def law(self, W: np.ndarray, level: float, draws: Mapping, network: Network) -> np.ndarray:
        """Entries between different modules are multiplied by 1 - m."""
        labels = contiguous_modules(len(W), network.n_modules)
        scaled = self.given_law(W, level, draws, network, labels)
        if network.normalize == "variance" and scaled.any():
            scaled *= np.sqrt(np.mean(W**2) / np.mean(scaled**2))
        return scaled

    def given_law(
        self, W: np.ndarray, level: float, draws: Mapping, network: Network, labels: np.ndarray
    ) -> np.ndarray:
        """Entries between different modules are multiplied by 1 - m."""
        between = labels[:, None] != labels[None, :]
        return np.where(between, (1 - level) * W, W)

    def index(self, W: np.ndarray, labels: np.ndarray) -> float:
        same = labels[:, None] == labels[None, :]
        within, between = rms(W[same]), rms(W[~same])
        return 1 - between / within if within > 0 else np.nan

    def further_indices(self, W: np.ndarray, labels: np.ndarray, null: Callable[[Callable], float]) -> dict:
        return dict(modularity_null=null(self.index))

    def spectrum(self, level: float, n_neurons: int, network: Network) -> Spectrum:
        mu, sigma = moments(network)
        inside, between = n_neurons / network.n_modules, n_neurons - n_neurons / network.n_modules
        radius = sigma * np.sqrt(inside + between * (1 - level) ** 2)
        outliers = [mu * (inside + between * (1 - level))] + (network.n_modules - 1) * [mu * inside * level]
        return beyond(radius, radius, outliers)

    def matched(self, balance: float) -> dict:
        """`normalize` does it, for the module sizes at hand."""
        return dict(factor=1.0, normalize="variance")


def rms(x: np.ndarray) -> float:
    """Root mean square; NaN of nothing."""
    return float(np.sqrt(np.mean(x * x))) if x.size else np.nan
