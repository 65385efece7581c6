"""A single entry of the weights, all that theory needs of them: its mean mu and its standard deviation sigma.

N mu is called the *mean gain*, sigma sqrt(N) the *bulk radius*.
"""

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from .. import regularities
from ..arrays import series
from ..parameters import check, shown
from ..regularities import Network

LARGEST = 1e10  # of a gain, above that of any network that the parameters allow


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


def gains(n_neurons: int, strength: float, balance: float, density: float) -> tuple[float, float]:
    """Mean gain N mu and bulk radius sigma sqrt(N)."""
    mu, sigma = moments(strength, balance, density)
    return n_neurons * mu, sigma * np.sqrt(n_neurons)


def coupling_row(couplings: ArrayLike) -> np.ndarray:
    """Couplings as a checked row of numbers, (n,)."""
    return np.array(check(couplings=series("couplings", couplings).tolist())["couplings"])


def gain_misfit(name: str, value: float, low: float) -> list[str]:
    """The fault of a gain that is no number or out of range, as a list for `refuse`; empty if it has none."""
    number = isinstance(value, Real) and not isinstance(value, (bool, np.bool_))
    if number and low <= value <= LARGEST:
        return []
    return [f"{name} = {shown(value)}: must be a number, {low:g} <= {name} <= {LARGEST:g}"]
