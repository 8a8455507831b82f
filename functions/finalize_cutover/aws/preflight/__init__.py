"""
The adapters for the preflight.

They are imported only for a preflight.
"""
