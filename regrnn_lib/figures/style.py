"""The house style: one meaning a colour, one way to write a quantity, the parts that figures share.

Signed quantities (weights, states, effects) run over `vik`, blue below 0, white at 0, orange above; unsigned
ones over `lapaz` without its nearly white end (Crameri's colour-blind-safe maps). What is undefined is grey
and hatched. Tasks have the colours of Okabe and Ito with a marker each;
regimes and drives have hues of their own; theory is a dark line.
"""

from collections.abc import Iterator, Sequence

import matplotlib.pyplot as plt
import numpy as np
from cmcrameri import cm
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patheffects import AbstractPathEffect, Normal, Stroke
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import ArrayLike

from ..parameters import TABLE, short
from ..tasks import TASKS

WIDTH = 7.2  # inches: a printed page
MARKED = 25  # longer curves are drawn without markers
INK, DOT = "#1a1a2e", "#5c5c7a"  # text and theory; eigenvalues and other marks without a role
UNDEFINED = dict(facecolor="0.93", edgecolor="0.8", hatch="/////", linewidth=0)
SIGNED, UNSIGNED = cm.vik, ListedColormap(cm.lapaz(np.linspace(0, 0.8, 256)))
BRIGHT = ListedColormap(cm.vik(np.linspace(0.14, 0.86, 256)))  # without the dark ends, which look alike
BLUE, ORANGE, GREEN, PINK, YELLOW, SKY = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
)  # Okabe and Ito
# Okabe-Ito colours with a marker each, so that tasks are told apart without colour
OTHER_STYLE = [(BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (PINK, "D"), (YELLOW, "v"), (SKY, "P"), (INK, "X")]
TASK_STYLE = dict(zip(TASKS, OTHER_STYLE))
REGIME_COLORS = {
    "quiescent": "#d4d4dc",
    "chaotic": "#8e4585",
    "fixed point": "#2a9d8f",
    "oscillatory": "#d1a730",
}
PLACE_COLORS = {
    "calm": "#d4d4dc",
    "tamed": "#cfa9cb",
    "chaotic": "#8e4585",
    "held": "#2a9d8f",
    "flipping": "#d1a730",
}  # those of the regimes that they lead to
DASHED = (0, (4, 1.5))  # of theory among curves
DRIVE_COLORS = ("#9b88d3", "#6a49ad", "#3f1f78", INK)  # the stronger the darker
CARRIED, RESET = INK, "#a07c2c"
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "figure.constrained_layout.use": True,
    "mathtext.fontset": "dejavusans",
    "svg.hashsalt": "regrnn",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}


def use() -> None:
    """Switch the house style on, for every figure that follows."""
    plt.rcdefaults()
    plt.rcParams.update(STYLE)
    _inline_png()


def label(name: str) -> str:
    """Axis label of a quantity: its name, then its symbol."""
    return TABLE[name].axis


def title(name: str) -> str:
    """The label with a capital, for the head of a panel."""
    text = label(name)
    return text[0].upper() + text[1:]


def undefined(ax: Axes) -> None:
    """Let what an image or a map leaves out look undefined."""
    ax.patch.set(**UNDEFINED)


def boxed(ax: Axes) -> None:
    ax.spines[:].set_visible(True)
    ax.spines[:].set_linewidth(0.6)


def white_edge() -> list[AbstractPathEffect]:
    """What keeps lines and words readable over a map."""
    return [Stroke(linewidth=2.5, foreground="white"), Normal()]


def series(values: Sequence | np.ndarray) -> Iterator[tuple]:
    """(value, colour, marker) along a dark-to-light sequential map, readable without colour."""
    colors = cm.batlow(np.linspace(0.05, 0.7, len(values)))  # its pale end does not stand out from paper
    return zip(values, colors, "osD^v<>ph*" * (len(values) // 10 + 1))


def _root(b):
    return np.sign(b) * np.sqrt(np.abs(b))


def _square(u):
    return np.sign(u) * u**2


SCALES = {"coupling": (np.log, np.exp), "balance": (_root, _square)}


def edges(centers: ArrayLike, name: str) -> np.ndarray:
    """Cell edges half-way between grid values, on the scale on which the grid is drawn."""
    to, back = SCALES.get(name, (lambda v: v, lambda v: v))
    u = to(np.asarray(centers, dtype=float))
    middle = (u[1:] + u[:-1]) / 2
    return back(np.concatenate([[2 * u[0] - middle[0]], middle, [2 * u[-1] - middle[-1]]]))


def scale(ax: Axes, direction: str, name: str, values: Sequence[float] | np.ndarray) -> None:
    axis, set_scale = getattr(ax, f"{direction}axis"), getattr(ax, f"set_{direction}scale")
    if name == "coupling":
        set_scale("log")
        ticks = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
        _ticks(axis, [t for t in ticks if values[0] * 0.99 <= t <= values[-1] * 1.01])
    elif name == "balance":
        set_scale("function", functions=SCALES["balance"])
        _ticks(axis, [-1, -0.25, 0, 0.25, 1])


def _ticks(axis, ticks):
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda v, _: short(v)))


def bar(fig: Figure, image: ScalarMappable, axes: np.ndarray, text: str, extend: str = "neither") -> None:
    scale_ = fig.colorbar(image, ax=axes, location="bottom", shrink=0.35, aspect=30, extend=extend)
    scale_.set_label(text)
    scale_.outline.set_linewidth(0.6)


def _inline_png():
    """Let notebooks embed figures at their own size, without a stamp of the software."""
    try:
        shell = get_ipython()  # noqa: F821  defined in notebooks only
    except NameError:
        return
    shell.run_line_magic("matplotlib", "inline")
    shell.run_line_magic(
        "config", "InlineBackend.print_figure_kwargs = {'bbox_inches': None, 'metadata': {'Software': None}}"
    )
    plt.rcParams.update(STYLE)
