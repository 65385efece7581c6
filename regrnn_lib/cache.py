"""`python -m regrnn_lib.cache`: what the cache holds; see `experiments.cache`."""

from .experiments.cache import command

if __name__ == "__main__":
    command()
