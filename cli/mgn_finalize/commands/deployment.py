"""The commands about the deployment: `preflight` and `digest`."""

from typing import Any

import click

from mgn_finalize import bundled_packages, exits, options
from mgn_finalize.forms import understood
from mgn_finalize.function import ask
from mgn_finalize.views import deployments


@click.command(short_help="Say whether everything that the deployment needs works.")
@click.argument("source_server_id", required=False)
@click.option("--account-id", metavar="ID", help="Member account to read, instead of the function's own.")
@options.connection
def preflight(source_server_id: str | None, account_id: str | None, **given: Any) -> int:
    """
    Say for each thing that the deployment needs whether it works; change nothing.

    With a source server, it also says what its state and its tags allow.
    Exits with 0 unless something fails.
    """
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    fields = {"accountID": account_id, "sourceServerID": source_server_id}
    with terminal.working("Checking the deployment"):
        report = ask(deployment, {"action": "preflight", **{name: value for name, value in fields.items() if value}})
    terminal.report(report, *deployments.preflight(report))
    deployed, own = report.get("versions", {}).get("function"), bundled_packages.version()
    if deployed != own:
        terminal.note(
            f"Warning: the function is version {deployed}, and this program {own}: install the program of that version."
        )
    return exits.of_report(report, "preflight")


@click.command()
@options.connection
def digest(**given: Any) -> int:
    """
    Show what was finalized, what waits and why, and what it costs.

    If the deployment has a topic for digests, the function also publishes it there.
    Exits with 0 if nothing needs a person, else with 1.
    """
    deployment, terminal = options.deployment_of(given), options.terminal_of(given)
    with terminal.working("Making the digest; this can take up to 15 minutes"):
        report = ask(deployment, {"action": "digest"})
    terminal.report(report, *deployments.digest(report))
    with understood("The report"):
        return exits.of_digest(report)
