"""A machine without a browser: what is looked for, what is tried, and what the last line says."""

import os
import subprocess
import sys
from functools import cache

import browsers
import pytest
from browsers import starts


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without any browser, and an environment that has not looked for one yet."""
    monkeypatch.delenv("REGRNN_BROWSER", raising=False)
    monkeypatch.setattr(browsers, "which", lambda name: None)
    monkeypatch.setattr(browsers, "starts", cache(lambda path: True))
    monkeypatch.setattr(browsers, "PLACES", ())
    monkeypatch.setattr(browsers, "OURS", tmp_path / "browsers")
    monkeypatch.setattr(browsers, "TRIED", tmp_path / ".no-browser")
    return tmp_path


def test_what_is_there_is_found_in_order(bare, monkeypatch):
    assert browsers.find() is None
    ours = bare / "browsers" / "chromium_headless_shell-1" / "chrome-linux" / "headless_shell"
    ours.parent.mkdir(parents=True)
    ours.touch()
    assert browsers.find() == str(ours)
    placed = bare / "Google Chrome"
    placed.touch()
    monkeypatch.setattr(browsers, "PLACES", (str(placed),))
    assert browsers.find() == str(placed)
    monkeypatch.setattr(browsers, "which", {"msedge": "/there/msedge"}.get)
    assert browsers.find() == "/there/msedge"
    monkeypatch.setenv("REGRNN_BROWSER", "/named/browser")
    assert browsers.find() == "/named/browser"
    monkeypatch.setenv("REGRNN_BROWSER", "none")
    assert browsers.find() is None


def test_what_does_not_start_is_passed_over(bare, monkeypatch):
    stub, works = bare / "stub", bare / "works"
    for path, status in ((stub, 1), (works, 0)):
        path.write_text(f"#!/bin/sh\nexit {status}\n")
        path.chmod(0o755)
    monkeypatch.setattr(browsers, "starts", starts)
    monkeypatch.setattr(browsers, "which", {"chromium-browser": str(stub), "msedge": str(works)}.get)
    assert browsers.find() == str(works)
    monkeypatch.setattr(
        browsers, "which", {"chromium-browser": str(stub), "msedge": str(bare / "not there")}.get
    )
    assert browsers.find() is None


def test_it_is_tried_once_and_quietly(bare, monkeypatch, capfd):
    tried = []
    monkeypatch.setattr(subprocess, "run", lambda command, **how: tried.append(command))
    assert browsers.provide() is None and browsers.TRIED.exists()
    assert tried[0][1:] == ["-m", "playwright", "install", "--only-shell", "chromium"]
    said = capfd.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1
    assert browsers.provide() is None and len(tried) == 1


def test_a_failing_download_is_no_fault(bare, monkeypatch):
    def fails(*_, **how):
        raise subprocess.TimeoutExpired("playwright", how["timeout"])

    monkeypatch.setattr(subprocess, "run", fails)
    assert browsers.provide() is None


def test_a_missing_browser_is_named_with_what_to_install(bare):
    with pytest.raises(RuntimeError, match="install Chromium, Chrome or Edge .*apt-get install chromium"):
        browsers.chromium()


def suite(**environment):
    """The tests of one file with the browser hidden."""
    clean = {
        name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST")
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "tests/test_explorer_page.py",
        "-k",
        "silent or refused",
    ]
    hidden = clean | {"REGRNN_BROWSER": "none"} | environment
    return subprocess.run(command, cwd=browsers.ROOT, capture_output=True, text=True, env=hidden)


def test_without_a_browser_its_tests_are_left_out_and_the_last_line_says_so():
    done = suite()
    assert done.returncode == 0 and "1 passed" in done.stdout
    assert done.stdout.splitlines()[-1] == f"tests in a real browser left out: 1; {browsers.MISSING}"


def test_on_a_ci_a_missing_browser_is_a_failure():
    done = suite(CI="true")
    assert done.returncode == 1 and browsers.MISSING in done.stdout
