"""A cache on a full disk, by hand: `python tests/torture_cache.py`; a minute or two.

A sweep keeps its evaluations where there is room for 0, 4, 40, 100 or 1000 kB only: by a limit on the size
of a file, and as root on Linux on a file system of that size, too. It must give the very values or end in one
message; after that, with room again and the same cache, the values must be the same.
"""

import os
import resource
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = (0, 4_000, 40_000, 100_000, 1_000_000)
SWEEP = """
import sys, warnings
import numpy as np
from regrnn_lib import sweep
try:
    grid = dict(coupling=np.linspace(0.1, 2, 40), dale=[0, 0.5, 1])
    data = sweep(grid, n_neurons=10, n_replicates=20, settings=dict(n_steps=10, burn_in=0))
    print(np.concatenate([data[name].values.ravel() for name in data]).tobytes().hex())
except OSError as error:
    sys.exit(f"{error}")
"""


def swept(cache, most_bytes=None):
    """(exit status, values as text, what was said) of a sweep whose files may have so many bytes at most."""

    def starve():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    own = os.environ | dict(REGRNN_CACHE=str(cache), PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
    how = dict(capture_output=True, text=True, env=own, timeout=300)
    limit = starve if most_bytes is not None else None
    done = subprocess.run([sys.executable, "-c", SWEEP], preexec_fn=limit, **how)
    return done.returncode, done.stdout, done.stderr


@contextmanager
def small_disk(folder, size):
    """The folder as a file system of so many bytes; None where that is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={max(size, 4096)}", "none", str(folder)]
    mounted = subprocess.run(command, capture_output=True).returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def wrong(first, good, again):
    """What is wrong with a starved sweep and the one after it; empty if nothing is."""
    status, values, said = first
    fits = values == good if status == 0 else status == 1 and "what is done is kept" in said
    one = "Traceback" not in said and said.count("what is done is kept") == (status != 0)
    after = again[0] == 0 and again[1] == good and "Traceback" not in again[2]
    words = ["other values, or no message"] * (not fits) + ["more than one message"] * (not one)
    return (
        words
        + ["other values afterwards"] * (not after)
        + ([said[-400:]] if not (fits and one and after) else [])
    )


def main():
    """Torture; the exit status."""
    faults, tried, stopped = [], 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        good = swept(Path(scratch) / "good")[1]
        for size in SIZES:
            cache = Path(scratch) / f"limit-{size}"
            first = swept(cache, size)
            faults += [f"files of {size} bytes: {w}" for w in wrong(first, good, swept(cache))]
            tried, stopped = tried + 1, stopped + (first[0] != 0)
            folder = Path(scratch) / f"disk-{size}"
            folder.mkdir()
            with small_disk(folder, size) as disk:
                if disk:
                    first = swept(disk)
                    subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
                    faults += [f"a disk of {size} bytes: {w}" for w in wrong(first, good, swept(disk))]
                    tried, stopped = tried + 1, stopped + (first[0] != 0)
    print(*faults, sep="\n")
    print(f"tried {tried}, ended by a message {stopped}, faults {len(faults)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
