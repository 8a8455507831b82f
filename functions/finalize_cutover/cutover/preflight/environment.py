"""Where the function runs: whose credentials, which clock, which log level, and the quotas of MGN."""

from collections.abc import Callable
from datetime import datetime, timedelta

from finalize_cutover.cutover.errors import MgnUnavailableError
from finalize_cutover.cutover.source_server import DISCONNECTED, SourceServer

from .answer import Answer, fails, passes, warns
from .ports import Caller
from .reads import Servers

# AWS refuses signatures that are more than 5 minutes old or early.
WARN_SKEW, MOST_SKEW = timedelta(seconds=60), timedelta(seconds=240)
SET_CLOCK = "Set the clock of the machine that runs the function; Lambda sets its own."
REACH_STS = "In a VPC, add an endpoint for sts; otherwise repeat the preflight."
QUIET = frozenset({"WARN", "WARNING", "ERROR", "CRITICAL"})
# Per Region, by default: https://docs.aws.amazon.com/general/latest/gr/mgn.html
MOST_ACTIVE_SERVERS, MOST_SERVERS, MOST_APPLICATIONS = 150, 4_000, 200
NEAR = 0.8
FREE_SERVERS = (
    "Finalize or disconnect source servers and archive them, or request a higher quota; ignore this if your account "
    "has one, which the preflight does not read."
)
FREE_APPLICATIONS = "Archive applications whose source servers are all finalized; AWS does not raise this quota."

Timed = Callable[[], tuple[datetime, Caller, datetime]]


def credentials(identity: Callable[[], Caller], *, own_account_id: str | None) -> Answer:
    """Compare the account of the credentials with that of the function."""
    try:
        account_id = identity().account_id
    except MgnUnavailableError as error:
        return warns(f"Whose credentials the function uses is not known: {error}", REACH_STS)
    if own_account_id not in {None, account_id}:
        return fails(
            f"The credentials are those of account {account_id}, but the function is in account {own_account_id}.",
            "Remove the variables with credentials from the function's environment.",
        )
    return passes(f"The credentials are valid, for account {account_id}.")


def clock(timed: Timed) -> Answer:
    """Compare the clock with that of AWS."""
    try:
        before, caller, after = timed()
    except MgnUnavailableError as error:
        return warns(f"The clock was not compared: {error}", REACH_STS)
    if caller.answered_at is None:
        return warns("The clock was not compared: the answer of AWS has no time.", SET_CLOCK)
    # AWS answers between the two, in whole seconds.
    early, late = caller.answered_at + timedelta(seconds=1) - before, caller.answered_at - after
    skew = max(-early, late, timedelta(0))
    words = f"The clock differs by {skew.total_seconds():.0f} s from that of AWS."
    if skew > MOST_SKEW:
        return fails(words, SET_CLOCK)
    return warns(words, SET_CLOCK) if skew > WARN_SKEW else passes(words)


def log_level(level: str) -> Answer:
    """Refuse nothing, but warn of a level that leaves no record of what was finalized."""
    if level.upper() in QUIET:
        return warns(
            f"The log level is {level}: the log does not record which cutovers were finalized, and why.",
            "Set LogLevel to INFO.",
        )
    return passes(f"The log level is {level}.")


def source_server_quota(servers: Servers) -> Answer:
    """Count the source servers, all and active ones."""
    found = servers()
    unread = len(found.errors) + found.unnamed
    active = unread + sum(1 for server in found.items.values() if _is_active(server))
    total = unread + len(found.items)
    words = (
        f"{active} source servers replicate, of {MOST_ACTIVE_SERVERS} by default, and {total} are not archived, of "
        f"{MOST_SERVERS} by default."
    )
    is_near = active >= NEAR * MOST_ACTIVE_SERVERS or total >= NEAR * MOST_SERVERS
    return warns(words, FREE_SERVERS) if is_near else passes(words)


def application_quota(count: Callable[[], int]) -> Answer:
    """Compare the number of applications."""
    total = count()
    words = f"{total} applications are not archived, of at most {MOST_APPLICATIONS}."
    return warns(words, FREE_APPLICATIONS) if total >= NEAR * MOST_APPLICATIONS else passes(words)


def _is_active(server: SourceServer) -> bool:
    return server.replication_state != DISCONNECTED
