"""The companion as a web site: the executed notebooks, the README and the docstrings, bound into pages that open by a double click."""
