"""Thousands of calls with hostile arguments, by hand: python tests/torture.py [calls, 20000] [seed, 0]

Prints how many were tried, refused and right; each failure as a case for `fuzz.CORPUS`, with what was raised.
"""

import os
import random
import sys
import traceback
from collections import Counter

os.environ["REGRNN_CACHE"] = "off"

import fuzz


def torture(calls=20_000, seed=0):
    """Counts of outcomes, failures printed once per call and kind."""
    choice, counts, seen = random.Random(seed).choice, Counter(), set()
    for _ in range(calls):
        name, case = fuzz.draw(choice)
        try:
            counts[fuzz.outcome(name, case)] += 1
        except Exception as error:
            counts["failed"] += 1
            last = traceback.extract_tb(error.__traceback__)[-1]
            kind = name, type(error).__name__, last.lineno
            if kind not in seen:
                seen.add(kind)
                said = f"{type(error).__name__}: {str(error)[:200]!r} {last.filename}:{last.lineno}"
                print(f"({name!r}, {case}),\n    {said}", flush=True)
    print(f"tried {calls}, refused {counts['refused']}, right {counts['right']}, failed {counts['failed']}")
    return counts["failed"]


if __name__ == "__main__":
    sys.exit(bool(torture(*map(int, sys.argv[1:]))))
