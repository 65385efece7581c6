"""Statistics with the network as the unit: paired effects, verdicts, and where a curve crosses a level."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike
from scipy.special import betaincinv, stdtrit

from ..parameters import number, refuse, short, shown
from .places import PLACES

RATE = 0.05  # false discovery rate over the cells of one claim
MARGIN = 0.02  # an interval inside +-MARGIN says that an effect is negligible
FEWEST = 12  # networks below which there is no verdict
VERDICTS = ("supported", "contradicted", "negligible", "inconclusive", "too few networks")


def paired_effect(dataset: xr.Dataset, knob: str, low: float = 0.0, high: float = 1.0) -> xr.Dataset:
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


def mean_interval(
    effect: xr.DataArray, confidence: float = 0.95
) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
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


def mean_effects(effect: xr.Dataset, limits: tuple[float, float] = (-1, 1), text: str = "") -> xr.Dataset:
    """Mean over networks of every variable, with `NAME_unclear` True where its interval includes 0.

    `limits` is what maps of the effects span, `text` what their colour bars say.
    """
    out = {}
    for name, values in effect.items():
        mean, low, high = mean_interval(values)
        out[name] = mean.assign_attrs(limits=limits, text=text)
        out[f"{name}_unclear"] = (low <= 0) & (high >= 0)
    return xr.Dataset(out)


def regime_shares(regime: xr.DataArray, n_regimes: int = 4) -> xr.DataArray:
    """Share of networks in each regime: (..., replicate) of indices -> (regime, ...)."""
    shares = [(regime == k).mean("replicate") for k in range(n_regimes)]
    return xr.concat(shares, dim="regime")


def pair_mean(dataset: xr.Dataset) -> xr.Dataset:
    """Mean over each network and its mirror, the unit of all studies of free runs.

    Parameters
    ----------
    dataset : xarray.Dataset
        With the dimension `mirror`, as from a sweep over mirror = [False, True]. Regimes, which are no
        numbers, are left out; a measure that is undefined in one of the two is undefined.

    Returns
    -------
    xarray.Dataset
        Without `mirror`. What holds in the mean by symmetry (at b = 0: A = C = 0) holds to the last bit or
        so.
    """
    return dataset.drop_vars("regime", errors="ignore").mean("mirror", skipna=False)


def by_place(
    effect: xr.DataArray, places: xr.DataArray, over: Sequence[str] = ("coupling", "balance")
) -> xr.DataArray:
    """One value per network and place: the mean of its effect over the cells of that place.

    Parameters
    ----------
    effect : xarray.DataArray
        With the dimensions `over` and any others. Cells where a network's effect is undefined are left out.
    places : xarray.DataArray
        Index into `places.PLACES` of each cell, as from `places.places`; over `over` and perhaps `drive`.

    Returns
    -------
    xarray.DataArray
        With the dimension `place` (names) in place of `over`; NaN where a place has no cell. The coordinate
        `n_cells` counts the cells.
    """
    inside = [places == k for k in range(len(PLACES))]
    means = [effect.where(cells).mean(over) for cells in inside]
    names = pd.Index(list(PLACES), name="place")
    return xr.concat(means, names).assign_coords(n_cells=xr.concat([c.sum(over) for c in inside], names))


def single_networks(dataset: xr.Dataset) -> xr.Dataset:
    """The networks of mirrored pairs one by one.

    It is for what is said of single networks, such as their regimes or their spread.

    Parameters
    ----------
    dataset : xarray.Dataset or xarray.DataArray
        With the dimensions `mirror` and `replicate`.

    Returns
    -------
    xarray.Dataset or xarray.DataArray
        Without `mirror`; `replicate` counts networks, first those that are no mirrors.
    """
    sides = [dataset.isel(mirror=k, drop=True) for k in range(dataset.sizes["mirror"])]
    both = xr.concat(sides, "replicate")
    return both.assign_coords(replicate=np.arange(both.sizes["replicate"]))


def share_interval(counts: ArrayLike, n: int, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a share that was seen in `counts` of n networks: exact, so never too narrow.

    Parameters
    ----------
    counts : array_like of int, 0 .. n
    n : int
        Networks, 1 or more.
    confidence : float
        Nominal coverage, 0 .. 1.

    Returns
    -------
    low, high : ndarray, of the shape of `counts`
        0 .. 1.

    Notes
    -----
    Source: Clopper and Pearson (1934).
    """
    counts, tail = np.asarray(counts), (1 - confidence) / 2
    low = betaincinv(np.maximum(counts, 1), n - counts + 1, tail)
    high = betaincinv(counts + 1, np.maximum(n - counts, 1), 1 - tail)
    return np.where(counts == 0, 0.0, low), np.where(counts == n, 1.0, high)


