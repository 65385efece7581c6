"""The public names of the library with their docstrings.

They are read from the sources: nothing is imported or compiled for it.
"""

import ast
import inspect
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from ..project import PACKAGE
from . import docstrings

# machinery that nobody calls by hand
INNER = {"project", "kernels", "louvain", "build", "book", "record", "claims", "cache", "explore"}


class Entry(NamedTuple):
    """A public function or class: its dotted name, how it is called, and its docstring as HTML."""

    name: str
    call: str
    html: str


class Module(NamedTuple):
    """A module with its public names."""

    name: str
    html: str
    entries: list[Entry]


def modules(package: Path = PACKAGE) -> list[Module]:
    """The modules that are written for users, in the order in which the library names its rooms.

    First what the library gives by itself.
    """
    tree = _tree(package / "__init__.py")
    homes, rooms = _homes(tree), _rooms(tree)
    paths = [path for path in package.rglob("*.py") if _is_public(path.relative_to(package))]
    paths.sort(key=lambda path: (rooms.index(path.relative_to(package).with_suffix("").parts[0]), path))
    found = [Module(_dotted(path, package), *_contents(_tree(path))) for path in paths]
    first = [
        entry
        for module in found
        for entry in module.entries
        if f"regrnn_lib.{homes.get(entry.name)}" == module.name
    ]
    first.sort(key=lambda entry: list(homes).index(entry.name))
    for module in found:
        module.entries[:] = [entry for entry in module.entries if entry not in first]
    return [Module("regrnn_lib", docstrings.html(ast.get_docstring(tree)), first), *found]


def _is_public(path):
    parts = path.with_suffix("").parts
    return (
        parts[0] not in INNER | {"__init__"}
        and not any(part.startswith("_") for part in parts[:-1])
        and (parts[-1] == "__init__" or not parts[-1].startswith("_"))
    )


def _dotted(path, package):
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(["regrnn_lib", *(part for part in parts if part != "__init__")])


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _homes(tree):
    """Module of each name that `regrnn_lib` gives, from its table."""
    return next(ast.literal_eval(node.value) for node in tree.body if _assigns(node, "_HOME"))


def _rooms(tree):
    """Names of the rooms in their order."""
    return [name for node in tree.body if _assigns(node, "_MODULES") for name in ast.literal_eval(node.value)]


def _assigns(node, name):
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return isinstance(node, ast.Assign | ast.AugAssign) and [getattr(t, "id", "") for t in targets] == [name]


def _contents(tree):
    return docstrings.html(ast.get_docstring(tree) or ""), list(_entries(tree))


def _entries(tree) -> Iterator[Entry]:
    for node in tree.body:
        public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if public and ast.get_docstring(node):
            yield Entry(
                node.name,
                _call(node),
                docstrings.html(inspect.cleandoc(ast.get_docstring(node))) + _fields(node),
            )


def _call(node):
    """`name(parameters) -> type` as it stands in the source."""
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(map(ast.unparse, node.bases))
        return f"class {node.name}({bases})" if bases else f"class {node.name}"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){returns}"


def _fields(node):
    """Fields of a named tuple."""
    fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
    if not isinstance(node, ast.ClassDef) or not fields:
        return ""
    return f"<p>Fields: {', '.join(f'<code>{escape(ast.unparse(one))}</code>' for one in fields)}.</p>\n"


def _call_html(entry):
    """The call with the name in bold."""
    before, name, after = entry.call.partition(entry.name)
    return f"{escape(before)}<strong>{name}</strong>{escape(after)}"


def page(found: list[Module]) -> str:
    """The page's text; every name has an anchor, `module.name`."""
    return "".join(map(_module, found))


def _module(module):
    entries = "".join(
        f'<section class="name" id="{module.name}.{entry.name}">'
        f"<h3><code>{_call_html(entry)}</code></h3>\n{entry.html}</section>\n"
        for entry in module.entries
    )
    return f'<h2 id="{module.name}"><code>{module.name}</code></h2>\n{module.html}{entries}'
