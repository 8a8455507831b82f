"""The commands `wave watch` and `wave report`."""

from pathlib import Path
from typing import Any

import click

from mgn_finalize import exits, options
from mgn_finalize.commands.following import follow
from mgn_finalize.views import servers
from mgn_finalize.waves.executions import Executions
from mgn_finalize.waves.page import WavePage
from mgn_finalize.waves.results import ResultsBucket, bucket_of


@click.command()
@click.argument("execution")
@options.interval
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


@click.command(short_help="Show the results of EXECUTION, and write them as a page.")
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
    terminal.report(document, f"{last.name}: {last.status}", *servers.listed(reports, most=terminal.most_rows))
    if page:
        terminal.note(f"The page is in {page}.")
    good = exits.GOOD["check" if last.is_check else "finalize"]
    is_good = last.has_ended and bool(reports) and all(one["outcome"] in good for one in reports)
    return exits.POSITIVE if is_good else exits.NEGATIVE
