"""The writes, and the proof that they took effect."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from finalize_cutover.cutover.errors import ConflictError, CutoverError, MgnUnavailableError
from finalize_cutover.cutover.ports import Services
from finalize_cutover.cutover.source_server import SourceServer
from finalize_cutover.cutover.time_budget import LOOK_AGAIN, LOOKS_AGAIN, PAUSE

# The code of a write that was accepted, and that no look has shown to have had its effect.
WITHOUT_EFFECT = "NotFinalized"


def finalize_once(
    server_id: str, *, services: Services, before_send: Callable[[], None], until: datetime
) -> tuple[SourceServer, bool]:
    """
    Finalize the cutover of *server_id*, which has been proven ready; this cannot be undone.

    Args:
        server_id: Source server ID.

        services: Where to act.

        before_send: Called when only sending is left; what it raises is raised, and then nothing is sent.

        until: When it must be known what became of it.

    Returns:
        The source server afterwards, which is finalized, and whether this very call finalized it.  When an answer
        was lost on the way and the server is found finalized, the call is taken to have done it, if it was sent.

    Raises:
        SourceServerNotFoundError: MGN does not know it.

        ConflictError: Its state forbids it, and it is still not finalized.

        MgnUnavailableError: MGN could not answer, or answered and did nothing, and it is still not finalized; asking
            again is safe.  One that is throttled had no effect.

        UninitializedAccountError: MGN was never set up.

        MgnRefusedError: MGN will not do it.
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
        f"Source server {server.id}: MGN accepted mgn:FinalizeCutover and still shows the lifecycle state "
        f"{server.state} and the replication state {server.replication_state}.",
        code=WITHOUT_EFFECT,
    )


def _found_finalized(server_id: str, error: CutoverError, services: Services, until: datetime) -> SourceServer:
    """
    Return *server_id* if one of a few looks shows it finalized, else raise *error*.

    A look that fails shows nothing: the error that made us look says more.
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
    Return what a source server whose cutover is final should show besides, and does not, in words.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html
    """
    staged = sum(server.staged_bytes)
    signs = [
        (staged == 0, f"{staged} bytes are still shown as replicated storage"),
        (server.lag_duration is None, f"a replication lag of {server.lag_duration} is still shown"),
    ]
    return tuple(f"After finalizing, {words}." for shown, words in signs if not shown)
