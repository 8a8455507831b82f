"""The commands about source servers: `check`, `finalize` and `audit`."""

from typing import Any

import click

from mgn_finalize import confirmation, exits, options
from mgn_finalize.deployment import Deployment
from mgn_finalize.function import ask
from mgn_finalize.request import check_of, confirmed, is_dry, request_of
from mgn_finalize.terminal import Terminal
from mgn_finalize.views import audits, servers

NOTHING_READY = "No source server is ready, so there is nothing to confirm; nothing was finalized."
NOT_CONFIRMED = "Not confirmed; nothing was finalized."


@click.command()
@options.target
@options.readiness
@options.connection
def check(**given: Any) -> int:
    """
    Run the readiness checks, and change nothing.

    Exits with 0 if every source server is final or ready, else with 1.
    """
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    report = _asked(deployment, terminal, request_of("check", given), "Checking")
    _show(terminal, report)
    return exits.of_report(report, "check")


@click.command()
@options.target
@options.readiness
@options.finalizing
@options.confirmation
@options.connection
def finalize(**given: Any) -> int:
    """
    Finalize the cutovers that are proven ready. This cannot be undone.

    On a terminal, it shows a check first, and asks you to type the source server or the number of them.
    Exits with 0 if every cutover is finalized, else with 1.
    """
    deployment, terminal, is_confirmed = options.deployment_of(given), options.terminal_of(given), given.pop("yes")
    request = request_of("finalize", given)
    if not is_confirmed and not is_dry(request):
        confirmation.require(terminal, "Finalizing")
        shown = checked(deployment, terminal, request)
        found = confirmation.ready(shown)
        if not found or not confirmation.confirm_servers(found):
            terminal.report(shown)
            terminal.note(NOT_CONFIRMED if found else NOTHING_READY)
            return exits.of_report(shown, "finalize")
        # What becomes ready, or is launched again, after the check was not shown, and is not finalized.
        request = confirmed(request, found)
    report = _asked(deployment, terminal, request, "Checking" if is_dry(request) else "Finalizing")
    _show(terminal, report)
    return exits.of_report(report, "check" if is_dry(request) else "finalize")


@click.command()
@options.target
@options.connection
def audit(**given: Any) -> int:
    """
    Look for what MGN should have removed after finalizing.

    Exits with 0 if everything is clean, else with 1.
    """
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    report = _asked(deployment, terminal, request_of("audit", given), "Auditing")
    terminal.report(report, *audits.view(report))
    return exits.of_report(report, "audit")


def checked(deployment: Deployment, terminal: Terminal, request: dict[str, Any]) -> dict[str, Any]:
    """Check what *request* would finalize, show it to a person, and return the report."""
    report = _asked(deployment, terminal, check_of(request), "Checking")
    terminal.show(*servers.view(report, most=terminal.most_rows))
    return report


def _asked(deployment: Deployment, terminal: Terminal, request: dict[str, Any], verb: str) -> dict[str, Any]:
    with terminal.working(f"{verb}; this can take up to 15 minutes"):
        return ask(deployment, request)


def _show(terminal: Terminal, report: dict[str, Any]) -> None:
    terminal.report(report, *servers.view(report, most=terminal.most_rows))
