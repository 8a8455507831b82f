"""Read, decide, write once, verify."""
