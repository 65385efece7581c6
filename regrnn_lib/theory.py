"""Theory without a free parameter: spectra of the weights and mean field of the dynamics.

Both need only the mean mu and the standard deviation sigma of a single entry. Spectra are limits of many
neurons (circular and elliptic law); the mean field is that of Sompolinsky, Crisanti and Sommers (1988) in
discrete time, with a mean weight. N mu is called the *mean gain*, sigma sqrt(N) the *bulk radius*.
"""

from functools import cache
from numbers import Real
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtr, roots_legendre

from . import regularities
from .parameters import check, refuse
from .regularities import REGULARITIES, Network, Spectrum, only_knobs

TAIL = 9.0  # standard deviations beyond which a normal variable never comes (probability 1e-19)
LARGEST = 1e10  # of a gain, above that of any network that the parameters allow
SMALLEST_FIELD = 1e-6  # mean input below which the mean activity counts as zero
FASTEST_DECAY = float(np.log(np.finfo(float).eps))  # the floor of lambda, that of `dynamics.lyapunov`


def moments(strength: float, balance: float = 0.0, density: float = 1.0) -> tuple[float, float]:
    """Mean and standard deviation of an independent entry.

        mu = rho b w sqrt(2/pi),    sigma^2 = rho w^2 - mu^2

    Parameters
    ----------
    strength : float
        Connection strength w >= 0, the rms of a non-zero entry.
    balance : float
        Balance b of excitation and inhibition, -1 .. 1.
    density : float
        Share rho of non-zero entries, 0 (excluded) .. 1.

    Returns
    -------
    mu, sigma : float

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.

    Notes
    -----
    A non-zero entry is w |xi| with a sign of mean b; E|xi| = sqrt(2/pi) for a standard normal xi.
    """
    values = check(strength=strength, balance=balance, density=density)
    return regularities.moments(Network(**values, n_modules=1, normalize=None))


def onset(reciprocity: float = 0.0) -> float:
    """Coupling sigma sqrt(N) at which the resting state loses stability.

    The right edge of the elliptic spectrum, sigma sqrt(N) (1 + r), reaches 1: onset = 1/(1 + r).

    Parameters
    ----------
    reciprocity : float
        Reciprocity r, 0 .. 1.

    Returns
    -------
    float
        1 for independent entries, 1/2 for a symmetric matrix; for a balance at which no outlier of the
        spectrum leaves the bulk first.

    Raises
    ------
    ValueError
        If the reciprocity is out of range.

    Notes
    -----
    Source: linear stability with the elliptic law (Sommers, Crisanti, Sompolinsky and Stein 1988).
    """
    return 1 / (1 + check(reciprocity=reciprocity)["reciprocity"])


# ---------------------------------------------------------------- spectra
def spectrum(
    n_neurons: int,
    strength: float,
    balance: float = 0.0,
    *,
    dale: float = 0.0,
    reciprocity: float = 0.0,
    modularity: float = 0.0,
    n_modules: int = 5,
    density: float = 1.0,
    **further: float,
) -> Spectrum | None:
    """Bulk and outliers of the spectrum of a `weight_matrix`, at most one knob above 0.

    - independent: disc of radius sigma sqrt(N); outlier N mu (Tao 2013).
    - reciprocity: ellipse sigma sqrt(N) (1 + r), sigma sqrt(N) (1 - r) (Sommers et al. 1988); outlier
      N mu + r sigma^2/mu when N |mu| > sigma sqrt(N) (rank-one perturbation of the elliptic law).
    - modularity: radius sigma sqrt(n_in + (N - n_in)(1 - m)^2), n_in = N/K; outliers
      mu (n_in + (N - n_in)(1 - m)) once and mu n_in m K - 1 times (cf. Aljadeff, Stern and Sharpee 2015).
    - dale: radius sqrt(N (rho w^2 - E mu_j^2)) with the mean of column j given its polarity s_j,
      mu_j = rho w sqrt(2/pi) (d s_j + (1 - d) b), so E mu_j^2 = rho^2 w^2 (2/pi) (d^2 + b^2 (1 - d^2));
      outlier N mu. At b = 0, rho = 1: w sqrt(N) sqrt(1 - 2 d^2/pi).

    Parameters
    ----------
    n_neurons, strength, balance, dale, reciprocity, modularity, n_modules, density
        As in `weight_matrix`, without `normalize`.
    **further
        Knobs of further registered regularities.

    Returns
    -------
    Spectrum or None
        None where a further regularity has no prediction. Outliers are listed only where they are beyond the bulk.

    Raises
    ------
    ValueError
        If a parameter is out of range, or more than one knob is above 0: there is no prediction for that.

    Notes
    -----
    Limits of large N: in a finite network the edge scatters. For N not divisible by K, n_in = N/K is the mean
    size of a module; the K - 1 outliers then split, by no more than one neuron's share, mu m. Dale's
    principle makes sum_j mu_j, and so the outlier, random with a spread of the order of the radius, and can
    bring further outliers at any balance (Rajan and Abbott 2006); only the mean one is given here.
    """
    values = {name: value for name, value in locals().items() if name != "further"}
    values = check(**values | only_knobs(further))
    network = Network(**{name: values[name] for name in Network._fields if name in values}, normalize=None)
    turned = {name: values[name] for name in REGULARITIES if values.get(name, 0) > 0}
    if len(turned) > 1:
        names = ", ".join(f"{name} = {level}" for name, level in turned.items())
        refuse([f"{names}: no prediction for combined knobs; at most one may be above 0"])
    for name, level in turned.items():
        return REGULARITIES[name].spectrum(level, values["n_neurons"], network)
    return regularities.elliptic(values["n_neurons"], network)


