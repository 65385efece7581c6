"""The server of the explorers' page: whom it answers, what it serves, which kernels it ends."""

import re
import sys
import time
import urllib.error
import urllib.request

import pytest
from browsers import ROOT, free_port, served, voila

from regrnn_lib import explore
from regrnn_lib.explore import server


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with voila(tmp_path_factory.mktemp("voila")) as address:
        yield address.split("/voila/")[0]


def status(address, path, host=None):
    """Status of the answer to a request, of the body a little."""
    asked = urllib.request.Request(address + path, headers={"Host": host} if host else {})
    try:
        return urllib.request.urlopen(asked, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "1270.0.0.1",
        "evil.example:80",
        "x",
    ],
)
def test_a_foreign_host_is_refused_whatever_it_asks_for(address, host):
    for path in (
        "/",
        "/voila/static/voila.js",
        "/api/kernels/x",
        "/api/kernels/x/channels",
        "/voila/files/x",
    ):
        assert status(address, path, host) == 403


def test_this_machine_is_answered_under_all_its_names(address):
    port = address.rsplit(":", 1)[1]
    for host in ("localhost", "LOCALHOST", "127.0.0.1", "127.0.0.2", "[::1]"):
        assert status(address, "/voila/static/voila.js", f"{host}:{port}") == 200
    assert server.is_local("::1") and not server.is_local("0.0.0.0")


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/explorer.ipynb",
        "/voila/files/../server.py",
        "/voila/files/%2e%2e/server.py",
        "/voila/files/templates/explorer/conf.json",
        "/voila/templates/explorer/static/../conf.json",
        "/voila/tree",
        "/voila/api/contents/",
        "/api/contents/",
        "/api/sessions",
    ],
)
def test_no_file_is_served_but_the_page(address, path):
    assert status(address, path) >= 400


def test_a_kernel_whose_page_is_gone_ends(tmp_path):
    """The page by itself, without its sockets, as it is left by a browser that is closed."""
    port = free_port()
    quick = ["--MappingKernelManager.cull_interval=1", "--MappingKernelManager.cull_idle_timeout=2"]
    command = [sys.executable, "-m", "regrnn_lib.explore", "--no-browser", f"--port={port}", *quick]
    with served(command, f"http://127.0.0.1:{port}/voila/static/voila.js", tmp_path / "log", cwd=ROOT):
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60).read().decode()
        kernel = re.search(r'"kernelId": ?"([0-9a-f-]+)"', page)[1]
        for _ in range(150):
            if status(f"http://127.0.0.1:{port}", f"/api/kernels/{kernel}") == 404:
                return
            time.sleep(0.1)
    raise AssertionError(f"the kernel still runs: {(tmp_path / 'log').read_text()[-500:]}")


# ---------------------------------------------------------------- settings in the address
def test_settings_come_back_from_the_address_and_nothing_else_does(monkeypatch):
    monkeypatch.setenv("VOILA_REQUEST_URL", "/")
    query = (
        "network.balance=0.25&network.seed=5&network.n_modules=x&plane.knob=dale&other=1&network.no=1&%ff=&"
    )
    kept = explore.kept_settings(query)
    assert kept == dict(network=dict(balance=0.25, seed=5), plane=dict(knob="dale"), reservoir={})
    monkeypatch.setenv("QUERY_STRING", query)
    first = explore.page().children[0]
    assert first.settings()["balance"] == 0.25 and first.settings()["seed"] == 5
    noted = re.search('data-settings="([^"]*)"', first.state.value)[1].replace("&amp;", "&")
    assert explore.kept_settings(noted)["network"] == first.settings()
    monkeypatch.setenv("QUERY_STRING", "network.balance=77")
    assert explore.page().children[0].settings()["balance"] == 0


def test_without_voila_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "voila.app", None)
    with pytest.raises(ImportError, match=re.escape("regrnn_lib[notebooks]")):
        server.serve()
