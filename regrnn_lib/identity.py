"""What a user's function, task or setting is, as a text: equal texts for equal things, others for different ones.

A result that is kept must not outlive the code that made it. Names do not tell: a function can be edited, two
objects may print alike. So functions and classes of the user are described by the code that is loaded,
with all that it refers to, and values by what they hold. What cannot be described is different every time.
"""

import functools
import hashlib
import inspect
import json
import pickle
import sys
import sysconfig
import types
import uuid
from pathlib import Path

import numpy as np

HOME = __name__.partition(".")[0]  # this library, whose sources have a digest of their own
INSTALLED = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]


def identity(value):
    """The text of a value, such as a function and its settings.

    Known by content: numbers, texts, lists, dictionaries, arrays, dataclasses and other plain objects; functions and
    classes by their code, by the globals, modules and other functions of the user that this code names,
    their base classes, defaults and closures. Of installed packages only the names count, and what a function
    imports when it is called is not followed.
    """
    try:
        return json.dumps(_Describer()(value), sort_keys=True, default=_unknown)
    except (TypeError, ValueError, AttributeError, RecursionError, pickle.PicklingError):
        return _unknown(value)


def _unknown(_):
    return uuid.uuid4().hex


class _Describer:
    """Lists and texts that say what a thing is; what can refer to itself is described once."""

    def __init__(self):
        self.met = {}  # things are kept, so that no other gets their id

    def __call__(self, thing):
        if thing is None or isinstance(thing, (bool, int, float, str)):
            return thing
        if isinstance(thing, tuple):
            return ["tuple", *map(self, thing)]
        if isinstance(thing, types.CodeType):
            return [_hash(thing.co_code), thing.co_names, thing.co_varnames, thing.co_freevars, self(thing.co_consts)]
        if id(thing) in self.met:
            return ["met", list(self.met).index(id(thing))]
        self.met[id(thing)] = thing
        return self._values(thing) or self._code(thing)

    def _values(self, thing):
        """Numbers and their containers; None for anything else."""
        if isinstance(thing, np.generic):
            return ["number", thing.dtype.str, repr(thing.item())]
        if isinstance(thing, dict):
            items = sorted(thing.items(), key=lambda item: repr(item[0]))
            return ["dict", *([self(key), self(value)] for key, value in items)]
        if isinstance(thing, list):
            return ["list", *map(self, thing)]
        if isinstance(thing, (set, frozenset)):
            return ["set", *sorted(map(self, thing), key=repr)]
        if isinstance(thing, np.ndarray):
            held = self(thing.tolist()) if thing.dtype.hasobject else _hash(thing.tobytes())
            return ["array", thing.dtype.str, thing.shape, held]

    def _code(self, thing):
        """A function, a class or a module, or else an object."""
        if isinstance(thing, types.ModuleType):
            return self._module(thing, ())
        if isinstance(thing, functools.partial):
            return ["partial", self(thing.func), self(thing.args), self(thing.keywords)]
        if isinstance(thing, types.MethodType):
            return ["method", self(thing.__func__), self(thing.__self__)]
        if isinstance(thing, types.BuiltinFunctionType):
            return ["built in", thing.__qualname__]
        if isinstance(thing, type):
            return self._class(thing)
        function = inspect.unwrap(getattr(thing, "py_func", thing)) if callable(thing) else thing
        if isinstance(function, types.FunctionType):
            return self._function(function)
        held = self(vars(thing)) if hasattr(thing, "__dict__") else _hash(pickle.dumps(thing))
        return ["object", self(type(thing)), held]

    def _module(self, module, names):
        """What code that looks up `names` may find in a module."""
        found = [module.__name__]
        for name in names if _users(module.__name__) else ():
            if name in vars(module) and (id(module), name) not in self.met:
                self.met[id(module), name] = module
                found.append([name, self._reached(vars(module)[name], names)])
        return found

    def _reached(self, thing, names):
        return self._module(thing, names) if isinstance(thing, types.ModuleType) else self(thing)

    def _function(self, function):
        name, code = f"{function.__module__}.{function.__qualname__}", function.__code__
        if not _users(function.__module__):
            return name
        names, known = _names(code), function.__globals__
        reached = [[n, self._reached(known[n], names)] for n in names if n in known]
        cells = tuple(cell.cell_contents for cell in function.__closure__ or ())
        return [name, *map(self, (code, function.__defaults__, function.__kwdefaults__, cells)), reached]

    def _class(self, class_):
        name = f"{class_.__module__}.{class_.__qualname__}"
        if not _users(class_.__module__):
            return name
        made = {n: _plain(v) for n, v in vars(class_).items() if callable(_plain(v)) or not n.startswith(("__", "_abc_"))}
        return [name, self(class_.__bases__), self(made)]


def _plain(attribute):
    """The function in a static method, a class method or a property."""
    return getattr(attribute, "__func__", None) or getattr(attribute, "fget", None) or attribute


def _names(code):
    """All names that a function's code looks up, those of the functions inside it too."""
    inner = [name for part in code.co_consts if isinstance(part, types.CodeType) for name in _names(part)]
    return sorted({*code.co_names, *inner})


def _users(module):
    """Whether a module is the user's own: not of this library, not of Python's, not installed."""
    top, file = module.partition(".")[0], getattr(sys.modules.get(module), "__file__", None)
    if module == "__main__" or file is None:
        return top not in sys.stdlib_module_names
    return top != HOME and not any(Path(file).is_relative_to(folder) for folder in INSTALLED)


def _hash(data):
    return hashlib.blake2b(data, digest_size=16).hexdigest()
