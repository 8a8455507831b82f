"""The write, and the proof of its effect."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from finalize_cutover.cutover.errors import ConflictError, CutoverError, MgnUnavailableError
from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import LOOK_AGAIN, LOOKS_AGAIN, PAUSE

# Error code of a write that MGN accepted, but whose effect no read has shown.
WITHOUT_EFFECT = "NotFinalized"


def finalize_once(
    server_id: str, *, services: Services, before_send: Callable[[], None], until: datetime
) -> tuple[SourceServer, bool]:
    """
    Finalize the cutover of *server_id*, which has been proven ready; this cannot be undone.

    Args:
        server_id: Source server ID.

        services: The ports of the account.

        before_send: Called just before the request is sent.  If it raises, nothing is sent, and the error is raised
            here.

        until: When the outcome must be known.

    Returns:
        The finalized source server, and whether this call finalized it.  If the response was lost and the server is
        found finalized, this call counts as the cause, provided that the request was sent.

    Raises:
        SourceServerNotFoundError: MGN does not find it.

        ConflictError: Its state does not allow it, and it is still not finalized.

        MgnUnavailableError: MGN did not respond, or its response had no effect, and the server is still not finalized;
            a retry is safe.  A throttled call had no effect.

        UninitializedAccountError: MGN is not initialized.

        MgnRefusedError: MGN refuses the request.
    """
    sent = threading.Event()

    def send() -> None:
        before_send()
        sent.set()

    try:
        server = services.mgn.finalize(server_id, before_send=send)
    except ConflictError as error:
        return _found_finalized(server_id, error, services, until), False
    except MgnUnavailableError as error:
        if error.is_throttled:
            raise
        return _found_finalized(server_id, error, services, until), sent.is_set()
    if server.is_finalized:
        return server, True
    return _found_finalized(server_id, _without_effect(server), services, until), True


def _without_effect(server: SourceServer) -> CutoverError:
    return MgnUnavailableError(
        f"Source server {server.id}: MGN accepted mgn:FinalizeCutover but still shows the lifecycle state "
        f"{server.state} and the replication state {server.replication_state}.",
        code=WITHOUT_EFFECT,
    )


def _found_finalized(server_id: str, error: CutoverError, services: Services, until: datetime) -> SourceServer:
    """
    Return the source server if one of a few reads shows it finalized, otherwise raise *error*.

    A failed read is ignored: *error* says more about the write.
    """
    for _ in range(LOOKS_AGAIN):
        if services.clock.now() + PAUSE >= until:
            break
        services.clock.sleep(PAUSE.total_seconds())
        server = _look_again(server_id, services).get(server_id)
        if server and server.is_finalized:
            return server
    raise error


def _look_again(server_id: str, services: Services) -> Mapping[str, SourceServer]:
    try:
        return services.mgn.describe([server_id], within=LOOK_AGAIN).items
    except CutoverError:
        return {}


def verify(server: SourceServer) -> tuple[str, ...]:
    """
    Return a warning for each documented change that a finalized source server does not show yet.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html
    """
    staged = sum(server.staged_bytes)
    signs = [
        (staged == 0, f"{staged} bytes of replicated storage"),
        (server.lag_duration is None, f"a replication lag of {server.lag_duration}"),
    ]
    return tuple(f"After finalizing, MGN still shows {words}." for shown, words in signs if not shown)
