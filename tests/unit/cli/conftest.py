import sys

import pytest

from tests.unit.cli.fake_aws import FakeAws, Keyboard


@pytest.fixture
def aws(monkeypatch):
    """Replace boto3's session."""
    fake = FakeAws()
    monkeypatch.setattr("boto3.Session", lambda **_options: fake)
    return fake


@pytest.fixture
def typing(monkeypatch, capsys):
    """Type text on a terminal; stdout is a pipe."""
    del capsys  # its stderr is the terminal

    def typing(text):
        monkeypatch.setattr("sys.stdin", Keyboard(text))
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    return typing
