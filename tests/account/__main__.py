"""``python -m tests.account``: find out in a real account what nobody could try; see docs/account-test.md."""

import os
import signal
import sys

from botocore.exceptions import BotoCoreError, ClientError

from finalize_cutover.clock import WallClock
from tests.account.deployment import run_program
from tests.account.errors import AccountTestError, RefusedError
from tests.account.request import read_request
from tests.account.run import INTERRUPTED, REFUSED, UNEXPECTED, Parts, Run
from tests.account.terminal import Terminal


def main() -> int:
    """Return the exit code: 0, or 1 with unexpected findings, 2 if it is refused, 130 after an interruption."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    terminal = Terminal()
    try:
        request = read_request(os.environ)
        return Run(request, Parts(terminal=terminal, clock=WallClock(), run_program=run_program)).execute()
    except RefusedError as error:
        terminal.say(str(error))
        return REFUSED
    except (AccountTestError, BotoCoreError, ClientError) as error:
        terminal.say(f"Nothing was deployed: {error}")
        return UNEXPECTED
    except KeyboardInterrupt:
        terminal.say("Interrupted before anything was deployed, or while the clean-up was interrupted.")
        return INTERRUPTED


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
