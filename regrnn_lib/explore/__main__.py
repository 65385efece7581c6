"""`python -m regrnn_lib.explore`: the explorers as a page on this machine."""

import sys

from . import serve

if __name__ == "__main__":
    serve(sys.argv[1:])
