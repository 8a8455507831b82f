"""The handler for a preflight."""
