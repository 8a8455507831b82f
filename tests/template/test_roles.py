"""What the roles can do on which resources, and what they can never do, with all optional permissions."""

import pytest
from botocore.session import get_session

from tests.template.iam import is_allowed, statements_of

FUNCTION, MACHINE = "FinalizeCutoverRole", "FinalizeWaveRole"

OWN = "<AWS::Region>:<AWS::AccountId>"
MGN = f"arn:<AWS::Partition>:mgn:{OWN}"
EVENTS = f"arn:<AWS::Partition>:events:{OWN}"
STATES = f"arn:<AWS::Partition>:states:{OWN}"
SERVER = f"{MGN}:source-server/s-0123456789abcdef0"
MEMBER_ROLE = "arn:<AWS::Partition>:iam::444455556666:role/FinalizeCutoverMember"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:approvals"
DIGESTS = TOPIC.replace("approvals", "digests")
NEWS = {"events:source": "finalize-cutover", "events:detail-type": "Cutover Finalization Result"}

INSTANCE = f"arn:<AWS::Partition>:ec2:{OWN}:instance/i-0123456789abcdef0"
MANAGED = {"aws:ResourceTag/AWSApplicationMigrationServiceManaged": "mgn.amazonaws.com"}
PROTECTED = {"ec2:Attribute/DisableApiTermination": "true"}
VALIDATOR = "arn:aws:lambda:eu-west-1:111122223333:function:accept:live"
SHARED_CALENDAR = "arn:<AWS::Partition>:ssm:<AWS::Region>:444455556666:document/cutovers"

EVIDENCE = "arn:<AWS::Partition>:s3:::<EvidenceBucket>"
RECORD = "111122223333/s-0123456789abcdef0/mgnjob-0123456789abcdef0/intent.json"

