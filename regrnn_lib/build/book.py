"""`book`: the notebooks, as they are committed, as a web site below results/book/;
a build at defaults renews it.
"""

import time

from ..book import binding
from ..project import project_root


def command(words: list[str]) -> int:
    """`book`: bind it anew, whatever is there; the exit status."""
    if words:
        raise ValueError("usage: python -m regrnn_lib.build book")
    root = project_root()
    if not binding.can_bind(root):
        raise ValueError(f"the book needs {', '.join(binding.NEEDED)} and executed notebooks in notebooks/")
    _bind(root)
    return 0


def refresh() -> None:
    """Bind the book if what it is made from has changed, and if there is what it is made from."""
    root = project_root()
    if binding.can_bind(root) and not binding.is_fresh(root):
        _bind(root)


def _bind(root):
    start = time.perf_counter()
    first = binding.bind(root).relative_to(root).as_posix()
    print(f"{first}  {time.perf_counter() - start:.1f} s")