# ---------------------------------------------------------------- mean field
class MeanField(NamedTuple):
    """The stable mean-field state; see `mean_field`.

    Attributes
    ----------
    mean : float
        m, population mean of the activity, >= 0 (of two mirror states the positive one); in period two its
        size, while the sign alternates.
    q : float
        Population mean of y^2, 0 .. 1.
    c : float
        Population mean of y(t) y(t + k) for long delays k (in period two: even k), 0 .. q.
    fluctuation, nonlinearity : float
        F and NL as in `dynamics.measures`.
    lyapunov : float
        Largest Lyapunov exponent per step, never below -36.04, as in `dynamics.lyapunov`.
    regime : str
        "quiescent", "chaotic", "fixed point" or "oscillatory" (period two).
    """

    mean: float
    q: float
    c: float
    fluctuation: float
    nonlinearity: float
    lyapunov: float
    regime: str


def mean_field(n_neurons: int, strength: float, balance: float, density: float = 1.0) -> MeanField:
    """Mean field of the undriven network of independent entries, N large.

    With z standard normal,

        m = E tanh(h),  q = E tanh^2(h),  h = N mu m + sigma sqrt(N q) z
        c = E tanh(h) tanh(h'),  h, h' normal: mean N mu m, variance N sigma^2 q, covariance N sigma^2 c
        F = sqrt(q - c),  NL = 2 P(|tanh h| > 1/2) - 1
        lambda = max( ln(N sigma^2 E[(1 - tanh^2 h)^2])/2,  ln rho )

    with rho the growth per step of the mean: N |mu| E[1 - tanh^2 h] at m = 0, and at m > 0, where a change of
    the mean changes q as well, the spectral radius of the derivative of the map from (m, q) to (m, q),

        [[N |mu| E tanh',  N sigma^2 E tanh''/2],  [2 N |mu| E tanh tanh',  N sigma^2 E(tanh'^2 + tanh tanh'')]].

    Parameters
    ----------
    n_neurons : int
        Number of neurons N, 2 .. 5000.
    strength : float
        Connection strength w >= 0.
    balance : float
        Balance b, -1 .. 1.
    density : float
        Density rho, 0 (excluded) .. 1.

    Returns
    -------
    MeanField
        All fields finite.

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.

    Notes
    -----
    The state with m > 0 is taken wherever it exists: m = 0 is unstable there, and no second m > 0 appears.
    Likewise c < q is taken where it exists: c = q is then unstable, the state is chaotic. Below
    b = 0 the odd map has the same states with the sign of every neuron flipping at each step, so that
    F = E|tanh h|, or in chaos the mean over neurons of the rms that each has in time. sqrt(q - c) is the
    root mean square over neurons of the temporal standard deviation; it is F where all neurons are
    statistically alike (m = 0). The regime is decided by exact zeros, not by the thresholds of `regime`.
    The rate of the mean holds q fixed. That is exact at m = 0; at a fixed point or in period two it makes
    lambda an upper estimate (N = 1000, x = 0.5, b = 0.1: -0.30, simulated -0.47).

    Source: Sompolinsky, Crisanti and Sommers (1988), in discrete time and with a mean weight.
    """
    check(n_neurons=n_neurons, strength=strength, balance=balance, density=density)
    return mean_field_at(*_gains(n_neurons, strength, balance, density))


