"""Finalize the cutover of MGN source servers that are proven ready: once, safely, with evidence."""
