"""The command `wave start`."""

from typing import Any

import click

from mgn_finalize import confirmation, exits, options
from mgn_finalize.commands.following import follow
from mgn_finalize.commands.servers import checked
from mgn_finalize.errors import UnusableRequestError
from mgn_finalize.request import is_dry, request_of
from mgn_finalize.waves.executions import Executions
from mgn_finalize.words import number_of


@click.command()
@options.target
@options.readiness
@options.finalizing
@click.option(
    "--until-ready-hours", type=int, metavar="HOURS", help="Repeat rounds until all is final, at most so long."
)
@click.option("--every-minutes", type=int, metavar="MINUTES", help="Time from one round to the next.")
@click.option(
    "--name",
    metavar="NAME",
    help="Name of the execution; default: ID of the wave, application or source server, and revision.",
)
@click.option(
    "--revision", type=int, default=1, show_default=True, help="Number in the name; another one runs it again."
)
@click.option("--watch", "is_watched", is_flag=True, help="Follow the execution until it ends.")
@options.interval
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
        if not _is_confirmed(checked(deployment, terminal, request), named, _joining(request)):
            terminal.note("Not confirmed; nothing was started.")
            return exits.NEGATIVE
    executions = Executions(deployment)
    started = executions.start(request, named)
    if is_watched:
        return follow(executions, started["executionArn"], terminal, interval)
    executions.demand_accepted(started["executionArn"])
    terminal.report(started, f"Started {named}. Follow it with: mgn-finalize wave watch {named}")
    return exits.POSITIVE


def _until_ready(request: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """
    Return *request* with the fields of a wave that waits.

    Raises:
        UnusableRequestError: One is given without the other.
    """
    names = {"hours": given["until_ready_hours"], "everyMinutes": given["every_minutes"]}
    until = {name: value for name, value in names.items() if value is not None}
    known = request.get("untilReady")
    if not until:
        return request
    merged = {**(known if isinstance(known, dict) else {}), **until}
    if not names.keys() <= merged.keys():
        raise UnusableRequestError("--until-ready-hours and --every-minutes belong together: give both.")
    return {**request, "untilReady": merged}


def _name_of(request: dict[str, Any], revision: int) -> str:
    """Return the name of the execution, which makes the wave run once."""
    subject = request.get("waveID") or request.get("applicationID") or request.get("sourceServerID")
    if not isinstance(subject, str):
        raise UnusableRequestError("The execution has no name: give --name, a wave or an application.")
    # A dry run must not use up the name of the wave.
    return f"{subject}-dry-run-{revision}" if is_dry(request) else f"{subject}-{revision}"


def _joining(request: dict[str, Any]) -> str:
    """Return the sentence about source servers that nobody was shown; empty if there can be none."""
    group = request.get("waveID") or request.get("applicationID")
    if not (group and request.get("untilReady")):
        return ""
    return (
        f" Each round selects again: source servers that are added to {group} later were not shown, and are also"
        " finalized when they are ready."
    )


def _is_confirmed(shown: dict[str, Any], name: str, joining: str) -> bool:
    found = confirmation.reports_in(shown)
    ready = sum(one.get("outcome") == "WOULD_FINALIZE" for one in found)
    total = len(found) + len(shown.get("remaining", ()))
    return confirmation.typed(
        str(total),
        f"A finalized cutover cannot be undone. {name} checks {number_of(total, 'source server')} again, of which"
        f" {ready} are ready now, and finalizes those that are ready then.{joining} Type {total} to start it",
    )
