"""Builds that are killed, doubled and starved, by hand: `python tests/torture_build.py [MINUTES]` (3 by default).

A small project is built once; then builds of it are ended at random moments by SIGKILL, SIGTERM and Ctrl-C, run two at
a time, and given too little room for their files. After each, one plain build has to leave the very bytes of the
first, nothing half-written beside them, and what was said must be one message without a traceback.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from test_build import FIGURE, FRAGILE, digests

from regrnn_lib.project import PACKAGE

EVERYTHING = "figures", "notebooks", ".cache/build"
ENDS = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}
SIZES = (0, 200, 2000, 8000, 20_000)  # bytes that a file may have where the disk is full


def project(folder):
    """A project of two small notebooks."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "01_figure.py").write_text(FIGURE)
    (folder / "notebooks" / "02_fragile.py").write_text(FRAGILE)
    shutil.copytree(PACKAGE, folder / "regrnn_lib")
    return folder


def build(folder, *words, most_bytes=None):
    """A build, begun; its files may have so many bytes at most."""

    def starve():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [sys.executable, "-m", "regrnn_lib.build", *words]
    how = dict(
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    environment = os.environ | {
        "PYTHONPATH": str(folder),
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.Popen(
        command, env=environment, preexec_fn=None if most_bytes is None else starve, **how
    )


def left(folder):
    """Digests of all that is there."""
    return digests(folder, *EVERYTHING)


def again(folder, good):
    """What is wrong after one more plain build; "" if nothing is."""
    job = build(folder)
    said = job.communicate(timeout=120)[1]
    if job.returncode:
        return f"the next build failed: {said}"
    now = left(folder)
    return "" if now == good else f"other files: {sorted(set(now.items()) ^ set(good.items()))[:4]}"


def untidy(said):
    """What is wrong with what a build said; "" if it is one message."""
    return f"said: {said[-600:]}" if "Traceback" in said else ""


def disturb(folder):
    """Make everything to be run again."""
    shutil.rmtree(folder / ".cache" / "build", ignore_errors=True)


def ended(folder, seconds, rng):
    """A build that a signal ends somewhere between its begin and its end."""
    sign = rng.choice(list(ENDS))
    job = build(folder, "-j", rng.choice("12"))
    time.sleep(rng.uniform(0, seconds))
    os.killpg(job.pid, sign) if sign == signal.SIGINT else job.send_signal(sign)
    said = job.communicate(timeout=60)[1]
    # before the command has begun, and after it has ended, a signal does what it does to Python
    return sign.name, untidy(said) if seconds > 2 and job.returncode == ENDS[sign] else ""


def doubled(folder, seconds, rng):
    """Two builds of the same at once."""
    jobs = [build(folder, "--force"), build(folder, "--force")]
    said = [job.communicate(timeout=120)[1] for job in jobs]
    return "two at once", "".join(said) if any(job.returncode for job in jobs) else ""


def starved(folder, seconds, rng, size=None):
    """A build whose files cannot grow."""
    job = build(folder, "--force", most_bytes=rng.choice(SIZES) if size is None else size)
    said = job.communicate(timeout=120)[1]
    return "no room", untidy(said.split("ValueError")[0]) if job.returncode != 1 or not said else untidy(said)


def main(minutes=3.0):
    """Torture for so long; the exit status."""
    rng, counts, faults = random.Random(0), Counter(), []
    with tempfile.TemporaryDirectory() as scratch:
        folder, begun = project(Path(scratch) / "project"), time.monotonic()
        assert build(folder).wait() == 0
        good, seconds = left(folder), time.monotonic() - begun
        for size in SIZES:  # each once, whatever time is left for the rest
            disturb(folder)
            kind, wrong = starved(folder, seconds, rng, size)
            counts[kind] += 1
            faults += [f"{kind}, {size} bytes: {line}" for line in filter(None, (wrong, again(folder, good)))]
        while time.monotonic() - begun < 60 * minutes:
            disturb(folder)
            kind, wrong = rng.choices([ended, doubled, starved], [6, 1, 2])[0](folder, seconds, rng)
            counts[kind] += 1
            faults += [f"{kind}: {line}" for line in filter(None, (wrong, again(folder, good)))]
    print(*faults, sep="\n")
    print(", ".join(f"{kind} {n}" for kind, n in counts.items()), f"; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
