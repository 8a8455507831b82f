"""The commands about waves: `wave start`, `watch`, `approve`, `refuse` and `report`."""

from pathlib import Path
from typing import Any

import click

from mgn_finalize import confirmation, exits, options
from mgn_finalize.commands.following import follow
from mgn_finalize.commands.servers import checked
from mgn_finalize.errors import UnusableRequestError
from mgn_finalize.request import is_dry, request_of
from mgn_finalize.views import servers
from mgn_finalize.waves import approval
from mgn_finalize.waves.execution import Executions
from mgn_finalize.waves.page import WavePage
from mgn_finalize.waves.results import ResultsBucket, bucket_of
from mgn_finalize.words import number_of

interval = click.option(
    "--interval", type=click.FloatRange(0.1, 3600), default=5.0, show_default=True, help="Seconds between two looks."
)


@click.group(short_help="Start, follow and approve waves, and read their results.")
def wave() -> None:
    """Start, follow and approve executions of the state machine, and read their results."""


@wave.command()
@options.target
@options.readiness
@options.finalizing
@click.option(
    "--until-ready-hours", type=int, metavar="HOURS", help="Repeat rounds until all is final, at most so long."
)
@click.option("--every-minutes", type=int, metavar="MINUTES", help="Time from one round to the next.")
@click.option(
    "--name", metavar="NAME", help="Name of the execution; default: ID of the wave or application, and revision."
)
@click.option(
    "--revision", type=int, default=1, show_default=True, help="Number in the name; another one runs it again."
)
@click.option("--watch", "is_watched", is_flag=True, help="Follow the execution until it ends.")
@interval
@options.confirmation
@options.connection
def start(name: str | None, revision: int, is_watched: bool, interval: float, yes: bool, **given: Any) -> int:
    """
    Start a wave, which finalizes what is ready. This cannot be undone.

    On a terminal, it shows a check first, and asks you to type the number of source servers.
    """
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    request = _until_ready(request_of("finalize", given), given)
    named = name or _name_of(request, revision)
    if not yes and not is_dry(request):
        confirmation.require(terminal, "Finalizing a wave")
        if not _is_confirmed(checked(deployment, terminal, request), named):
            terminal.note("Not confirmed; nothing was started.")
            return exits.NEGATIVE
    executions = Executions(deployment)
    started = executions.start(request, named)
    if is_watched:
        return follow(executions, started["executionArn"], terminal, interval)
    terminal.report(started, f"Started {named}. Follow it with: mgn-finalize wave watch {named}")
    return exits.POSITIVE


@wave.command()
@click.argument("execution")
@interval
@options.connection
def watch(execution: str, interval: float, **given: Any) -> int:
    """
    Follow EXECUTION, a name or an ARN, until it ends.

    Exits with 0 if every source server is final, else with 1; with 3 if the execution fails.
    Ctrl-C ends only the watching.
    """
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    executions = Executions(deployment)
    return follow(executions, executions.arn_of(execution), terminal, interval)


@wave.command(short_help="Approve what EXECUTION has found ready.")
@click.argument("execution")
@click.option("--approved-by", metavar="NAME", help="Name for the record; default: your ARN.")
@options.confirmation
@options.connection
def approve(execution: str, approved_by: str | None, yes: bool, **given: Any) -> int:
    """
    Approve what EXECUTION, a name or an ARN, has found ready. Finalizing cannot be undone.

    It shows what the check reported: the approval covers exactly the source servers that are ready, each with its
    launched instance.
    """
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    if not yes:
        confirmation.require(terminal, "Approving a wave")
    executions = Executions(deployment)
    waiting = executions.last_part(execution)
    asked = approval.awaited(executions, waiting)
    found = ResultsBucket(deployment, asked.bucket).checked(asked.manifest)
    covered = confirmation.ready({"servers": found})
    terminal.show(*servers.listed(found, most=servers.MOST_ROWS if terminal.out.is_terminal else None))
    question = (
        f"A finalized cutover cannot be undone. Type {len(covered)} to approve finalizing the"
        f" {number_of(len(covered), 'source server')} with WOULD_FINALIZE"
    )
    if not yes and not confirmation.typed(str(len(covered)), question):
        terminal.note("Not confirmed; nothing was approved, and the execution still waits.")
        return exits.NEGATIVE
    name = approved_by or deployment.caller
    executions.answer(asked.token, approval.approval_by(name))
    answer = {"executionArn": waiting.arn, "approvedBy": name, "approvedInstances": covered}
    terminal.report(
        answer,
        f"Approved as {name}: {number_of(len(covered), 'source server')}."
        f" Follow it with: mgn-finalize wave watch {waiting.name}",
    )
    return exits.POSITIVE


