"""A sweep over several accounts: each on its own, and one report with a part for each."""

import json

import pytest

from finalize_cutover.cutover.errors import (
    ConflictError,
    InvalidRequestError,
    MgnRefusedError,
    MgnUnavailableError,
    UninitializedAccountError,
)
from finalize_cutover.handlers.eventbridge import sweep as handler
from finalize_cutover.observability import metrics
from tests.unit import records
from tests.unit.automated import FakeResultPublisher, approved
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation
from tests.unit.several_accounts import DATABASE, OWN, SERVERS, WEB, in_accounts, of_account, one_ready_server_each
from tests.unit.staged import FakeStaging, audited, production, staged_volume
from tests.unit.test_schemas import validator


def sweep(fleet, *, event=None, **differences):
    return handler.handle(event or {"action": "sweep"}, in_accounts(fleet, **differences))


def parts(report, *names):
    """Return ``{account ID: the named members of its part}``."""
    found = {part["accountID"]: [part[name] for name in names] for part in report["accounts"]}
    return {account: values[0] if len(names) == 1 else values for account, values in found.items()}


def finalized(fleet):
    return {account: aws.finalized for account, aws in fleet.items()}


EACH = {account: [server_id] for account, server_id in SERVERS.items()}


def test_every_account_is_swept():
    fleet = one_ready_server_each()

    report = sweep(fleet)

    assert finalized(fleet) == EACH
    assert (report["outcome"], report["total"], report["changed"]) == ("FINALIZED", 3, 3)
    assert parts(report, "outcome", "changed", "remaining") == {
        account: ["FINALIZED", 1, 0] for account in (OWN, WEB, DATABASE)
    }


def test_the_accounts_that_mgn_lists_are_swept():
    fleet = one_ready_server_each()
    fleet[None].managed = [OWN, WEB, DATABASE]

    sweep(fleet, members="MANAGED")

    assert finalized(fleet) == EACH


def test_where_mgn_lists_no_accounts_only_the_own_one_is_swept_and_the_refusal_is_raised(capsys):
    fleet = one_ready_server_each()

    with pytest.raises(MgnRefusedError, match="MemberAccounts is MANAGED"):
        sweep(fleet, members="MANAGED")

    assert finalized(fleet) == {None: EACH[None], WEB: [], DATABASE: []}
    assert records.metrics(capsys)[metrics.REFUSED_REQUESTS] == [1]


