"""From facts by instance to facts by source server."""

from collections.abc import Callable, Collection
from typing import TypeVar

from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.source_server import SourceServer

T = TypeVar("T")


def of_servers(servers: Collection[SourceServer], read: Callable[[Collection[str]], Found[T]]) -> Found[T | None]:
    """
    Return what *read* returns for the launched instances, by source server ID.

    A source server without an instance, or whose instance *read* does not return, has None.
    """
    instance_ids = {server.instance_id for server in servers if server.instance_id}
    found: Found[T] = read(instance_ids) if instance_ids else Found(items={})
    return Found(
        items={server.id: found.items.get(server.instance_id or "") for server in servers},
        errors={
            server.id: found.errors[server.instance_id]
            for server in servers
            if server.instance_id and server.instance_id in found.errors
        },
    )
