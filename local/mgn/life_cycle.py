"""
The immediate effects of MGN's operations on one source server.

The error messages follow one that was observed in a real account: "Cannot ChangeServerLifeCycleState for a CUTOVER
server. …".  It is unknown whether MGN refuses FinalizeCutover while a job runs, or after a failed action.  Here it does
*not* refuse it, so that only the function's own checks protect the server.
"""

from local.clock import CLOCK

from . import replication
from .documents import Document
from .exceptions import ConflictException
from .launch_plans import LaunchPlan
from .source_servers import SourceServer


def finalize(server: SourceServer) -> None:
    """
    Finalize the cutover of *server*.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html

    Raises:
        ConflictException: *server* is archived, or not CUTTING_OVER.
    """
    check_finalizable(server)
    server.state = "CUTOVER"
    server.document["lifeCycle"].setdefault("lastCutover", {})["finalized"] = _called()
    replication.disconnect(server)


def check_finalizable(server: SourceServer) -> None:
    """
    Check that MGN allows FinalizeCutover for *server*.

    Raises:
        ConflictException: *server* is archived, or not CUTTING_OVER.
    """
    if server.document["isArchived"]:
        raise ConflictException("Cannot FinalizeCutover for an archived server.", server.id)
    if server.state != "CUTTING_OVER":
        raise _wrong_state("FinalizeCutover", server)


def initiate(server: SourceServer, job_id: str) -> None:
    """Record that *job_id* launches a cutover instance of *server*: the state changes before the instance exists."""
    server.state = "CUTTING_OVER"
    server.document["lifeCycle"]["lastCutover"] = {"initiated": {**_called(), "jobID": job_id}}


def check_launchable(server: SourceServer, operation: str) -> None:
    """
    Check that MGN allows *operation*, a launch of a cutover instance, for *server*.

    Raises:
        ConflictException: *server* is archived, not READY_FOR_CUTOVER, or does not replicate.
    """
    if server.document["isArchived"]:
        raise ConflictException(f"Cannot {operation} for an archived server.", server.id)
    if server.state != "READY_FOR_CUTOVER":
        raise _wrong_state(operation, server)
    if "lagDuration" not in server.replication:
        raise ConflictException(f"Cannot {operation} for a server that is not launchable.", server.id)


def change_state(server: SourceServer, state: str) -> None:
    """
    Set *server* to *state*: READY_FOR_TEST, READY_FOR_CUTOVER, or CUTOVER if it is disconnected.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_ChangeServerLifeCycleState.html

    Raises:
        ConflictException: The cutover of *server* is finalized, or *server* is not launchable.
    """
    if server.state == "CUTOVER":
        raise ConflictException(
            "Cannot ChangeServerLifeCycleState for a CUTOVER server. "
            "If you need to restart the migration, reinstall the Replication Agent.",
            server.id,
        )
    if state == "CUTOVER" and server.is_disconnected:
        # Cloud Migration Factory uses this call.  Inferred: it sets ``finalized``.
        server.document["lifeCycle"].setdefault("lastCutover", {})["finalized"] = _called()
    elif state == "CUTOVER" or "lagDuration" not in server.replication:
        raise ConflictException("Cannot ChangeServerLifeCycleState for a server that is not launchable.", server.id)
    _close_attempt(server, state)
    server.state = state


def _close_attempt(server: SourceServer, state: str) -> None:
    """Record in the last test or cutover that *server* changes from TESTING or CUTTING_OVER to *state*."""
    life_cycle = server.document["lifeCycle"]
    if server.state == "CUTTING_OVER" and state != "CUTOVER":
        life_cycle.setdefault("lastCutover", {})["reverted"] = _called()
        server.plan = LaunchPlan()  # after a revert, assume that the causes of failures are fixed
    elif server.state == "TESTING":
        outcome = "reverted" if state == "READY_FOR_TEST" else "finalized"
        life_cycle.setdefault("lastTest", {})[outcome] = _called()


def disconnect(server: SourceServer) -> None:
    """
    Disconnect *server*.  Inferred: its lifecycle state becomes DISCONNECTED, unless it is CUTOVER.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_DisconnectFromService.html

    Raises:
        ConflictException: *server* is already disconnected.
    """
    if server.is_disconnected:
        raise ConflictException("Cannot DisconnectFromService for a DISCONNECTED server.", server.id)
    if server.state != "CUTOVER":
        server.state = "DISCONNECTED"
    replication.disconnect(server)


def archive(server: SourceServer) -> None:
    """
    Archive *server*.  Archiving it again has no effect.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_MarkAsArchived.html

    Raises:
        ConflictException: *server* is neither DISCONNECTED nor CUTOVER.
    """
    if server.state not in {"DISCONNECTED", "CUTOVER"}:
        raise _wrong_state("MarkAsArchived", server)
    server.document["isArchived"] = True


def _called() -> Document:
    return {"apiCallDateTime": CLOCK.now()}


def _wrong_state(operation: str, server: SourceServer) -> ConflictException:
    return ConflictException(f"Cannot {operation} for a {server.state} server.", server.id)
