"""
How Cloud Migration Factory on AWS finalizes a wave, written anew from what it does.

It deals the source servers out to at most 30 processes, each with a client of its
own and boto3's own retries, and makes two calls for each: DisconnectFromService, then
ChangeServerLifeCycleState to CUTOVER.  It looks at nothing first.  The first
error in a process leaves the rest of its servers as they are.
https://github.com/aws-solutions/cloud-migration-factory-on-aws (its MGN integration, commit 51bbfb0)
"""

import contextlib
import multiprocessing
from collections.abc import Sequence

import boto3
from botocore.exceptions import ClientError

MOST_PROCESSES = 30


def prepare(server_id: str) -> None:
    """Finalize *server_id*, so that all of boto3 has been loaded."""
    _finalize_one_by_one([server_id])


def finalize(_wave_id: str, server_ids: Sequence[str]) -> None:
    """Finalize *server_ids* in processes; fewer than 30 have one server each, as a worker can have no less."""
    context = multiprocessing.get_context("fork")
    hands = [server_ids[start::MOST_PROCESSES] for start in range(MOST_PROCESSES)]
    workers = [context.Process(target=_finalize_one_by_one, args=(hand,)) for hand in hands if hand]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _finalize_one_by_one(server_ids: Sequence[str]) -> None:
    mgn = boto3.session.Session().client("mgn")
    with contextlib.suppress(ClientError):
        for server_id in server_ids:
            mgn.disconnect_from_service(sourceServerID=server_id)
            mgn.change_server_life_cycle_state(sourceServerID=server_id, lifeCycle={"state": "CUTOVER"})
