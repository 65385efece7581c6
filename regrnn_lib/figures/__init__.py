"""Figures in one house style: every function draws data that it is given and returns a matplotlib Figure."""