@pytest.mark.parametrize(
    "error",
    [
        MgnRefusedError("sts:AssumeRole failed with AccessDenied (403).", code="AccessDenied"),
        MgnUnavailableError("Rate exceeded.", code="ThrottlingException", is_throttled=True),
        UninitializedAccountError("MGN is not initialized.", code="UninitializedAccountException"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("account", [None, WEB])
def test_an_account_that_cannot_be_read_stops_no_other_and_is_reported(error, account):
    fleet = one_ready_server_each()
    fleet[account].fail("DescribeSourceServers", error)

    report = sweep(fleet)

    assert finalized(fleet) == EACH | {account: []}
    assert report["outcome"] == "PARTIAL"
    failed = next(part for part in report["accounts"] if part["accountID"] == (account or OWN))
    assert (failed["outcome"], failed["error"]["code"], failed["audit"]) == ("FAILED", error.code, None)


def test_if_no_account_can_be_read_the_error_is_raised():
    fleet = one_ready_server_each()
    for aws in fleet.values():
        aws.fail("DescribeSourceServers", MgnUnavailableError("busy"))

    with pytest.raises(MgnUnavailableError, match="busy"):
        sweep(fleet)


def test_what_fails_in_one_account_without_a_success_elsewhere_is_the_outcome():
    fleet = one_ready_server_each(first_boot="WAITING")
    fleet[WEB].fail("DescribeSourceServers", MgnRefusedError("denied"))

    assert sweep(fleet)["outcome"] == "FAILED"


def test_one_accounts_throttling_is_in_its_part():
    fleet = one_ready_server_each()
    fleet[WEB].fail("FinalizeCutover", *[MgnUnavailableError("Rate exceeded.", is_throttled=True)] * 20)

    report = sweep(fleet)

    assert finalized(fleet) == EACH | {WEB: []}
    assert parts(report, "counts") == {OWN: {"FINALIZED": 1}, WEB: {"FAILED": 1}, DATABASE: {"FINALIZED": 1}}


def test_what_there_was_no_time_for_is_counted_in_its_part():
    report = sweep(one_ready_server_each(), seconds_left=2)

    assert (report["outcome"], sorted(report["remaining"])) == ("NOT_READY", sorted(SERVERS.values()))
    assert parts(report, "counts", "remaining", "audit") == {account: [{}, 1, None] for account in (OWN, WEB, DATABASE)}


def test_a_part_has_the_counts_of_its_audit():
    fleet = {None: FakeAws(), WEB: FakeAws(of_account(audited(), WEB)), DATABASE: FakeAws()}
    staging = {None: FakeStaging(), WEB: FakeStaging(*production(), staged_volume()), DATABASE: FakeStaging()}

    report = sweep(fleet, make_staging=lambda account, _until: staging[account])

    assert (report["audit"]["outcome"], report["audit"]["total"]) == ("LEFT_BEHIND", 1)
    assert parts(report, "audit") == {OWN: {}, WEB: {"LEFT_BEHIND": 1}, DATABASE: {}}


def test_the_optional_rules_read_the_account_of_the_server():
    asked = []

    sweep(one_ready_server_each(), make_acceptance=lambda account, _until: asked.append(account))

    # Once more for the own account, to refuse invalid parameters before any call.
    assert sorted(asked, key=str) == sorted([None, None, WEB, DATABASE], key=str)


def test_an_audit_that_could_not_run_is_null_in_its_part_and_the_others_are_in_the_report():
    fleet = one_ready_server_each()
    listed = fleet[WEB].in_state

    def in_state(state, **options):
        if options:
            raise MgnUnavailableError("busy")
        return listed(state)

    fleet[WEB].in_state = in_state

    report = sweep(fleet)

    assert parts(report, "audit") == {OWN: {"TOO_EARLY": 1}, WEB: None, DATABASE: {"TOO_EARLY": 1}}
    assert report["audit"]["total"] == 2


def test_a_dry_run_covers_every_account_and_changes_nothing():
    fleet = one_ready_server_each()

    report = sweep(fleet, event={"action": "sweep", "dryRun": True}, environment={"FINALIZE_ON_LAUNCH": "DISABLED"})

    assert parts(report, "counts") == {account: {"WOULD_FINALIZE": 1} for account in (OWN, WEB, DATABASE)}
    assert [aws.writes for aws in fleet.values()] == [[], [], []]


def test_sweeps_that_overlap_finalize_nothing_twice():
    fleet = one_ready_server_each()
    fleet[WEB].before_write(lambda: sweep(fleet))

    sweep(fleet)

    assert finalized(fleet) == EACH


def test_where_there_are_no_members_the_report_is_as_it_was():
    fleet = one_ready_server_each()

    report = sweep(fleet, members="")

    assert report == handler.handle({"action": "sweep"}, one_account(one_ready_server_each()[None]))
    assert "accounts" not in report
    assert finalized(fleet) == {None: EACH[None], WEB: [], DATABASE: []}


def one_account(aws):
    return invocation(aws, make_staging=lambda *_: FakeStaging())


def test_where_the_own_account_is_the_only_member_the_report_is_as_it_was():
    assert "accounts" not in sweep(one_ready_server_each(), members=OWN)


def test_each_report_names_its_account_in_its_arn_or_else_by_its_id():
    fleet = one_ready_server_each()
    fleet[WEB].fail("FinalizeCutover", ConflictError("busy"), ConflictError("busy"), ConflictError("busy"))
    fleet[DATABASE].fail("DescribeJobs", MgnRefusedError("denied"))

    report = sweep(fleet)

    named = {one["sourceServerID"]: one.get("accountID") or one["arn"].split(":")[4] for one in report["servers"]}
    assert named == {SERVERS[None]: OWN, SERVERS[WEB]: WEB, SERVERS[DATABASE]: DATABASE}
    assert [one["sourceServerID"] for one in report["servers"] if "accountID" in one] == [SERVERS[DATABASE]]


def test_a_published_failure_without_an_arn_names_its_account():
    fleet, bus = one_ready_server_each(), FakeResultPublisher()
    fleet[WEB].fail("DescribeJobs", MgnRefusedError("denied"))

    sweep(fleet, make_publisher=lambda _until: bus)

    told = {report.source_server_id: report for report in bus.told}
    assert told[SERVERS[WEB]].account_id == WEB
    assert told[SERVERS[DATABASE]].arn.split(":")[4] == DATABASE


def test_every_line_of_the_log_names_the_account():
    fleet = one_ready_server_each()
    fleet[WEB].fail("DescribeSourceServers", MgnRefusedError("denied", code="AccessDenied"))

    with records.log_lines() as lines:
        sweep(fleet)

    told = {(line["message"], line["account_id"]) for line in lines}
    assert {("Account swept", OWN), ("Account not swept", WEB), ("Cutover is finalized", DATABASE)} <= told


def test_metrics_name_the_account_as_a_property_and_not_as_a_dimension(capsys):
    records.metrics(capsys)

    sweep(one_ready_server_each())

    lines = [line for line in records.metric_lines(capsys) if metrics.FINALIZED in line]
    assert {line["account_id"] for line in lines} == {OWN, WEB, DATABASE}
    assert {json.dumps(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"]) for line in lines} == {'[["service"]]'}


@pytest.mark.parametrize(("account", "refusals"), [(None, []), (WEB, [1])])
def test_a_central_account_without_migrations_needs_no_alarm(capsys, account, refusals):
    records.metrics(capsys)
    fleet = one_ready_server_each()
    fleet[account].fail("DescribeSourceServers", UninitializedAccountError("never set up"))

    sweep(fleet)

    assert records.metrics(capsys).get(metrics.REFUSED_REQUESTS, []) == refusals


def test_the_report_keeps_to_the_schema():
    fleet = one_ready_server_each()
    fleet[WEB].fail("DescribeSourceServers", MgnRefusedError("denied"))
    fleet[DATABASE].fail("DescribeJobs", MgnRefusedError("denied"))

    validator("report.schema.json").validate(sweep(fleet))


def test_4000_servers_in_50_accounts_are_reported_in_less_than_1_mb():
    accounts = [None, *(f"{number:012}" for number in range(49))]
    fleet = {
        account: FakeAws(
            *(
                of_account(
                    approved(f"s-{place:05}{number:012}", ec2_system="impaired", ec2_instance="impaired"), account
                )
                for number in range(80)
            )
        )
        for place, account in enumerate(accounts)
    }

    report = sweep(fleet, members=",".join(accounts[1:]))

    assert (report["total"], len(report["accounts"])) == (4000, 50)
    assert len(report["servers"]) + report["notListed"] == 4000
    assert len(json.dumps(report)) < 1_000_000


def test_a_request_that_is_malformed_is_refused_before_any_account_is_entered():
    fleet = one_ready_server_each()

    with pytest.raises(InvalidRequestError, match="action and dryRun"):
        sweep(fleet, event={"action": "sweep", "accountID": WEB})

    assert [aws.calls for aws in fleet.values()] == [[], [], []]
