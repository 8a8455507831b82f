"""docs/preflight.md lists every check, in the order of the report, and shows a request and a report that exist."""

import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator

from finalize_cutover.cutover.preflight import environment
from finalize_cutover.cutover.preflight.report import CheckName, PreflightVerdict
from finalize_cutover.handlers.preflight.handler import LIMIT, MEMBERS_LIMIT, PreflightRequest
from finalize_cutover.handlers.request import converted
from tests.unit.test_preflight import STORIES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/preflight.md").read_text()
REQUEST, REPORT = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def rows(heading):
    """Return ``{name: rest}`` of the table below *heading*."""
    section = re.split(r"\n## ", PAGE.split(f"## {heading}\n", 1)[1], maxsplit=1)[0]
    return dict(re.findall(r"^\| `([\w-]+)` \| (.*) \|$", section, re.MULTILINE))


def test_the_table_lists_every_check_in_the_order_of_the_report():
    assert list(rows("The checks")) == [check.value for check in CheckName]


def test_the_table_says_of_each_check_which_verdicts_it_can_have():
    told = {
        name: set(re.findall(r"`(WARN|FAIL)`", row.rpartition(" | ")[2])) for name, row in rows("The checks").items()
    }
    as_before = {"archive-permission", "archive-groups-permission", "protect-permission"}

    for check, stories in STORIES.items():
        if check not in as_before:
            possible = {verdict for _, verdict, _ in stories}
            assert possible <= told[check.value], check


def test_the_request_has_every_field():
    converted(REQUEST, PreflightRequest, strict=True, member="field of a preflight")

    assert list(rows("Request")) == list(PreflightRequest.__struct_encode_fields__)


def test_the_report_keeps_to_the_schema():
    Draft202012Validator(json.loads((ROOT / "schemas/report.schema.json").read_text())).validate(REPORT)


def test_every_verdict_is_explained():
    assert list(rows("Report")) == [verdict.value for verdict in PreflightVerdict]


def test_the_limits_are_those_of_the_code():
    limits = (
        f"limit of {LIMIT.seconds} seconds, and {MEMBERS_LIMIT.seconds} seconds for the member accounts",
        f"`WARN` above {environment.WARN_SKEW.seconds} seconds, `FAIL` above {environment.MOST_SKEW.seconds}",
        f"from {environment.NEAR:.0%}".replace("%", " percent"),
        f"({environment.MOST_SERVERS:,} and {environment.MOST_ACTIVE_SERVERS})",
        f"MGN's quota ({environment.MOST_APPLICATIONS})",
    )

    assert [words for words in limits if words not in PAGE] == []
