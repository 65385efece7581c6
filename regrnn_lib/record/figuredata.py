"""The numbers that a matplotlib figure shows, read from the figure itself, as the text of a CSV file.

One row a value, in five columns:

- `panel`: the axes, counted from 1 in the order in which they were made (0: the figure itself);
- `series`: what was drawn (line, points, segments, fill, shape, image or text), counted within the panel,
  with its label where it has one; `limits` are the ends of the axes;
- `x`, `y`: the place, in the units of the axes;
- `value`: what is coded by colour (a colour itself as #rrggbb), or the words of a text.

Numbers have six significant digits; a number below 1e-10 of the largest in its series, or below 1e-10 at
all, is the noise of rounding and is written as 0 (`six_digits`). Of a series with more than `MOST` values
stands one row with their number and the SHA-256 of what would have been written. Points that no line
connects are sorted, since the order in which linear algebra finds them, such as eigenvalues, means nothing.
"""

import csv
import hashlib
import io
import math
from typing import TYPE_CHECKING

import numpy as np

from ..project import six_digits

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 1000  # the cells of every map here are fewer
COLUMNS = ("panel", "series", "x", "y", "value")
HIDDEN = "_"  # matplotlib's own labels begin with it
COLORBAR = "<colorbar>"


def figure_data(fig: "Figure") -> str:
    """The data of a figure as the text of a CSV file; see the head of this file for its columns."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(("0", *row) for row in _texts(fig.texts, fig.legends))
    for number, ax in enumerate(_all_axes(fig), 1):
        table.writerows((str(number), *row) for row in _panel(ax))
    return text.getvalue()


def _all_axes(fig):
    return [each for ax in fig.axes for each in (ax, *ax.child_axes)]


def _panel(ax):
    """Rows (series, x, y, value) of one axes; a colour bar shows nothing but its limits."""
    rows = _rows("limits", np.transpose([ax.get_xlim(), ax.get_ylim()]))
    if ax.get_label() != COLORBAR:
        for number, artist in enumerate(_artists(ax), 1):
            kind, points, values = _content(artist)
            name = " ".join(filter(None, [kind, str(number), _label(artist)]))
            rows += (_rows if len(points) <= MOST else _digest)(name, points, values)
    legend = [ax.get_legend()] if ax.get_legend() else []
    titles = [getattr(ax, name) for name in ("title", "_left_title", "_right_title")]
    return rows + _texts([*titles, ax.xaxis.label, ax.yaxis.label, *ax.texts], legend)


def _artists(ax):
    """What was drawn, in matplotlib's own order within each kind; nothing that is switched off."""
    return [a for a in (*ax.lines, *ax.collections, *ax.patches, *ax.images) if a.get_visible()]


def _label(artist):
    label = str(artist.get_label())
    return "" if label.startswith(HIDDEN) else label


def _content(artist):
    """Kind, points (n, 2) and values (n or None) of an artist."""
    from matplotlib.collections import LineCollection, PathCollection, QuadMesh
    from matplotlib.image import AxesImage
    from matplotlib.lines import Line2D

    if isinstance(artist, Line2D):
        points, line = np.asarray(artist.get_xydata(), float), artist.get_linestyle() != "None"
        return ("line", points, None) if line else ("points", _sorted(points), None)
    if isinstance(artist, AxesImage):
        return "image", *_image(artist)
    if isinstance(artist, QuadMesh):
        return "image", *_mesh(artist)
    if isinstance(artist, PathCollection):
        return "points", *_scatter(artist)
    if hasattr(artist, "get_paths"):
        kind = "segments" if isinstance(artist, LineCollection) else "fill"
        return kind, _vertices(artist.get_paths()), None
    return "shape", _vertices([artist.get_patch_transform().transform_path(artist.get_path())]), None


def _vertices(paths):
    return np.concatenate([path.vertices for path in paths]) if len(paths) else np.empty((0, 2))


def _sorted(points):
    """Points in order of x, then y, as they read with six digits."""
    scale = np.nanmax(np.abs(points), initial=0.0)
    x, y = ([float(six_digits(value, scale)) for value in column] for column in points.T.tolist())
    return points[np.lexsort((y, x))]


def _scatter(artist):
    points, values = np.asarray(artist.get_offsets(), float), artist.get_array()
    return (_sorted(points), None) if values is None else (points, values)


def _image(artist):
    values = artist.get_array()
    rows, columns = np.indices(values.shape[:2])
    return np.column_stack([columns.ravel(), rows.ravel()]), _flat(values)


def _mesh(artist):
    """The middles of the cells as one sees them, on logarithmic axes too, and their values."""
    corners, scale = artist.get_coordinates(), artist.axes.transScale
    shown = scale.transform(corners.reshape(-1, 2)).reshape(corners.shape)
    middles = (shown[:-1, :-1] + shown[1:, 1:]) / 2
    values = np.ma.asarray(artist.get_array())
    cells = values.reshape(*middles.shape[:2], *values.shape[2:])
    return scale.inverted().transform(middles.reshape(-1, 2)), _flat(cells)


def _flat(values):
    """Values in a row, colours as #rrggbb."""
    from matplotlib.colors import to_hex

    if values.ndim == 2:
        return np.ma.filled(np.ma.asarray(values, float), np.nan).ravel()
    share = values / 255 if values.dtype == np.uint8 else values
    return [to_hex(color) for color in np.ma.filled(share, 0).reshape(-1, values.shape[-1])]


def _rows(name, points, values=None):
    """Rows of one series, as text."""
    x, y = (_written(column) for column in np.asarray(np.ma.filled(points, np.nan), float).reshape(-1, 2).T)
    return list(zip([name] * len(x), x, y, [""] * len(x) if values is None else _written(values)))


def _written(column):
    """Numbers of one series as text, NaN as nothing; colours and words as they are."""
    if len(column) == 0 or isinstance(column[0], str):
        return list(column)
    scale = float(np.max(np.abs(column[np.isfinite(column)]), initial=0.0))
    return ["" if math.isnan(value) else six_digits(float(value), scale) for value in column]


def _digest(name, points, values):
    """One row in place of many: of what has values, those alone, since their places are a grid."""
    columns = np.asarray(points, float).T if values is None else [values]
    text = "\n".join(",".join(_written(column)) for column in columns)
    return [(name, "", "", f"{len(points)} values, sha256 {hashlib.sha256(text.encode()).hexdigest()}")]


def _texts(texts, legends):
    """The words on a figure: a place only where it was chosen, for its data."""
    written = [*texts, *(text for legend in legends for text in (legend.get_title(), *legend.get_texts()))]
    return [
        ("text", "", "", text.get_text())
        for text in written
        if text.get_visible() and text.get_text() not in ("", "None")
    ]
