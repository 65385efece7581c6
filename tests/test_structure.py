"""The house: data flow one way through the rooms, and nothing goes round in a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import regrnn_lib

PACKAGE = Path(regrnn_lib.__file__).parent
FLOORS = (
    "project",
    "parameters",
    "arrays",
    "regularities",
    "louvain",
    "weights",
    "kernels",
    "dynamics",
    "exponents",
    "theory",
    "tasks",
    "reservoir",
    "connectome",
    "experiments",
    "record",
    "figures",
    "explore",
    "book",
    "build",
)
COMMANDS = ("cache", "claims")  # `python -m regrnn_lib.cache`, a line each, imported by nobody


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part not in ("__init__", "__main__")) or "regrnn_lib"


def imported(path):
    """Modules of the library that a file imports, also inside functions, as dotted names below the library."""
    inside = path.relative_to(PACKAGE).parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            assert "regrnn_lib" not in str(getattr(node, "module", "")), (
                f"{path.name}: within the library imports are relative"
            )
            continue
        base = [*inside[: len(inside) - node.level + 1], *(node.module or "").split(".")]
        base = [part for part in base if part]
        for alias in node.names:
            deeper = [*base, alias.name]
            found.add(".".join(deeper if is_module(deeper) else base))
    return found - {""}


def is_module(parts):
    place = PACKAGE.joinpath(*parts)
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


FILES = {path: module_name(path) for path in sorted(PACKAGE.rglob("*.py"))}


def room(name):
    return name.split(".")[0]


def test_every_file_is_in_a_room():
    rooms = {room(name) for name in FILES.values()} - {"regrnn_lib", *COMMANDS}
    assert rooms == set(FLOORS)
    assert len(list(PACKAGE.glob("*.py"))) <= 15


def test_no_arrow_points_upwards():
    for path, name in FILES.items():
        if room(name) in FLOORS:
            own = FLOORS.index(room(name))
            above = {other for other in imported(path) if FLOORS.index(room(other)) > own}
            assert not above, f"{name} imports {', '.join(sorted(above))}, which stand after it"


def test_nothing_imports_the_build():
    for path, name in FILES.items():
        assert room(name) == "build" or not any(room(other) == "build" for other in imported(path)), name


def test_no_circle():
    graph = {}
    for path, name in FILES.items():
        graph.setdefault(name, set()).update(imported(path) - {name})
    TopologicalSorter(graph).prepare()  # CycleError names the circle


def test_the_kernels_are_the_only_file_with_numba():
    for path, name in FILES.items():
        words = {
            alias.name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert name == "kernels" or "numba" not in words, name


def public_functions(node, inside=""):
    """(name, definition) of what a module or a class defines without a leading underscore, methods included."""
    for item in node.body:
        if isinstance(item, ast.ClassDef) and not item.name.startswith("_"):
            yield from public_functions(item, f"{inside}{item.name}.")
        elif isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and not item.name.startswith("_"):
            yield inside + item.name, item


def test_public_functions_say_what_they_take_and_return():
    unsaid, seen = [], 0
    for path, name in FILES.items():
        if name == "kernels":  # Numba reads their types from the arguments
            continue
        for function, node in public_functions(ast.parse(path.read_text(encoding="utf-8"))):
            parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            bare = [
                one.arg for one in parameters if one.annotation is None and one.arg not in ("self", "cls")
            ]
            missing = bare + ([] if node.returns else ["its return value"])
            unsaid += [f"{name}.{function}: {', '.join(missing)}"] if missing else []
            seen += 1
    assert seen > 300
    assert not unsaid, "no hint for\n" + "\n".join(unsaid)
