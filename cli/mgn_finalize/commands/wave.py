"""The commands about waves, as one group."""

import click

from mgn_finalize.commands.wave_approval import approve, refuse
from mgn_finalize.commands.wave_results import report, watch
from mgn_finalize.commands.wave_start import start


@click.group(short_help="Start, follow and approve waves, and read their results.")
def wave() -> None:
    """Start, follow and approve executions of the state machine, and read their results."""


for command in (start, watch, approve, refuse, report):
    wave.add_command(command)
