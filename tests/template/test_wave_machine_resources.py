"""The permissions and the stored data of the state machine for waves; the state machine is optional."""

import json
import re

import pytest

from tests.template.iam import actions_of, statements_of
from tests.template.rendered import deployed, rendered

PARTS = {
    "FinalizeWave",
    "FinalizeWaveLogs",
    "FinalizeWavePolicy",
    "FinalizeWaveRole",
    "WaveResults",
    "WaveResultsPolicy",
    "WavesFailed",
}
OUTPUTS = {"FinalizeWave", "WaveResults"}
# Also not created by default.
OTHER_OPTIONS = {
    *("ApprovalPolicy", "ArchivedGroupsPolicy", "DigestPolicy", "EvidenceBucket", "EvidenceBucketPolicy"),
    *("EvidencePolicy", "ManagedAccountsPolicy", "MemberAccountsPolicy"),
    *("PreflightDigestPolicy", "PreflightEvidencePolicy", "PreflightKeyPolicy"),
    *("TerminationProtectionPolicy", "ValidatorPolicy"),
}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:approvals"
EXECUTIONS = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<FinalizeWave.Name>"
BATCHES = [f"{EXECUTIONS}:*", f"{EXECUTIONS}/*"]
REPORTS = "<WaveResults.Arn>/*"
ALLOWED = {
    "events:PutEvents": "arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default",
    "kms:Decrypt": KEY,
    "kms:GenerateDataKey": KEY,
    "lambda:InvokeFunction": "<FinalizeCutover.Arn>",
    "logs:CreateLogDelivery": "*",
    "logs:DeleteLogDelivery": "*",
    "logs:DescribeLogGroups": "*",
    "logs:DescribeResourcePolicies": "*",
    "logs:GetLogDelivery": "*",
    "logs:ListLogDeliveries": "*",
    "logs:PutResourcePolicy": "*",
    "logs:UpdateLogDelivery": "*",
    "s3:AbortMultipartUpload": REPORTS,
    "s3:GetObject": REPORTS,
    "s3:ListBucket": "<WaveResults.Arn>",
    "s3:ListMultipartUploadParts": REPORTS,
    "s3:PutObject": REPORTS,
    "sns:Publish": TOPIC,
    "states:DescribeExecution": BATCHES,
    "states:RedriveExecution": BATCHES,
    "states:StartExecution": "<FinalizeWave>",
    "states:StopExecution": BATCHES,
    "xray:GetSamplingRules": "*",
    "xray:GetSamplingTargets": "*",
    "xray:PutTelemetryRecords": "*",
    "xray:PutTraceSegments": "*",
}


@pytest.fixture(scope="module")
def machine(template):
    return template["Resources"]["FinalizeWave"]["Properties"]


def test_executions_are_traced_and_logged_without_their_data(machine):
    logging = machine["Logging"]

    assert machine["Tracing"] == {"Enabled": True}
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert "FinalizeWaveLogs" in json.dumps(logging["Destinations"])


def test_only_a_standard_workflow_runs_once_under_a_name(machine):
    assert machine["Type"] == "STANDARD"


def test_the_role_allows_this_and_nothing_else(with_every_option):
    assert actions_of(statements_of("FinalizeWaveRole", with_every_option)) == ALLOWED


def test_nobody_is_published_to_without_a_topic(template, machine, transformed):
    topic = {"Fn::If": ["HasWaveApprovalTopic", {"Ref": "WaveApprovalTopicArn"}, "none"]}

    assert machine["DefinitionSubstitutions"]["ApprovalTopicArn"] == topic
    assert template["Parameters"]["WaveApprovalTopicArn"]["Default"] == ""
    actions = actions_of(statements_of("FinalizeWaveRole", deployed(transformed)))
    assert actions.keys().isdisjoint({"sns:Publish", "s3:ListBucket"})


def test_only_events_about_rounds_are_published(with_every_option):
    (statement,) = [s for s in statements_of("FinalizeWaveRole", with_every_option) if s.get("Sid") == "PublishRounds"]

    assert statement["Condition"] == {
        "StringEquals": {"events:source": "finalize-cutover", "events:detail-type": "Wave Finalization Round"}
    }


def test_only_this_accounts_step_functions_take_the_role(template):
    document = template["Resources"]["FinalizeWaveRole"]["Properties"]["AssumeRolePolicyDocument"]

    (statement,) = document["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_reports_are_private_versioned_and_expire(template):
    bucket = template["Resources"]["WaveResults"]["Properties"]

    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", {"Ref": "LogRetentionDays"})


def test_reports_are_refused_without_tls(template):
    policy = template["Resources"]["WaveResultsPolicy"]["Properties"]["PolicyDocument"]

    (statement,) = policy["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Principal"]) == ("Deny", "s3:*", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2


@pytest.mark.parametrize("name", ["FinalizeWaveLogs", "WaveResults", "WaveResultsPolicy"])
def test_evidence_outlives_the_stack(template, name):
    resource = template["Resources"][name]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_without_the_machine_nothing_of_it_is_deployed(transformed):
    left = deployed(transformed, DeployWaveMachine="false")
    outputs = transformed["Outputs"]
    left_outputs = {name: one for name, one in outputs.items() if one.get("Condition") != "DeploysWaveMachine"}

    assert transformed["Resources"].keys() - left.keys() == PARTS | OTHER_OPTIONS
    assert outputs.keys() - left_outputs.keys() == OUTPUTS
    assert not re.search(rf"<({'|'.join(PARTS)})[.>]", json.dumps([left, rendered(left_outputs, transformed)]))
    assert transformed["Parameters"]["DeployWaveMachine"]["Default"] == "true"
