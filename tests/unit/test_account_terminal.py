"""The kit for a real account: a terminal that is closed must not end the clean-up."""

import io
import os
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
# It ends with 3 unless a person types.
ASKS = """
import sys
from tests.account.errors import RefusedError
from tests.account.terminal import Terminal
try:
    Terminal().demand_person()
except RefusedError:
    sys.exit(3)
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


@pytest.mark.parametrize(("is_terminal", "code"), [(True, 0), (False, 3)], ids=["terminal", "pipe"])
def test_a_person_types_at_a_terminal_and_not_into_a_pipe(is_terminal, code):
    ends = os.openpty() if is_terminal else os.pipe()[::-1]
    try:
        ended = subprocess.run(
            [sys.executable, "-c", ASKS], cwd=ROOT, env={"PYTHONPATH": "functions:."}, stdin=ends[1], check=False
        )
    finally:
        for end in ends:
            os.close(end)

    assert ended.returncode == code


def test_a_sacrifice_from_a_pipe_is_refused_before_anything_is_done():
    variables = {"STACK": "test", "REGION": "eu-west-1", "SACRIFICE": "s-0123456789abcdef0", "YES": "1"}

    ended = subprocess.run(
        [sys.executable, "-m", "tests.account"],
        cwd=ROOT,
        env={"PYTHONPATH": "functions:.", **variables},
        input="s-0123456789abcdef0\n",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (
        2,
        "The standard input is no terminal; allowed with SACRIFICE: a person who types its ID.\n",
    )
