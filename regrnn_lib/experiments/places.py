"""Places of the plane of coupling, balance and drive: what theory expects of a network there,
before any is run.

Verdicts are given by place. A place is assigned by mean field, of the free and of the driven network, without
a parameter that is fitted and without a vote of the networks that are then judged.
"""

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from ..dynamics import CHAOS
from ..theory import driven_field

PLACES = {
    "calm": "neither the free nor the driven network is chaotic",
    "tamed": "the free network is chaotic, and the input silences it",
    "chaotic": "the network is chaotic in spite of its input",
    "held": "a bias towards excitation holds the mean of the activity",
    "flipping": "a bias towards inhibition lets the mean alternate",
}


def places(
    couplings: ArrayLike,
    balances: ArrayLike,
    drives: dict[str, float],
    *,
    n_neurons: int,
    bias_strength: float = 0.1,
    density: float = 1.0,
) -> xr.DataArray:
    """The place of every cell of a plane under every drive.

    With m > 0 in the driven mean field a cell is *held* (b > 0) or *flipping* (b < 0). Of the others it is
    *chaotic* where the conditional exponent of the driven network is above 0, *tamed* where it is not and the
    free network has an exponent above 0.01, and *calm* where neither is.

    Parameters
    ----------
    couplings, balances : array_like, shape (n,)
        x = w sqrt(N) and b.
    drives : dict of str to float
        Name of a drive -> u; u = 0 stands for the free network, without biases.
    n_neurons, bias_strength, density
        As in `theory.driven_field`.

    Returns
    -------
    xarray.DataArray
        Index into `PLACES` over (drive, coupling, balance).

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.
    """
    x, b, u = np.meshgrid(couplings, balances, list(drives.values()), indexing="ij")
    network = dict(strength=x / np.sqrt(n_neurons), balance=b, density=density)
    free = driven_field(n_neurons, drive=0.0, bias_strength=0.0, **network)
    driven = driven_field(n_neurons, drive=u, bias_strength=np.where(u > 0, bias_strength, 0.0), **network)
    rules = [
        (driven.mean > 0) & (b > 0),
        driven.mean > 0,
        driven.lyapunov > np.where(u > 0, 0.0, CHAOS),
        free.lyapunov > CHAOS,
    ]
    names = list(PLACES)
    index = np.select(rules, [names.index(name) for name in ("held", "flipping", "chaotic", "tamed")], 0)
    coords = dict(coupling=np.asarray(couplings), balance=np.asarray(balances), drive=list(drives))
    return xr.DataArray(index, coords, ("coupling", "balance", "drive")).transpose("drive", ...)