MAY = [
    (FUNCTION, "mgn:FinalizeCutover", SERVER, {}),
    (FUNCTION, "mgn:ArchiveApplication", f"{MGN}:application/app-0123456789abcdef0", {}),
    (FUNCTION, "mgn:ArchiveWave", f"{MGN}:wave/wave-0123456789abcdef0", {}),
    (FUNCTION, "mgn:DescribeJobLogItems", f"{MGN}:job/mgnjob-0123456789abcdef0", {}),
    (FUNCTION, "cloudwatch:DescribeAlarms", "*", {}),
    (FUNCTION, "ec2:DescribeInstanceAttribute", INSTANCE, MANAGED),
    (FUNCTION, "ec2:ModifyInstanceAttribute", INSTANCE, MANAGED | PROTECTED),
    (FUNCTION, "lambda:InvokeFunction", VALIDATOR, {}),
    (FUNCTION, "ssm:GetCalendarState", f"arn:<AWS::Partition>:ssm:{OWN}:document/cutovers", {}),
    (FUNCTION, "ssm:GetCalendarState", SHARED_CALENDAR, {}),
    (FUNCTION, "cloudformation:DescribeStacks", f"arn:<AWS::Partition>:cloudformation:{OWN}:stack/theirs/1", {}),
    (FUNCTION, "events:PutEvents", f"{EVENTS}:event-bus/default", NEWS),
    (FUNCTION, "logs:PutLogEvents", "<FinalizeCutoverLogs.Arn>", {}),
    (FUNCTION, "s3:PutObject", f"{EVIDENCE}/{RECORD}", {}),
    (FUNCTION, "s3:PutObjectRetention", f"{EVIDENCE}/{RECORD}", {}),
    (FUNCTION, "sns:Publish", DIGESTS, {}),
    (FUNCTION, "sqs:SendMessage", "<FailedInvocations.Arn>", {}),
    (FUNCTION, "sqs:SendMessage", "<FailedRequests.Arn>", {}),
    (FUNCTION, "sts:AssumeRole", MEMBER_ROLE, {}),
    (MACHINE, "lambda:InvokeFunction", "<FinalizeCutover.Arn>", {}),
    (MACHINE, "s3:PutObject", "<WaveResults.Arn>/wave-1/manifest.json", {}),
    (MACHINE, "sns:Publish", TOPIC, {}),
    (MACHINE, "states:StartExecution", "<FinalizeWave>", {}),
    (MACHINE, "states:RedriveExecution", f"{STATES}:execution:<FinalizeWave.Name>/Batches:1", {}),
]
MAY_NOT = [
    (FUNCTION, "mgn:FinalizeCutover", SERVER.replace("<AWS::AccountId>", "444455556666"), {}),
    (FUNCTION, "mgn:FinalizeCutover", SERVER.replace("<AWS::Region>", "us-east-1"), {}),
    (FUNCTION, "mgn:FinalizeCutover", f"{MGN}:job/mgnjob-0123456789abcdef0", {}),
    (FUNCTION, "mgn:ArchiveApplication", f"{MGN}:wave/wave-0123456789abcdef0", {}),
    (FUNCTION, "mgn:ArchiveWave", f"{MGN}:application/app-0123456789abcdef0", {}),
    (FUNCTION, "mgn:UnarchiveApplication", f"{MGN}:application/app-0123456789abcdef0", {}),
    (FUNCTION, "events:PutEvents", f"{EVENTS}:event-bus/default", NEWS | {"events:source": "aws.mgn"}),
    (FUNCTION, "events:PutEvents", f"{EVENTS}:event-bus/another", NEWS),
    (FUNCTION, "logs:PutLogEvents", "<FinalizeWaveLogs.Arn>", {}),
    (FUNCTION, "s3:GetObject", f"{EVIDENCE}/{RECORD}", {}),
    (FUNCTION, "s3:DeleteObject", f"{EVIDENCE}/{RECORD}", {}),
    (FUNCTION, "s3:BypassGovernanceRetention", f"{EVIDENCE}/{RECORD}", {}),
    (FUNCTION, "s3:PutObject", "<WaveResults.Arn>/wave-1/manifest.json", {}),
    (FUNCTION, "sns:Publish", TOPIC, {}),
    (FUNCTION, "sqs:SendMessage", "<UndeliveredLaunchResults.Arn>", {}),
    (FUNCTION, "sqs:ReceiveMessage", "<FailedRequests.Arn>", {}),
    (FUNCTION, "sts:AssumeRole", MEMBER_ROLE.replace("FinalizeCutoverMember", "Administrator"), {}),
    (FUNCTION, "ec2:DescribeInstanceAttribute", INSTANCE, {}),
    (FUNCTION, "ec2:ModifyInstanceAttribute", INSTANCE, PROTECTED),
    (FUNCTION, "ec2:ModifyInstanceAttribute", INSTANCE, MANAGED),
    (FUNCTION, "ec2:ModifyInstanceAttribute", INSTANCE, MANAGED | {"ec2:Attribute/UserData": "IyEvYmluL3No"}),
    (
        *(FUNCTION, "ec2:ModifyInstanceAttribute", INSTANCE),
        MANAGED | {"ec2:Attribute/DisableApiTermination": "false"},
    ),
    (FUNCTION, "ec2:ModifyInstanceAttribute", INSTANCE.replace("instance/i-", "volume/vol-"), MANAGED | PROTECTED),
    (FUNCTION, "lambda:InvokeFunction", "<FinalizeCutover.Arn>", {}),
    (FUNCTION, "lambda:InvokeFunction", VALIDATOR.removesuffix(":live"), {}),
    (FUNCTION, "lambda:InvokeFunction", VALIDATOR.replace(":live", ":next"), {}),
    (FUNCTION, "ssm:GetCalendarState", SHARED_CALENDAR.replace("<AWS::Region>", "us-east-1"), {}),
    (FUNCTION, "states:SendTaskSuccess", "<FinalizeWave>", {}),
    (MACHINE, "mgn:FinalizeCutover", SERVER, {}),
    (MACHINE, "mgn:DescribeSourceServers", "*", {}),
    (MACHINE, "lambda:InvokeFunction", f"arn:<AWS::Partition>:lambda:{OWN}:function:another", {}),
    (MACHINE, "lambda:UpdateFunctionCode", "<FinalizeCutover.Arn>", {}),
    (MACHINE, "s3:PutObject", "arn:<AWS::Partition>:s3:::another/manifest.json", {}),
    (MACHINE, "s3:DeleteObject", "<WaveResults.Arn>/wave-1/manifest.json", {}),
    (MACHINE, "s3:PutBucketPolicy", "<WaveResults.Arn>", {}),
    (MACHINE, "sns:Publish", TOPIC.replace("approvals", "another"), {}),
    # With this permission, a role could approve its own wave.
    (MACHINE, "states:SendTaskSuccess", "<FinalizeWave>", {}),
    (MACHINE, "states:StartExecution", f"{STATES}:stateMachine:another", {}),
    (MACHINE, "states:StopExecution", f"{STATES}:execution:another:1", {}),
    (MACHINE, "sts:AssumeRole", MEMBER_ROLE, {}),
]
# For these services, each role can use only the listed actions.
ONLY = {
    "cloudwatch": ({"DescribeAlarms"}, set()),
    "ec2": (
        {
            *("DescribeApplicationStatus", "DescribeInstanceAttribute", "DescribeInstanceStatus", "DescribeInstances"),
            *("DescribeSnapshots", "DescribeVolumes", "ModifyInstanceAttribute"),
        },
        set(),
    ),
    "iam": ({"SimulatePrincipalPolicy"}, set()),
    "kms": ({"Decrypt", "DescribeKey", "GenerateDataKey"}, {"Decrypt", "GenerateDataKey"}),
    "lambda": ({"InvokeFunction"}, {"InvokeFunction"}),
    "mgn": (
        {
            *("DescribeJobLogItems", "DescribeJobs", "DescribeSourceServers", "ListApplications", "ListWaves"),
            *("ArchiveApplication", "ArchiveWave", "FinalizeCutover", "ListManagedAccounts", "MarkAsArchived"),
        },
        set(),
    ),
    "organizations": (set(), set()),
    "secretsmanager": (set(), set()),
    "ssm": ({"GetCalendarState"}, set()),
    "sts": ({"AssumeRole"}, set()),
}


