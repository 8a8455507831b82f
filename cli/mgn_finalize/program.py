"""The program ``mgn-finalize``: its commands, and how it ends."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from mgn_finalize import bundled_packages, exits
from mgn_finalize.commands.deployment import digest, preflight
from mgn_finalize.commands.servers import audit, check, finalize
from mgn_finalize.commands.wave import wave

NAME = "mgn-finalize"


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"{NAME} {bundled_packages.version()}")
        context.exit()


@click.group(name=NAME, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_show_version, help="Show the version."
)
def program() -> None:
    """
    Check, finalize and audit cutovers of AWS MGN, through the deployed application.

    Exit codes: 0 everything is final, ready or passes; 1 it does not; 2 wrong usage; 3 an error; 4 no answer, or an
    error that the same command can get over; 130 interrupted.
    """


for command in (preflight, check, finalize, audit, wave, digest):
    program.add_command(command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return the exit code."""
    bundled_packages.make_importable()
    try:
        code: Any = program.main(arguments, prog_name=NAME, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return exits.INTERRUPTED
    return code if isinstance(code, int) else exits.POSITIVE


def main() -> None:
    """Run the program."""
    sys.exit(run())
