"""crhelper's other defects (clients, polling, loggers, sleeping) are all worked around."""

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from crhelper import CfnResource

from finalize_cutover.cutover.finalize.write_window import WriteWindow
from finalize_cutover.handlers.cloudformation.handler import Resource
from tests.contract.provider import SERVER

# The numbers refer to a list of the defects in crhelper 2.0.12; test_crhelper_answers has the others.


@pytest.fixture
def ready_server(aws):
    aws.add_source_server("ready", sourceServerID=SERVER)


def resource():
    return Resource(None, WriteWindow(), seconds_to_timer=lambda: 0)


def test_01_it_makes_no_clients():
    made = [name for name in vars(resource()) if name.endswith("_client")]

    assert made == []


def test_01_it_makes_no_session_of_boto3():
    before = boto3.DEFAULT_SESSION

    resource()

    assert boto3.DEFAULT_SESSION is before


@pytest.mark.parametrize("before", [None, "true"])
def test_01_the_environment_is_as_it_was(before):
    os.environ.pop("AWS_SAM_LOCAL", None)
    if before:
        os.environ["AWS_SAM_LOCAL"] = before

    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda _: resource(), range(200)))

    assert os.environ.pop("AWS_SAM_LOCAL", None) == before


def test_07_a_delete_does_not_sleep(provider):
    began = time.monotonic()

    provider.ask("Delete", physical_id=SERVER)

    assert resource()._sleep_on_delete == 0
    assert time.monotonic() - began < 10


def test_08_09_11_12_there_is_no_polling_so_no_rule_without_end_and_no_event_kept(provider, ready_server, aws):
    for request_type in ("Create", "Update", "Delete"):
        provider.ask(request_type, physical_id=None if request_type == "Create" else SERVER)

    assert {call["service"] for call in aws.calls()} == {"mgn", "ec2", "cloudformation"}
    for name in ("_poll_create_func", "_poll_update_func", "_poll_delete_func"):
        assert getattr(resource(), name) is None


@pytest.mark.parametrize("own", ["CrHelperPoll", "CrHelperData", "CrHelperRule", "CrHelperPermission"])
def test_26_what_steers_polling_is_not_taken_from_the_event(provider, ready_server, own):
    forged = {"PhysicalResourceId": "forged", "Outcome": "FORGED"}

    answer = provider.deliver({**provider.document("Create"), own: forged}).only_answer()

    assert (answer.status, answer.physical_resource_id) == ("SUCCESS", SERVER)
    assert answer.data["Outcome"] == "FINALIZED"


@pytest.mark.parametrize("level", [logging.NOTSET, 15, logging.WARNING, logging.CRITICAL])
def test_19_the_root_logger_keeps_its_level_and_its_formatters(provider, ready_server, level):
    root = logging.getLogger()
    handler = logging.StreamHandler()
    formatter = logging.Formatter("Lambda's own: %(message)s")
    handler.setFormatter(formatter)
    root.addHandler(handler)
    root.setLevel(level)

    answer = provider.ask("Create")
    after = root.level
    root.removeHandler(handler)

    assert after == level
    assert handler.formatter is formatter
    assert answer.status == "SUCCESS"


def test_20_crhelper_writes_nothing_into_the_log(provider, ready_server, log_lines):
    for request_type in ("Create", "Update", "Delete"):
        provider.ask(request_type, physical_id=None if request_type == "Create" else SERVER)

    assert [line for line in log_lines.text().splitlines() if "'name': 'crhelper" in line] == []
    assert not logging.getLogger("crhelper.resource_helper").isEnabledFor(logging.INFO)


def test_06_nothing_that_crhelper_would_log_at_debug_is_logged(provider, ready_server, log_lines):
    exchange = provider.send("Create")
    exchange.only_answer()

    assert "CloudFormation accepted the response" in log_lines.messages()
    assert log_lines.secrets([exchange.document["ResponseURL"]]) == []


def test_no_timer_is_left_running_after_an_answer(provider, ready_server):
    provider.ask("Create")

    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    assert [timer for timer in timers if not timer.finished.is_set()] == []


def test_the_defects_are_still_there_in_crhelper_itself():
    """If the test fails, crhelper has changed: check its new behaviour, and remove workarounds that are not needed."""
    itself = CfnResource.__init__.__defaults__

    assert itself == (False, "DEBUG", "ERROR", 2, 120, None)
