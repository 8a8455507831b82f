"""IDs and ARNs in MGN's format."""

import secrets

ALPHABET = "0123456789abcdef"


def new_id(prefix: str) -> str:
    """Return *prefix*, a hyphen, and 17 random hexadecimal digits."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(17))


def arn(partition: str, region: str, account: str, resource: str, identifier: str) -> str:
    """Return the ARN of an MGN *resource*: ``source-server``, ``job``, ``application`` or ``wave``."""
    return f"arn:{partition}:mgn:{region}:{account}:{resource}/{identifier}"
