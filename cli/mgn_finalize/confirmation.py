"""
The confirmation of what cannot be undone.

Without ``--yes``, a person sees a check and types what it is about.  The request then covers exactly the source servers
that the check showed as ready, each with its launched instance: a server that is launched again meanwhile is skipped.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from mgn_finalize.errors import UnusableRequestError
from mgn_finalize.forms import understood
from mgn_finalize.terminal import Terminal
from mgn_finalize.words import number_of, printable

Report = Mapping[str, Any]

# The function takes at most so many in approvedInstances.
MOST_CONFIRMED = 200


def require(terminal: Terminal, what: str) -> None:
    """
    Check that somebody can confirm.

    Raises:
        UnusableRequestError: There is no terminal; nothing was called.
    """
    if not terminal.can_ask:
        raise UnusableRequestError(
            f"{what} cannot be undone, and there is no terminal to confirm it; nothing was called. Give --yes."
        )


def reports_in(answer: Report) -> Sequence[Report]:
    """Return the reports on the source servers of a check."""
    servers: Sequence[Report] = answer.get("servers", [answer])
    return servers


@understood("The report")
def ready(answer: Report) -> dict[str, str]:
    """Return ``{source server ID: launched instance ID}`` of what a check reported as ready."""
    return {
        report["sourceServerID"]: report["launchedInstanceID"]
        for report in reports_in(answer)
        if report.get("outcome") == "WOULD_FINALIZE" and report.get("launchedInstanceID")
    }


def confirm_servers(found: Mapping[str, str]) -> bool:
    """
    Ask for the source server ID, or for the number of source servers, and return whether it was typed.

    Raises:
        UnusableRequestError: They are more than one request can cover.
    """
    if len(found) > MOST_CONFIRMED:
        raise UnusableRequestError(
            f"{number_of(len(found), 'source server')} are ready; a confirmation covers at most {MOST_CONFIRMED}.",
            hint="Use mgn-finalize wave start, or --yes.",
        )
    [first, *others] = found
    wanted = str(len(found)) if others else first
    which = f"these {len(found)} cutovers" if others else "this cutover"
    return typed(wanted, f"A finalized cutover cannot be undone. Type {wanted} to finalize {which}")


def typed(wanted: str, question: str) -> bool:
    """Ask *question* on stderr, and return whether the answer is exactly *wanted*."""
    click.echo(f"{printable(question)}: ", err=True, nl=False)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        click.echo(err=True)  # the end of the input, instead of an answer
    return answer.strip() == wanted
