"""IDs and ARNs in MGN's format."""

import re
import secrets

ALPHABET = "0123456789abcdef"


def new_id(prefix: str) -> str:
    """Return *prefix*, a hyphen, and 17 random hexadecimal digits."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(17))


def check_id(prefix: str, identifier: str) -> str:
    """Return *identifier* if it has MGN's format; raise ValueError in a sentence if it has not."""
    if not re.fullmatch(f"{prefix}-[0-9a-zA-Z]{{17}}", identifier):
        raise ValueError(f"The ID is {identifier!r}; allowed: {prefix}- and 17 letters or digits.")
    return identifier


def arn(partition: str, region: str, account: str, resource: str, identifier: str) -> str:
    """Return the ARN of an MGN *resource*: ``source-server``, ``job``, ``application`` or ``wave``."""
    return f"arn:{partition}:mgn:{region}:{account}:{resource}/{identifier}"
