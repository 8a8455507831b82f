"""Every line that is written during a test, and the secrets that no line may contain."""

import contextlib
import io
import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from finalize_cutover.observability.log import logger
from tests.contract.provider import REVISION, TAG_VALUE

# Keys that only a complete event has.
OF_AN_EVENT = re.compile(r"""["'](ResponseURL|ResourceProperties|OldResourceProperties)["']\s*:""")
SIGNED = {"X-Amz-Signature", "X-Amz-Credential", "Signature", "AWSAccessKeyId"}
# Parts of response URLs that the endpoint did not generate.
SIGNATURE = "5ca1ab1e" * 8


class LogLines:
    """
    The logged and printed lines.

    Args:
        capfd: pytest's fixture, for output that bypasses all loggers.
    """

    def __init__(self, capfd: Any) -> None:
        self._capfd = capfd
        self._written = io.StringIO()
        self._recorder = _Recorder()
        self._printed = ""

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Set all loggers to DEBUG, and record their output."""
        root, ours, handler = logging.getLogger(), logging.getLogger(logger.name), logger.registered_handler
        before = root.level, ours.level, handler.setStream(self._written)
        root.setLevel(logging.DEBUG)
        ours.setLevel(logging.DEBUG)
        root.addHandler(self._recorder)
        try:
            yield
        finally:
            root.removeHandler(self._recorder)
            root.setLevel(before[0])
            ours.setLevel(before[1])
            handler.setStream(before[2])

    def text(self) -> str:
        """Return all output so far, one record per line."""
        self._printed += "\n".join(self._capfd.readouterr())
        return "\n".join([*self._recorder.lines, self._written.getvalue(), self._printed])

    def messages(self) -> list[str]:
        """Return the logged messages, in order."""
        return list(self._recorder.messages)

    def secrets(self, urls: Iterable[str] = ()) -> list[str]:
        """Return the lines with the signed part of one of *urls*, the value of a tag, or a complete event."""
        return self.secrets_in(self.text(), urls)

    @staticmethod
    def secrets_in(text: str, urls: Iterable[str] = ()) -> list[str]:
        """Return such lines in *text*."""
        words = {TAG_VALUE, REVISION, SIGNATURE, *(word for url in urls for word in (url, *_signed_part(url)))}
        lines = text.splitlines()
        return [line for line in lines if OF_AN_EVENT.search(line) or any(word in line for word in words)]


def _signed_part(url: str) -> list[str]:
    query = urlsplit(url).query
    return [query, *(value for name, value in parse_qsl(query) if name in SIGNED)]


class _Recorder(logging.Handler):
    """Stores every record completely: message, exception and all attributes."""

    def __init__(self) -> None:
        super().__init__(level=logging.NOTSET)
        self.lines: list[str] = []
        self.messages: list[str] = []
        self._formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        rest = {name: value for name, value in vars(record).items() if name not in {"msg", "args", "message"}}
        self.messages.append(record.getMessage())
        self.lines.append(f"{self._formatter.format(record)} {rest!r}".replace("\n", " | "))
