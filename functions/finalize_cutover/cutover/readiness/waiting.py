"""Since when an approved source server waits to be finalized."""

from datetime import datetime, timedelta

from finalize_cutover.cutover.source_server import SourceServer

from .policy import ReadinessPolicy, keys_like
from .tag_rules import not_before_time


def waiting_since(server: SourceServer, policy: ReadinessPolicy) -> datetime | None:
    """
    Return when *server* could have been finalized at the earliest, according to its launch, the soak time and its tags.

    None means that it does not wait, because it is on hold, or that its launch time is unknown.
    """
    launched_at = server.last_cutover.initiated_at if server.last_cutover else None
    if launched_at is None or keys_like(policy.hold_tag_key, server.tags):
        return None
    soaked_at = launched_at + timedelta(minutes=policy.soak_minutes)
    return max(soaked_at, not_before_time(server.tags) or soaked_at)