@wave.command(short_help="Refuse the approval that EXECUTION waits for.")
@click.argument("execution")
@click.option("--reason", required=True, metavar="TEXT", help="Why; the execution ends with it.")
@options.connection
def refuse(execution: str, reason: str, **given: Any) -> int:
    """Refuse the approval that EXECUTION, a name or an ARN, waits for: it ends, and finalizes nothing."""
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    executions = Executions(deployment)
    waiting = executions.last_part(execution)
    executions.refuse(approval.awaited(executions, waiting).token, reason)
    terminal.report({"executionArn": waiting.arn, "reason": reason}, f"Refused: {waiting.name} ends.")
    return exits.POSITIVE


@wave.command(short_help="Show the results of EXECUTION, and write them as a page.")
@click.argument("execution")
@click.option(
    "--page", type=click.Path(path_type=Path, dir_okay=False), help="File for the page for the change record."
)
@click.option("--change", metavar="TEXT", help="Number or name of the change, for the page.")
@click.option("--requested-by", metavar="NAME", help="Who requested the change, for the page.")
@options.connection
def report(execution: str, page: Path | None, change: str | None, requested_by: str | None, **given: Any) -> int:
    """
    Show the results of EXECUTION, a name or an ARN, and write them as a page.

    Exits with 0 if it has ended and every source server is final, else with 1.
    """
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    last = Executions(deployment).last_part(execution)
    bucket = ResultsBucket(deployment, bucket_of(last, deployment))
    with terminal.working("Reading the results"), bucket.copied(last) as folder:
        results = WavePage(folder)
        reports = results.reports()
        if page:
            results.write(page, change=change, requested_by=requested_by)
    document = {"executionArn": last.arn, "status": last.status, "output": last.output, "servers": reports}
    most = servers.MOST_ROWS if terminal.out.is_terminal else None
    terminal.report(document, f"{last.name}: {last.status}", *servers.listed(reports, most=most))
    if page:
        terminal.note(f"The page is in {page}.")
    good = exits.GOOD["check" if last.is_check else "finalize"]
    is_good = last.has_ended and all(one["outcome"] in good for one in reports)
    return exits.POSITIVE if is_good else exits.NEGATIVE


def _until_ready(request: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return *request* with the fields of a wave that waits; the state machine refuses one without the other."""
    names = {"hours": given["until_ready_hours"], "everyMinutes": given["every_minutes"]}
    until = {name: value for name, value in names.items() if value is not None}
    known = request.get("untilReady")
    return {**request, "untilReady": {**(known if isinstance(known, dict) else {}), **until}} if until else request


def _name_of(request: dict[str, Any], revision: int) -> str:
    """Return the name of the execution, which makes the wave run once."""
    subject = request.get("waveID") or request.get("applicationID") or request.get("sourceServerID")
    if not isinstance(subject, str):
        raise UnusableRequestError("The execution has no name: give --name, a wave or an application.")
    return f"{subject}-{revision}"


def _is_confirmed(shown: dict[str, Any], name: str) -> bool:
    found = confirmation.reports_in(shown)
    ready = sum(one.get("outcome") == "WOULD_FINALIZE" for one in found)
    total = len(found) + len(shown.get("remaining", ()))
    return confirmation.typed(
        str(total),
        f"A finalized cutover cannot be undone. {name} checks {number_of(total, 'source server')} again, of which"
        f" {ready} are ready now, and finalizes those that are ready then. Type {total} to start it",
    )
