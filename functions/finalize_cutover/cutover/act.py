"""The writes, and the proof that they took effect."""

from collections.abc import Collection, Mapping

from .errors import ConflictError, CutoverError, MgnUnavailableError
from .look import World
from .source_server import CUTOVER, DISCONNECTED, SourceServer

# After a conflict or a lost answer we look again: after 2, 4 and 6 s, because reads may lag 5 s behind the write.
LOOKS_AGAIN = 3
SECONDS_BEFORE_A_LOOK = 2


def finalize_once(server_id: str, *, world: World) -> tuple[SourceServer, bool]:
    """
    Finalize the cutover of *server_id*, which has been proven ready; this cannot be undone.

    Returns:
        The source server afterwards, and whether this very call finalized it.  When an answer
        was lost on the way and the server is found finalized, the call is taken to have done it.

    Raises:
        SourceServerNotFoundError: MGN does not know it.

        ConflictError: Its state forbids it, and it is still not finalized.

        MgnUnavailableError: MGN could not answer, and it is still not finalized; asking again is safe.

        UninitializedAccountError: MGN was never set up.

        MgnRefusedError: MGN will not do it.
    """
    try:
        return world.mgn.finalize(server_id), True
    except ConflictError as error:
        return _found_finalized(server_id, error, world), error.was_retried
    except MgnUnavailableError as error:
        if error.is_throttled:
            raise  # for one who asks for many: looking at each would only add to the load
        return _found_finalized(server_id, error, world), True


def _found_finalized(server_id: str, error: CutoverError, world: World) -> SourceServer:
    found = find_finalized([server_id], world=world)
    if server_id not in found:
        raise error
    return found[server_id]


def find_finalized(server_ids: Collection[str], *, world: World) -> dict[str, SourceServer]:
    """
    Look again at *server_ids*, a few times, and return ``{ID: source server}`` of those that are finalized.

    A look that fails shows nothing; nothing is raised, because the error that made us look says more.
    """
    found: dict[str, SourceServer] = {}
    for _ in range(LOOKS_AGAIN):
        world.clock.sleep(SECONDS_BEFORE_A_LOOK)
        shown = _look_again([server_id for server_id in server_ids if server_id not in found], world)
        found |= {server.id: server for server in shown.values() if server.is_finalized}
        if len(found) == len(server_ids):
            break
    return found


def _look_again(server_ids: Collection[str], world: World) -> Mapping[str, SourceServer]:
    try:
        return world.mgn.describe(server_ids)
    except CutoverError:
        return {}


def archive(server: SourceServer, *, world: World) -> tuple[SourceServer, tuple[str, ...]]:
    """Mark *server* as archived; return it as it is then, and a warning where MGN did not do it."""
    try:
        return world.mgn.archive(server.id), ()
    except CutoverError as error:
        # The cutover is final all the same: that must not be reported as a failure.
        return server, (f"It was not archived: {error}",)


def verify(server: SourceServer) -> tuple[str, ...]:
    """
    Return what a finalized source server should show and does not, in words.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_FinalizeCutover.html
    """
    staged = sum(server.staged_bytes)
    signs = [
        (server.state == CUTOVER, f"its lifecycle state is {server.state}, not {CUTOVER}"),
        (
            server.replication_state == DISCONNECTED,
            f"its replication state is {server.replication_state}, not {DISCONNECTED}",
        ),
        (staged == 0, f"{staged} bytes are still shown as replicated storage"),
        (server.lag_duration is None, f"a replication lag of {server.lag_duration} is still shown"),
    ]
    return tuple(f"After finalizing, {words}." for shown, words in signs if not shown)
