"""A program on a pseudo-terminal, as a person uses it: types, reads the screen, presses Ctrl-C."""

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

ROWS = 40
CTRL_C = "\x03"
# Makes stdin the terminal of the new session, so that Ctrl-C reaches the program.
TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class PseudoTerminal:
    """
    A program that runs on a terminal.

    Args:
        pipes_stdout: Whether stdout is a pipe, as in ``program > file``; stdin and stderr stay on the terminal.
    """

    def __init__(self, command, environment, *, columns=120, pipes_stdout=False):
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", TAKE_TERMINAL, *map(str, command)],
            stdin=slave,
            stdout=subprocess.PIPE if pipes_stdout else slave,
            stderr=slave,
            start_new_session=True,
            env={**environment, "TERM": "xterm-256color"},
        )
        os.close(slave)
        self.raw = ""

    @property
    def screen(self):
        """What was written so far, without the codes that color it and move the cursor."""
        return CODES.sub("", self.raw).replace("\r\n", "\n")

    def type(self, text):
        os.write(self._master, text.encode())

    def wait_for(self, text, timeout=60):
        """Read until *text* is on the screen."""
        end = time.monotonic() + timeout
        while text not in self.screen:
            assert time.monotonic() < end, f"{text!r} is not on the screen:\n{self.screen}"
            assert self._read(0.2) or self._process.poll() is None, f"It ended without {text!r}:\n{self.screen}"

    def end(self, timeout=60):
        """Read until the program ends, and return its exit code, and what it wrote to a pipe."""
        end = time.monotonic() + timeout
        while self._process.poll() is None:
            assert time.monotonic() < end, f"It has not ended:\n{self.screen}"
            self._read(0.1)
        while self._read(0.1):
            pass
        piped = self._process.stdout.read().decode() if self._process.stdout else ""
        return self._process.returncode, piped

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        os.close(self._master)

    def _read(self, seconds):
        """Read what there is; return whether there was anything."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        data = b""
        with contextlib.suppress(OSError):  # the program has closed the terminal
            data = os.read(self._master, 65536)
        self.raw += data.decode(errors="replace")
        return bool(data)