def mean_field_at(mean_gain: float, bulk_radius: float) -> MeanField:
    """Mean field of `mean_field` from the two numbers that it depends on.

    Parameters
    ----------
    mean_gain : float
        N mu; its sign is that of the balance.
    bulk_radius : float
        sigma sqrt(N) >= 0. Modules at b = 0 obey the same equations with mean_gain = 0 and the
        bulk radius of their `spectrum`.

    Returns
    -------
    MeanField

    Raises
    ------
    ValueError
        If a value is not a number, above 1e10 in size, or the radius is negative.
    """
    refuse(_misfit("mean_gain", mean_gain, -LARGEST) + _misfit("bulk_radius", bulk_radius, 0))
    gain, radius = abs(float(mean_gain)), float(bulk_radius)
    field = _mean_input(gain, radius)
    q = _mean_square(field, radius)
    mean = field / gain if field > 0 else 0.0
    bulk, uniform = _growth_rates(gain, radius, field, q)
    moving = q > 0 and (mean == 0 or bulk > 0)
    c = _covariance(field, radius, mean, q) if moving else q
    fluctuation = _flipping(field, radius, q, c) if mean_gain < 0 else np.sqrt(max(q - c, 0.0))
    return MeanField(
        mean,
        q,
        c,
        float(fluctuation),
        _nonlinearity(field, radius * np.sqrt(q)),
        max(bulk, uniform),
        _regime(q, moving, mean_gain),
    )


def _gains(n_neurons, strength, balance, density):
    mu, sigma = moments(strength, balance, density)
    return n_neurons * mu, sigma * np.sqrt(n_neurons)


def _misfit(name, value, low):
    number = isinstance(value, Real) and not isinstance(value, (bool, np.bool_))
    if number and low <= value <= LARGEST:
        return []
    return [f"{name} = {value!r}: must be a number, {low:g} <= {name} <= {LARGEST:g}"]


def _mean_input(gain, radius):
    """N mu m of the state with m > 0, or 0 where there is none."""

    def excess(field):
        return gain * _expectation(np.tanh, field, radius * np.sqrt(_mean_square(field, radius))) - field

    low = min(SMALLEST_FIELD, gain)
    return float(brentq(excess, low, gain, xtol=1e-14)) if excess(low) > 0 else 0.0


def _mean_square(field, radius):
    """The largest q = E tanh^2(field + radius sqrt(q) z)."""
    if field == 0 and radius <= 1:
        return 0.0

    def excess(q):
        return _expectation(_squared_tanh, field, radius * np.sqrt(q)) - q

    # tanh^2 h >= h^2 - 2 h^4/3 bounds q from below, away from the root q = 0; near radius 1 it is the root
    low = (1 - radius**-2) * radius**-2 / 2 if radius > 1 else 0.0
    if excess(low) <= 0:
        return low
    return 1.0 if excess(1.0) >= 0 else float(brentq(excess, low, 1.0, xtol=1e-15))


def _growth_rates(gain, radius, field, q):
    """Growth rates per step of a perturbation: of the bulk, and of the mean together with q."""
    std = radius * np.sqrt(q)
    bulk = radius * np.sqrt(_expectation(lambda h: _slope(h) ** 2, field, std))
    floor = np.exp(FASTEST_DECAY)
    uniform = _uniform_rate(gain, radius, field, std)
    return float(np.log(max(bulk, floor))), float(np.log(max(uniform, floor)))


def _uniform_rate(gain, radius, field, std):
    """Spectral radius of the derivative of the map (m, q) -> (E tanh h, E tanh^2 h); at m = 0 that of m alone."""
    mean_to_mean = gain * _expectation(_slope, field, std)
    if field == 0:
        return mean_to_mean
    curved = _expectation(lambda h: -2 * np.tanh(h) * _slope(h), field, std)  # E tanh''
    bent = _expectation(lambda h: _slope(h) ** 2 - 2 * np.tanh(h) ** 2 * _slope(h), field, std)
    jacobian = [[mean_to_mean, radius**2 / 2 * curved], [-gain * curved, radius**2 * bent]]
    return np.abs(np.linalg.eigvals(jacobian)).max()


