"""The dashboard is valid, and shows only metrics and log fields that the code writes."""

import json
import logging
import re

import pytest

from finalize_cutover.observability import metrics
from tests.template import written
from tests.template.rendered import deployed, rendered

COLUMNS = 24
# Keywords of CloudWatch's query language.
LANGUAGE = {
    *("as", "asc", "by", "desc", "fields", "filter", "in", "limit", "sort", "stats"),
    *("and", "or", "coalesce", "earliest", "ispresent", "latest"),
}
# Lambda's own log lines: its runtime writes one about a failed request, its platform one at the end of a request.
# https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
LAMBDA_KEYS = {"errorMessage", "errorType", "requestId", "stackTrace", "record"}
LAMBDA_WORDS = {"timeout"}


@pytest.fixture(scope="module")
def body(transformed):
    return rendered(transformed["Resources"]["Dashboard"]["Properties"]["DashboardBody"], transformed)


@pytest.fixture(scope="module")
def widgets(body):
    return json.loads(body)["widgets"]


@pytest.fixture(scope="module")
def queries(widgets):
    """Return ``{title: query}``, without the query's source."""
    logs = [widget["properties"] for widget in widgets if widget["type"] == "log"]
    return {one["title"]: one["query"].partition(" | ")[2] for one in logs}


@pytest.fixture(scope="module")
def lines():
    """Return the log lines of all outcomes."""
    return written.everything()[0]


def shown(widgets):
    """Return (namespace, name, dimensions) of every displayed metric."""
    rows = [row for widget in widgets for row in widget["properties"].get("metrics", [])]
    parts = [[part for part in row if isinstance(part, str)] for row in rows]
    return {(p[0], p[1], tuple(zip(p[2::2], p[3::2], strict=True))) for p in parts if p}


def quoted(query):
    return re.findall(r"'([^']*)'", query)


def test_widgets_stand_beside_each_other_and_fit(widgets):
    cells = [
        (x, y) for w in widgets for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < COLUMNS


def test_every_metric_of_ours_is_one_that_the_code_writes(widgets):
    ours = {one for one in shown(widgets) if one[0] == metrics.NAMESPACE}

    assert ours <= written.series(written.everything()[1])


def test_every_metric_that_the_code_writes_is_shown(widgets):
    assert {name for namespace, name, _ in shown(widgets) if namespace == metrics.NAMESPACE} == set(metrics.ALL)


def test_the_function_writes_metrics_under_the_name_that_is_shown(function):
    variables = function["Environment"]["Variables"]

    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == metrics.NAMESPACE
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}


def test_every_other_metric_is_of_the_function_or_a_queue(widgets):
    others = {one for one in shown(widgets) if one[0] != metrics.NAMESPACE}

    assert {(namespace, dimensions[0][0]) for namespace, _, dimensions in others} == {
        ("AWS/Lambda", "FunctionName"),
        ("AWS/SQS", "QueueName"),
    }


def test_every_queue_is_shown(widgets, transformed):
    queues = {f"<{name}.QueueName>" for name, r in transformed["Resources"].items() if r["Type"] == "AWS::SQS::Queue"}

    assert {dimensions[0][1] for namespace, _, dimensions in shown(widgets) if namespace == "AWS/SQS"} == queues


@pytest.mark.parametrize("machine", ["true", "false"])
def test_every_alarm_that_there_is_is_shown(transformed, machine):
    resources = deployed(transformed, DeployWaveMachine=machine)

    widgets = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"])["widgets"]

    (alarms,) = [widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm"]
    wanted = [f"<{name}.Arn>" for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"]
    assert sorted(alarms) == sorted(wanted)


def test_every_log_query_reads_the_functions_log(widgets):
    sources = {w["properties"]["query"].partition(" | ")[0] for w in widgets if w["type"] == "log"}

    assert sources == {"SOURCE '<FinalizeCutoverLogs>'"}


def test_it_shows_finalized_cutovers_waiting_servers_and_leftovers(queries):
    assert queries.keys() == {"Not finalized, and why", "Audits with problems", "Finalized cutovers", "Errors"}


def test_log_queries_ask_for_fields_that_the_code_writes(queries, lines):
    keys = {key for line in lines for key in line} | LAMBDA_KEYS
    unknown = {}
    for title, query in queries.items():
        words = set(re.findall(r"(?<![@\w.])[a-z_]\w*", re.sub(r"'[^']*'", "", query)))
        aliases = set(re.findall(r" as (\w+)", query))
        unknown[title] = words - LANGUAGE - aliases - keys

    assert [title for title, words in unknown.items() if words] == []


def test_a_field_with_a_number_is_a_list(queries, lines):
    numbered = {name for query in queries.values() for name in re.findall(r"(\w+)\.\d", query)}

    assert numbered == {"leftovers", "reasons", "warnings"} & numbered
    assert all(isinstance(line[name], list) for line in lines for name in numbered & line.keys())


def test_log_queries_look_for_words_that_the_code_writes(queries, lines):
    words = {line[key] for line in lines for key in ("message", "outcome")}

    asked_for = {word for query in queries.values() for word in quoted(query)}

    assert asked_for - words == {logging.getLevelName(logging.ERROR)} | LAMBDA_WORDS


def test_every_outcome_that_keeps_a_server_from_being_finalized_is_shown(queries, lines):
    outcomes = {line["outcome"] for line in lines if line["message"] != "Finalized cutover audited"}

    # Automation skips unapproved source servers, and does not log them at every sweep.
    assert outcomes - {"FINALIZED", "WOULD_FINALIZE", "SKIPPED"} <= set(quoted(queries["Not finalized, and why"]))


def test_every_problem_that_an_audit_finds_is_shown(queries, lines):
    outcomes = {line["outcome"] for line in lines if line["message"] == "Finalized cutover audited"}

    assert outcomes - {"CLEAN", "TOO_EARLY", "NOT_FINALIZED"} <= set(quoted(queries["Audits with problems"]))


def test_no_query_holds_what_would_end_its_text_early(transformed):
    _, variables = transformed["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]

    texts = {name: rendered(value, transformed) for name, value in variables.items() if name != "AndWavesFailed"}

    assert [name for name, text in texts.items() if re.search(r'["\\\n]', text)] == []


def test_it_has_a_name_of_its_own_in_every_region(transformed):
    name = transformed["Resources"]["Dashboard"]["Properties"]["DashboardName"]

    assert name == {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}


def test_links_hold_in_every_partition(body):
    assert re.findall(r"\]\(([^)]*)\)", body) != []
    assert [link for link in re.findall(r"\]\(([^)]*)\)", body) if not link.startswith("/")] == []
