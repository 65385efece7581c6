"""The explorers as a page that Voila serves, to this machine alone.

A page elsewhere on the web can have its name point to 127.0.0.1, and so make a browser ask this server in its
place (DNS rebinding): requests that name another host are refused. Each opened page has a kernel of its own;
kernels whose page is gone end after `IDLE` seconds.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).with_name("voila")  # its one-cell notebook, and a template that needs no network
IDLE = 120  # seconds without a page until a kernel ends
LOCAL = r"localhost|127(\.\d{1,3}){3}|\[?::1\]?"
OPTIONS = (
    "--template=explorer",
    "--Voila.ip=127.0.0.1",
    f"--Voila.root_dir={HERE}",
    "--VoilaConfiguration.file_allowlist=^$",  # no file but the page
    "--VoilaConfiguration.extension_denylist=jupyterlab-jupytext",  # made for JupyterLab alone
    f"--MappingKernelManager.cull_interval={IDLE // 4}",
    f"--MappingKernelManager.cull_idle_timeout={IDLE}",
    "--MappingKernelManager.cull_connected=False",
    "--KernelRestarter.restart_limit=0",  # a kernel begun anew knows nothing of the page
)


def serve(words: Sequence[str] = ()) -> None:
    """Serve the page on loopback; `words` are further options of Voila, such as --no-browser.

    Raises
    ------
    ImportError
        If Voila is not installed; the message names the extra that brings it.
    """
    paths = filter(None, (str(HERE.parent), os.environ.get("JUPYTER_PATH")))
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
    # for matrices this small threads only wait
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    named = {word.partition("=")[0] for word in words}  # these win over ours
    ours = [option for option in OPTIONS if option.partition("=")[0] not in named]
    _application().launch_instance([str(HERE / "explorer.ipynb"), *ours, *words])


def is_local(host: str) -> bool:
    """Whether a request's host, without its port, is this machine."""
    return re.fullmatch(LOCAL, host) is not None


def _application():
    try:
        from voila.app import Voila
    except ImportError:
        raise ImportError(
            'the explorers\' page needs Voila: python -m pip install "regrnn_lib[notebooks]"'
        ) from None
    from tornado.web import RequestHandler

    class Refused(RequestHandler):
        """The answer to whoever names another host."""

        def prepare(self):
            self.set_status(403)
            self.finish("This server answers requests to localhost and 127.0.0.1 only.\n")

    class Explorers(Voila):
        """Voila, which by itself answers to any host."""

        def init_handlers(self):
            if is_local(self.ip):  # who binds another address wants to be reached
                self.app.add_handlers(rf"(?!({LOCAL})$).*$", [(r".*", Refused)])
            return super().init_handlers()

    return Explorers
