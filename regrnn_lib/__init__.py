"""Companion of *Organizational Regularities in Recurrent Neural Networks* (arXiv:2505.22047).

The names that users type are here; each is loaded with its module when it is first used, so that
commands which need no kernel start at once.
"""

from importlib import import_module

from . import project  # noqa: F401 - first of all, since it notes which files are loaded

__version__ = "0.1.0"
_HOME = {
    "weight_matrix": "weights",
    "matrix_indices": "weights",
    "apply_knobs": "weights",
    "module_labels": "regularities",
    "free_run": "dynamics",
    "driven_run": "dynamics",
    "measures": "dynamics",
    "run_measures": "dynamics",
    "lyapunov": "dynamics",
    "regime": "dynamics",
    "lyapunov_spectrum": "exponents",
    "conditional_lyapunov": "exponents",
    "evaluate": "reservoir",
    "evaluate_all": "reservoir",
    "solve": "reservoir",
    "sweep": "experiments.sweep",
}
# ground floor first, then the rooms above it: each imports only from those before it
_MODULES = (
    "project",
    "parameters",
    "arrays",
    "regularities",
    "weights",
    "kernels",
    "dynamics",
    "exponents",
    "theory",
    "tasks",
    "reservoir",
)
_MODULES += ("connectome", "experiments", "record", "figures", "explore", "book", "build")
__all__ = sorted(_HOME) + sorted(_MODULES)


def __getattr__(name):
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
