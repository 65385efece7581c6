"""Spectra of the weights, limits of many neurons: circular and elliptic law, outliers,
and the onset they give.
"""

from .. import regularities
from ..parameters import check, refuse
from ..regularities import REGULARITIES, Network, Spectrum, only_knobs


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
        None where a further regularity has no prediction.
        Outliers are listed only where they are beyond the bulk.

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
