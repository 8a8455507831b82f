"""
Ends replication: the response shows it at once, the agent stops within 10 minutes, MGN deletes its resources within 90.

The times were observed once in a real account.
"""

from datetime import timedelta

from local.clock import CLOCK

from .source_servers import SNAPSHOT_AGE, SourceServer

AGENT_UNINSTALLED = timedelta(minutes=7)


def disconnect(server: SourceServer) -> None:
    """Stop the replication of *server*, and discard the replicated data."""
    replication = server.replication
    replication.setdefault("lastSnapshotDateTime", CLOCK.now() - SNAPSHOT_AGE)
    replication["dataReplicationState"] = "DISCONNECTED"
    for disk in replication.get("replicatedDisks", []):
        disk["totalStorageBytes"] = 0
    for name in ("lagDuration", "etaDateTime"):
        replication.pop(name, None)
    silent_from = CLOCK.now() + AGENT_UNINSTALLED
    if not server.agent_stays and (server.agent_silent_from is None or silent_from < server.agent_silent_from):
        server.agent_silent_from = silent_from
