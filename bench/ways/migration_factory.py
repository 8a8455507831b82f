"""
Finalizes a wave as Cloud Migration Factory on AWS does; a reimplementation of its behaviour.

It distributes the source servers over at most 30 processes, each with its own client and boto3's default retries, and
makes two calls for each server: DisconnectFromService, then ChangeServerLifeCycleState to CUTOVER.  It makes no checks.
After the first error, a process leaves the rest of its servers unchanged.
https://github.com/aws-solutions/cloud-migration-factory-on-aws (its MGN integration, commit 51bbfb0)
"""

import contextlib
import multiprocessing
from collections.abc import Sequence

import boto3
from botocore.exceptions import ClientError

MOST_PROCESSES = 30


def prepare(server_id: str) -> None:
    """Finalize *server_id*, to load all of boto3."""
    _finalize_one_by_one([server_id])


def finalize(_wave_id: str, server_ids: Sequence[str]) -> None:
    """Finalize *server_ids* in up to 30 processes; with fewer than 30 servers, each process has one."""
    context = multiprocessing.get_context("fork")
    shares = [server_ids[start::MOST_PROCESSES] for start in range(MOST_PROCESSES)]
    workers = [context.Process(target=_finalize_one_by_one, args=(share,)) for share in shares if share]
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
