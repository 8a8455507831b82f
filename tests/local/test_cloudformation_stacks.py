"""Complete templates on the local AWS: over HTTP, with boto3, as users deploy them."""

import pytest
from botocore.exceptions import ClientError

from tests.integration.stacks import IMPORTER, TEMPLATE
from tests.local.fake_provider import SERVICE_TOKEN

REFUSAL = {"Status": "FAILED", "Reason": "it has not booted"}


@pytest.fixture
def ssm(client):
    return client("ssm")


def test_a_stack_is_complete_with_what_the_function_answered(stacks, provider, ssm):
    stack_id = stacks.create()

    stack = stacks.describe()
    parameter = ssm.get_parameter(Name="/cutovers/s-0123456789abcdef0")["Parameter"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert [(one["OutputKey"], one["OutputValue"]) for one in stack["Outputs"]] == [("Outcome", "FINALIZED")]
    assert parameter["Value"] == "i-0abc of s-0123456789abcdef0"
    assert provider.events[0]["StackId"] == stack_id


def test_a_resource_is_made_after_what_it_needs(stacks, provider):
    stack_id = stacks.create()

    assert stacks.events(stack_id) == [
        ("web", "CREATE_IN_PROGRESS"),
        ("WebServerCutover", "CREATE_IN_PROGRESS"),
        ("WebServerCutover", "CREATE_COMPLETE"),
        ("LaunchedInstance", "CREATE_IN_PROGRESS"),
        ("LaunchedInstance", "CREATE_COMPLETE"),
        ("web", "CREATE_COMPLETE"),
    ]


def test_properties_arrive_as_strings(stacks, provider):
    stacks.create(SoakMinutes="30")

    assert provider.events[0]["ResourceProperties"] == {
        "ServiceToken": SERVICE_TOKEN,
        "SourceServerID": "s-0123456789abcdef0",
        "SoakMinutes": "30",
    }


def test_a_refusal_rolls_the_stack_back_and_says_why(stacks, provider):
    provider.on("Create", REFUSAL)

    stack_id = stacks.create()

    reasons = stacks.reasons(stack_id)
    assert stacks.status() == "ROLLBACK_COMPLETE"
    assert "Message returned: it has not booted (RequestId: " in reasons
    assert "The following resource(s) failed to create: [WebServerCutover]. Rollback requested" in reasons
    assert provider.requests() == [("Create", None), ("Delete", "s-0123456789abcdef0")]


def test_a_service_timeout_that_is_refused_fails_the_resource_in_words(stacks, provider):
    stack_id = stacks.create(TEMPLATE.replace("      SoakMinutes:", "      ServiceTimeout: 99999\n      SoakMinutes:"))

    assert stacks.status() == "ROLLBACK_COMPLETE"
    assert "ServiceTimeout is '99999'; allowed: a whole number from 1 to 3600." in stacks.reasons(stack_id)
    assert provider.requests() == []


def test_an_attribute_that_was_not_answered_fails_what_asks_for_it(stacks, provider):
    stack_id = stacks.create(TEMPLATE.replace("LaunchedInstanceID", "Instance"))

    assert stacks.status() == "ROLLBACK_COMPLETE"
    assert "Vendor response doesn't contain Instance attribute" in stacks.reasons(stack_id)
    assert provider.requests()[-1] == ("Delete", "s-0123456789abcdef0")


def test_an_output_that_was_not_answered_fails_the_stack(stacks, provider):
    stacks.create(TEMPLATE.replace("WebServerCutover.Outcome", "WebServerCutover.Result"))

    assert stacks.status() == "ROLLBACK_COMPLETE"


def test_an_update_reaches_what_depends_on_the_resource(stacks, provider, ssm):
    stacks.create()
    provider.on("Update", {"Data": {"Outcome": "FINALIZED", "LaunchedInstanceID": "i-0def"}})

    stacks.update(SoakMinutes="5")

    parameter = ssm.get_parameter(Name="/cutovers/s-0123456789abcdef0")["Parameter"]
    assert parameter["Value"] == "i-0def of s-0123456789abcdef0"
    assert provider.events[1]["OldResourceProperties"]["SoakMinutes"] == "0"


def test_a_replacement_is_cleaned_up_after_the_update(stacks, provider):
    stack_id = stacks.create()

    stacks.update(SourceServerID="s-0123456789abcdef1")

    assert provider.requests()[1:] == [("Update", "s-0123456789abcdef0"), ("Delete", "s-0123456789abcdef0")]
    assert stacks.events(stack_id)[-4:] == [
        ("web", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("WebServerCutover", "DELETE_IN_PROGRESS"),
        ("WebServerCutover", "DELETE_COMPLETE"),
        ("web", "UPDATE_COMPLETE"),
    ]
    assert stacks.client.describe_stack_resource(StackName="web", LogicalResourceId="WebServerCutover")


def test_a_failed_update_leaves_the_stack_as_it_was(stacks, provider):
    stacks.create()
    provider.on("Update", lambda event: REFUSAL if event["ResourceProperties"]["SoakMinutes"] == "5" else {})

    stacks.update(SoakMinutes="5", Extra="true")

    stack = stacks.describe()
    resources = stacks.client.describe_stack_resources(StackName="web")["StackResources"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert {"ParameterKey": "SoakMinutes", "ParameterValue": "0"} in stack["Parameters"]
    assert {one["LogicalResourceId"] for one in resources} == {"WebServerCutover", "LaunchedInstance"}


def test_a_resource_comes_and_goes_with_its_condition(stacks, provider, client):
    sns = client("sns")
    stacks.create(Extra="true")
    topics = sns.list_topics()["Topics"]

    stacks.update(Extra="false")

    assert len(topics) == 1
    assert sns.list_topics()["Topics"] == []
    assert len(provider.events) == 1


def test_nothing_to_update_is_said_so(stacks, provider):
    stacks.create(SoakMinutes="5")

    with pytest.raises(ClientError, match="No updates are to be performed"):
        stacks.update(SoakMinutes="5")


def test_a_stack_that_was_rolled_back_can_only_be_deleted(stacks, provider):
    provider.on("Create", REFUSAL)
    stacks.create()

    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stacks.update(SoakMinutes="5")


def test_deleting_a_stack_deletes_its_resource_and_its_exports(stacks, provider):
    stack_id = stacks.create()
    exported = stacks.client.list_exports()["Exports"]

    stacks.client.delete_stack(StackName="web")

    assert [one["Name"] for one in exported] == ["web-Outcome"]
    assert stacks.client.list_exports()["Exports"] == []
    assert provider.requests()[-1] == ("Delete", "s-0123456789abcdef0")
    assert stacks.status(stack_id) == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="does not exist"):
        stacks.describe()


def test_a_resource_that_will_not_go_keeps_the_stack_but_not_what_it_needed(stacks, provider):
    provider.on("Delete", REFUSAL)
    stacks.create(
        TEMPLATE.replace("Type: Custom::FinalizedCutover", "Type: Custom::FinalizedCutover\n    DependsOn: T").replace(
            "  Conditional:", "  T: {Type: AWS::SNS::Topic}\n  Conditional:"
        )
    )

    stacks.client.delete_stack(StackName="web")

    left = stacks.client.describe_stack_resources(StackName="web")["StackResources"]
    assert stacks.status() == "DELETE_FAILED"
    assert [one["LogicalResourceId"] for one in left] == ["WebServerCutover"]


def test_a_stack_imports_what_another_exports(stacks, provider, ssm):
    stacks.create()

    stacks.create(IMPORTER, "importer")

    assert ssm.get_parameter(Name="/copy")["Parameter"]["Value"] == "FINALIZED"


def test_a_missing_export_is_the_reason(stacks):
    stack_id = stacks.create(IMPORTER, "importer")

    assert stacks.status(stack_id) == "ROLLBACK_COMPLETE"
    assert "No export named web-Outcome found." in stacks.reasons(stack_id)


def test_an_export_that_is_taken_fails_the_stack(stacks, provider):
    stacks.create()

    stack_id = stacks.create(TEMPLATE.replace("${AWS::StackName}", "web").replace("/cutovers", "/other"), "other")

    assert stacks.status(stack_id) == "ROLLBACK_COMPLETE"
    assert "web-Outcome is already exported" in stacks.reasons(stack_id)


def test_a_template_that_is_none_is_refused(stacks):
    with pytest.raises(ClientError, match="Template format error"):
        stacks.create("Resources: [")
