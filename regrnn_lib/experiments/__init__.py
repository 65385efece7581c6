"""Sweeps over networks, their statistics, matched controls, and the claims judged by them."""
