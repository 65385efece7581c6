"""A real browser and the servers it talks to, for the tests and the explorers' part of tests/bench.py."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from shutil import which

ROOT = Path(__file__).resolve().parent.parent
MISSING = "no browser was found; install Chromium, Chrome or Edge (Debian, Ubuntu: apt-get install chromium)"
COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "~/AppData/Local/Google/Chrome/Application/chrome.exe",
)
OURS, TRIED = (Path(sys.prefix) / name for name in ("browsers", ".no-browser"))  # in .venv, or conda's folder
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
FLAGS += ["--disable-component-update", "--disable-sync"]
PATIENCE = 180_000  # ms for an answer: the machine may have much else to do
SIZE = {"width": 1280, "height": 800}  # a laptop's screen

# what each question shows with the seed of the explorers, and the word that its caption must not contradict
QUESTIONS = {
    "What is chaos": "chaotic",
    "Does chaos survive Dale": "oscillatory",
    "Does chaos survive reciprocity": "oscillatory",
    "Does chaos survive modules": "oscillatory",
    "What wakes": "fixed point",
    "What does an excess of excitation": "fixed point",
    "What does an excess of inhibition": "oscillatory",
}

# from a pressed key to the frame after the next decoded picture, in ms
WATCH = """() => { window.answered = new Promise(done => {
  const image = document.querySelector('.regrnn-explorer img'), before = image.src;
  let pressed = performance.now();
  document.addEventListener('keydown', () => { pressed = performance.now(); }, { once: true, capture: true });
  new MutationObserver((_, observer) => {
    if (image.src === before) return;
    observer.disconnect();
    image.decode().catch(() => 0).then(() => requestAnimationFrame(() => done(performance.now() - pressed)));
  }).observe(image, { attributes: true, attributeFilter: ['src'] });
}); }"""


# ---------------------------------------------------------------- finding a browser
def find():
    """Path of a browser that starts: what REGRNN_BROWSER names, an installed one, or ours below .venv."""
    named = os.environ.get("REGRNN_BROWSER")
    if named:
        return None if named == "none" else named
    installed = [path for path in map(which, COMMANDS) if path]
    placed = [str(path) for path in map(Path.expanduser, map(Path, PLACES)) if path.exists()]
    ours = [str(path) for path in sorted(OURS.glob("*/*/*headless*shell*")) if path.is_file()]
    return next(filter(starts, installed + placed + ours), None)


@lru_cache
def starts(path):
    """Whether a browser shows an empty page: Ubuntu's command may be a stub, a shell may lack its libraries."""
    with suppress(OSError, subprocess.SubprocessError):
        command = [path, "--headless", *FLAGS, "--dump-dom", "about:blank"]
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    return False


def provide():
    """Path of a browser; where there is none, one is fetched or installed, tried once for each .venv.

    None if that fails.
    """
    if find() or os.environ.get("REGRNN_BROWSER") or TRIED.exists():
        return find()
    print("a browser for the tests of the explorers is missing; trying to get one, once", file=sys.stderr)
    for command, environment in _ways():
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(command, capture_output=True, timeout=300, env=os.environ | environment)
            starts.cache_clear()
    if not find() and TRIED.parent.is_dir():
        TRIED.touch()
    return find()


def _ways():
    """Commands that may bring a browser: Playwright's own, without a window;
    for root on Debian, the system's package.
    """
    yield (
        [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"],
        {"PLAYWRIGHT_BROWSERS_PATH": str(OURS)},
    )
    if not find() and which("apt-get") and os.geteuid() == 0:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        yield ["apt-get", "update", "-qq"], quiet
        yield ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet
        if not find():  # Ubuntu has no such package: the libraries of the shell
            yield [sys.executable, "-m", "playwright", "install-deps", "chromium"], quiet


def chromium():
    """Path of the browser, or a RuntimeError that says what to install."""
    path = find()
    if not path:
        raise RuntimeError(MISSING)
    return path


@contextmanager
def browser():
    """A headless Chromium; its pages get a laptop's screen and the clipboard."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield made
        finally:
            made.close()


def open_page(browser, address, *, offline=False):
    """A page, and the list that gathers its errors."""
    context = browser.new_context(viewport=SIZE, offline=offline)
    context.set_default_timeout(PATIENCE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page, errors = context.new_page(), []
    page.on("console", lambda message: message.type == "error" and errors.append(_said(message)))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    return page, errors


def _said(message):
    """What the console shows, and the address that it speaks of."""
    return f"{message.text} {message.location['url']}".strip()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(command, address, log, cwd=ROOT, env=os.environ):
    """A server process on loopback, up when the block begins and gone when it ends.

    What it is told and what it remembers lies beside the log: JupyterLab opens again what its user had open
    last, and would ask this server for files that it does not have.
    """
    own = Path(log).with_name("jupyter")
    variables = {f"JUPYTER_{kind}_DIR": str(own / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    variables |= {"IPYTHONDIR": str(own / "ipython"), "OMP_NUM_THREADS": "1"}
    with open(log, "w") as out:
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=out, env=env | variables)
    try:
        _await(process, address, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _await(process, address, log):
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except TimeoutError:
            return  # it is there, and busy
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the server stopped:\n{Path(log).read_text()}") from None
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {address}:\n{Path(log).read_text()}")


def voila(folder):
    """`make explore`, without opening a browser."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "regrnn_lib.explore",
        "--no-browser",
        f"--port={port}",
        "--Voila.port_retries=0",
    ]
    return served(command, f"http://127.0.0.1:{port}/voila/static/voila.js", Path(folder) / "voila.log")