def _covariance(field, radius, mean, q):
    """The smallest c = E tanh(h) tanh(h'), by Newton's method from below.

    The right side is convex in c (a power series with positive coefficients), so the iteration
    rises to the smallest root and cannot pass it; its derivative is N sigma^2 E[tanh'(h) tanh'(h')].
    """
    c, step = mean**2, 1.0
    for _ in range(60):
        if mean == 0 or c >= q or step < 1e-13:
            break
        h, inner, outer = _neurons_and_times(field, radius, q, c)
        settled = np.sum(inner * np.tanh(h), axis=1)
        slope = radius**2 * np.sum(outer * np.sum(inner * _slope(h), axis=1) ** 2)
        step = (np.sum(outer * settled**2) - c) / (1 - slope)
        c += step
    return float(min(c, q))


def _flipping(field, radius, q, c):
    """F when every neuron flips its sign at each step: the mean over neurons of its rms in time."""
    if field == 0:
        return np.sqrt(q)
    if c == q:
        return _expectation(lambda h: np.abs(np.tanh(h)), field, radius * np.sqrt(q))
    h, inner, outer = _neurons_and_times(field, radius, q, c)
    return np.sum(outer * np.sqrt(np.sum(inner * np.tanh(h) ** 2, axis=1)))


def _nonlinearity(field, std):
    """NL = 2 P(|tanh h| > 1/2) - 1."""
    edge, std = np.arctanh(0.5), max(std, np.finfo(float).tiny)
    with np.errstate(over="ignore"):
        linear = ndtr((edge - field) / std) - ndtr((-edge - field) / std)
    return float(1 - 2 * linear)


def _regime(q, moving, mean_gain):
    if q == 0:
        return "quiescent"
    return "chaotic" if moving else "fixed point" if mean_gain > 0 else "oscillatory"


# ---------------------------------------------------------------- expectations
def _squared_tanh(h):
    return np.tanh(h) ** 2


def _slope(h):
    """1 - tanh^2 h without cancellation at large |h|."""
    decay = np.exp(-2 * np.abs(h))
    return 4 * decay / (1 + decay) ** 2


def _expectation(f, mean, std):
    """E f(h), h ~ Normal(mean, std^2), |f| <= 1, to 1e-11."""
    h, weights = _normal_nodes(mean, std, 56)
    return float(min(np.sum(weights * f(h)), 1.0))


def _neurons_and_times(field, radius, q, c):
    """Nodes of the input h: constant for a neuron (axis 0, variance N sigma^2 c) and varying (1)."""
    constant, outer = _normal_nodes(field, radius * np.sqrt(c), 40)
    h, inner = _normal_nodes(constant[:, None], radius * np.sqrt(max(q - c, 0.0)), 40)
    return h, inner, outer


def _normal_nodes(mean, std, n_side):
    """Nodes and weights for E f(h), h ~ Normal(mean, std^2), f varying within |h| < 1 or so.

    Gauss-Legendre in u on each side of h = 0, where std sinh(u)/max(std, 1) = h: the nodes are as dense near
    h = 0 as tanh needs, however wide the normal density, where Gauss-Hermite nodes would straddle it.
    """
    u, weights = _legendre(n_side)
    std, steep = max(std, np.finfo(float).tiny), max(std, 1.0)
    centre = np.clip(-mean, -TAIL * std, TAIL * std) / std
    reach = np.arcsinh(steep * (TAIL + np.abs(centre)))
    z = centre + np.sinh(reach * u) / steep
    weights = weights * np.exp(-(z**2) / 2) * np.cosh(reach * u)
    return mean + std * z, weights / np.sum(weights, axis=-1, keepdims=True)


@cache
def _legendre(n_side):
    """Gauss-Legendre nodes and weights on -1 .. 0 and 0 .. 1."""
    x, weights = roots_legendre(n_side)
    return np.concatenate([(x - 1) / 2, (x + 1) / 2]), np.concatenate([weights, weights]) / 2


