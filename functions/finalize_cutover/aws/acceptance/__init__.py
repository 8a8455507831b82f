"""
The adapters for the optional rules.

A module is imported only if its rule is switched on.
"""
