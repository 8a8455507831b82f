"""The optional rules, with the real handler over HTTP: each passes, waits and blocks."""

import pytest

from tests.integration.caller import Caller

SERVER = "s-0123456789abcdef0"
APPLICATION = "app-0123456789abcdef0"
VALIDATOR = "arn:aws:lambda:eu-west-1:111122223333:function:accept"
CALENDAR = "release-freeze"
ALARM = "web-5xx"


@pytest.fixture
def caller(aws, monkeypatch):
    monkeypatch.setenv("VALIDATOR_FUNCTION_ARN", VALIDATOR)
    return Caller(aws)


@pytest.fixture
def instance(caller):
    """The ID of the instance of a ready source server, launched 90 minutes ago."""
    server = caller.aws.add_source_server("ready", sourceServerID=SERVER, applicationID=APPLICATION)
    return server["launchedInstance"]["ec2InstanceID"]


def finding(report, rule):
    """Return the verdict and the reason of *rule*."""
    return next((each["verdict"], each["reason"]) for each in report["readiness"] if each["rule"] == rule)


REQUIRE_STATUS = {"require": ["application-status"]}
REQUIRE_PROTECTION = {"require": ["termination-protection"]}
REQUIRE_BACKUP = {"require": ["backup"]}
REQUIRE_VALIDATOR = {"require": ["validator"]}
ALARMS = {"alarms": [ALARM]}
CALENDARS = {"changeCalendars": [CALENDAR]}
SOAK = {"soakMinutes": 60}
OK, IMPAIRED = {"applicationStatus": "ok"}, {"applicationStatus": "impaired"}


def of_instance(**changes):
    return lambda aws, instance: aws.change_instance(instance, **changes)


def protected(aws, instance):
    import boto3  # noqa: PLC0415 - one row

    ec2 = boto3.client("ec2", region_name="eu-west-1", endpoint_url=aws.url)
    ec2.modify_instance_attribute(InstanceId=instance, DisableApiTermination={"Value": True})


def alarm(**options):
    return lambda aws, _: aws.set_alarm(ALARM, **options)


def snapshot(**options):
    return lambda aws, instance: aws.add_snapshot(instance, **options)


def calendar(**options):
    return lambda aws, _: aws.set_calendar(CALENDAR, **options)


def validator(verdict=None, *, reason="", **options):
    if verdict:
        options["answer"] = {SERVER: {"verdict": verdict, "reason": reason}}
    return lambda aws, _: aws.set_validator(VALIDATOR, **options)


def second_volume(*, minutes_ago):
    def add(aws, instance):
        aws.add_snapshot(instance, minutesAgo=minutes_ago)
        aws.add_volume(instance)

    return add


def nothing(_aws, _instance):
    """Change nothing."""