def lab(folder, notebook):
    """JupyterLab with one notebook."""
    port = free_port()
    options = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--expose-app-in-browser",
    ]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None"]
    options += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    address = f"http://127.0.0.1:{port}/lab/tree/{notebook}"
    return served([sys.executable, "-m", "jupyterlab", *options], address, Path(folder) / "lab.log")


def run_all(page):
    """Run all cells of the notebook that JupyterLab shows."""
    page.wait_for_function("window.jupyterapp?.commands.isEnabled('notebook:run-all-cells')")
    # the command is there before the kernel is
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => 0)")


def response_times(page, moves=30):
    """Milliseconds from a key to the changed picture, for moves of the slider of balance."""
    page.locator(".regrnn-balance .noUi-handle").first.focus()
    times = []
    for _ in range(moves):
        page.evaluate(WATCH)
        page.keyboard.press("ArrowRight")
        times.append(page.evaluate("window.answered"))
    return times


def frame_times(page, moves=60):
    """Milliseconds between pictures of the static page while a slider moves as fast as it is drawn."""
    return page.evaluate(
        """async (moves) => {
          const slider = document.getElementById('balance'), times = [];
          for (let k = 0; k < moves; k++) {
            const begun = performance.now();
            slider.value = -0.3 + 0.01 * k;
            slider.dispatchEvent(new Event('input'));
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - begun);
          }
          return times;
        }""",
        moves,
    )


def small_notebook(folder):
    """The code of notebook 11 as far as its first explorer, and a small map; returns the file's name."""
    import nbformat

    from regrnn_lib.build import notebook

    nb = notebook.read(ROOT / "notebooks" / "11_explorer.py")
    last = next(k for k, cell in enumerate(nb.cells) if "explore.network(" in cell.source)
    nb.cells = [cell for cell in nb.cells[: last + 1] if cell.cell_type == "code"]
    nb.cells.append(nbformat.v4.new_code_cell("explore.plane(n_couplings=5, n_balances=5)", id="map"))
    nbformat.write(nb, Path(folder) / "explorer.ipynb")
    return "explorer.ipynb"


def screenshots():
    """The two pictures of the README, with their passports, into figures/."""
    import tempfile

    from regrnn_lib import record
    from regrnn_lib.explore import webpage

    os.environ.update(REGRNN_RESULTS=str(ROOT / "figures"), REGRNN_COMMAND="python tests/browsers.py")
    with tempfile.TemporaryDirectory() as folder, browser() as chrome:
        with voila(folder) as address:
            page, _ = open_page(chrome, address.split("/voila/")[0])
            box = page.locator(".regrnn-reciprocity input[type=text]").first
            box.fill("0.5")
            box.press("Enter")
            page.wait_for_timeout(3000)  # until picture and numbers follow
            page.mouse.click(1000, 790)
            page.wait_for_timeout(500)
            record.save_screenshot(
                page.screenshot(), "explorer_voila", "The network explorer as `make explore` serves it."
            )
        file = Path(folder) / "explorer.html"
        file.write_text(webpage.page(), encoding="utf-8")
        page, _ = open_page(chrome, file.as_uri(), offline=True)
        page.wait_for_function("window.explorer?.shown")
        page.evaluate("explorer.put({ modularity: 0.7 })")
        page.wait_for_function("explorer.shown?.modularity === 0.7")
        page.wait_for_timeout(1000)
        record.save_screenshot(page.screenshot(), "explorer_page", "figures/explorer.html in a browser.")


BOOK = {  # picture -> page and settings, theme, size, caption
    "book_page": (
        "03_reciprocity.html#live:reciprocity=0.55&coupling=0.7",
        "light",
        SIZE,
        "Chapter 3 of the book.",
    ),
    "book_dark": ("10_claims.html", "dark", SIZE, "Chapter 10 of the book, dark."),
    "book_phone": (
        "09_digits.html",
        "light",
        {"width": 390, "height": 844},
        "Chapter 9 of the book on a phone.",
    ),
}


def book_screenshots():
    """The book's three pictures in the README, with their passports, into figures/; from results/book/."""
    from regrnn_lib import record
    from regrnn_lib.book import binding

    os.environ.update(REGRNN_RESULTS=str(ROOT / "figures"), REGRNN_COMMAND="python tests/browsers.py")
    folder = binding.bind().parent.as_uri()
    with browser() as chrome:
        for name, (page_name, theme, size, caption) in BOOK.items():
            context = chrome.new_context(viewport=size, color_scheme=theme, offline=True)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.goto(f"{folder}/{page_name}")
            page.wait_for_function("regrnn.figures[0]?.shown")
            page.wait_for_timeout(6000)  # until what takes longer is drawn, too
            page.evaluate(
                "scrollTo(0, scrollY + document.querySelector('.live').getBoundingClientRect().top - 70)"
            )
            page.wait_for_timeout(500)
            record.save_screenshot(page.screenshot(), name, caption)
            context.close()


if __name__ == "__main__":
    screenshots()
    book_screenshots()
