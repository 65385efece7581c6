"""Tests never read or fill the user's cache, draw without a screen, and say so where a browser is missing."""

import os
import signal

import browsers
import pytest

os.environ["REGRNN_CACHE"] = "off"
os.environ.setdefault("OMP_NUM_THREADS", "1")
# started in the background of a script, we ignore Ctrl-C, and so would what tests start and interrupt
signal.signal(signal.SIGINT, signal.default_int_handler)
# the files that take longest, one after the other, while the other worker has all that is short
LONGEST = [f"test_{name}.py" for name in ("commands", "golden", "build", "live", "notebooks", "fuzz")]
NO_BROWSER = f"left out: {browsers.MISSING}"
left_out = 0


def pytest_configure(config):
    """One process looks for a browser, and gets one if it can; the workers are told."""
    config.addinivalue_line(
        "markers", "browser: needs a real browser; left out where there is none, failing with CI set"
    )
    if not hasattr(config, "workerinput"):
        os.environ["REGRNN_BROWSER"] = browsers.provide() or "none"


def pytest_collection_modifyitems(items):
    """What takes longest comes first, so that both workers end at about the same time."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
    if not browsers.find() and not os.environ.get("CI"):
        for item in (item for item in items if item.get_closest_marker("browser")):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter):
    global left_out
    left_out = sum(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))


def pytest_unconfigure(config):
    """The last line, below that of pytest."""
    if left_out and not hasattr(config, "workerinput"):
        print(f"tests in a real browser left out: {left_out}; {browsers.MISSING}")
