"""`python -m regrnn_lib.claims readme`: the ledger into the README; see `experiments.verdicts`."""

import sys

from .experiments.verdicts import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
