"""Theory without a free parameter: spectra of the weights and mean field of the dynamics.

Spectra and mean field need only the mean mu and the standard deviation sigma of a single entry (`entries`).
One idea a file; the names that users type are here.
"""

from ..regularities import Spectrum
from .dale_outliers import awake_share, onset_couplings, onset_quantiles
from .entries import moments
from .fields import MeanField, mean_field, mean_field_at
from .partial_symmetry import PartialSymmetry, partially_symmetric, saturation_coupling
from .regime_boundaries import Boundaries, boundaries
from .spectra import onset, spectrum
from .stationary import FASTEST_DECAY

__all__ = [
    "FASTEST_DECAY",
    "Boundaries",
    "MeanField",
    "PartialSymmetry",
    "Spectrum",
    "awake_share",
    "boundaries",
    "mean_field",
    "mean_field_at",
    "moments",
    "onset",
    "onset_couplings",
    "onset_quantiles",
    "partially_symmetric",
    "saturation_coupling",
    "spectrum",
]
