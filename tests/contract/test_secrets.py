"""
No log line of a contract test contains the signed part of a response URL, a tag's value or a complete event.

A fixture checks every line of each test at DEBUG.  This module tests the fixture, and the function at Lambda's DEBUG.
"""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from finalize_cutover.observability.log import logger
from tests.contract.log_lines import SIGNATURE, LogLines
from tests.contract.provider import REVISION, SERVER, TAG_VALUE, WEB

ROOT = Path(__file__).parents[2]
URL = f"https://bucket.s3.amazonaws.com/key?X-Amz-Expires=7199&X-Amz-Signature={SIGNATURE[::-1]}"
EVENT = {"RequestType": "Create", "ResponseURL": "…", "ResourceProperties": {"SourceServerID": SERVER}}
# The logging setup of awslambdaric if a function's log level is DEBUG.
AT_DEBUG = """
import json, logging, sys
logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format="%(levelname)s %(name)s %(message)s")
from finalize_cutover.app import lambda_handler
for event in json.load(sys.stdin):
    lambda_handler(event, None)
    logging.getLogger("anybody").debug("is heard at DEBUG")
"""


@pytest.fixture
def watched(capfd):
    """A second recorder, for lines that the fixture must not check."""
    return LogLines(capfd)


@pytest.mark.parametrize(
    "secret",
    [
        URL,
        URL.split("?", maxsplit=1)[1],
        SIGNATURE[::-1],
        SIGNATURE,
        TAG_VALUE,
        REVISION,
        json.dumps(EVENT),
        repr(EVENT),
        f"event={EVENT}",
    ],
)
def test_the_watchman_finds_what_must_not_be_logged(watched, secret):
    assert watched.secrets_in(f"a line\nof {secret} and more\nanother", [URL]) == [f"of {secret} and more"]


@pytest.mark.parametrize(
    "line",
    [
        "ResponseURL is not a CloudFormation URL",
        "source_server_id s-0123456789abcdef0",
        "RequestType and ResponseURL",
    ],
)
def test_the_watchman_lets_pass_what_may_be_logged(watched, line):
    assert watched.secrets_in(line, [URL]) == []


@pytest.mark.parametrize(
    "write",
    [
        lambda text: logger.debug("told", secret=text),
        lambda text: logging.getLogger("crhelper.resource_helper").warning(text),
        lambda text: logging.getLogger("anybody").debug("told %s", text),
        lambda text: sys.stderr.writelines([text]),
        lambda text: os.write(1, text.encode()),
    ],
    ids=["our logger", "crhelper's", "anybody's", "stderr", "file descriptor"],
)
def test_the_watchman_hears_everybody(log_lines, write):
    write("a-word-to-be-heard")

    assert "a-word-to-be-heard" in log_lines.text()


def test_a_lambda_at_debug_tells_no_secret_of_three_requests(provider, endpoint, aws):
    aws.add_source_server("ready", sourceServerID=SERVER, tags={"owner": TAG_VALUE})
    requests = [
        endpoint.open(provider.document(request_type, WEB, physical_id=SERVER)) for request_type in ("Create", "Delete")
    ]
    requests.append(endpoint.open(provider.document("Create", {"SourceServerID": "web"})))
    environment = {
        **os.environ,
        "AWS_LAMBDA_LOG_LEVEL": "DEBUG",
        "POWERTOOLS_LOG_LEVEL": "DEBUG",
        "PYTHONPATH": str(ROOT / "functions"),
    }

    told = subprocess.run(
        [sys.executable, "-c", AT_DEBUG],
        input=json.dumps([one.document for one in requests]),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    text = told.stdout + told.stderr
    urls = [one.document["ResponseURL"] for one in requests]
    assert text.count("CloudFormation accepted the response") == 3
    assert text.count("DEBUG anybody is heard at DEBUG") == 3
    assert LogLines.secrets_in(text, urls) == []
    assert [urlsplit(url).path in text for url in urls] == [False] * 3
