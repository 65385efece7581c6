"""Maps over balance and coupling, with the mean-field boundaries."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter
from scipy import ndimage

from ..dynamics import REGIMES
from ..parameters import TABLE, short
from .style import (
    INK,
    PLACE_COLORS,
    REGIME_COLORS,
    SCALES,
    SIGNED,
    UNSIGNED,
    WIDTH,
    boxed,
    edges,
    label,
    scale,
    title,
    undefined,
    white_edge,
)

if TYPE_CHECKING:
    import xarray as xr

    from ..theory import Boundaries


def measures(
    rows: "Mapping[str, xr.Dataset]", names: Sequence[str], boundaries: "Boundaries | None" = None
) -> Figure:
    """Measures over balance and coupling, one row of panels per dataset.

    Parameters
    ----------
    rows : dict of str to Dataset over (coupling, balance)
        Row title -> values; a boolean variable `NAME_unclear` marks cells to be struck out.
    names : sequence of str
        Measures, one column each.
    boundaries : theory.Boundaries, optional
        Drawn over every panel as thin dark lines with a white edge.
    """
    shape = (len(rows), len(names))
    size = (WIDTH, 1.62 * len(rows) + 1.0)
    fig, axes = plt.subplots(*shape, sharex=True, sharey=True, figsize=size, squeeze=False)
    for column, name in zip(axes.T, names):
        images = [map_panel(ax, data, name) for ax, data in zip(column, rows.values())]
        for ax in column:
            draw_boundaries(ax, boundaries)
        column[0].set_title(title(name))
        column[-1].set_xlabel(label("balance"))
        _map_bar(fig, images, column, next(iter(rows.values()))[name].attrs.get("text", ""))
    for ax, text in zip(axes[:, 0], rows):
        ax.set_ylabel(f"{text}\n{label('coupling')}")
    return fig


def regimes(share: "xr.DataArray", boundaries: "Boundaries | None" = None) -> Figure:
    """Most frequent regime over balance and coupling, pale where networks disagree.

    share: DataArray over (regime, coupling, balance), the share of networks in each regime.
    """
    fig, ax = plt.subplots(figsize=(4.8, 3.4))
    x, y = share.balance.values, share.coupling.values
    first, most = share.argmax("regime").values, share.max("regime").values
    rgb = to_rgba_array(list(REGIME_COLORS.values()))[:, :3][first]
    rgb = 1 - (1 - rgb) * ((most - 0.25) / 0.75)[..., None]
    ax.pcolormesh(edges(x, "balance"), edges(y, "coupling"), rgb, rasterized=True)
    _map_axes(ax, x, y)
    draw_boundaries(ax, boundaries)
    ax.set(xlabel=label("balance"), ylabel=label("coupling"), title="Dynamical regime")
    handles = [plt.Rectangle((0, 0), 1, 1, fc=REGIME_COLORS[r], ec="none") for r in REGIMES]
    fig.legend(handles, REGIMES, loc="outside lower center", ncols=4, columnspacing=1, handlelength=1.2)
    return fig


def agreement(share: "xr.DataArray", off: "xr.DataArray", boundaries: "Boundaries") -> Figure:
    """Share of networks in the mean-field regime in every cell; a dot marks cells at a boundary,
    which do not count.

    share, off: DataArrays over (coupling, balance); boundaries: theory.Boundaries.
    """
    fig, ax = plt.subplots(figsize=(4.8, 3.4))
    x, y = share.balance.values, share.coupling.values
    image = ax.pcolormesh(
        edges(x, "balance"),
        edges(y, "coupling"),
        share.values,
        cmap=UNSIGNED,
        vmin=0,
        vmax=1,
        rasterized=True,
    )
    i, j = np.nonzero(~off.values)
    ax.plot(x[j], y[i], "o", ms=2.2, mfc=INK, mec="white", mew=0.4, zorder=3)
    _map_axes(ax, x, y)
    draw_boundaries(ax, boundaries)
    ax.set(xlabel=label("balance"), ylabel=label("coupling"))
    bar = fig.colorbar(image, ax=ax, aspect=25, label="share of networks")
    bar.outline.set_linewidth(0.6)
    ax.set_title("Networks in the mean-field regime")
    return fig


def places(index: "xr.DataArray") -> Figure:
    """The place of every cell of a plane, a panel per drive.

    index: DataArray over (drive, coupling, balance), as from `places.places`.
    """
    fig, axes = plt.subplots(1, index.drive.size, sharex=True, sharey=True, figsize=(WIDTH, 2.3))
    colors = to_rgba_array(list(PLACE_COLORS.values()))
    for ax, drive in zip(axes, index.drive.values):
        ax.imshow(
            colors[index.sel(drive=drive).values], origin="lower", aspect="auto", interpolation="nearest"
        )
        ax.set_title(drive if drive == "free" else f"{drive} drive")
        ax.set_xticks(range(index.balance.size), [short(b) for b in index.balance.values], fontsize=6.5)
        ax.set_xlabel(label("balance"))
        boxed(ax)
    axes[0].set_yticks(range(index.coupling.size), [short(x, 2) for x in index.coupling.values])
    axes[0].set_ylabel(label("coupling"))
    handles = [plt.Rectangle((0, 0), 1, 1, fc=color, ec="none") for color in PLACE_COLORS.values()]
    fig.legend(
        handles, PLACE_COLORS, loc="outside lower center", ncols=5, columnspacing=1.2, handlelength=1.2
    )
    return fig


def map_panel(ax: Axes, data: "xr.Dataset", name: str) -> QuadMesh:
    """One measure over balance and coupling in given axes; the mesh, for a colour bar."""
    values = data[name]
    x, y = data.balance.values, data.coupling.values
    low, high = data[name].attrs.get("limits", TABLE[name].limits)
    cmap = SIGNED if low < 0 else UNSIGNED
    grid = edges(x, "balance"), edges(y, "coupling")
    image = ax.pcolormesh(
        *grid, np.ma.masked_invalid(values.values), cmap=cmap, vmin=low, vmax=high, rasterized=True
    )
    _map_axes(ax, x, y)
    undefined(ax)
    if f"{name}_unclear" in data:
        _strike_out(ax, *grid, data[f"{name}_unclear"].values)
    return image


def draw_boundaries(ax: Axes, boundaries: "Boundaries | None") -> None:
    """Mean-field boundaries over a map; None draws nothing."""
    if boundaries is None:
        return
    limits = ax.get_xlim(), ax.get_ylim()
    for b, x in boundaries.lines().values():
        ax.plot(b, x, color=INK, lw=0.9, path_effects=white_edge())
    ax.set(xlim=limits[0], ylim=limits[1])


def name_regimes(ax: Axes, index: "xr.DataArray") -> list[Text]:
    """Write each regime's name into the middle of its largest area of a map.

    index: DataArray over (coupling, balance), indices into `dynamics.REGIMES`. A regime whose largest area
    is less than a twentieth of the map is left unnamed.
    """
    how = dict(ha="center", va="center", fontsize=8, color=INK, path_effects=white_edge())
    names = []
    for i, name in enumerate(REGIMES):
        area = _largest_area(index.values == i)
        if area.mean() >= 1 / 20:
            row, column = _middle(area)
            names.append(ax.text(index.balance[column], index.coupling[row], name, **how))
    return names


def _largest_area(cells):
    """The cells of the largest connected area."""
    areas, n_areas = ndimage.label(cells)
    sizes = np.bincount(areas.ravel(), minlength=2)[1:]
    return (areas == 1 + sizes.argmax()) & bool(n_areas)


def _middle(area):
    """Row and column of the cell farthest from the edge of an area."""
    depth = ndimage.distance_transform_edt(np.pad(area, 1))[1:-1, 1:-1]
    return np.unravel_index(depth.argmax(), depth.shape)


def draw_edge(ax: Axes, exponent: "xr.DataArray") -> None:
    """The driven edge over a map, dashed: where the conditional exponent, over (coupling, balance),
    crosses 0.
    """
    limits = ax.get_xlim(), ax.get_ylim()
    lines = ax.contour(
        exponent.balance, exponent.coupling, exponent, levels=[0], colors=INK, linewidths=1.1, linestyles="--"
    )
    lines.set_path_effects(white_edge())
    ax.set(xlim=limits[0], ylim=limits[1])


def _map_axes(ax, x, y):
    scale(ax, "x", "balance", x)
    scale(ax, "y", "coupling", y)
    boxed(ax)


def _strike_out(ax, x, y, cells):
    """A short stroke in every marked cell."""
    to_u, from_u = SCALES["balance"]
    u, v = to_u(x), np.log(y)
    strokes = [
        [(from_u(u[j] + s * (u[j + 1] - u[j])), np.exp(v[i] + s * (v[i + 1] - v[i]))) for s in (0.3, 0.7)]
        for i, j in zip(*np.nonzero(cells))
    ]
    ax.add_collection(LineCollection(strokes, colors="0.45", linewidths=0.5), autolim=False)


def _map_bar(fig, images, axes, text=""):
    """One bar for images in one scale, with an arrow at each end beyond which a value lies."""
    bar = fig.colorbar(
        images[0],
        ax=axes,
        location="bottom",
        aspect=22,
        shrink=0.92,  # the numbers at the ends of two bars stay apart
        fraction=0.05,
        extend=beyond(images),
        format=FuncFormatter(lambda v, _: short(v)),
    )
    bar.set_label(text)
    bar.outline.set_linewidth(0.6)
    bar.ax.tick_params(length=2)


def beyond(images: Sequence[QuadMesh]) -> str:
    """At which ends values lie beyond the colours: what a colour bar calls `extend`."""
    norm, values = images[0].norm, np.ma.concatenate([image.get_array().ravel() for image in images])
    ends = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}
    return ends[bool(values.min() < norm.vmin), bool(values.max() > norm.vmax)]
