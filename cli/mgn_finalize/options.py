"""The options that commands share, as decorators."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mgn_finalize.deployment import Deployment
from mgn_finalize.terminal import Terminal

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

STACK_NAME = "finalize-cutover"


def together(*decorators: Decorator[Any]) -> Decorator[Any]:
    """Return one decorator that applies *decorators*, whose options are listed in this order."""

    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


# The deployment, and how to answer.
connection = together(
    click.option(
        "--stack-name",
        envvar="MGN_FINALIZE_STACK_NAME",
        default=STACK_NAME,
        show_default=True,
        show_envvar=True,
        metavar="NAME",
        help="Stack of the application.",
    ),
    click.option(
        "--function-name",
        envvar="MGN_FINALIZE_FUNCTION_NAME",
        show_envvar=True,
        metavar="NAME",
        help="Function to call, instead of the one in the stack's outputs.",
    ),
    click.option("--region", metavar="REGION", help="Region of the stack, instead of the one of your environment."),
    click.option("--profile", metavar="NAME", help="Profile of your AWS configuration."),
    click.option("--json", "is_json", is_flag=True, help="Write the answer as JSON to stdout, and nothing else."),
)

_request_file = click.option(
    "--request",
    "request_file",
    type=click.File("r", encoding="utf-8"),
    metavar="FILE",
    help="JSON request with any field; options replace its fields; - reads stdin.",
)

# What a request is about.
target = together(
    click.argument("source_server_ids", nargs=-1, metavar="[SOURCE_SERVER_ID]..."),
    click.option("--application-id", metavar="ID", help="Every source server of an application."),
    click.option("--wave-id", metavar="ID", help="Every source server of a wave."),
    click.option("--account-id", metavar="ID", help="Member account of the source servers."),
    _request_file,
)

# What readiness demands.
readiness = together(
    click.option("--waive", multiple=True, metavar="RULE", help="Readiness check that may fail; can be repeated."),
    click.option("--require", multiple=True, metavar="RULE", help="Optional check that must pass; can be repeated."),
    click.option("--alarm", "alarms", multiple=True, metavar="NAME", help="Alarm that must be OK; can be repeated."),
    click.option(
        "--change-calendar",
        "change_calendars",
        multiple=True,
        metavar="NAME",
        help="Change calendar that must be open; can be repeated.",
    ),
    click.option("--soak-minutes", type=int, metavar="MINUTES", help="Least age of the launch."),
    click.option(
        "--wait-minutes", type=int, metavar="MINUTES", help="How long to wait for checks that can pass later."
    ),
    click.option("--all-or-nothing", is_flag=True, help="Finalize none unless all are final or ready."),
    click.option("--applications-together", is_flag=True, help="Finalize only whole applications."),
    click.option(
        "--set-termination-protection", is_flag=True, help="Turn on termination protection just before finalizing."
    ),
    click.option("--requested-by", metavar="NAME", help="Who sends the request, for the evidence bucket."),
)

# What happens besides finalizing.
finalizing = together(
    click.option("--archive", is_flag=True, help="Mark as archived after finalization."),
    click.option(
        "--archive-application-and-wave",
        is_flag=True,
        help="Then archive applications and waves of which all is archived.",
    ),
    click.option("--dry-run", is_flag=True, help="Check only, and change nothing."),
)

interval = click.option(
    "--interval", type=click.FloatRange(0.1, 3600), default=5.0, show_default=True, help="Seconds between two looks."
)

confirmation = click.option("--yes", is_flag=True, help="Do not ask for a confirmation.")


def deployment_of(options: dict[str, Any]) -> Deployment:
    """Take the options of the connection out of *options*, and return the deployment."""
    names = ("stack_name", "function_name", "region", "profile")
    return Deployment(**{name: options.pop(name) for name in names})


def terminal_of(options: dict[str, Any]) -> Terminal:
    """Take ``--json`` out of *options*, and return the terminal."""
    return Terminal(is_json=options.pop("is_json"))
