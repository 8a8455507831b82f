"""The internals of moto that the CloudFormation stand-in uses, and its additions to moto besides stacks."""

import ast
import inspect
import json

import pytest
from moto.awslambda import models as lambda_models
from moto.cloudformation import models, parsing, responses
from moto.events import models as events_models

from local.cloudformation import template_text
from local.lambda_runtime import functions, moto_functions
from tests.local.fake_provider import FakeProvider

ROLE = "arn:aws:iam::111122223333:role/function"
SAM_TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Provider:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: provider.handler
      InlineCode: "# registered"
      Timeout: 42
      AutoPublishAlias: live
      EventInvokeConfig: {MaximumRetryAttempts: 1}
      Layers: [!Ref Layer]
      Policies:
        - Version: 2012-10-17
          Statement: [{Effect: Allow, Action: mgn:DescribeJobs, Resource: "*"}]
      Events:
        Sweep: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(15 minutes)}}
        Launched: {Type: EventBridgeRule, Properties: {Pattern: {source: [aws.mgn]}}}
  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: {Bucket: code, Key: layer.zip}}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {MetricName: Errors}
  Cutover:
    Type: Custom::FinalizedCutover
    Properties: {ServiceToken: !Ref Provider.Alias, SourceServerID: s-0123456789abcdef0}
Outputs:
  Outcome: {Value: !GetAtt Cutover.Outcome}
  AlarmArn: {Value: !GetAtt Alarm.Arn}
"""


@pytest.fixture
def provider():
    provider = FakeProvider()
    functions.register("provider.handler", provider)
    yield provider
    functions.forget("provider.handler")


def in_moto(module, path):
    """Return the parameters of the function at *path* in moto's source code, which patches do not change."""
    scope = ast.parse(inspect.getsource(module))
    for name in path.split("."):
        scope = next(one for one in scope.body if getattr(one, "name", None) == name)
    return [argument.arg for argument in scope.args.args]


@pytest.mark.parametrize(
    ("module", "path", "parameters"),
    [
        (models, "Stack.__init__", "self stack_id name template parameters account_id region_name"),
        (models, "Stack._create_resource_map", "self"),
        (models, "Stack._create_output_map", "self"),
        (models, "Stack.create_resources", "self"),
        (models, "Stack.update", "self template role_arn parameters tags"),
        (models, "Stack.delete", "self"),
        (models, "Stack.parse_template", "template"),
        (models, "Stack.exports", "self"),
        (models, "Stack.stack_resources", "self"),
        (models, "CloudFormationBackend.delete_stack", "self name_or_stack_id"),
        (models, "CloudFormationBackend.execute_change_set", "self change_set_name stack_name"),
        (responses, "CloudFormationResponse._get_stack_from_s3_url", "self template_url"),
        (
            events_models,
            "Rule.update_from_cloudformation_json",
            "cls original_resource new_resource_name cloudformation_json account_id region_name",
        ),
        (parsing, "resource_class_from_type", "resource_type"),
        (parsing, "clean_json", "resource_json resources_map"),
        (parsing, "parse_and_create_resource", "logical_id resource_json resources_map account_id region_name"),
        (parsing, "parse_and_update_resource", "logical_id resource_json resources_map account_id region_name"),
        (parsing, "ResourceMap.__init__", "self stack_id stack_name parameters tags region_name account_id template"),
        (parsing, "ResourceMap.load", "self"),
        (parsing, "ResourceMap._delete_resource", "self parsed_resource resource_json"),
        (parsing, "OutputMap.__init__", "self resources template stack_id"),
        (lambda_models, "LambdaFunction._invoke_lambda", "self event"),
        (lambda_models, "LayerVersion.arn", "self"),
    ],
)
def test_what_is_changed_in_moto_is_there_to_be_changed(module, path, parameters):
    expected = parameters.split()

    assert in_moto(module, path)[: len(expected)] == expected