# ---------------------------------------------------------------- verdicts
def sign_flip_p(values: ArrayLike, seed: int = 0) -> np.ndarray:
    """Two-sided p of paired effects: how often random signs make a mean as large.

    Parameters
    ----------
    values : array_like, shape (cells, n), n >= 2
        One paired effect per network. All 2^n signs are tried up to n = 13, 9,999 random ones beyond.
    seed : int
        Of the random signs.

    Returns
    -------
    ndarray, shape (cells,)
        With n networks never below 2 / 2^n.
    """
    from scipy.stats import permutation_test  # half a second to import: only verdicts pay for it

    how = dict(permutation_type="samples", vectorized=True, n_resamples=9999, batch=500, axis=-1)
    values = np.asarray(values, dtype=float)
    return permutation_test((values,), np.mean, random_state=np.random.default_rng(seed), **how).pvalue


def cell_statistics(cells: Sequence[ArrayLike], rate: float = RATE, fewest: int = FEWEST) -> pd.DataFrame:
    """Effect, corrected interval, size and p of every cell of one claim.

    The sign-flip p of all cells with enough networks are adjusted together (Benjamini and Hochberg 1995).
    The intervals are Student's, at the level 1 - rate R/m, where R of m cells have an adjusted p of at most
    `rate`: over the cells that are reported as effects such intervals miss the truth at a rate of at most
    `rate` (Benjamini and Yekutieli 2005, false coverage rate). R = 0 counts as 1.

    Parameters
    ----------
    cells : sequence of array_like, each of shape (n_networks,)
        One paired effect per network; NaN: undefined in that network, which then does not count.
    rate : float
        False discovery rate.
    fewest : int
        Cells with fewer networks are not tested.

    Returns
    -------
    pandas.DataFrame
        One row per cell: n_networks, effect (the mean), low, high, dz (Cohen's: mean over standard deviation
        of the paired effects), p, p_adjusted, level (of the interval).
    """
    from scipy.stats import false_discovery_control

    cells = [np.asarray(v, dtype=float) for v in cells]
    cells = [v[np.isfinite(v)] for v in cells]
    p = _all_p(cells, fewest)
    adjusted, tested = np.full(p.size, np.nan), np.isfinite(p)
    if tested.any():
        adjusted[tested] = false_discovery_control(p[tested])
    level = 1 - rate * max(1, np.sum(adjusted <= rate)) / max(1, tested.sum())
    rows = [_one_cell(v, level) for v in cells]
    names = ["n_networks", "effect", "low", "high", "dz"]
    return pd.DataFrame(rows, columns=names).assign(p=p, p_adjusted=adjusted, level=level)


def _all_p(cells, fewest):
    """Sign-flip p of every cell, NaN with too few networks; cells of one size go together: it is faster."""
    sizes = np.array([v.size for v in cells])
    p = np.full(sizes.size, np.nan)
    for n in np.unique(sizes[sizes >= max(2, fewest)]):
        p[sizes == n] = sign_flip_p(np.stack([v for v in cells if v.size == n]))
    return p


def _one_cell(values, level):
    n = values.size
    mean = values.mean() if n else np.nan
    deviation = values.std(ddof=1) if n > 1 else np.nan
    half = stdtrit(max(n - 1, 1), (1 + level) / 2) * deviation / np.sqrt(max(n, 1))
    return n, mean, mean - half, mean + half, mean / deviation if deviation > 0 else np.nan


