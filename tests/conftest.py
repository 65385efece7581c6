"""Tests never read or fill the user's cache, and draw without a screen."""

import os

os.environ["REGRNN_CACHE"] = "off"
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_modifyitems(items):
    """Notebooks first: they take longest, and all other files fit beside them."""
    items.sort(key=lambda item: item.path.name != "test_notebooks.py")
