"""Automation over several accounts, with the role of examples/member-account-role.yaml, while IAM is enforced."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from local.client import LocalAws
from local.deploy.function import HANDLER
from local.lambda_runtime import functions
from tests.integration.acting import LOOKING
from tests.integration.member_accounts import ROLE, Members

OWN, WEB, DATABASE, STRANGER = "111122223333", "222233334444", "044455556666", "777788889999"
SERVERS = {OWN: "s-0123456789abcdef1", WEB: "s-0123456789abcdef2", DATABASE: "s-0123456789abcdef4"}
APPROVED = {"FinalizeCutover": "approved"}
SWEEP = {"action": "sweep"}


@pytest.fixture
def deploy(aws, monkeypatch):
    """Deploys the application and its role in two member accounts; the server of each account is ready."""

    def deploy(members=f"{WEB},{DATABASE}", *, seeded=tuple(SERVERS), **parameters):
        application = {"MemberAccounts": members, "AutomationSoakMinutes": "0", **parameters}
        entered = Members(aws, monkeypatch, WEB, DATABASE, application=application)
        for account in seeded:
            aws.add_source_server("ready", sourceServerID=SERVERS[account], tags=APPROVED, accountID=account)
        aws.clear_calls()
        return entered

    yield deploy
    functions.forget(HANDLER)


def states(entered):
    """Return the lifecycle state of the source server in each account."""
    accounts = {OWN: entered.own, WEB: entered[WEB], DATABASE: entered[DATABASE]}
    return {account: one.states()[SERVERS[account]] for account, one in accounts.items()}


def parts(report):
    return {
        part["accountID"]: part["error"]["code"] if part["error"] else part["counts"] for part in report["accounts"]
    }


FINALIZED = dict.fromkeys(SERVERS, "CUTOVER")


def test_one_sweep_finalizes_in_every_account(deploy):
    entered = deploy()

    report = entered.acting.asks(SWEEP)

    assert parts(report) == {account: {"FINALIZED": 1} for account in SERVERS}
    assert states(entered) == FINALIZED


@pytest.mark.parametrize("allowed", ["true", "false"])
def test_applications_are_archived_where_the_member_allows_it(aws, monkeypatch, allowed):
    application = {"MemberAccounts": WEB, "AutomationSoakMinutes": "0", "ArchiveAfterFinalize": "true"}
    options = {"application": {**application, "ArchiveApplicationAndWave": "true"}}
    entered = Members(aws, monkeypatch, WEB, AllowArchiveApplicationAndWave=allowed, **options)
    monkeypatch.setenv("ARCHIVE_AFTER_FINALIZE", "true")
    monkeypatch.setenv("ARCHIVE_APPLICATION_AND_WAVE", "true")
    name = aws.add_application(accountID=WEB)["applicationID"]
    aws.add_source_server("ready", sourceServerID=SERVERS[WEB], tags=APPROVED, accountID=WEB, applicationID=name)

    report = entered.acting.asks(SWEEP)
    functions.forget(HANDLER)

    assert parts(report)[WEB] == {"FINALIZED": 1}
    assert report["archivedGroups"]["applicationIDs"] == ([name] if allowed == "true" else [])
    assert ["AccessDeniedException" in each for each in report["archivedGroups"]["warnings"]] == (
        [] if allowed == "true" else [True]
    )


def test_it_uses_the_permissions_of_a_sweep_and_enters_each_account_once(aws, deploy):
    deploy().acting.asks(SWEEP)

    used = {(f"{call['service']}:{call['operation']}", call["status"]) for call in aws.calls()}
    needed = {*LOOKING, "mgn:FinalizeCutover", "events:PutEvents", "sts:AssumeRole"}
    assert used == {(action, 200) for action in needed}
    assert sorted(call["parameters"]["RoleArn"].split(":")[4] for call in aws.calls("sts")) == sorted([WEB, DATABASE])


def test_the_managed_accounts_are_listed_and_swept(aws, deploy):
    entered = deploy("MANAGED")
    aws.set_managed_accounts(OWN, WEB, DATABASE)

    entered.acting.asks(SWEEP)

    assert states(entered) == FINALIZED
    assert aws.operations("mgn").count("ListManagedAccounts") == 1


def test_where_the_global_view_is_off_only_the_own_account_is_swept(deploy):
    entered = deploy("MANAGED")

    with pytest.raises(Exception, match=r"MemberAccounts is MANAGED, but .* \(400\): The account does not have"):
        entered.acting.asks(SWEEP)

    assert states(entered) == FINALIZED | {WEB: "CUTTING_OVER", DATABASE: "CUTTING_OVER"}


def test_an_account_that_does_not_let_the_function_in_is_reported_and_stops_no_other(aws, deploy):
    entered = deploy(f"{STRANGER},{WEB},{DATABASE}")
    role = {"RoleArn": f"arn:aws:iam::{STRANGER}:role/{ROLE}"}
    aws.add_fault("AssumeRole", "access-denied", service="sts", parameters=role, times=100)

    report = entered.acting.asks(SWEEP)

    assert parts(report)[STRANGER] == "AccessDenied"
    assert states(entered) == FINALIZED
    assert report["outcome"] == "PARTIAL"


def test_an_account_that_mgn_throttles_is_reported_and_stops_no_other(aws, deploy):
    entered = deploy()
    aws.add_fault("DescribeSourceServers", "throttle", account=WEB, times=100)

    report = entered.acting.asks(SWEEP)

    aws.clear_faults()
    assert parts(report)[WEB] == "ThrottlingException"
    assert states(entered) == FINALIZED | {WEB: "CUTTING_OVER"}


def test_an_account_whose_mgn_was_never_set_up_is_reported_and_stops_no_other(deploy):
    entered = deploy(seeded=(OWN, DATABASE))

    report = entered.acting.asks(SWEEP)

    assert parts(report) == {
        OWN: {"FINALIZED": 1},
        WEB: "UninitializedAccountException",
        DATABASE: {"FINALIZED": 1},
    }


def test_sweeps_that_overlap_finalize_nothing_twice(aws, deploy):
    entered = deploy()

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(entered.acting.asks, [SWEEP, SWEEP]))

    assert states(entered) == FINALIZED
    assert sum(call["status"] == 200 for call in aws.calls("mgn") if call["operation"] == "FinalizeCutover") == 3
    assert {part["outcome"] for report in reports for part in report["accounts"]} <= {"FINALIZED", "SKIPPED"}


def test_what_nobody_approved_in_a_member_account_stays_as_it_is(aws, deploy):
    entered = deploy(seeded=(OWN, DATABASE))
    aws.add_source_server("ready", sourceServerID=SERVERS[WEB], accountID=WEB)

    report = entered.acting.asks(SWEEP)

    assert parts(report)[WEB] == {"SKIPPED": 1}
    assert states(entered) == FINALIZED | {WEB: "CUTTING_OVER"}


def hears(aws, entered, account):
    """Return what became of the launch result of *account*, which the rule of the example forwards."""
    aws.enforce_iam(enforce=False)  # moto cannot determine the caller for some services, such as Lambda
    created = entered[WEB].create("member-account-events.yaml", CentralAccountID=OWN)
    assert created.status == "CREATE_COMPLETE", created.reasons
    aws.enforce_iam()
    LocalAws(aws.url, account=account).emit_launch_result(SERVERS[account])
    return [attempt for one in aws.invocations() for attempt in one["attempts"]]


def test_an_event_that_a_member_forwards_is_handled_in_its_account(aws, deploy):
    entered = deploy(FinalizeOnLaunch="ENABLED")

    (attempt,) = hears(aws, entered, WEB)

    assert (attempt["answer"]["outcome"], attempt["answer"]["arn"].split(":")[4]) == ("FINALIZED", WEB)
    assert states(entered) == dict.fromkeys(SERVERS, "CUTTING_OVER") | {WEB: "CUTOVER"}


def test_an_event_that_another_account_forwards_is_refused_without_a_call_to_mgn(aws, deploy):
    entered = deploy(DATABASE, FinalizeOnLaunch="ENABLED")

    attempts = hears(aws, entered, WEB)

    assert {attempt["errorType"] for attempt in attempts} == {"InvalidRequestError"}
    assert aws.calls("sts") == []
    assert set(states(entered).values()) == {"CUTTING_OVER"}
