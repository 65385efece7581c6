"""Vector pictures that stay light: dense layers as an image, coordinates with three decimals."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DENSE = 250  # marks or shapes of one artist from which on an SVG holds it as an image
LONG = 2500  # points of one line from which on


@contextmanager
def dense_as_image(fig: "Figure") -> Iterator[None]:
    """Within, an SVG holds what has very many marks or shapes as an image, which looks the same."""
    dense = [artist for ax in fig.axes for artist in (*ax.lines, *ax.collections) if _is_dense(artist)]
    changed = [artist for artist in dense if not artist.get_rasterized()]
    for artist in changed:
        artist.set_rasterized(True)
    try:
        yield
    finally:
        for artist in changed:
            artist.set_rasterized(False)


def _is_dense(artist):
    """Whether an artist draws very many marks or shapes, or a line of very many points."""
    if hasattr(artist, "get_xydata"):
        n, marked = len(artist.get_xydata()), artist.get_marker() not in ("None", None, "", " ")
        return n > (DENSE if marked else LONG)
    return max(len(artist.get_offsets()), len(artist.get_paths())) > DENSE


def three_decimals(svg: bytes) -> bytes:
    """The same SVG, its coordinates (in points, 1/72 inch) rounded to three decimals where they have more."""

    def rounded(match):
        return re.sub(rb"-?\d+\.\d{4,}", _short, match[0])

    return re.sub(rb' (?:d|x|y|points)="[^"]*"', rounded, svg)


def _short(number):
    text = b"%.3f" % float(number[0])
    return text.rstrip(b"0").rstrip(b".") if text != b"-0.000" else b"0"
