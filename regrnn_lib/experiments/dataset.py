"""What comes out of a sweep: results, checked and filled in as they arrive,
then a dataset that describes itself.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from numbers import Real

import numpy as np
import xarray as xr

from .. import __version__
from ..dynamics import REGIMES
from ..parameters import TABLE, refuse, shown
from .requests import Request
from .variants import function_name


class Results:
    """Numbers by name, each an array over (replicate, variant, point), filled in any order;
    NaN where none came.
    """

    def __init__(self, evaluate: Callable, shape: tuple[int, int, int]):
        self.evaluate, self.shape = evaluate, shape
        self.values, self.fields = {}, {}  # arrays by name; names of the fields by variant

    def put(
        self, replicate: int, variant: int, points: Sequence[int], names: Sequence[str], rows: np.ndarray
    ) -> None:
        """Fill in the rows (points, names) of one variant in one replicate."""
        fields = self.fields.setdefault(variant, tuple(names))
        if fields != tuple(names):
            _refuse_fields(self.evaluate, fields, names)
        for name, column in zip(names, rows.T):
            values = self.values.setdefault(name, np.full(self.shape, np.nan))
            values[replicate, variant, points] = column


def check_results(evaluate: Callable, rows: Sequence, n_variants: int) -> None:
    """Refuse whatever is not, at each point, a named tuple of numbers for each variant,
    of the same fields at all points.
    """
    if any(not isinstance(row, (list, tuple)) or len(row) != n_variants for row in rows):
        _refuse(evaluate, f"together must return one named tuple for each of {n_variants} settings")
    for variant in zip(*rows):
        for result in variant:
            if not isinstance(result, tuple) or not hasattr(result, "_fields"):
                _refuse(evaluate, f"returned {type(result).__name__}, must return a named tuple of numbers")
            if result._fields != variant[0]._fields:
                _refuse_fields(evaluate, variant[0]._fields, result._fields)
            for name, value in zip(result._fields, result):
                if not isinstance(value, (Real, np.bool_)):
                    _refuse(evaluate, f"its field {name} is {shown(value)}, must be a number")


def _refuse_fields(evaluate, first, then):
    there = f"returned the fields {', '.join(then)} after {', '.join(first)}"
    _refuse(evaluate, f"{there}, must return the same for every network")


def _refuse(evaluate, fault):
    refuse([f"evaluate = {function_name(evaluate)}: {fault}"])


# ---------------------------------------------------------------- the dataset
def labelled(request: Request, results: Results) -> xr.Dataset:
    """The dataset of a sweep: a variable for each number, all that was asked for as attributes."""
    sizes = [len(values) for values in request.dims.values()]
    dims = (*request.dims, "replicate")
    variables = {
        name: (dims, np.moveaxis(values.reshape(-1, *sizes), 0, -1))
        for name, values in results.values.items()
    }
    coordinates = request.dims | {"replicate": np.arange(request.n_replicates)}
    return _described(xr.Dataset(variables, coordinates, _attributes(request)), request.parameters)


def _attributes(request):
    return dict(
        parameters=_json(request.parameters),
        evaluate=f"{getattr(request.evaluate, '__module__', '')}.{function_name(request.evaluate)}",
        settings=_json(request.settings),
        version=__version__,
        version_of_evaluate=request.version or "",
    )


def _json(values: Mapping) -> str:
    def plain(value):
        return value.item() if isinstance(value, np.generic) else repr(value)

    return json.dumps(values, sort_keys=True, default=plain)


def _described(dataset, parameters):
    """The dataset with words, symbols and units, and the strength w beside the coupling w sqrt(N)."""
    if "coupling" in dataset.dims and "n_neurons" in parameters:
        strength = dataset.coupling.values / np.sqrt(parameters["n_neurons"])
        dataset = dataset.assign_coords(strength=("coupling", strength))
    for name in TABLE.keys() & dataset.variables.keys():
        dataset[name].attrs |= dict(long_name=TABLE[name].label, symbol=TABLE[name].symbol, units="1")
    if "regime" in dataset:
        dataset.regime.attrs |= dict(flag_values=list(range(4)), flag_meanings=", ".join(REGIMES))
    return dataset
