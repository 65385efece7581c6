"""One house style and one function per kind of figure. Drawing only: nothing is computed here but spreads.

Every function returns a matplotlib Figure. The same quantity has the same colours and limits everywhere;
unsigned quantities run over `lapaz`, signed ones over `vik` with 0 white (Crameri's colour-blind-safe maps).
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from cmcrameri import cm
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from .dynamics import REGIMES
from .sweep import QUANTITIES

WIDTH = 7.2  # inches: a printed page
MARKED = 25  # longer curves are drawn without markers
INK = "#1a1a2e"
LIMITS = {  # (low, high) of a quantity, wherever it is shown
    "fluctuation": (0, 1),
    "correlation": (-1, 1),
    "autocorrelation": (-1, 1),
    "nonlinearity": (-1, 1),
    "lyapunov": (-1, 1),
    "dimension": (0, 0.5),
}
MEASURES = tuple(LIMITS)
BRIGHT = ListedColormap(cm.vik(np.linspace(0.14, 0.86, 256)))  # without the dark ends, which look alike
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


def style():
    """Switch the house style on, for every figure that follows."""
    plt.rcdefaults()
    plt.rcParams.update(STYLE)
    _inline_png()


def label(name):
    """Axis label of a quantity: its name, then its symbol."""
    symbol, text = QUANTITIES[name]
    return f"{text} ${symbol}$" if symbol else text


def title(name):
    """The label with a capital, for the head of a panel."""
    text = label(name)
    return text[0].upper() + text[1:]


def spread(data):
    """Mean over networks and the band that holds 95 % of them; NaN where fewer than half are defined."""
    data = data.where(data.notnull().mean("replicate") >= 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of points where no network is defined
        low, high = data.quantile([0.025, 0.975], "replicate", skipna=True).values
    return data.mean("replicate").values, low, high


# ---------------------------------------------------------------- matrices and spectra
def matrices(weights, titles, labels=None):
    """Weight matrices side by side in one colour scale: red excites, blue inhibits.

    weights: list of (N, N); titles: one per matrix; labels: module of each neuron, drawn as thin lines.
    """
    fig, axes = plt.subplots(1, len(weights), figsize=(WIDTH, WIDTH / len(weights) + 1.15), squeeze=False)
    top = max(np.percentile(np.abs(W), 99) for W in weights)
    for ax, W, text in zip(axes[0], weights, titles):
        image = ax.imshow(W, cmap=BRIGHT, vmin=-top, vmax=top, interpolation="nearest")
        _module_lines(ax, labels)
        boxed(ax)
        ax.set(title=text, xticks=[], yticks=[], xlabel="sending neuron")
    axes[0, 0].set_ylabel("receiving neuron")
    _bar(fig, image, axes, "weight $W_{ij}$", extend="both")
    return fig


def wiring(W, orders, labels):
    """Signs of a sparse matrix as dots, in several orders of its neurons.

    W: (N, N); orders: dict of title -> permutation (N,); labels: community of each neuron in the last order, boxed.
    """
    fig, axes = plt.subplots(1, len(orders), figsize=(WIDTH * 0.8, WIDTH * 0.8 / len(orders) + 0.5), squeeze=False)
    for ax, (text, order) in zip(axes[0], orders.items()):
        sorted_ = W[np.ix_(order, order)]
        for sign, color, name in ((1, "#D55E00", "excitatory"), (-1, "#0072B2", "inhibitory")):
            i, j = np.nonzero(np.sign(sorted_) == sign)
            ax.plot(j, i, ".", ms=1.8, mew=0, color=color, label=name)
        boxed(ax)
        ax.set(title=text, xticks=[], yticks=[], xlabel="sending neuron", xlim=(0, len(W)), ylim=(len(W), 0), aspect="equal")
    for start, size in _runs(labels):
        axes[0, -1].add_patch(plt.Rectangle((start, start), size, size, fill=False, lw=0.7, ec=INK))
    axes[0, 0].set_ylabel("receiving neuron")
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, markerscale=4)
    return fig


def _runs(labels):
    """(start, length) of each run of equal labels."""
    cuts = np.flatnonzero(np.diff(labels)) + 1
    starts = np.concatenate([[0], cuts])
    return zip(starts, np.diff(np.concatenate([starts, [len(labels)]])))


def spectra(eigenvalues, shapes, titles, width=WIDTH):
    """Eigenvalues in the complex plane (dots) with the predicted outline and outliers (rings).

    eigenvalues: list of (n,) complex; shapes: list of `theory.Spectrum` or None.
    """
    reach = _reach(eigenvalues, shapes)
    height = np.ptp(reach[1]) / np.ptp(reach[0]) * (width - 0.9) / len(titles) + 0.65
    fig, axes = plt.subplots(1, len(titles), figsize=(width, height), squeeze=False)
    for ax, values, shape, text in zip(axes[0], eigenvalues, shapes, titles):
        ax.plot(values.real, values.imag, ".", ms=2.6, mew=0, color="#0072B2", alpha=0.8, zorder=3)
        if shape is not None:
            _outline(ax, shape)
        ax.set(title=text, xlabel=r"Re $\Lambda$", xlim=reach[0], ylim=reach[1], aspect="equal")
        ax.axhline(0, lw=0.4, color="0.8", zorder=0)
        ax.axvline(0, lw=0.4, color="0.8", zorder=0)
    axes[0, 0].set_ylabel(r"Im $\Lambda$")
    for ax in axes[0, 1:]:
        ax.set_yticklabels([])
    return fig


def index_recovered(levels, measured, name):
    """Measured index of a matrix against the knob it was drawn with, (levels, networks), and the diagonal."""
    fig, ax = plt.subplots(figsize=(3.4, 2.9))
    ax.plot([0, 1], [0, 1], color=INK, lw=0.8)
    low, high = np.nanquantile(measured, [0.025, 0.975], axis=1)
    ax.fill_between(levels, low, high, color="#0072B2", alpha=0.2, lw=0)
    ax.plot(levels, np.nanmean(measured, axis=1), "o", ms=4, color="#0072B2")
    symbol = QUANTITIES[name].symbol
    ax.set(xlabel=f"knob ${symbol}$", ylabel=f"measured index $\\hat{{{symbol}}}$", title=title(name))
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.05, 1.05))
    return fig


# ---------------------------------------------------------------- activity
def rasters(runs, titles, n_shown=60, n_neurons=None):
    """Activity of several networks: one row each, the first neurons over time; runs: list of (T, N)."""
    fig, axes = plt.subplots(len(runs), 1, sharex=True, figsize=(WIDTH, 0.95 * len(runs) + 0.8), squeeze=False)
    for ax, Y, text in zip(axes[:, 0], runs, titles):
        image = raster(ax, Y[:n_shown, :n_neurons])
        ax.set(title=text, ylabel="neuron")
    axes[-1, 0].set_xlabel("time $t$ (steps)")
    _bar(fig, image, axes, "state $y$")
    return fig


def raster(ax, states, **placed):
    """States (T, N) as an image in given axes, a row per neuron, time to the right; the image, for a colour bar."""
    image = ax.imshow(states.T, aspect="auto", cmap=BRIGHT, vmin=-1, vmax=1, interpolation="nearest", **placed)
    boxed(ax)
    ax.set_yticks([])
    return image


def traces(runs, titles, n_neurons=4, n_shown=40):
    """A few neurons of each network as curves over time; runs: list of (T, N)."""
    fig, axes = plt.subplots(1, len(runs), sharey=True, figsize=(WIDTH, 1.9), squeeze=False)
    colors = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
    for ax, Y, text in zip(axes[0], runs, titles):
        for n in range(n_neurons):
            ax.plot(Y[:n_shown, n], color=colors[n % len(colors)], lw=1)
        ax.set(title=text, xlabel="time $t$", ylim=(-1.05, 1.05))
    axes[0, 0].set_ylabel("state $y_n$")
    return fig


# ---------------------------------------------------------------- curves
def curves(dataset, along, by, names=MEASURES, theory=None, marks=()):
    """Measures along one dimension, one line per value of another, with the spread over networks.

    Parameters
    ----------
    dataset : xarray.Dataset
        With the dimensions `along`, `by` and `replicate` alone.
    theory : dict of str to (n,) or (k, n) array, optional
        Name of a measure -> one or k predictions at the values of `along`, drawn as dashed lines.
    marks : sequence of (x, text), optional
        Vertical lines, labelled in the first panel.
    """
    rows = -(-len(names) // 3)
    fig, axes = plt.subplots(rows, 3, sharex=True, figsize=(WIDTH, 1.75 * rows + 0.6), squeeze=False)
    x = dataset[along].values
    for ax, name in zip(axes.flat, names):
        for value, color, marker in series(dataset[by].values):
            line(ax, x, dataset[name].sel({by: value}), color, marker)
        _theory_line(ax, x, (theory or {}).get(name))
        _marks(ax, marks, ax is axes.flat[0])
        ax.set_title(title(name))
        _limit(ax, name, dataset[name])
        scale(ax, "x", along, x)
    for ax in axes[-1]:
        ax.set_xlabel(label(along))
    _curve_legend(fig, dataset[by], theory is not None, len(x) < MARKED)
    return fig


def theory_against_simulation(x, simulated, predicted, names):
    """Measures over the coupling for several N: simulated points with spread, side by side, on the mean-field line.

    simulated: dict of N -> Dataset over coupling and replicate; predicted: (fine x, dict of name -> values).
    """
    fig, axes = plt.subplots(1, len(names), figsize=(WIDTH, 2.6), squeeze=False)
    shown = list(zip(simulated.items(), series(list(simulated)), 1.04 ** (np.arange(len(simulated)) - 1.5)))
    for ax, name in zip(axes[0], names):
        ax.plot(predicted[0], predicted[1][name], color=INK, lw=1, zorder=5, label="mean field")
        for (n, data), (_, color, marker), apart in shown:
            line(ax, x * apart, data[name], color, marker, text=f"$N$ = {n}", style="none")
        ax.set(title=title(name), xlabel=label("coupling"))
        _limit(ax, name, None)
        scale(ax, "x", "coupling", x)
    fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return fig


def onset(levels, onsets, crossings, predicted):
    """Early saturation: coupling at which activity sets in and NL crosses 0, against reciprocity.

    levels (n,); onsets, crossings: (n, networks); predicted: (fine r, fine x).
    """
    fig, ax = plt.subplots(figsize=(4.6, 3.0))
    ax.plot(*predicted, color=INK, lw=1, label=r"predicted onset $1/(1+r)$")
    found = ((onsets, "#0072B2", "o", r"onset, $\mathcal{N} = -0.9$"),)
    found += ((crossings, "#D55E00", "s", r"saturation, $\mathcal{N} = 0$"),)
    for values, color, marker, text in found:
        low, high = np.nanquantile(values, [0.025, 0.975], axis=1)
        ax.fill_between(levels, low, high, color=color, alpha=0.2, lw=0)
        ax.plot(levels, np.nanmean(values, axis=1), marker=marker, ms=4, color=color, label=text)
    ax.set(xlabel=label("reciprocity"), ylabel=label("coupling"), ylim=(0, None))
    ax.set_title("Reciprocity wakes and saturates the network earlier")
    fig.legend(loc="outside lower center", ncols=3, columnspacing=1)
    return fig


# ---------------------------------------------------------------- maps
def maps(rows, names, boundaries=None):
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
    for i, (text, data) in enumerate(rows.items()):
        for j, name in enumerate(names):
            image = map_panel(axes[i, j], data, name)
            draw_boundaries(axes[i, j], boundaries)
            if i == len(rows) - 1:
                axes[i, j].set_xlabel(label("balance"))
                _map_bar(fig, image, axes[:, j], name, data[name].attrs.get("text", ""))
        axes[i, 0].set_ylabel(f"{text}\n{label('coupling')}")
    for ax, name in zip(axes[0], names):
        ax.set_title(title(name))
    return fig


def regime_map(share, boundaries=None):
    """Most frequent regime over balance and coupling, pale where networks disagree.

    share: DataArray over (regime, coupling, balance), the share of networks in each regime.
    """
    fig, ax = plt.subplots(figsize=(4.8, 3.4))
    x, y = share.balance.values, share.coupling.values
    first, most = share.argmax("regime").values, share.max("regime").values
    rgb = np.array([_REGIME_COLORS[REGIMES[k]] for k in range(4)])[first]
    rgb = 1 - (1 - rgb) * ((most - 0.25) / 0.75)[..., None]
    ax.pcolormesh(edges(x, "balance"), edges(y, "coupling"), rgb, rasterized=True)
    _map_axes(ax, x, y)
    draw_boundaries(ax, boundaries)
    ax.set(xlabel=label("balance"), ylabel=label("coupling"), title="Dynamical regime")
    handles = [plt.Rectangle((0, 0), 1, 1, fc=_REGIME_COLORS[r], ec="none") for r in REGIMES]
    fig.legend(handles, REGIMES, loc="outside lower center", ncols=4, columnspacing=1, handlelength=1.2)
    return fig


def edges(centers, name):
    """Cell edges half-way between grid values, on the scale on which the grid is drawn."""
    to, back = SCALES.get(name, (lambda v: v, lambda v: v))
    u = to(np.asarray(centers, dtype=float))
    middle = (u[1:] + u[:-1]) / 2
    return back(np.concatenate([[2 * u[0] - middle[0]], middle, [2 * u[-1] - middle[-1]]]))


def _root(b):
    return np.sign(b) * np.sqrt(np.abs(b))


def _square(u):
    return np.sign(u) * u**2


SCALES = {"coupling": (np.log, np.exp), "balance": (_root, _square)}
_REGIME_COLORS = {
    "quiescent": np.array([0.80, 0.80, 0.84]),
    "chaotic": np.array([0.84, 0.37, 0.00]),
    "fixed point": np.array([0.00, 0.45, 0.70]),
    "oscillatory": np.array([0.00, 0.62, 0.45]),
}


# ---------------------------------------------------------------- parts of figures
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


def series(values):
    """(value, colour, marker) along a dark-to-light sequential map, readable without colour."""
    colors = cm.batlow(np.linspace(0.05, 0.7, len(values)))  # its pale end does not stand out from paper
    return zip(values, colors, "osD^v<>ph*" * (len(values) // 10 + 1))


def line(ax, x, data, color, marker, text=None, style="-"):
    mean, low, high = spread(data)
    if style == "-":
        ax.fill_between(x, low, high, color=color, alpha=0.18, lw=0)
    else:
        ax.vlines(x, low, high, color=color, lw=0.8)
    ax.plot(x, mean, color=color, marker=marker, ms=3 if len(x) < MARKED else 0, ls=style, label=text)


def _theory_line(ax, x, values):
    for line in [] if values is None else np.atleast_2d(values):
        ax.plot(x, line, color=INK, lw=0.9, ls=(0, (4, 1.5)), zorder=6)


def _marks(ax, marks, named):
    for x, text in marks:
        ax.axvline(x, color="0.6", lw=0.7, zorder=0)
        if named:
            ax.annotate(text, (x, 1), xycoords=("data", "axes fraction"), xytext=(1, -1), rotation=90,
                        textcoords="offset points", va="top", ha="left", fontsize=6.5, color="0.35")


def _curve_legend(fig, by, with_theory, marked):
    handles = [
        plt.Line2D([], [], color=c, marker=m if marked else "", ms=4, label=f"${QUANTITIES[by.name].symbol}$ = {v:.3g}")
        for v, c, m in series(by.values)
    ]
    if with_theory:
        handles.append(plt.Line2D([], [], color=INK, lw=0.9, ls=(0, (4, 1.5)), label="mean field"))
    fig.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.2)


def _limit(ax, name, data):
    low, high = LIMITS[name]
    if name == "lyapunov" and data is not None:
        low, high = -1.5, max(0.3, 1.1 * float(data.max()))
        ax.axhline(0, color="0.6", lw=0.6, zorder=0)
    pad = 0.04 * (high - low)
    ax.set_ylim(low - pad, high + pad)


def scale(ax, direction, name, values):
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
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}".replace("-", "\N{MINUS SIGN}")))


def _map_axes(ax, x, y):
    scale(ax, "x", "balance", x)
    scale(ax, "y", "coupling", y)
    boxed(ax)


def map_panel(ax, data, name):
    """One measure over balance and coupling in given axes; the mesh, for a colour bar."""
    values = data[name]
    x, y = data.balance.values, data.coupling.values
    low, high = data[name].attrs.get("limits", LIMITS.get(name))
    cmap = cm.vik if low < 0 else cm.lapaz
    grid = edges(x, "balance"), edges(y, "coupling")
    image = ax.pcolormesh(
        *grid, np.ma.masked_invalid(values.values), cmap=cmap, vmin=low, vmax=high, rasterized=True
    )
    _map_axes(ax, x, y)
    if f"{name}_unclear" in data:
        _strike_out(ax, *grid, data[f"{name}_unclear"].values)
    return image


def _strike_out(ax, x, y, cells):
    """A short stroke in every marked cell."""
    to_u, from_u = SCALES["balance"]
    u, v = to_u(x), np.log(y)
    strokes = [
        [(from_u(u[j] + s * (u[j + 1] - u[j])), np.exp(v[i] + s * (v[i + 1] - v[i]))) for s in (0.3, 0.7)]
        for i, j in zip(*np.nonzero(cells))
    ]
    ax.add_collection(LineCollection(strokes, colors="0.45", linewidths=0.5), autolim=False)


def draw_boundaries(ax, boundaries):
    """Mean-field boundaries over a map; None draws nothing."""
    if boundaries is None:
        return
    effects = [Stroke(linewidth=2.4, foreground="white"), Normal()]
    limits = ax.get_xlim(), ax.get_ylim()
    for b, x in boundaries.lines().values():
        ax.plot(b, x, color=INK, lw=0.9, path_effects=effects)
    ax.set(xlim=limits[0], ylim=limits[1])


def _map_bar(fig, image, axes, name, text=""):
    extend = "neither" if name in LIMITS and name != "lyapunov" else "both"
    extend = "max" if image.norm.vmin == 0 and extend == "both" else extend
    bar = fig.colorbar(image, ax=axes, location="bottom", aspect=22, fraction=0.05, extend=extend)
    bar.set_label(text)
    bar.outline.set_linewidth(0.6)
    bar.ax.tick_params(length=2)


def _bar(fig, image, axes, text, extend="neither"):
    bar = fig.colorbar(image, ax=axes, location="bottom", shrink=0.35, aspect=30, extend=extend)
    bar.set_label(text)
    bar.outline.set_linewidth(0.6)


def boxed(ax):
    ax.spines[:].set_visible(True)
    ax.spines[:].set_linewidth(0.6)


def _module_lines(ax, labels):
    if labels is not None:
        for at in np.flatnonzero(np.diff(labels)) + 0.5:
            ax.axhline(at, color="k", lw=0.4)
            ax.axvline(at, color="k", lw=0.4)


def _reach(eigenvalues, shapes):
    """Limits of both axes that hold all eigenvalues and outlines."""
    edges_ = [np.array(s.outline()) for s in shapes if s is not None]
    real = np.concatenate([e.real for e in eigenvalues] + [e[0] for e in edges_])
    imaginary = np.concatenate([e.imag for e in eigenvalues] + [e[1] for e in edges_])
    pad = 0.08 * np.ptp(real)
    top = np.abs(imaginary).max() + pad
    return (real.min() - pad, real.max() + pad), (-top, top)


def _outline(ax, shape):
    ax.plot(*shape.outline(), color=INK, lw=1)
    outliers = np.atleast_1d(shape.outliers)
    ax.plot(outliers.real, outliers.imag, "o", ms=8, mfc="none", mec="#D55E00", mew=1.2)
