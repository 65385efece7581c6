"""Tests never read or fill the user's cache, and draw without a screen."""

import os

os.environ["REGRNN_CACHE"] = "off"
os.environ.setdefault("OMP_NUM_THREADS", "1")
