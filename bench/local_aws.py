"""The local AWS in a process of its own, so that its time and memory are not taken for those of who asks it."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from local.client import LocalAws


@contextmanager
def serving() -> Iterator[LocalAws]:
    """Serve while the context lasts."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), name="local-aws", daemon=True)
    process.start()
    theirs.close()
    try:
        yield LocalAws(ours.recv())
    finally:
        ours.close()
        process.join()


def _serve(parent: Connection) -> None:
    # Here, so that nobody else's memory has moto in it.
    from local.server import start  # noqa: PLC0415

    server = start()
    parent.send(server.url)
    try:
        parent.recv()
    except EOFError:
        server.stop()