def test_a_sam_template_deploys_with_all_that_moto_does_not_model(stacks, provider, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="code", Key="layer.zip", Body=b"")

    stacks.create(SAM_TEMPLATE)

    stack = stacks.describe()
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert outputs["Outcome"] == "FINALIZED"
    assert outputs["AlarmArn"].startswith("arn:aws:cloudwatch:eu-west-1:111122223333:web-Alarm-")
    assert provider.events[0]["ServiceToken"].endswith(":live")


RULE = """
Conditions: {Never: !Equals [a, b]}
Resources:
  Sweep:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(15 minutes)
      Description: %s
      State: !If [Never, DISABLED, !Ref AWS::NoValue]
      Targets:
        - {Id: one, Arn: "arn:aws:lambda:eu-west-1:111122223333:function:one"}
        - !If [Never, {Id: two, Arn: "arn:aws:lambda:eu-west-1:111122223333:function:two"}, !Ref AWS::NoValue]
"""


def test_an_updated_rule_keeps_its_generated_name(stacks, client):
    stacks.create(RULE % "first")
    [before] = client("events").list_rules()["Rules"]

    stacks.update(RULE % "second")

    [after] = client("events").list_rules()["Rules"]
    assert (before["Name"], before["Description"]) == (after["Name"], "first")
    assert after["Description"] == "second"


def test_what_has_no_value_is_not_there(stacks, client):
    stacks.create(RULE % "first")

    [rule] = client("events").list_rules()["Rules"]
    assert [one["Id"] for one in client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]] == ["one"]


def test_the_code_of_a_function_chooses_what_runs_it(client):
    lambda_ = create_function(client, "app.handler")
    first = lambda_.get_function(FunctionName="function")["Configuration"]["CodeSha256"]
    functions.register(first, lambda *_: {"version": 1})
    functions.register("app.handler", lambda *_: {"version": 2})
    run = moto_functions.find("arn:aws:lambda:eu-west-1:111122223333:function:function")
    before = run({})

    lambda_.update_function_code(FunctionName="function", ZipFile=b"other")

    functions.forget(first)
    assert (before, run({})) == ({"version": 1}, {"version": 2})
    functions.forget("app.handler")


def test_a_registered_handler_runs_for_whatever_function_has_it(client):
    seen = []
    functions.register("app.handler", lambda event, timeout: seen.append((event, timeout)) or {"answer": 42})
    lambda_ = create_function(client, "app.handler")

    answer = lambda_.invoke(FunctionName="function", Payload=json.dumps({"question": "?"}))

    functions.forget("app.handler")
    assert json.load(answer["Payload"]) == {"answer": 42}
    assert seen == [({"question": "?"}, 42.0)]


def test_a_function_error_is_answered_as_lambda_does(client):
    def fail(event, _timeout):
        raise ValueError(event["question"])

    functions.register("app.handler", fail)
    lambda_ = create_function(client, "app.handler")

    answer = lambda_.invoke(FunctionName="function", Payload=json.dumps({"question": "why?"}))

    functions.forget("app.handler")
    error = json.load(answer["Payload"])
    assert answer["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "why?")


def test_dates_and_short_functions_are_read_as_cloudformation_reads_them():
    text = "{Version: 2012-10-17, A: !GetAtt B.C.D, E: !If [F, !Ref G, !Sub '${H}'], I: !Condition J}"

    assert template_text.parse(text) == {
        "Version": "2012-10-17",
        "A": {"Fn::GetAtt": ["B", "C.D"]},
        "E": {"Fn::If": ["F", {"Ref": "G"}, {"Fn::Sub": "${H}"}]},
        "I": {"Condition": "J"},
    }


def create_function(client, handler):
    moto_functions.install()
    client("iam").create_role(RoleName="function", AssumeRolePolicyDocument="{}")
    lambda_ = client("lambda")
    code = {"ZipFile": b"none"}
    lambda_.create_function(
        FunctionName="function", Role=ROLE, Handler=handler, Runtime="python3.13", Code=code, Timeout=42
    )
    return lambda_
