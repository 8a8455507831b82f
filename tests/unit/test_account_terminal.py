"""The kit for a real account: a terminal that is closed must not end the clean-up."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from tests.account.errors import RefusedError
from tests.account.terminal import Terminal

ROOT = Path(__file__).parents[2]
# It says a line to whoever reads, a second one to nobody, and then ends by itself.
PROGRAM = """
import sys
from tests.account.terminal import Terminal
terminal = Terminal()
terminal.say("first")
sys.stdin.readline()
terminal.say("second")
terminal.title("third")
sys.exit(7)
"""


class ClosedOutput(io.StringIO):
    """The pipe to a program that has ended."""

    tries = 0

    def write(self, _text):
        self.tries += 1
        raise BrokenPipeError


def test_nothing_is_raised_if_nobody_reads_and_nothing_more_is_written():
    output = ClosedOutput()
    terminal = Terminal(output)

    terminal.say("first")
    terminal.title("second")

    assert output.tries == 1


def test_a_question_that_nobody_could_read_is_refused_whatever_is_typed():
    terminal = Terminal(ClosedOutput(), lambda: "yes")

    with pytest.raises(RefusedError, match="could not be shown"):
        terminal.demand("Type yes to start:", "yes")


def test_a_terminal_that_cannot_be_read_is_an_answer_that_does_not_agree():
    def read():
        raise OSError(5, "Input/output error")

    with pytest.raises(RefusedError, match="allowed: exactly this"):
        Terminal(io.StringIO(), read).demand("Type yes to start:", "yes")


def test_the_exit_code_stays_if_the_reader_of_a_pipe_has_ended():
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PYTHONPATH": "functions:."},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"first\n"
        process.stdout.close()
        process.stdin.close()
        errors = process.stderr.read()

    assert (process.returncode, errors) == (7, b"")
