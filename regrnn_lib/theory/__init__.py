"""Theory without a free parameter: spectra of the weights and mean field of the dynamics.

Spectra and mean field need only the mean mu and the standard deviation sigma of a single entry (`entries`).
One idea a file; the names that users type are here.
"""

from ..regularities import Spectrum
from .chaos import chaotic_spectrum, participation_ratio
from .dale_outliers import awake_share, onset_couplings, onset_quantiles
from .driven import DrivenField, driven_edge, driven_field, driven_field_at
from .entries import moments
from .fields import MeanField, mean_field, mean_field_at
from .partial_symmetry import PartialSymmetry, partially_symmetric, saturation_coupling
from .regime_boundaries import Boundaries, boundaries
from .spectra import onset, spectrum
from .stationary import FASTEST_DECAY

__all__ = [
    "FASTEST_DECAY",
    "Boundaries",
    "DrivenField",
    "MeanField",
    "PartialSymmetry",
    "Spectrum",
    "awake_share",
    "boundaries",
    "chaotic_spectrum",
    "driven_edge",
    "driven_field",
    "driven_field_at",
    "mean_field",
    "mean_field_at",
    "moments",
    "onset",
    "onset_couplings",
    "onset_quantiles",
    "partially_symmetric",
    "participation_ratio",
    "saturation_coupling",
    "spectrum",
]
