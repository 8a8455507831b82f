"""The events in docs/eventbridge.md match the code."""

import json
import re
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from finalize_cutover.aws.event_bus import EventBus
from finalize_cutover.cutover import errors
from finalize_cutover.handlers.eventbridge import digest, sweep
from finalize_cutover.handlers.eventbridge import launch_result as handler
from finalize_cutover.observability import metrics
from finalize_cutover.settings import read_settings
from tests.unit.automated import FakeResultPublisher, approved, launch_result
from tests.unit.builders import OTHER_SERVER
from tests.unit.digested import mixed_fleet
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.staged import FakeStaging, audited, production, staged_volume
from tests.unit.stubs import UNHURRIED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/eventbridge.md").read_text()
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
PATTERN, EVENT, SWEPT, TOLD, LISTENER, _ROUND = BLOCKS
TEMPLATE = yaml_parse((ROOT / "template.yaml").read_text())


def test_the_pattern_is_the_templates():
    events = TEMPLATE["Resources"]["FinalizeCutover"]["Properties"]["Events"]

    assert events["LaunchResult"]["Properties"]["Pattern"] == PATTERN


def test_the_event_is_the_one_that_is_kept_for_trying():
    assert EVENT == json.loads((ROOT / "events/cutover_launch_succeeded.json").read_text()) == launch_result()


# A release does not change the examples.
OF_THE_PAGE = {"functionVersion": "1.0.0"}


def test_the_sweeps_answer_is_a_real_one():
    aws = FakeAws(approved(OTHER_SERVER, hostname="web-2", first_boot="WAITING"), audited(hostname="web-1"))
    staging = FakeStaging(*production(), staged_volume())

    answer = sweep.handle({"action": "sweep"}, invocation(aws, make_staging=lambda *_: staging))

    assert answer | OF_THE_PAGE == SWEPT


def test_the_digest_is_the_one_that_arrives_by_mail():
    (mail,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    aws, staging = mixed_fleet()

    settings = read_settings({"AWS_REGION": "eu-west-1", "WARN_FREE_HOURS_LEFT": "336"})

    answer = digest.handle({"action": "digest"}, invocation(aws, make_staging=lambda *_: staging, settings=settings))

    assert mail == f"Subject: {answer['subject']}\n\n{answer['text']}"


def test_what_the_bus_hears_is_a_real_event():
    bus = FakeResultPublisher()
    handler.handle(EVENT, invocation(FakeAws(approved(hostname="web-1")), make_publisher=lambda _until: bus))

    entry = EventBus(lambda: None, name="default", limit=UNHURRIED)._entry(*bus.told)

    assert {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "resources": entry["Resources"],
        "detail": json.loads(entry["Detail"]) | OF_THE_PAGE,
    } == TOLD


def test_the_listener_hears_the_event_that_is_shown():
    assert TOLD["source"] in LISTENER["source"]
    assert TOLD["detail-type"] in LISTENER["detail-type"]
    assert TOLD["detail"]["outcome"] in LISTENER["detail"]["outcome"]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(\w+Error)`", PAGE))))
def test_every_error_on_the_page_is_one_of_ours(name):
    assert issubclass(getattr(errors, name), errors.CutoverError)


@pytest.mark.parametrize("name", re.findall(r"metric `(\w+)`", PAGE))
def test_every_metric_on_the_page_is_emitted(name):
    assert name in {*metrics.ALL, "Errors"}


@pytest.mark.parametrize("name", re.findall(r"(?:alarm|queue|lies in) `(\w+)`", PAGE))
def test_every_alarm_and_queue_on_the_page_is_in_the_template(name):
    assert name in TEMPLATE["Resources"]
