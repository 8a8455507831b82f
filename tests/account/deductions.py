"""The answers to open questions that reads alone show."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from finalize_cutover.aws.json_fields import time
from finalize_cutover.cutover.source_server import SNAPSHOT_SHIPPING
from tests.account.comparison import shown
from tests.account.questions import Question
from tests.account.recording import Recorder
from tests.account.walk import Found, Item, cutover_job_id, state_of

KEPT = timedelta(days=180)  # MGN keeps the log of a job for 185 days

Told = tuple[str | None, str]


def deduced(found: Found, recorder: Recorder, own_account: str, now: datetime) -> Iterator[tuple[Question, Told]]:
    """Yield for each question ``(what was observed or None, why it could not be observed)``."""
    answers: dict[Question, Callable[[], Told]] = {
        Question.LOG_AFTER_COMPLETION: lambda: _log_after_completion(found),
        Question.STATE_AFTER_FAILED_LAUNCH: lambda: _state_after_failed_launch(found),
        Question.ACCOUNT_ID: lambda: _account_id(found, recorder),
        Question.MANAGED_ACCOUNTS: lambda: _managed_accounts(found, recorder, own_account),
        Question.CHECKS_OVER_TIME: lambda: _checks(found),
        Question.FINALIZED_BY_OTHER_WAY: lambda: _finalized(found),
        Question.REUSED_ID: lambda: _reused(found),
        Question.REQUEST_RATES: lambda: (counts(recorder.throttled), "MGN throttled no call of the walk"),
        Question.AGENTLESS: lambda: _agentless(found),
        Question.DISAGREEING_READS: lambda: _disagreeing(found, now),
    }
    for question, answer in answers.items():
        yield question, answer()


def counts(counted: Mapping[str, int]) -> str | None:
    """Return ``2 CUTOVER, 1 TESTING``; None if nothing was counted."""
    return ", ".join(f"{number} {name}" for name, number in sorted(counted.items())) or None


def _log_after_completion(found: Found) -> Told:
    late = list[float]()
    ended = 0
    for job_id, lines in found.logs.items():
        end = time(found.jobs[job_id], "endDateTime")
        if found.jobs[job_id].get("status") != "COMPLETED" or end is None:
            continue
        ended += 1
        late += [(at - end).total_seconds() for line in lines if (at := time(line, "logDateTime")) and at > end]
    if not ended:
        return None, "no job of a cutover is completed"
    longest = f"; the latest {max(late):.0f} seconds after it" if late else ""
    return f"{len(late)} lines after the end in {ended} logs{longest}", ""


def _state_after_failed_launch(found: Found) -> Told:
    states = Counter[str]()
    for server in found.servers:
        job = found.jobs.get(cutover_job_id(server) or "", {})
        for each in job.get("participatingServers") or []:
            if each.get("sourceServerID") == server.get("sourceServerID") and each.get("launchStatus") == "FAILED":
                states[shown(state_of(server))] += 1
    return counts(states), "no last cutover of a source server failed"


def _account_id(found: Found, recorder: Recorder) -> Told:
    if found.lists_own:
        return "the ID of the own account is accepted", ""
    status, code = recorder.errors.get("DescribeSourceServers", (0, "no answer"))
    return f"the ID of the own account is refused: {status} {code}", ""


def _managed_accounts(found: Found, recorder: Recorder, own_account: str) -> Told:
    if found.accounts is None:
        status, code = recorder.errors.get("ListManagedAccounts", (0, "no answer"))
        return f"refused: {status} {code}", ""
    own = "with" if own_account in found.accounts else "without"
    return f"{len(found.accounts)} items, {own} the own account", ""


def _checks(found: Found) -> Told:
    seen = Counter[str]()
    for server in found.servers:
        instance = server.get("launchedInstance")
        if not instance:
            continue
        state = shown(state_of(server))
        seen[f"{state} firstBoot {shown(instance.get('firstBoot'))}"] += 1
        for check in instance.get("lastKnownChecks") or []:
            seen[f"{state} check {shown(check.get('type'))} {shown(check.get('status'))}"] += 1
    return counts(seen), "no source server has a launched instance"


def _finalized(found: Found) -> Told:
    seen = Counter[str]()
    for server in found.servers:
        if state_of(server) == "CUTOVER":
            replication = (server.get("dataReplicationInfo") or {}).get("dataReplicationState")
            has_time = "with" if _is_finalized(server) else "without"
            seen[f"{shown(replication)} {has_time} finalized"] += 1
    return counts(seen), "no source server is in the state CUTOVER"


def _reused(found: Found) -> Told:
    finalized = [server for server in found.servers if _is_finalized(server)]
    again = sum(state_of(server) != "CUTOVER" for server in finalized)
    if not finalized:
        return None, "no source server was finalized"
    return f"{again} of {len(finalized)} finalized source servers are in another state again", ""


def _is_finalized(server: Item) -> bool:
    return bool(((server.get("lifeCycle") or {}).get("lastCutover") or {}).get("finalized"))


def _agentless(found: Found) -> Told:
    states = Counter(
        shown(state_of(server)) for server in found.servers if server.get("replicationType") == SNAPSHOT_SHIPPING
    )
    return counts(states), "no source server replicates without an agent"


def _disagreeing(found: Found, now: datetime) -> Told:
    wanted = {job_id for server in found.servers if (job_id := cutover_job_id(server))}
    if not wanted:
        return None, "no source server has a cutover"
    young = [job_id for job_id, job in found.jobs.items() if (at := time(job, "creationDateTime")) and now - at < KEPT]
    empty = sum(job_id in found.logs and not found.logs[job_id] for job_id in young)
    return f"{len(wanted - found.jobs.keys())} of {len(wanted)} jobs not listed, {empty} logs empty", ""
