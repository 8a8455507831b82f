"""The reads that every request needs, tried for real."""

from collections.abc import Callable, Collection
from typing import TypeAlias, TypeVar

from finalize_cutover.cutover.errors import CutoverError, UninitializedAccountError
from finalize_cutover.cutover.ports import Found, Instances, Jobs, Stack, StagingResources
from finalize_cutover.cutover.source_server import SourceServer

from .answer import Answer, passes, warns

T = TypeVar("T")

# Waits for the list of source servers that all checks share; raises why there is none.
Servers: TypeAlias = Callable[[], Found[SourceServer]]

# IDs that AWS does not assign: an answer about them shows that the read is allowed.
NO_JOB = "mgnjob-00000000000000000"
NO_INSTANCE = "i-00000000000000000"
NOT_FOUND, INVALID = "ResourceNotFoundException", "ValidationException"


def unless_uninitialized(check: Callable[[], Answer]) -> Answer:
    """Return the answer of *check* in an account that need not have migrations, such as the central one of several."""
    try:
        return check()
    except UninitializedAccountError:
        return passes("MGN is not initialized here; it need not be, because MemberAccounts names other accounts.")


def source_servers(servers: Servers) -> Answer:
    """List the source servers."""
    found = servers()
    unread = len(found.errors) + found.unnamed
    if unread:
        return warns(
            f"MGN lists {_number_of(len(found.items) + unread, 'source server')}, of which {unread} cannot be read.",
            "Report it as a bug, with the version of botocore: these source servers are not finalized.",
        )
    return passes(f"MGN lists {_number_of(len(found.items), 'source server')}, not counting archived ones.")


def jobs(servers: Servers, port: Jobs) -> Answer:
    """Read a launch job: a real one, if there is any."""
    job_id = _first(servers, lambda server: server.cutover_job_id)
    _raise_first(port.describe_jobs([job_id or NO_JOB]))
    return passes(_read("Launch jobs", job_id))


def job_log(servers: Servers, port: Jobs) -> Answer:
    """Read the log of a launch job: of a real one, if there is any."""
    job_id = _first(servers, lambda server: server.cutover_job_id)
    try:
        port.job_log(job_id or NO_JOB)
    except CutoverError as error:
        if job_id is None and error.code == INVALID:
            # AWS does not say whether MGN checks the permission first.
            return warns(
                "Whether the logs of launch jobs can be read is not known, because no launch job is known.",
                "Repeat the preflight after the first launch.",
            )
        if error.code != NOT_FOUND:
            raise
    return passes(_read("The logs of launch jobs", job_id))


def applications(count: Callable[[], int]) -> Answer:
    """List the applications, as requests for a wave do."""
    return passes(f"MGN lists {_number_of(count(), 'application')}, not counting archived ones.")


def instance_status(servers: Servers, port: Instances) -> Answer:
    """Read the status of a launched instance: of a real one, if there is any."""
    instance_id = a_launched_instance(servers)
    _raise_first(port.statuses([instance_id or NO_INSTANCE]))
    return passes(_read("The status of EC2 instances", instance_id))


def leftovers(port: StagingResources) -> Answer:
    """List MGN's replication resources in EC2, as an audit does."""
    found = port.managed()
    return passes(f"EC2 lists {len(found)} volumes, snapshots and instances with MGN's tag.")


def stack_status(stack: Stack) -> Answer:
    """Read the status of a stack that does not exist: CloudFormation says so only to those who may ask."""
    try:
        next(stack.statuses(), None)
    except CutoverError as error:
        if not (error.code == "ValidationError" and "does not exist" in str(error)):
            raise
    return passes("The status of CloudFormation stacks can be read.")


def a_launched_instance(servers: Servers) -> str | None:
    """Return the ID of an instance that MGN launched; None if none is known."""
    return _first(servers, lambda server: server.instance_id)


def _first(servers: Servers, member: Callable[[SourceServer], str | None]) -> str | None:
    try:
        found: Collection[SourceServer] = servers().items.values()
    except CutoverError:
        return None  # another check reports it
    # A disconnected source server can be so old that its job or instance is gone.
    newest_first = sorted(found, key=lambda server: server.is_finalized)
    return next(filter(None, map(member, newest_first)), None)


def _number_of(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _read(what: str, real_id: str | None) -> str:
    return f"{what} can be read" + (f": {real_id} was." if real_id else "; none was known to read.")


def _raise_first(found: Found[T]) -> None:
    if error := next(iter(found.errors.values()), None):
        raise error
