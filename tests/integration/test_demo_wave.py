"""The chapter of the demo about waves; `make demo` runs all of them."""

import io
import re
from contextlib import redirect_stdout

import pytest

import finalize_cutover.app  # noqa: F401 - its logger keeps the output that it finds when it is imported
from local.demo import wave
from local.demo.terminal import Expectations

pytestmark = pytest.mark.usefixtures("moved_machines")


def test_the_chapter_shows_a_wave_that_waits_for_days(aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    expectations = Expectations()

    with redirect_stdout(io.StringIO()) as output:
        wave.run(aws, expectations)

    days = re.findall(r"day (\d): (\d) FINALIZED, (\d) BLOCKED; changed in this round: (\d)", output.getvalue())
    assert expectations.unmet == []
    assert days == [("0", "1", "2", "1"), ("1", "1", "2", "0"), ("2", "2", "1", "1"), ("3", "2", "1", "0")]