TWICE = f'{{"{SERVER}":{{"verdict":"BLOCK"}},"{SERVER}":{{"verdict":"PASS"}}}}'
ROWS = [
    # application-status
    (of_instance(**OK), REQUIRE_STATUS, "PASS", "is ok"),
    (of_instance(**OK, applicationStatusMinutesAgo=61), REQUIRE_STATUS | SOAK, "PASS", "is ok"),
    (of_instance(**OK, applicationStatusMinutesAgo=30), REQUIRE_STATUS | SOAK, "WAIT", "is ok for 30 of 60 minutes"),
    (of_instance(applicationStatus="initializing"), REQUIRE_STATUS, "WAIT", "is initializing"),
    (of_instance(applicationStatus="insufficient-data"), REQUIRE_STATUS, "WAIT", "is insufficient-data"),
    (of_instance(**IMPAIRED), REQUIRE_STATUS, "BLOCK", "is impaired"),
    (of_instance(applicationStatus="suppressed"), REQUIRE_STATUS, "BLOCK", "is suppressed"),
    (of_instance(applicationStatus="not-applicable"), REQUIRE_STATUS, "BLOCK", "is not-applicable"),
    (of_instance(applicationStatus="splendid"), REQUIRE_STATUS, "BLOCK", "is splendid"),
    (nothing, REQUIRE_STATUS, "BLOCK", "is not-applicable"),
    # alarms
    (alarm(), ALARMS, "PASS", f"alarm {ALARM} is OK"),
    (alarm(kind="composite"), ALARMS, "PASS", f"alarm {ALARM} is OK"),
    (alarm(kind="log"), ALARMS, "PASS", f"alarm {ALARM} is OK"),
    (alarm(minutesAgo=61), ALARMS | SOAK, "PASS", f"alarm {ALARM} is OK"),
    (alarm(minutesAgo=30), ALARMS | SOAK, "WAIT", f"alarm {ALARM} is OK for 30 of 60 minutes"),
    (alarm(state="INSUFFICIENT_DATA"), ALARMS, "WAIT", f"alarm {ALARM} is INSUFFICIENT_DATA"),
    (alarm(evaluationState="PARTIAL_DATA"), ALARMS, "WAIT", "its evaluation state is PARTIAL_DATA"),
    (alarm(state="ALARM"), ALARMS, "BLOCK", f"alarm {ALARM} is ALARM"),
    (alarm(state="ALARM", kind="composite"), ALARMS, "BLOCK", f"alarm {ALARM} is ALARM"),
    (nothing, ALARMS, "BLOCK", f"alarm {ALARM} does not exist"),
    # termination-protection
    (protected, REQUIRE_PROTECTION, "PASS", "is on"),
    (nothing, REQUIRE_PROTECTION, "BLOCK", "is off"),
    # backup
    (snapshot(), REQUIRE_BACKUP, "PASS", "has a snapshot"),
    (snapshot(state="pending"), REQUIRE_BACKUP, "WAIT", "is pending"),
    (nothing, REQUIRE_BACKUP, "WAIT", "has no snapshot that was started after the launch"),
    (snapshot(minutesAgo=120), REQUIRE_BACKUP, "WAIT", "has no snapshot that was started after the launch"),
    (snapshot(isManaged=True), REQUIRE_BACKUP, "WAIT", "has no snapshot that was started after the launch"),
    (snapshot(owner="999988887777"), REQUIRE_BACKUP, "WAIT", "has no snapshot that was started after the launch"),
    (second_volume(minutes_ago=5), REQUIRE_BACKUP, "WAIT", "has no snapshot that was started after the launch"),
    (snapshot(state="error"), REQUIRE_BACKUP, "BLOCK", "is error"),
    # change-calendar
    (calendar(), CALENDARS, "PASS", f"change calendar {CALENDAR} is OPEN"),
    (calendar(state="CLOSED"), CALENDARS, "WAIT", f"change calendar {CALENDAR} is CLOSED"),
    (
        calendar(state="CLOSED", transitionInSeconds=3600),
        CALENDARS,
        "WAIT",
        f"change calendar {CALENDAR} is CLOSED until 2",
    ),
    (nothing, CALENDARS, "BLOCK", f"change calendar {CALENDAR} does not exist"),
    # validator
    (validator("PASS"), REQUIRE_VALIDATOR, "PASS", "the validator function says PASS"),
    (validator("WAIT", reason="warming up"), REQUIRE_VALIDATOR, "WAIT", "says WAIT: warming up"),
    (validator("BLOCK", reason="no login page"), REQUIRE_VALIDATOR, "BLOCK", "says BLOCK: no login page"),
    (validator("FINE"), REQUIRE_VALIDATOR, "BLOCK", "says neither PASS nor WAIT nor BLOCK"),
    (validator("BLOCK", reason="a\u202eb\nc"), REQUIRE_VALIDATOR, "BLOCK", "says BLOCK: ab c"),
    (validator("BLOCK", reason="x" * 1000), REQUIRE_VALIDATOR, "BLOCK", f"says BLOCK: {'x' * 299}…"),
    (validator("PA\u202eSS"), REQUIRE_VALIDATOR, "BLOCK", "says neither PASS nor WAIT nor BLOCK"),
    (validator(answer={SERVER: {"verdict": "PASS", "because": 1}}), REQUIRE_VALIDATOR, "BLOCK", "have the shape"),
    (validator(body=f'{{"{SERVER}":{{"verdict":"BLOCK","verdict":"PASS"}}}}'), REQUIRE_VALIDATOR, "BLOCK", "have the"),
    (validator(body=TWICE), REQUIRE_VALIDATOR, "BLOCK", "does not have the shape"),
    (validator(answer={}), REQUIRE_VALIDATOR, "BLOCK", "left it out of its answer"),
    (validator(answer=["PASS"]), REQUIRE_VALIDATOR, "BLOCK", "does not have the shape"),
    (validator(answer={SERVER: "PASS"}), REQUIRE_VALIDATOR, "BLOCK", "does not have the shape"),
    (validator(body="certainly"), REQUIRE_VALIDATOR, "BLOCK", "does not have the shape"),
    (validator(body=f'"{"x" * 262_144}"'), REQUIRE_VALIDATOR, "BLOCK", "it is longer than 262144 bytes"),
    (validator("PASS", functionError="Unhandled"), REQUIRE_VALIDATOR, "BLOCK", "cannot be used: it failed (Unhandled)"),
    (
        validator(answer={SERVER: {"verdict": "PASS"}, "s-00000000000000009": {"verdict": "PASS"}}),
        REQUIRE_VALIDATOR,
        "BLOCK",
        "it names s-00000000000000009, which was not in the request",
    ),
]
RULES = {
    "application-status": REQUIRE_STATUS,
    "alarms": ALARMS,
    "termination-protection": REQUIRE_PROTECTION,
    "backup": REQUIRE_BACKUP,
    "change-calendar": CALENDARS,
    "validator": REQUIRE_VALIDATOR,
}
OUTCOMES = {"PASS": "FINALIZED", "WAIT": "NOT_READY", "BLOCK": "BLOCKED"}


