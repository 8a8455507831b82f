"""Texts for a terminal: numbers, counts, and texts from elsewhere without characters that a terminal would obey."""

from collections.abc import Mapping

# Shown for characters that a terminal would obey.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: object) -> str:
    """Return *text* with every control and direction character but the newline replaced."""
    return "".join(sign if sign.isprintable() or sign == "\n" else REPLACEMENT for sign in str(text))


def number_of(count: int, thing: str) -> str:
    """Return *count* and the *thing*, in the plural unless it is one."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def counted(counts: Mapping[str, int]) -> str:
    """Return the outcomes with their numbers, such as ``2 FINALIZED, 1 BLOCKED``."""
    return ", ".join(f"{count:,} {printable(name)}" for name, count in counts.items()) or "none"
