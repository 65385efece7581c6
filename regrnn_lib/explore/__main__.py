"""`python -m regrnn_lib.explore`: the explorers as a page on this machine."""

import sys

from .server import serve

if __name__ == "__main__":
    try:
        serve(sys.argv[1:])
    except ImportError as fault:
        sys.exit(str(fault))
