"""Run the checks of a preflight at the same time; one that cannot end as it should is a line of the report."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import msgspec

from finalize_cutover.cutover.errors import CutoverError

from .answer import Answer, failed, fails
from .report import CheckName, PreflightCheck

Check: TypeAlias = Callable[[], Answer]

UNFORESEEN = "Find the invocation in the log of the function, and report it as a bug."


def run(checks: Mapping[CheckName, Check], pool: ThreadPoolExecutor) -> list[PreflightCheck]:
    """
    Return the result of each of *checks*, in the order of ``CheckName``.

    Args:
        checks: Each ends by itself, because every call to AWS has a time limit.

        pool: Has a thread for each of them, so that none waits for another.
    """
    asked = {name: pool.submit(_answer, checks[name]) for name in CheckName if name in checks}
    return [_named(name, future.result()) for name, future in asked.items()]


def _answer(check: Check) -> Answer:
    try:
        return check()
    except CutoverError as error:
        return failed(error)
    except Exception as error:  # noqa: BLE001 - it must not hide the results of the other checks
        return fails(f"The check ended with an unforeseen error ({type(error).__name__}).", UNFORESEEN)


def _named(name: CheckName, answer: Answer) -> PreflightCheck:
    hint = answer.hint or msgspec.UNSET
    return PreflightCheck(check=name, verdict=answer.verdict, reason=answer.reason, hint=hint)
