"""The version of the application; ``make lock`` copies it from ``pyproject.toml``, and a test compares them."""

VERSION = "1.0.0"
