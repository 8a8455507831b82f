"""The version of the application; ``make lock`` copies it from ``pyproject.toml``, and a test compares them."""

VERSION = "0.1.0"
