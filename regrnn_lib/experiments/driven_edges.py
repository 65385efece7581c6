"""The edge of chaos of a driven network, predicted and measured, and whether accuracy falls there."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from ..exponents import conditional_lyapunov
from ..parameters import TABLE, number, short
from ..reservoir import solve
from ..tasks import Task
from ..theory import driven_edge, driven_field
from ..weights import Matrix, Seed
from .statistics import crossing, markdown_table, mean_interval


class Exponent(NamedTuple):
    """What `driven_exponent` measures."""

    lyapunov: float


def driven_exponent(
    W: Matrix, seed: Seed = 0, *, task: str | Task, drive: float = 0.3, bias_strength: float = 0.1
) -> Exponent:
    """Largest conditional Lyapunov exponent of a network that reads the stream of a task, for a sweep.

    Parameters
    ----------
    W, seed, task, drive, bias_strength
        As in `reservoir.evaluate`; the state is carried over.

    Returns
    -------
    Exponent
        `exponents.conditional_lyapunov` over the whole stream but for its first 100 steps, per time step.
    """
    solved = solve(W, task, seed, drive=drive, bias_strength=bias_strength)
    return Exponent(conditional_lyapunov(W, solved.states, seed=seed))


def predicted_exponents(
    drives: Sequence[float],
    couplings: ArrayLike,
    balances: ArrayLike,
    *,
    n_neurons: int,
    bias_strength: float = 0.1,
) -> xr.DataArray:
    """Conditional exponent of driven mean field (`theory.driven_field`) over (drive, coupling, balance).

    Parameters
    ----------
    drives : sequence of float
        u >= 0.
    couplings, balances : array_like, shape (n,)
        x = w sqrt(N) and b. Theory is symmetric in b: each |b| is computed once, 4 ms a point.
    n_neurons, bias_strength
        As in `theory.driven_field`.

    Raises
    ------
    ValueError
        One message with every parameter that is out of range.
    """
    x, sizes = np.asarray(couplings, dtype=float), np.unique(np.abs(balances))
    u, x_grid, b_grid = np.meshgrid(drives, x, sizes, indexing="ij")
    field = driven_field(
        n_neurons, x_grid / np.sqrt(n_neurons), u, bias_strength=bias_strength, balance=b_grid
    )
    coords = dict(drive=list(drives), coupling=x, balance=sizes)
    half = xr.DataArray(field.lyapunov, coords, tuple(coords), "lyapunov")
    return half.sel(balance=np.abs(balances)).assign_coords(balance=np.asarray(balances, dtype=float))


def around_edges(n_neurons: int) -> tuple[np.ndarray, np.ndarray]:
    """Couplings and balances of a grid on which maps can find every driven edge.

    It is finer than the cells of the maps, and symmetric. The balances follow b sqrt(N), on which the borders
    depend, up to 4.
    """
    largest = min(1.0, 4 / np.sqrt(n_neurons))
    return np.geomspace(0.6, 10.0, 12), largest * np.arange(-16, 17) / 16


def predicted_edges(
    drives: Sequence[float], balances: ArrayLike = (0.0,), *, n_neurons: int, bias_strength: float = 0.1
) -> xr.DataArray:
    """Coupling at which the predicted exponent of a knob-free network crosses 0, over (drive, balance).

    At b = 0 it is `theory.driven_edge`; elsewhere it is read off `predicted_exponents` between x = 0.3 and
    10, NaN where there is no chaos up to there. Parameters and errors as there.
    """
    at_zero = driven_edge(np.array(drives, dtype=float), bias_strength)
    edges = xr.DataArray(
        np.repeat(at_zero[:, None], np.size(balances), axis=1),
        dict(drive=list(drives), balance=np.asarray(balances, dtype=float)),
    )
    if not np.any(edges.balance):
        return edges
    grid = np.geomspace(0.3, 10.0, 25)
    exponents = predicted_exponents(drives, grid, balances, n_neurons=n_neurons, bias_strength=bias_strength)
    return edges.where(edges.balance == 0, crossing(exponents, "coupling", 0.0))


# ---------------------------------------------------------------- where accuracy falls
def half_fall(accuracy: xr.DataArray) -> xr.DataArray:
    """Coupling beyond the best one at which half the way from the best to the last accuracy is lost.

    Parameters
    ----------
    accuracy : xarray.DataArray
        Over `coupling` (increasing) and any others; interpolated in log x.

    Returns
    -------
    xarray.DataArray
        Without `coupling`; NaN for a network that is best at the strongest coupling.
    """
    x = np.log(accuracy.coupling.values)
    return xr.apply_ufunc(
        lambda y: _half_fall(x, y), accuracy, input_core_dims=[["coupling"]], vectorize=True
    )


def _half_fall(x, y):
    top = int(np.argmax(y))
    half = (y[top] + y[-1]) / 2
    below = np.flatnonzero(y[top:] <= half)
    if top == len(y) - 1 or y[top] == y[-1]:
        return np.nan
    i = top + below[0]
    return np.exp(x[i - 1] + (y[i - 1] - half) / (y[i - 1] - y[i]) * (x[i] - x[i - 1]))


def loss_at(accuracy: xr.DataArray, couplings: xr.DataArray) -> xr.DataArray:
    """Share of its fall, from the best to the last accuracy, that a network has behind it at some couplings.

    accuracy: over `coupling` and others, such as `drive`; couplings: x over none or some of the others.
    Interpolated in log x.
    """
    log_x = accuracy.assign_coords(coupling=np.log(accuracy.coupling.values))
    best, last = accuracy.max("coupling"), accuracy.isel(coupling=-1, drop=True)
    at = log_x.interp(coupling=np.log(couplings)).drop_vars("coupling")
    return (best - at) / (best - last)


def fall_table(accuracy: xr.DataArray, exponents: xr.DataArray, bias_strength: float = 0.1) -> str:
    """Markdown table of the edge and the fall of accuracy, a row per drive.

    Parameters
    ----------
    accuracy, exponents : xarray.DataArray
        Of knob-free networks at b = 0 over (drive, coupling, replicate): accuracy, and conditional exponent
        measured under the same stream (`driven_exponent`).
    bias_strength : float
        w_beta of the prediction.

    Returns
    -------
    str
        Columns: the predicted edge; the measured one; the coupling of half the fall (mean and 95 % interval
        over networks); the share of the fall that is lost at the predicted edge.
    """
    half, measured = half_fall(accuracy), crossing(exponents, "coupling", 0.0)
    rows = []
    for u in accuracy.drive.values:
        edge = xr.DataArray(driven_edge(float(u), bias_strength))
        lost = loss_at(accuracy.sel(drive=u), edge).mean("replicate").item()
        found = _interval(measured.sel(drive=u)), _interval(half.sel(drive=u))
        rows.append([f"${TABLE['drive'].symbol}$ = {short(u)}", number(edge.item()), *found, f"{lost:.0%}"])
    heads = (
        "drive",
        "edge, predicted",
        "edge, measured",
        "half of accuracy lost at",
        "lost at the predicted edge",
    )
    return markdown_table(heads, rows)


def _interval(couplings):
    """Mean and interval over the networks where there is a crossing, and how many these are if not all."""
    some = couplings.dropna("replicate")
    if not some.size:
        return "nowhere"
    mean, low, high = (number(float(value)) for value in mean_interval(some))
    counted = "" if some.size == couplings.size else f", {some.size} of {couplings.size} networks"
    return f"{mean} ({low} to {high}{counted})"
