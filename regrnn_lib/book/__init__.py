"""The companion as a web site, in pages that open by a double click.

The executed notebooks, the README and the docstrings are bound into it.
"""