def rule_of(request):
    return next(rule for rule, options in RULES.items() if options.items() <= request.items())


@pytest.mark.parametrize(("change", "request_", "verdict", "reason"), ROWS)
def test_each_row_is_reported_and_only_a_pass_is_finalized(caller, instance, change, request_, verdict, reason):
    change(caller.aws, instance)

    report = caller.ask(SERVER, **request_)

    found, why = finding(report, rule_of(request_))
    assert (found, report["outcome"]) == (verdict, OUTCOMES[verdict])
    assert reason in why
    assert caller.writes == (["FinalizeCutover"] if verdict == "PASS" else [])


@pytest.mark.parametrize("rule", RULES)
def test_a_waived_rule_is_looked_at_and_recorded(caller, instance, rule):
    caller.aws.set_validator(VALIDATOR, answer={})

    report = caller.ask(SERVER, **RULES[rule], waive=[rule])

    assert (report["outcome"], finding(report, rule)[0]) == (
        "FINALIZED",
        "WAIVED",
    )


def test_rules_that_are_not_switched_on_ask_nothing_and_say_nothing(caller, instance):
    report = caller.ask(SERVER)

    assert not {each["rule"] for each in report["readiness"]} & RULES.keys()
    assert {call["service"] for call in caller.aws.calls()} == {"mgn", "ec2"}
    assert len(caller.aws.calls()) == 5


READS = {
    **dict.fromkeys(("DescribeApplicationStatus", "DescribeInstanceAttribute"), "ec2"),
    **dict.fromkeys(("DescribeVolumes", "DescribeSnapshots"), "ec2"),
    "DescribeAlarms": "cloudwatch",
    "GetCalendarState": "ssm",
}


@pytest.mark.parametrize(("operation", "service"), READS.items())
@pytest.mark.parametrize(("fault", "outcome"), [("access-denied", "FAILED"), ("throttle", "raises")])
def test_what_could_not_be_read_is_not_good(caller, instance, operation, service, fault, outcome):
    every = {"require": ["application-status", "termination-protection", "backup"], **ALARMS, **CALENDARS}
    for prepare in (of_instance(**OK), alarm(), protected, snapshot(), calendar()):
        prepare(caller.aws, instance)
    caller.aws.add_fault(operation, fault, service=service, times=100)

    if outcome == "raises":
        with pytest.raises(Exception, match=operation):
            caller.ask(SERVER, **every)
    else:
        report = caller.ask(SERVER, **every)
        assert (report["outcome"], report["error"]["retryable"]) == ("FAILED", False)
        assert operation in report["error"]["hint"]

    assert caller.writes == []


