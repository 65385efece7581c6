"""Theory without a free parameter: spectra of the weights and mean field of the dynamics.

Spectra and mean field need only the mean mu and the standard deviation sigma of a single entry (`entries`).
One idea a file; the names that users type are here.
"""

from ..regularities import Spectrum
from .chaos import chaotic_spectrum, participation_ratio
from .driven import DrivenField, driven_edge, driven_field, driven_field_at
from .entries import moments
from .fields import MeanField, mean_field, mean_field_at
from .regime_boundaries import Boundaries, boundaries
from .spectra import onset, spectrum
from .stationary import FASTEST_DECAY

__all__ = [
    "FASTEST_DECAY",
    "Boundaries",
    "DrivenField",
    "MeanField",
    "Spectrum",
    "boundaries",
    "chaotic_spectrum",
    "driven_edge",
    "driven_field",
    "driven_field_at",
    "mean_field",
    "mean_field_at",
    "moments",
    "onset",
    "participation_ratio",
    "spectrum",
]
