"""
What MGN's calls do to one source server, at once.

Refusals are worded as the one that was seen in a real account: "Cannot ChangeServerLifeCycleState for a CUTOVER server.
…".  Whether MGN refuses FinalizeCutover while a job runs, or after a failed action, is unknown: here it does *not*, so
that nothing but our own look protects the server.
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
        ConflictException: It is archived, or not CUTTING_OVER.
    """
    check_finalizable(server)
    server.state = "CUTOVER"
    server.document["lifeCycle"].setdefault("lastCutover", {})["finalized"] = _called()
    replication.disconnect(server)


def check_finalizable(server: SourceServer) -> None:
    """
    Check that the cutover of *server* may be finalized.

    Raises:
        ConflictException: It is archived, or not CUTTING_OVER.
    """
    if server.document["isArchived"]:
        raise ConflictException("Cannot FinalizeCutover for an archived server.", server.id)
    if server.state != "CUTTING_OVER":
        raise _wrong_state("FinalizeCutover", server)


def initiate(server: SourceServer, job_id: str) -> None:
    """Note that *job_id* is to launch the cutover instance of *server*: its state changes before anything exists."""
    server.state = "CUTTING_OVER"
    server.document["lifeCycle"]["lastCutover"] = {"initiated": {**_called(), "jobID": job_id}}


def check_launchable(server: SourceServer, operation: str) -> None:
    """
    Check that *operation* may launch a cutover instance of *server*.

    Raises:
        ConflictException: It is archived, not READY_FOR_CUTOVER, or does not replicate.
    """
    if server.document["isArchived"]:
        raise ConflictException(f"Cannot {operation} for an archived server.", server.id)
    if server.state != "READY_FOR_CUTOVER":
        raise _wrong_state(operation, server)
    if "lagDuration" not in server.replication:
        raise ConflictException(f"Cannot {operation} for a server that is not launchable.", server.id)


def change_state(server: SourceServer, state: str) -> None:
    """
    Put *server* into *state*: READY_FOR_TEST, READY_FOR_CUTOVER, or CUTOVER once it is disconnected.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_ChangeServerLifeCycleState.html

    Raises:
        ConflictException: Its cutover is finalized, or it is not launchable.
    """
    if server.state == "CUTOVER":
        raise ConflictException(
            "Cannot ChangeServerLifeCycleState for a CUTOVER server. "
            "If you need to restart the migration, reinstall the Replication Agent.",
            server.id,
        )
    if state == "CUTOVER" and server.is_disconnected:
        # As Cloud Migration Factory does it; that it sets ``finalized`` is inferred.
        server.document["lifeCycle"].setdefault("lastCutover", {})["finalized"] = _called()
    elif state == "CUTOVER" or "lagDuration" not in server.replication:
        raise ConflictException("Cannot ChangeServerLifeCycleState for a server that is not launchable.", server.id)
    _close_attempt(server, state)
    server.state = state


def _close_attempt(server: SourceServer, state: str) -> None:
    """Write down what leaving TESTING or CUTTING_OVER for *state* means for the last test or cutover."""
    life_cycle = server.document["lifeCycle"]
    if server.state == "CUTTING_OVER" and state != "CUTOVER":
        life_cycle.setdefault("lastCutover", {})["reverted"] = _called()
        server.plan = LaunchPlan()  # whoever reverts a cutover mends what was wrong before launching again
    elif server.state == "TESTING":
        outcome = "reverted" if state == "READY_FOR_TEST" else "finalized"
        life_cycle.setdefault("lastTest", {})[outcome] = _called()


def disconnect(server: SourceServer) -> None:
    """
    Disconnect *server*; that its lifecycle state becomes DISCONNECTED, unless it is CUTOVER, is inferred.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_DisconnectFromService.html

    Raises:
        ConflictException: It is disconnected already.
    """
    if server.is_disconnected:
        raise ConflictException("Cannot DisconnectFromService for a DISCONNECTED server.", server.id)
    if server.state != "CUTOVER":
        server.state = "DISCONNECTED"
    replication.disconnect(server)


def archive(server: SourceServer) -> None:
    """
    Archive *server*; once more changes nothing.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_MarkAsArchived.html

    Raises:
        ConflictException: It is neither DISCONNECTED nor CUTOVER.
    """
    if server.state not in {"DISCONNECTED", "CUTOVER"}:
        raise _wrong_state("MarkAsArchived", server)
    server.document["isArchived"] = True


def _called() -> Document:
    return {"apiCallDateTime": CLOCK.now()}


def _wrong_state(operation: str, server: SourceServer) -> ConflictException:
    return ConflictException(f"Cannot {operation} for a {server.state} server.", server.id)
