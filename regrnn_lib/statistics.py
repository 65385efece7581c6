"""Statistics with the network as the unit: paired effects and the points where a curve crosses a level."""

import numpy as np
import xarray as xr
from scipy.special import stdtrit


def paired_effect(dataset, knob, low=0.0, high=1.0):
    """Change of every variable when a knob goes from `low` to `high`, paired within each network.

    Parameters
    ----------
    dataset : xarray.Dataset
        With the dimensions `knob` and `replicate`.
    knob : str
        "dale", "reciprocity" or "modularity".

    Returns
    -------
    xarray.Dataset
        The differences, still one per replicate.
    """
    return dataset.sel({knob: high}, drop=True) - dataset.sel({knob: low}, drop=True)


def mean_interval(effect, confidence=0.95):
    """Mean over networks of a paired effect and Student's t interval around it.

    Parameters
    ----------
    effect : xarray.DataArray
        With the dimension `replicate`. NaN in any network gives NaN; a single network has no interval: NaN.
    confidence : float
        Nominal coverage, 0 .. 1.

    Returns
    -------
    mean, low, high : xarray.DataArray
    """
    n = effect.sizes["replicate"]
    mean = effect.mean("replicate", skipna=False)
    if n < 2:
        return mean, mean * np.nan, mean * np.nan
    error = effect.std("replicate", ddof=1, skipna=False) / np.sqrt(n)
    half = stdtrit(n - 1, (1 + confidence) / 2) * error
    return mean, mean - half, mean + half


def mean_effects(effect, limits=(-1, 1)):
    """Mean over networks of every variable, with `NAME_unclear` True where its interval includes 0.

    `limits` is what maps of the effects span.
    """
    out = {}
    for name, values in effect.items():
        mean, low, high = mean_interval(values)
        out[name] = mean.assign_attrs(limits=limits)
        out[f"{name}_unclear"] = (low <= 0) & (high >= 0)
    return xr.Dataset(out)


def regime_shares(regime, n_regimes=4):
    """Share of networks in each regime: (..., replicate) of indices -> (regime, ...)."""
    shares = [(regime == k).mean("replicate") for k in range(n_regimes)]
    return xr.concat(shares, dim="regime")


def crossing(data, along, level):
    """Where a rising curve first crosses a level, by linear interpolation in log `along`.

    Parameters
    ----------
    data : xarray.DataArray
        With the dimension `along`, whose values are positive and increasing.
    level : float

    Returns
    -------
    xarray.DataArray
        Without `along`; NaN where the curve never rises through the level.
    """
    x = np.log(data[along].values)
    return xr.apply_ufunc(
        lambda y: _first_crossing(x, y, level), data, input_core_dims=[[along]], vectorize=True
    )


def _first_crossing(x, y, level):
    above = np.flatnonzero((y[1:] > level) & (y[:-1] <= level))
    if not above.size:
        return np.nan
    i = above[0]
    return np.exp(x[i] + (level - y[i]) / (y[i + 1] - y[i]) * (x[i + 1] - x[i]))


def summary(dataset):
    """Mean and standard deviation over networks of every variable, one row per grid point.

    Returns
    -------
    pandas.DataFrame
        Indexed by the dimensions of the grid; columns NAME and NAME_sd.
    """
    data = dataset.drop_vars("regime", errors="ignore")
    mean = data.mean("replicate", skipna=False)
    sd = data.std("replicate", ddof=1, skipna=False) if data.sizes["replicate"] > 1 else mean * np.nan
    both = xr.merge([mean, sd.rename({name: f"{name}_sd" for name in data})])
    return both.to_dataframe()[[n for name in data for n in (name, f"{name}_sd")]]
