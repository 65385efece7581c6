"""Figures of the claims ledger, in the house style: verdicts, effects, controls, sensitivity."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from ..experiments.places import PLACES
from ..experiments.statistics import mean_interval
from ..experiments.verdicts import MARKS, signed
from ..parameters import TABLE, short
from ..regularities import KNOBS
from ..tasks import TASKS
from .style import INK, OTHER_STYLE, SIGNED, TASK_STYLE, UNDEFINED, WIDTH, boxed, label, title

SHORT = {
    "sequence_generation": "gen.",
    "sequence_memory": "memory",
    "pattern_classification": "class.",
    "narma": "NARMA",
    "digits": "digits",
}
STEP = 0.2  # the colours of a ledger end at a multiple of this


# ---------------------------------------------------------------- the reading
def reading(change: xr.DataArray, claims: Mapping[str, str], marked: Mapping[str, float]) -> Figure:
    """Change of accuracy against a knob: a panel per knob, a line per task,
    the level that a claim is read at marked.

    Parameters
    ----------
    change : xarray.DataArray
        Paired change over (task, knob, level, replicate).
    claims : dict of str to str
        Knob -> what is claimed, for the heads.
    marked : dict of str to float
        Knob -> level.
    """
    fig, axes = plt.subplots(1, len(claims), sharey=True, figsize=(WIDTH, 2.9))
    for ax, (knob, text) in zip(axes, claims.items()):
        ax.axvspan(marked[knob] - 0.06, marked[knob] + 0.06, color="0.93", zorder=-1)
        _task_lines(ax, change.sel(knob=knob))
        ax.set_title(f"{title(knob)}\n{text}", linespacing=1.4)
        ax.set_xlabel(f"knob ${TABLE[knob].symbol}$")
    axes[0].set_ylabel("change of accuracy")
    _task_legend(fig, change.task.values)
    return fig


def _task_lines(ax, change):
    tasks = change.task.values
    for task, apart in zip(tasks, 0.016 * (np.arange(len(tasks)) - (len(tasks) - 1) / 2)):
        color, marker = TASK_STYLE.get(task, OTHER_STYLE[-1])
        mean, low, high = (v.values for v in mean_interval(change.sel(task=task)))
        at = change.level.values + apart
        ax.vlines(at, low, high, color=color, lw=1)
        ax.plot(at, mean, color=color, marker=marker, ms=3.2, lw=1.1)
    ax.axhline(0, color=INK, lw=0.8, zorder=0)
    ax.set(xlim=(-0.07, 1.07), xticks=[0, 0.25, 0.5, 0.75, 1], xticklabels=["0", "¼", "½", "¾", "1"])


def _task_legend(fig, tasks):
    styles = [TASK_STYLE.get(task, OTHER_STYLE[-1]) for task in tasks]
    texts = [TASKS[task].label if task in TASKS else task for task in tasks]
    handles = [plt.Line2D([], [], color=c, marker=m, ms=4, label=text) for (c, m), text in zip(styles, texts)]
    fig.legend(
        handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.2, handletextpad=0.5
    )


# ---------------------------------------------------------------- the ledger
def ledger(table: pd.DataFrame, columns: Mapping[tuple[str, float], str]) -> Figure:
    """Verdicts at a glance: a column per claim and level, a row per drive, places against tasks; colour,
    mark, number.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `claims.judge`; rows with a task.
    columns : dict of (str, float) to str
        Id of a claim and level of its knob -> head.
    """
    rows = table.reset_index().query("task != ''")
    drives, tasks = list(dict.fromkeys(rows.drive)), [task for task in TASKS if (rows.task == task).any()]
    places = [name for name in PLACES if (rows.place == name).any()]
    size, top = (WIDTH, (0.36 * len(places) + 0.25) * len(drives) + 1.65), _scale_of(rows)
    fig, axes = plt.subplots(len(drives), len(columns), sharex=True, sharey=True, figsize=size, squeeze=False)
    for line, drive in zip(axes, drives):
        for ax, (claim, level) in zip(line, columns):
            some = rows[(rows.claim == claim) & (rows.level == level) & (rows.drive == drive)]
            _verdict_grid(ax, some, "place", places, "task", tasks, top)
        line[0].set_ylabel(f"{drive} drive")
    for ax, text in zip(axes[0], columns.values()):
        ax.set_title(text, fontsize=7.4, linespacing=1.3)
    for ax in axes[-1]:
        slanted = dict(fontsize=7, rotation=40, ha="right", rotation_mode="anchor")
        ax.set_xticks(range(len(tasks)), [SHORT.get(task, task) for task in tasks], **slanted)
    _verdict_legend(fig, axes, rows, top, "change of accuracy")
    return fig


def dynamics_ledger(table: pd.DataFrame, claim: str) -> Figure:
    """Verdicts of a claim on the free dynamics: a panel per knob, places against measures; see `ledger`."""
    rows = table.reset_index().query("claim == @claim")
    knobs = [knob for knob in KNOBS if (rows.knob == knob).any()]
    measures = list(dict.fromkeys(rows.measure))
    places = [name for name in PLACES if (rows.place == name).any()]
    top = _scale_of(rows)
    fig, axes = plt.subplots(
        1, len(knobs), sharey=True, figsize=(WIDTH, 0.42 * len(places) + 1.5), squeeze=False
    )
    for ax, knob in zip(axes[0], knobs):
        _verdict_grid(ax, rows[rows.knob == knob], "place", places, "measure", measures, top)
        ax.set_title(f"{title(knob)}: 0 to 1")
        ax.set_xticks(
            range(len(measures)),
            [label(name).replace(" ", "\n", 1) for name in measures],
            fontsize=7,
            linespacing=1,
        )
    _verdict_legend(fig, axes, rows, top, "change, knob 0 to 1")
    return fig


def _verdict_grid(ax, rows, down, names_down, along, names_along, top):
    """Cells coloured by their effect, on a scale of +-top; the mark alone is the verdict,
    paler where the effect is small.
    """
    for row in rows.itertuples():
        y, x = names_down.index(getattr(row, down)), names_along.index(getattr(row, along))
        face = dict(fc=SIGNED(0.5 + 0.5 * row.effect / top), ec="white", lw=1.5)
        ink = "white" if abs(row.effect) > 0.55 * top else INK
        ax.add_patch(plt.Rectangle((x - 0.5, y - 0.5), 1, 1, **(face if row.n_networks else UNDEFINED)))
        strength = np.clip(0.35 + abs(row.effect) / (0.3 * top), 0, 1) if row.n_networks else 0.35
        ax.text(
            x, y - 0.17, MARKS[row.verdict], ha="center", va="center", fontsize=8.5, color=ink, alpha=strength
        )
        text = signed(row.effect) if row.n_networks else "none"
        ax.text(x, y + 0.22, text, ha="center", va="center", fontsize=6.6, color=ink)
    ax.set(
        xlim=(-0.5, len(names_along) - 0.5), ylim=(len(names_down) - 0.5, -0.5), yticks=range(len(names_down))
    )
    ax.set_yticklabels(names_down)
    ax.tick_params(length=0)
    boxed(ax)


def _scale_of(rows):
    """Where the colours end: a multiple of STEP that holds all effects."""
    return STEP * max(1, np.ceil(np.nanmax(np.abs(rows.effect)) / STEP - 1e-9))


def _verdict_legend(fig, axes, rows, top, text):
    """The colour scale of the effects, and below it what the marks mean."""
    colors = ScalarMappable(Normalize(-top, top), SIGNED)
    bar = fig.colorbar(colors, ax=axes, location="bottom", aspect=50, shrink=0.6, pad=0.02, label=text)
    bar.outline.set_linewidth(0.6)
    words = [word for word in MARKS if (rows.verdict == word).any()]
    fig.supxlabel("     ".join(f"{MARKS[word]} {word}" for word in words), fontsize=8.5)


# ---------------------------------------------------------------- controls and sensitivity
def paired_panels(
    effects: Mapping[tuple[str, str], xr.DataArray],
    rows: xr.DataArray,
    columns: Sequence[str],
    axis: str = "change of accuracy",
) -> Figure:
    """Paired effects with 95 % intervals: panels by row and column,
    in each a line per variant and a dot per task.

    Parameters
    ----------
    effects : dict of (column, variant) to xarray.DataArray
        Over (task, ROW, replicate) with ROW the dimension that `rows` name. A variant that a column lacks
        stays empty.
    rows : xarray.DataArray
        Values of that dimension, one row of panels each.
    columns : sequence of str
        Columns, with titles by `style.title`.
    """
    variants = list(dict.fromkeys(variant for _, variant in effects))
    size = (WIDTH, (0.3 * len(variants) + 0.25) * rows.size + 0.85)
    fig, axes = plt.subplots(rows.size, len(columns), sharex=True, sharey=True, figsize=size, squeeze=False)
    for line, value in zip(axes, rows.values):
        for ax, name in zip(line, columns):
            _dots(ax, [effects.get((name, v)) for v in variants], {rows.name: value})
        line[0].set_ylabel(
            f"${TABLE[rows.name].symbol}$ = {short(value, 2)}" if rows.name in TABLE else value
        )
    axes[0, 0].set(ylim=(len(variants) - 0.45, -0.55), yticks=range(len(variants)), yticklabels=variants)
    for ax, name in zip(axes[0], columns):
        ax.set_title(title(name))
    for ax in axes[-1]:
        ax.set_xlabel(axis)
    fig.align_ylabels(axes[:, 0])
    _task_legend(fig, next(iter(effects.values())).task.values)
    return fig


def _dots(ax, each, at):
    """Variants from top to bottom, tasks as dots with intervals slightly apart."""
    there = {y: values.sel(at) for y, values in enumerate(each) if values is not None}
    for y in range(1, len(each)):
        ax.axhline(y - 0.5, color="0.88", lw=0.6, zorder=0)
    for y in (y for y, values in there.items() if values.isnull().all()):
        ax.text(
            0.02, y, "no match", color="0.5", fontsize=6.5, va="center", transform=ax.get_yaxis_transform()
        )
    if there:
        _task_dots(ax, there)
    ax.axvline(0, color=INK, lw=0.8, zorder=0)
    ax.tick_params(axis="y", length=0)


def _task_dots(ax, there):
    tasks = next(iter(there.values())).task.values
    each = np.array([mean_interval(values) for values in there.values()])  # (variant, part, task)
    for k, task in enumerate(tasks):
        color, marker = TASK_STYLE.get(task, OTHER_STYLE[-1])
        mean, low, high = each[..., k].T
        at = np.array(list(there)) + 0.17 * (k - (tasks.size - 1) / 2)
        ax.hlines(at, low, high, color=color, lw=1)
        ax.plot(mean, at, marker, color=color, ms=2.7)


# ---------------------------------------------------------------- each at its own best
def own_best(accuracy: xr.DataArray) -> Figure:
    """Structures at their own best: accuracy on the test part (left),
    and its change from the plain network (right).

    accuracy: over (structure, task, replicate), the plain network first, as from `own_best.own_best`.
    """
    change = (accuracy - accuracy.isel(structure=0)).isel(structure=slice(1, None))
    fig, axes = plt.subplots(1, 2, figsize=(WIDTH, 0.5 * accuracy.structure.size + 1.1))
    for ax, values in zip(axes, (accuracy, change)):
        names = values.structure.values
        _task_dots(ax, {y: values.sel(structure=name) for y, name in enumerate(names)})
        _rows(ax, accuracy.structure.size, above=accuracy.structure.size - names.size)
    axes[0].set(xlabel="accuracy at its own best", xlim=(0, 1.02))
    axes[0].set(yticks=range(accuracy.structure.size), yticklabels=accuracy.structure.values)
    axes[1].axvline(0, color=INK, lw=0.8, zorder=0)
    axes[1].set(xlabel="change from the plain network at its best", yticks=[])
    _task_legend(fig, accuracy.task.values)
    return fig


def _rows(ax, n, above):
    """Room for n rows with lines between them, as many of them above row 0 as are said: panels in step."""
    ax.set_ylim(n - above - 0.45, -above - 0.55)
    ax.tick_params(axis="y", length=0)
    for y in range(1 - above, n - above):
        ax.axhline(y - 0.5, color="0.88", lw=0.6, zorder=0)