def operations_of(service):
    """Return the names of a service's operations; some of them are not names of IAM actions."""
    names = set(get_session().get_service_model(service).operation_names)
    return names - {"Invoke"} | {"InvokeFunction"} if service == "lambda" else names


@pytest.mark.parametrize(("role", "action", "resource", "context"), MAY)
def test_a_role_may(with_every_option, role, action, resource, context):
    assert is_allowed(statements_of(role, with_every_option), action, resource, context)


@pytest.mark.parametrize(("role", "action", "resource", "context"), MAY_NOT)
def test_a_role_may_not(with_every_option, role, action, resource, context):
    assert not is_allowed(statements_of(role, with_every_option), action, resource, context)


@pytest.mark.parametrize("service", ONLY)
@pytest.mark.parametrize(("role", "which"), [(FUNCTION, 0), (MACHINE, 1)])
def test_of_all_that_a_service_can_do_a_role_may_do_this(with_every_option, service, role, which):
    # On any resource, and in any context.
    statements = [
        {"Effect": one["Effect"], "Action": one["Action"], "Resource": "*"}
        for one in statements_of(role, with_every_option)
        if one["Effect"] == "Allow"
    ]

    allowed = {name for name in operations_of(service) if is_allowed(statements, f"{service}:{name}", "*")}

    assert allowed == ONLY[service][which]


@pytest.mark.parametrize(("role", "service"), [(FUNCTION, "lambda.amazonaws.com"), (MACHINE, "states.amazonaws.com")])
def test_a_role_is_taken_by_its_service_alone(with_every_option, role, service):
    (statement,) = with_every_option[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert (statement["Action"], statement["Principal"]) == ("sts:AssumeRole", {"Service": service})