@pytest.mark.parametrize("fault", ["throttle", "internal", "hang"])
def test_a_validator_that_gives_no_answer_is_waited_for(caller, instance, fault):
    caller.aws.set_validator(
        VALIDATOR, answer={SERVER: {"verdict": "PASS"}}, **({"seconds": 9} if fault == "hang" else {})
    )
    if fault != "hang":
        caller.aws.add_fault("Invoke", fault, service="lambda", times=100)

    report = caller.ask(SERVER, **REQUIRE_VALIDATOR)

    assert (report["outcome"], finding(report, "validator")[0]) == ("NOT_READY", "WAIT")
    assert "gave no answer within 7.5 s" in finding(report, "validator")[1]


def test_termination_protection_is_set_and_read_back_before_the_write(caller, instance):
    report = caller.ask(SERVER, setTerminationProtection=True)

    names = ("DescribeInstanceAttribute", "ModifyInstanceAttribute", "FinalizeCutover")
    asked = [operation for operation in caller.aws.operations() if operation in names]
    assert asked == [
        "DescribeInstanceAttribute",
        "ModifyInstanceAttribute",
        "DescribeInstanceAttribute",
        "FinalizeCutover",
    ]
    assert (report["outcome"], finding(report, "termination-protection")[0]) == ("FINALIZED", "PASS")


def test_a_dry_run_only_says_that_it_would_be_set(caller, instance):
    report = caller.ask(SERVER, setTerminationProtection=True, dryRun=True)

    assert "ModifyInstanceAttribute" not in caller.aws.operations()
    assert (report["outcome"], finding(report, "termination-protection")[1]) == (
        "WOULD_FINALIZE",
        f"termination protection of its instance {instance} is off, and will be turned on",
    )


def test_a_spot_instance_is_said(caller, instance):
    caller.aws.change_instance(instance, isSpot=True)

    report = caller.ask(SERVER, setTerminationProtection=True)

    assert (report["outcome"], caller.writes) == ("FAILED", [])
    assert "Spot" in report["error"]["message"] + report["error"]["hint"]


def test_the_validator_is_told_what_it_needs(caller, instance):
    caller.aws.set_validator(VALIDATOR, answer={SERVER: {"verdict": "PASS"}})

    report = caller.ask(SERVER, **REQUIRE_VALIDATOR)

    call = next(call for call in caller.aws.calls() if call["operation"] == "Invoke")
    assert report["outcome"] == "FINALIZED"
    assert call["service"] == "lambda"


def test_automation_requires_what_the_deployment_says(caller, instance, monkeypatch):
    monkeypatch.setenv("AUTOMATION_REQUIRE", "backup, application-status")
    monkeypatch.setenv("AUTOMATION_ALARM_PREFIX", "mgn/")
    monkeypatch.setenv("CHANGE_CALENDARS", CALENDAR)
    caller.aws.change_source_server(SERVER, tags={"FinalizeCutover": "approved"})
    caller.aws.set_calendar(CALENDAR, state="CLOSED")

    report = caller.send({"action": "sweep"})["servers"][0]

    assert {each["rule"]: each["verdict"] for each in report["readiness"]} == {
        "application-status": "BLOCK",
        "alarms": "BLOCK",
        "backup": "WAIT",
        "change-calendar": "WAIT",
    }
    assert f"begins with mgn/ and {SERVER} or {APPLICATION}" in finding(report, "alarms")[1]


@pytest.mark.parametrize("name", [f"mgn/{SERVER}-5xx", f"mgn/{APPLICATION}/latency"])
def test_alarms_with_the_prefix_are_those_of_the_server_and_its_application(caller, instance, monkeypatch, name):
    monkeypatch.setenv("AUTOMATION_ALARM_PREFIX", "mgn/")
    caller.aws.change_source_server(SERVER, tags={"FinalizeCutover": "approved"})
    caller.aws.set_alarm(name)
    caller.aws.set_alarm("mgn/s-00000000000000009-5xx", state="ALARM")

    report = caller.send({"action": "sweep"})["servers"][0]

    assert report["outcome"] == "FINALIZED"


