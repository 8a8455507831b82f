"""Runs the local AWS in a separate process, so that its time and memory are not measured with its clients."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from local.client import LocalAws


@contextmanager
def serving() -> Iterator[LocalAws]:
    """Yield a local AWS, and stop it at the end of the block."""
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
    # Imported here, so that only this process has moto in memory.
    from local.server import start  # noqa: PLC0415

    server = start()
    parent.send(server.url)
    try:
        parent.recv()
    except EOFError:
        server.stop()
