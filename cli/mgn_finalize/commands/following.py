"""Follow an execution until it ends: the common part of `wave start --watch` and `wave watch`."""

import time

from mgn_finalize import exits
from mgn_finalize.errors import InterruptedByUserError
from mgn_finalize.terminal import Terminal
from mgn_finalize.views import waves
from mgn_finalize.waves.execution import Execution
from mgn_finalize.waves.executions import Executions
from mgn_finalize.waves.watching import Watch


def follow(executions: Executions, arn: str, terminal: Terminal, interval: float) -> int:
    """
    Show what the execution does until it and its later parts have ended, and return the exit code.

    Args:
        interval: Seconds between two looks.

    Raises:
        ProgramError: It failed.

        InterruptedByUserError: Ctrl-C.
    """
    name = arn.rpartition(":")[2]
    try:
        while True:
            ended = _until_end(executions, arn, terminal, interval)
            if ended.next_part is None:
                break
            arn = ended.next_part
            name = arn.rpartition(":")[2]
            terminal.say(f"The wave goes on as {name}.")
    except KeyboardInterrupt as stop:
        raise InterruptedByUserError(
            f"Execution {name} goes on. Follow it again with: mgn-finalize wave watch {name}"
        ) from stop
    return _told(ended, terminal)


def _until_end(executions: Executions, arn: str, terminal: Terminal, interval: float) -> Execution:
    watch = Watch(executions, arn)
    with waves.progress(terminal) as bar:
        while True:
            look = watch.look()
            for sentence in look.news:
                terminal.say(sentence)
            if look.execution.has_ended:
                return look.execution
            bar(look.doing, look.batches)
            time.sleep(interval)


def _told(execution: Execution, terminal: Terminal) -> int:
    if execution.status != "SUCCEEDED" or execution.output is None:
        raise execution.failure()
    terminal.report(execution.output, *waves.view(execution.name, execution.output))
    good = exits.GOOD["check" if execution.is_check else "finalize"]
    return exits.POSITIVE if execution.output.get("outcome") in good else exits.NEGATIVE