def test_one_hundred_alarms_are_one_call_and_more_with_a_prefix_are_pages(caller, instance, monkeypatch):
    names = [f"alarm-{number}" for number in range(100)]
    for name in names:
        caller.aws.set_alarm(name)

    caller.ask(SERVER, alarms=names, dryRun=True)

    assert caller.aws.operations("monitoring") + caller.aws.operations("cloudwatch") == ["DescribeAlarms"]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"require": ["backups"]}, 'require[0] is "backups"; allowed: a list of the rule names'),
        ({"require": "backup"}, 'require is "backup"; allowed: a list'),
        ({"alarms": []}, "alarms is a list of 0; allowed: a list of 1 to 100 names"),
        ({"alarms": [f"a{n}" for n in range(101)]}, "alarms is a list of 101; allowed: a list of 1 to 100 names"),
        ({"alarms": ["a", "a"]}, 'alarms contains "a" more than once; allowed: each name once'),
        (
            {"alarms": ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a"]},
            "allowed: a list of 1 to 100 names (not ARNs)",
        ),
        ({"alarms": ["a\nb"]}, "alarms[0] is"),
        ({"changeCalendars": ["x", "y"] * 6}, "changeCalendars is a list of 12"),
        ({"changeCalendars": [CALENDAR, CALENDAR]}, "more than once; allowed: each name once"),
        (
            {"changeCalendars": ["arn:aws:ssm:us-east-1:111122223333:document/release-freeze"]},
            "allowed: calendars in the function's Region eu-west-1",
        ),
        ({"setTerminationProtection": "yes"}, 'setTerminationProtection is "yes"; allowed: true or false'),
        ({"allOrNothing": 1}, "allOrNothing is 1; allowed: true or false"),
        ({"validatorFunctionArn": VALIDATOR}, "validatorFunctionArn"),
        ({"require": ["backup", "backup"]}, 'require contains "backup" more than once; allowed: each name once'),
        ({"alarms": ["web\n"]}, "alarms[0] is"),
        ({"alarms": ["a\u202eb"]}, "alarms[0] is"),
        ({"alarms": ["\ud83d"]}, "alarms[0] is"),
        (
            {"setTerminationProtection": True, "waive": ["termination-protection"]},
            "waive contains termination-protection and setTerminationProtection is given; allowed: one of the two",
        ),
    ],
)
def test_bad_input_is_refused_in_one_sentence_and_nothing_is_called(caller, instance, request_, words):
    with pytest.raises(Exception, match="allowed: ") as caught:
        caller.ask(SERVER, **request_)

    assert type(caught.value).__name__ == "InvalidRequestError"
    assert words in str(caught.value)
    assert caller.aws.operations() == []


def test_a_validator_function_that_does_not_exist_is_said(caller, instance):
    report = caller.ask(SERVER, **REQUIRE_VALIDATOR)

    assert (report["outcome"], report["error"]["code"]) == ("FAILED", "ResourceNotFoundException")
    assert report["error"]["hint"] == "Correct ValidatorFunctionArn."


def test_automation_with_a_malformed_calendar_is_refused(caller, instance, monkeypatch):
    monkeypatch.setenv("CHANGE_CALENDARS", "release freeze")

    with pytest.raises(
        Exception, match=r'ChangeCalendars\[0\] is "release freeze"; allowed: a list of 1 to 10 names or ARNs'
    ):
        caller.send({"action": "sweep"})


def test_the_rule_validator_needs_its_function(caller, instance, monkeypatch):
    monkeypatch.delenv("VALIDATOR_FUNCTION_ARN")

    with pytest.raises(
        Exception, match="require contains validator, but the deployment's ValidatorFunctionArn is empty"
    ):
        caller.ask(SERVER, **REQUIRE_VALIDATOR)


@pytest.mark.parametrize("arn", [VALIDATOR.replace("eu-west-1", "us-east-1"), "accept"])
def test_the_validator_is_in_the_functions_region(caller, instance, monkeypatch, arn):
    monkeypatch.setenv("VALIDATOR_FUNCTION_ARN", arn)

    with pytest.raises(Exception, match=f'ValidatorFunctionArn is "{arn}"; allowed: the ARN of a Lambda function in'):
        caller.ask(SERVER, **REQUIRE_VALIDATOR)

    assert caller.aws.operations() == []


def test_automation_with_an_unknown_requirement_is_refused(caller, instance, monkeypatch):
    monkeypatch.setenv("AUTOMATION_REQUIRE", "backups")

    with pytest.raises(
        Exception, match=r'AutomationRequire\[0\] is "backups"; allowed: a list of the rule names application-status'
    ):
        caller.send({"action": "sweep"})