def verdicts(
    table: pd.DataFrame,
    direction: int,
    *,
    at_least: float | Sequence[float] = 0.0,
    rate: float = RATE,
    margin: float = MARGIN,
    fewest: int = FEWEST,
) -> list[str]:
    """One word per row of `cell_statistics`, by the first rule that matches.

    - "too few networks": fewer than `fewest`;
    - "negligible": the corrected interval lies inside +-`margin`;
    - the effect is at least `at_least` in size, its corrected interval excludes 0 and its adjusted p is at
      most `rate`: "supported" if its sign is `direction` or that is 0 (either), else "contradicted";
    - "inconclusive".

    Parameters
    ----------
    table : pandas.DataFrame
    direction : -1, 0 or +1
    at_least : float or sequence of float, one per row

    Returns
    -------
    list of str
    """
    if direction not in (-1, 0, 1):
        refuse([f"direction = {shown(direction)}: must be -1, 0 or +1"])
    enough = table.n_networks >= fewest
    beyond = (
        ((table.low > 0) | (table.high < 0)) & (table.p_adjusted <= rate) & (table.effect.abs() >= at_least)
    )
    agrees = (np.sign(table.effect) == direction) | (direction == 0)
    inside = (table.low >= -margin) & (table.high <= margin)
    rules = [~enough, inside, beyond & agrees, beyond]
    words = ["too few networks", "negligible", "supported", "contradicted"]
    return np.select(rules, words, "inconclusive").tolist()


# ---------------------------------------------------------------- curves
def crossing(data: xr.DataArray, along: str, level: float) -> xr.DataArray:
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


def summary(dataset: xr.Dataset) -> pd.DataFrame:
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


# ---------------------------------------------------------------- in words
def interval_text(effect: xr.DataArray) -> str:
    """A paired effect as text: mean over networks and 95 % interval, such as "+0.12 (+0.08 to +0.16)"."""
    mean, low, high = (float(value) for value in mean_interval(effect))
    if 0 < max(abs(low), abs(high)) < 0.005:  # two decimals would be zeros alone
        return "{} ({} to {})".format(*(number(value, 4, signed=True) for value in (mean, low, high)))
    middle = number(mean, signed=True) if low < 0 < high else _beside_zero(mean)
    return f"{middle} ({_beside_zero(low)} to {_beside_zero(high)})"


def _beside_zero(value):
    """A number; one near 0 with as many decimals as say on which side of 0 it lies."""
    digits = next((digits for digits in (2, 3, 4) if round(value, digits)), 2)
    return number(value, digits, signed=True)


def interval_rows(effects: Mapping[str, xr.DataArray], dim: str) -> list[list[str]]:
    """Rows of a table: a name, and the effect at each value of `dim` in words (`interval_text`).

    effects: name of a row -> effect over (dim, replicate).
    """
    return [
        [name, *(interval_text(effect.sel({dim: value})) for value in effect[dim].values)]
        for name, effect in effects.items()
    ]


def at_point(effect: xr.DataArray, coupling: float, balance: float = 0.0) -> xr.DataArray:
    """The cell of a plane next to a point; couplings are compared by ratio, balances by difference."""
    ratio = np.abs(np.log(effect.coupling.values / coupling))
    return effect.isel(coupling=int(ratio.argmin())).sel(balance=balance, method="nearest")


def change_table(effects: Mapping[str, xr.DataArray], points: Mapping[str, tuple[float, float]]) -> str:
    """Paired effects near some points of the plane, with their intervals, as a Markdown table.

    Parameters
    ----------
    effects : dict of str to xarray.DataArray
        Name of a row -> effect over (coupling, balance, replicate); all on one grid.
    points : dict of str to (float, float)
        Name of a column -> coupling x and balance b; the heads say which cell of the grid was taken.
    """
    grid = next(iter(effects.values()))
    cells = {name: at_point(grid, *point) for name, point in points.items()}
    heads = [
        f"{name}, x = {number(float(cell.coupling))}, b = {short(float(cell.balance))}"
        for name, cell in cells.items()
    ]
    rows = [
        [name, *(interval_text(at_point(effect, *p)) for p in points.values())]
        for name, effect in effects.items()
    ]
    return markdown_table(["", *heads], rows)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown from texts: one head, any number of rows of the same length."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows])
