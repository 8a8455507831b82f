"""The commands `wave approve` and `wave refuse`."""

from typing import Any

import click

from mgn_finalize import confirmation, exits, options
from mgn_finalize.views import servers
from mgn_finalize.waves import approval
from mgn_finalize.waves.executions import Executions
from mgn_finalize.waves.results import ResultsBucket
from mgn_finalize.words import number_of


@click.command(short_help="Approve what EXECUTION has found ready.")
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
    terminal.show(*servers.listed(found, most=terminal.most_rows))
    question = (
        f"A finalized cutover cannot be undone. Type {len(covered)} to approve finalizing the"
        f" {number_of(len(covered), 'source server')} with WOULD_FINALIZE"
    )
    if not yes and not confirmation.typed(str(len(covered)), question):
        terminal.note("Not confirmed; nothing was approved, and the execution still waits.")
        return exits.NEGATIVE
    name = approved_by or deployment.caller
    executions.answer(waiting.arn, asked.token, approval.approval_by(name))
    answer = {"executionArn": waiting.arn, "approvedBy": name, "approvedInstances": covered}
    terminal.report(
        answer,
        f"Approved as {name}: {number_of(len(covered), 'source server')}."
        f" Follow it with: mgn-finalize wave watch {waiting.name}",
    )
    return exits.POSITIVE


@click.command(short_help="Refuse the approval that EXECUTION waits for.")
@click.argument("execution")
@click.option("--reason", required=True, metavar="TEXT", help="Why; the execution ends with it.")
@options.connection
def refuse(execution: str, reason: str, **given: Any) -> int:
    """Refuse the approval that EXECUTION, a name or an ARN, waits for: it ends, and finalizes nothing."""
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    executions = Executions(deployment)
    waiting = executions.last_part(execution)
    executions.refuse(waiting.arn, approval.awaited(executions, waiting).token, reason)
    terminal.report({"executionArn": waiting.arn, "reason": reason}, f"Refused: {waiting.name} ends.")
    return exits.POSITIVE
