"""
A headless Chromium, told what to do over a pair of pipes.

https://chromedevtools.github.io/devtools-protocol/
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Its files 3 and 4 are where it reads commands and writes answers; ours have other numbers.
LAUNCHER = """
import fcntl, os, sys
reads, writes = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(reads, 3), os.dup2(writes, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
OPTIONS = ("--headless", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")


def find():
    """Return where it is; None where it is not installed (.ci/install-chromium does that)."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A browser that runs."""

    def __init__(self, commands, answers):
        self._commands, self._answers = commands, answers
        self._number = 0
        self.events = []

    def tell(self, method, session=None, **parameters):
        """Return its answer to a command; what happened meanwhile is added to ``events``."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        self._commands.write(json.dumps(command | ({"sessionId": session} if session else {})).encode() + b"\0")
        self._commands.flush()
        while (message := self._next()).get("id") != self._number:
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return message["result"]

    def wait_for(self, method, session):
        """Return the next event of that name."""
        while True:
            message = self._next()
            self.events.append(message)
            if (message.get("method"), message.get("sessionId")) == (method, session):
                return message["params"]

    def _next(self):
        message = bytearray()
        while (byte := self._answers.read(1)) not in {b"\0", b""}:
            message += byte
        if not byte:
            raise RuntimeError("Chromium has ended.")
        return json.loads(message)


class Tab:
    """A tab that shows a file."""

    def __init__(self, browser):
        self._browser = browser
        target = browser.tell("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.tell(f"{domain}.enable")

    def tell(self, method, **parameters):
        return self._browser.tell(method, self._session, **parameters)

    def open(self, path):
        self.tell("Page.navigate", url=path.as_uri())
        self._browser.wait_for("Page.loadEventFired", self._session)

    def ask(self, expression):
        """Return what *expression* of JavaScript is; the protocol may ask even where pages may run no scripts."""
        answer = self.tell("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def events(self, *methods):
        """Return the parameters of what has happened so far, of *methods*."""
        mine = [event for event in self._browser.events if event.get("sessionId") == self._session]
        return [event["params"] for event in mine if event["method"] in methods]


@contextmanager
def running(executable):
    """Yield a browser while the context lasts."""
    options = [*OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    (read_commands, write_commands), (read_answers, write_answers) = os.pipe(), os.pipe()
    with contextlib.ExitStack() as stack:
        profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        launch = [sys.executable, "-c", LAUNCHER, str(read_commands), str(write_answers), executable]
        process = subprocess.Popen(
            [*launch, *options, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(read_commands, write_answers),
            stderr=subprocess.DEVNULL,
        )
        stack.callback(process.wait)
        os.close(read_commands)
        os.close(write_answers)
        commands = stack.enter_context(open(write_commands, "wb"))  # noqa: PTH123 - a file descriptor
        answers = stack.enter_context(open(read_answers, "rb"))  # noqa: PTH123 - a file descriptor
        browser = Browser(commands, answers)
        stack.callback(browser.tell, "Browser.close")
        yield browser
