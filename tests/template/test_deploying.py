"""docs/deploying.md: its figures are those of the template and of the code."""

import json
import re

import pytest

from finalize_cutover.cutover.preflight.report import CheckName
from finalize_cutover.observability import metrics
from tests.template.conftest import transformed_by_sam
from tests.template.deployment_calls import EVERY
from tests.template.rendered import deployed

# List prices of us-east-1 in USD, as the page states them.
ALARM, DASHBOARD, METRIC, GB_SECOND, REQUEST, TRACE = 0.10, 3.00, 0.30, 0.0000133334, 0.0000002, 0.000005
LOG_GB, EVENT, TRANSITION, S3_PUT, S3_GB, ENDPOINT_HOUR = 0.50, 0.000001, 0.000025, 0.000005, 0.023, 0.01
HOURS, DAYS = 730, 30  # of a month
TIMES = "\N{MULTIPLICATION SIGN}"
MOST_VARIABLES = 4096  # bytes
MOST_POLICIES = 10_240  # characters, without white space


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "deploying.md").read_text()


@pytest.fixture(scope="module")
def rows(page):
    """Return {first cell: other cells} of all tables."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"]
    return {re.sub(r"\[(.*?)\]\(.*?\)", r"\1", first).strip("*"): rest for first, *rest in lines}


@pytest.fixture(scope="module")
def resources(transformed):
    return deployed(transformed)


@pytest.fixture(scope="module")
def with_everything(template):
    return deployed(transformed_by_sam(template), **EVERY)


def of_type(resources, name):
    return [one["Properties"] for one in resources.values() if one["Type"] == name]


def alarm_metrics(resources):
    """Return the number of metrics of all alarms, which CloudWatch charges."""
    return sum(
        sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm")
    )


def memory(resources):
    [function] = of_type(resources, "AWS::Lambda::Function")
    return function["MemorySize"] / 1024


def test_the_idle_cost_is_that_of_the_alarms_and_the_dashboard(resources, transformed, rows, page):
    alarms, dashboards = (of_type(resources, f"AWS::CloudWatch::{name}") for name in ("Alarm", "Dashboard"))
    charged = alarm_metrics(resources)
    saved = charged - alarm_metrics(deployed(transformed, DeployWaveMachine="false"))

    assert rows["alarms"] == [
        f"{charged} metrics in {len(alarms)} alarms {TIMES} {ALARM:.2f}",
        f"{charged * ALARM:.2f}",
    ]
    assert rows["dashboard"] == [f"{len(dashboards)} {TIMES} {DASHBOARD:.2f}", f"{len(dashboards) * DASHBOARD:.2f}"]
    assert f"| **together** | | **{charged * ALARM + len(dashboards) * DASHBOARD:.2f}** |" in page
    assert f"`DeployWaveMachine=false` saves {saved} alarm metrics." in page


def test_nothing_else_of_the_stack_costs_while_it_is_idle(with_everything):
    free = {
        *("AWS::Events::Rule", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Lambda::EventInvokeConfig"),
        *("AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Logs::LogGroup"),
        *("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy"),
        "AWS::StepFunctions::StateMachine",
    }
    charged = {"AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"}

    assert {one["Type"] for one in with_everything.values()} == free | charged
    assert not any("ProvisionedConcurrency" in json.dumps(one) for one in with_everything.values())


def test_the_cost_of_automation_is_that_of_its_schedule(resources, rows, page):
    [minutes] = re.findall(
        r"rate\((\d+) minutes\)", resources["FinalizeCutoverSweep"]["Properties"]["ScheduleExpression"]
    )
    sweeps = DAYS * 24 * 60 // int(minutes)
    costs = [sweeps * 2 * memory(resources) * GB_SECOND, len(metrics.ALL) * METRIC, sweeps * TRACE]

    assert rows["sweeps on Lambda, arm64 with 512 MB"] == [
        f"{sweeps:,} a month {TIMES} 2 s {TIMES} {memory(resources)} GB {TIMES} {GB_SECOND:.10f}",
        f"{costs[0]:.2f}",
    ]
    assert rows["custom metrics"][0].startswith(f"at most {len(metrics.ALL)}, ")
    assert rows["custom metrics"][1] == f"{costs[1]:.2f}"
    assert f"| traces | at most {sweeps:,} {TIMES} {TRACE:.6f} | {costs[2]:.2f} |" in page
    assert f"| **together, besides the idle cost** | | **{sum(round(one, 2) for one in costs):.2f}** |" in page


def test_the_cost_of_requests_is_the_sum_of_its_parts(resources, rows, page):
    parts = {
        "Lambda": 1000 * 0.5 * memory(resources) * GB_SECOND,
        "Lambda requests": 1000 * REQUEST,
        "logs": 1000 * 1.5e-6 * LOG_GB,
        "results on the event bus, with automation": 1000 * EVENT,
    }
    traces = 1000 * TRACE

    assert f"| traces | at most 1,000 {TIMES} {TRACE:.6f} | {traces:.3f} |" in page
    assert {name: rows[name][1] for name in parts} == {name: f"{cost:.3f}" for name, cost in parts.items()}
    assert f"| **together** | | **{sum(round(one, 3) for one in [*parts.values(), traces]):.3f}** |" in page
    assert f"costs {60 * memory(resources) * GB_SECOND:.4f} for each minute, which is 30 GB-s" in page


def test_the_cost_of_the_options_follows_from_their_formulas(rows):
    evidence = 3000 * S3_PUT

    assert rows["wave of 1,000 source servers"][0].startswith(f"181 state transitions {TIMES} {TRANSITION:.6f}")
    assert rows["evidence of 1,000 finalizations"][1] == f"{evidence:.3f}"
    assert rows["a VPC with interface endpoints"][1] == f"{4 * HOURS * ENDPOINT_HOUR:.2f} for 4 in one subnet"


def test_the_variables_of_the_function_stay_below_the_quota(template):
    accounts = ",".join(["111122223333"] * 200)
    resources = deployed(transformed_by_sam(template), **{**EVERY, "MemberAccounts": accounts})
    [function] = of_type(resources, "AWS::Lambda::Function")

    assert len(json.dumps(function["Environment"]["Variables"])) < MOST_VARIABLES


@pytest.mark.parametrize("role", ["FinalizeCutoverRole", "FinalizeWaveRole"])
def test_the_policies_of_a_role_stay_below_the_quota(with_everything, role):
    own = with_everything[role]["Properties"]["Policies"]
    others = [one for one in of_type(with_everything, "AWS::IAM::Policy") if f"<{role}>" in one["Roles"]]
    texts = [
        document if isinstance(document := policy["PolicyDocument"], str) else json.dumps(document)
        for policy in [*own, *others]
    ]
    # An ARN is longer than its placeholder.
    longest = re.sub(r"<\w+(\.\w+)?>", "x" * 100, re.sub(r"<AWS::\w+>", "x" * 14, re.sub(r"\s", "", "".join(texts))))

    assert len(longest) < 7000 < MOST_POLICIES


def test_the_quotas_name_checks_and_numbers_that_exist(rows, resources, template):
    named = {name for cells in rows.values() for name in re.findall(r"preflight `([a-z-]+)`", " ".join(cells))}

    assert named == {CheckName.SOURCE_SERVER_QUOTA, CheckName.APPLICATION_QUOTA}
    assert f"the stack has {len(of_type(resources, 'AWS::Events::Rule'))} on the default bus" in str(rows)
    alarms = len(of_type(resources, "AWS::CloudWatch::Alarm"))
    assert f"the stack has {alarms}" in rows["CloudWatch: metric alarms"][1]
    assert template["Parameters"]["ReservedConcurrency"]["MaxValue"] == 900
