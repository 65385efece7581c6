"""Companion of *Organizational Regularities in Recurrent Neural Networks* (arXiv:2505.22047).

The names that users type are here; each is loaded with its module when it is first used, so that
commands which need no kernel start at once.
"""

from importlib import import_module

_HOME = {
    "weight_matrix": "weights",
    "matrix_indices": "weights",
    "module_labels": "weights",
    "free_run": "dynamics",
    "driven_run": "dynamics",
    "measures": "dynamics",
    "run_measures": "dynamics",
    "lyapunov": "dynamics",
    "regime": "dynamics",
    "evaluate": "reservoir",
    "evaluate_all": "reservoir",
    "solve": "reservoir",
}
_MODULES = ("parameters", "weights", "kernels", "dynamics", "theory", "tasks", "reservoir", "connectome")
_MODULES += ("cache", "sweep", "statistics", "studies", "controls", "claims", "plots", "taskplots", "claimplots", "record")
_MODULES += ("panels", "sliders", "explorers", "explore", "explorer_page", "notebook", "build")
__all__ = sorted(_HOME) + sorted(_MODULES)


def __getattr__(name):
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
