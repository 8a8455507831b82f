"""
Make text from outside inert: nothing in it can be a link, a mention or markup.

Host names and reasons contain words that other people chose, and the digest goes to mail programs, chats and terminals.
"""

LONGEST = 300  # characters
# Angle brackets begin tags, and mentions and links in Slack; the others begin links, code and formatting in markdown.
LOOKALIKES = str.maketrans(
    {"<": "(", ">": ")", "[": "(", "]": ")", "`": "'", "*": "·", "~": "-", "|": "/", "@": "(at)"}
)


def inert(text: str, *, most: int = LONGEST) -> str:
    """Return *text* in one line of at most *most* characters, without control characters and without markup."""
    shown = "".join(each if each.isprintable() else " " for each in text[:most])
    shown = shown.translate(LOOKALIKES).replace("://", ": //")
    return shown if len(text) <= most and len(shown) <= most else f"{shown[: most - 1]}…"