# ---------------------------------------------------------------- regime boundaries
class Boundaries(NamedTuple):
    """Mean-field boundaries in the plane of balance b and coupling x = w sqrt(N); see `boundaries`.

    Attributes
    ----------
    couplings : ndarray, shape (n,)
        x of the next two.
    mean_onset : ndarray, shape (n,)
        Balance b > 0 at which m = 0 loses stability to a fixed point; -b: to period two. NaN where there is
        none up to b = 1.
    chaos_end : ndarray, shape (n,)
        Balance, beyond mean_onset, at which the state with m > 0 ceases to be chaotic. NaN below the onset of
        chaos and where it stays chaotic up to b = 1.
    rest_balances, rest_couplings : ndarray, shape (101,)
        The line sigma sqrt(N) = 1 between rest and chaos, x over b, where no mean instability comes first.
    """

    couplings: np.ndarray
    mean_onset: np.ndarray
    chaos_end: np.ndarray
    rest_balances: np.ndarray
    rest_couplings: np.ndarray

    def lines(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Lines to draw, all meeting where rest, chaos and the mean instability do.

        Returns
        -------
        dict of str -> (ndarray, ndarray)
            (balances, couplings) by name: "chaos", "fixed point", "period two" (onset of each), "end of chaos"
            and "end of alternating chaos" (on the sides of b > 0 and b < 0). NaN where there is no boundary.
        """
        b, x = self._through_corner(self.mean_onset)
        end, end_x = self._through_corner(self.chaos_end)
        return {
            "chaos": (self.rest_balances, self.rest_couplings),
            "fixed point": (b, x),
            "period two": (-b, x),
            "end of chaos": (end, end_x),
            "end of alternating chaos": (-end, end_x),
        }

    def _through_corner(self, balances):
        x, b = self.rest_couplings[-1], self.rest_balances[-1]
        if b >= 1:
            return balances, self.couplings
        at = np.searchsorted(self.couplings, x)
        return np.insert(balances, at, b), np.insert(self.couplings, at, x)


def boundaries(n_neurons: int, couplings: ArrayLike, density: float = 1.0) -> Boundaries:
    """Mean-field boundaries of the dynamical regimes of independent entries.

    - rest to chaos: sigma sqrt(N) = 1;
    - m = 0 to a fixed point (b > 0) or period two (b < 0): N |mu| E[1 - tanh^2 h] = 1 at the self-consistent q
      of m = 0; this is N |mu| = 1 below the onset of chaos, where q = 0;
    - end of chaos at m > 0: N sigma^2 E[(1 - tanh^2 h)^2] = 1. Between the last two, mean and chaos coexist.

    Parameters
    ----------
    n_neurons : int
        Number of neurons N, 2 .. 5000.
    couplings : array_like, shape (n,)
        x = w sqrt(N) > 0, increasing.
    density : float
        Density rho, 0 (excluded) .. 1.

    Returns
    -------
    Boundaries

    Raises
    ------
    ValueError
        If a parameter is out of range or the couplings are not an increasing row of positive numbers.

    Notes
    -----
    Source: stability of the solutions of `mean_field`. About 20 ms for a coupling above the onset.
    """
    p = check(n_neurons=n_neurons, density=density)
    couplings = _checked_couplings(couplings)
    n, rho = p["n_neurons"], p["density"]
    onsets = np.array([_mean_onset(n, x, rho) for x in couplings])
    ends = np.array([_chaos_end(n, x, rho, b) for x, b in zip(couplings, onsets)])
    # N mu = sigma sqrt(N) = 1 at the corner, so rho x^2 = 1 + 1/N there
    corner = min(np.sqrt(np.pi / 2 / (rho * (n + 1))), 1.0)
    balances = np.linspace(-corner, corner, 101)
    rest = 1 / np.sqrt(rho * (1 - 2 * rho * balances**2 / np.pi))
    return Boundaries(couplings, onsets, ends, balances, rest)


def _checked_couplings(couplings):
    given = np.asarray(couplings)
    row = given.ndim == 1 and given.size > 0 and given.dtype.kind in "iuf"
    if not (row and np.isfinite(given).all() and given.min() > 0 and (np.diff(given) > 0).all()):
        refuse([f"couplings = {couplings}: must be a row of increasing numbers above 0"])
    return given.astype(float)


def _mean_onset(n, coupling, density):
    def growth(balance):
        gain, radius = _gains(n, coupling / np.sqrt(n), balance, density)
        return gain * _expectation(_slope, 0.0, radius * np.sqrt(_mean_square(0.0, radius))) - 1

    return brentq(growth, 0.0, 1.0) if growth(1.0) > 0 else np.nan


def _chaos_end(n, coupling, density, onset_balance):
    def growth(balance):
        gain, radius = _gains(n, coupling / np.sqrt(n), balance, density)
        field = _mean_input(gain, radius)
        return _growth_rates(gain, radius, field, _mean_square(field, radius))[0]

    chaotic = np.isfinite(onset_balance) and growth(onset_balance) > 0
    return brentq(growth, onset_balance, 1.0) if chaotic and growth(1.0) < 0 else np.nan
