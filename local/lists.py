"""List responses in which one item lacks its ID."""

import re
from collections.abc import Iterable

# The ID members of list items, in the JSON of MGN and CloudWatch, and in EC2's XML.
ID = re.compile(rb'"(?:sourceServerID|jobID|AlarmName)"|<(instanceId|snapshotId)>[^<]*</\1>')


def without_a_name(answer: Iterable[bytes]) -> list[bytes]:
    """Return *answer* with the first ID member renamed to an unknown name of the same length."""
    return [ID.sub(lambda found: found[0].lower(), b"".join(answer), count=1)]
