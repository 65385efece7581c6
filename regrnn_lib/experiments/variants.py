"""What a sweep evaluates: a function of a matrix, and the settings that it is called with.

Some settings are fixed, others take several values; each combination of values is one *variant*, a dict of
keyword arguments. A name with a dot, `task.noise`, is a field of the task among the settings.
"""

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from numbers import Real
from typing import Any

import numpy as np

from ..parameters import attempt, items, nearest, refuse, shown
from ..tasks import TASKS

CALL = "f(W, seed=(seed, replicate), **settings)"


# ---------------------------------------------------------------- the function
def function_name(function: Any) -> str:
    """How messages and datasets call a function."""
    return getattr(function, "__name__", repr(function))


def misfits(evaluate: Any, settings: dict) -> list[str]:
    """Faults of a function that does not take a matrix, a seed and these settings."""
    if not callable(evaluate):
        return [f"evaluate = {shown(evaluate)}: must be a function {CALL}"]
    signature = _signature(evaluate)
    try:
        signature.bind(None, seed=None, **settings)
    except TypeError as error:
        unknown = [name for name in settings if name not in signature.parameters]
        hint = nearest(unknown[0], signature.parameters) if unknown else ""
        return [f"evaluate = {function_name(evaluate)}: {error}{hint}; it is called as {CALL}"]
    return []


def default_settings(evaluate: Callable) -> dict[str, Any]:
    """The settings that a function has defaults for."""
    parameters = _signature(evaluate).parameters.values()
    defaults = {one.name: one.default for one in parameters if one.default is not one.empty}
    return {name: default for name, default in defaults.items() if name not in ("W", "seed")}


def _signature(function):
    """The signature of a function; where Python knows none, one that takes anything."""
    try:
        return inspect.signature(function)
    except ValueError:
        return inspect.signature(lambda *values, **named: None)


# ---------------------------------------------------------------- its settings
def read_settings(settings: Any) -> dict[str, Any]:
    """The fixed settings as a dict; ValueError if they are none."""
    return dict(_by_name("settings", settings, "dict(n_steps=500)"))


def read_vary(vary: Any) -> dict[str, list]:
    """The varied settings, a list of values for each; ValueError if they are none."""
    lists = {
        name: items(values) for name, values in _by_name("vary", vary, "dict(ridge=[1e-8, 1e-4])").items()
    }
    empty = [name for name, values in lists.items() if not values]
    refuse([f"vary: {name} must have a non-empty sequence of values" for name in empty])
    return lists


def _by_name(argument, given, example):
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        refuse([f"{argument} = {shown(given)}: must be a dict of names and values, such as {example}"])
    return given


def variants(settings: dict[str, Any], vary: dict[str, list]) -> list[dict[str, Any]]:
    """The settings of every combination of varied values, the last one changing fastest."""
    faults, every = [], []
    for values in product(*vary.values()):
        variant = settings | {name: value for name, value in zip(vary, values) if "." not in name}
        # fields after all else: they belong to whichever task now stands among the settings
        for name, value in zip(vary, values):
            if "." in name:
                owner, _, field = name.partition(".")
                variant[owner] = attempt(faults, _with_field, owner, variant.get(owner), field, value)
        every.append(variant)
    refuse(list(dict.fromkeys(faults)))
    return every


def _with_field(owner, task, field, value):
    """A task with another value in one of its fields."""
    task = TASKS.get(task, task) if isinstance(task, str) else task
    if not dataclasses.is_dataclass(task) or isinstance(task, type):
        refuse([f"vary: {owner}.{field}: {owner} = {shown(task)} has no fields; name a task in the settings"])
    return dataclasses.replace(task, **{field: value})


# ---------------------------------------------------------------- their dimensions
def dimension(name: str) -> str:
    """The dimension of a varied setting: its name, of a field of a task that of the field."""
    return name.rpartition(".")[2]


def labels(values: list) -> list:
    """Varied values as labels: numbers and texts as they are, tasks by their names, all else by its place."""
    named = [getattr(value, "name", value) for value in values]
    plain = all(value is None or isinstance(value, (str, Real, np.generic)) for value in named)
    return named if plain else list(range(len(values)))


def repeats(vary: dict[str, list], grid: Mapping) -> list[str]:
    """Faults of varied settings whose dimension, or a value of it, is there twice."""
    names = [dimension(name) for name in vary]
    faults = [f"{name}: stands both in vary and in the grid" for name in names if name in grid]
    faults += [f"vary: {name} is there twice" for name in _twice(names)]
    for name, values in vary.items():
        faults += [f"vary: {name} has {shown(label)} twice" for label in _twice(labels(values))]
    return faults


def _twice(values: Iterable) -> list:
    values = list(values)
    return [value for value in dict.fromkeys(values) if values.count(value) > 1]
