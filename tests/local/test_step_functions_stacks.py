"""State machines as resources of stacks on the local AWS."""

import json

import pytest

from local.cloudformation import moto_patches
from local.deploy.stack import Stack

TEMPLATE = """
Parameters:
  Seconds: {Type: Number, Default: 1}
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: arn:aws:iam::111122223333:role/machine
      DefinitionString: |
        {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": ${Seconds}, "End": true}}}
      DefinitionSubstitutions: {Seconds: !Ref Seconds}
Outputs:
  Machine: {Value: !Ref Machine}
"""
SAM_TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.yaml
      DefinitionSubstitutions: {Seconds: 7}
      Role: arn:aws:iam::111122223333:role/machine
Outputs:
  Machine: {Value: !Ref Machine}
"""
DEFINITION = """
StartAt: Pause
States:
  Pause: {Type: Wait, Seconds: ${Seconds}, End: true} # ${Unknown} stays
"""


@pytest.fixture
def machines(client):
    return client("stepfunctions")


def seconds(machines, arn):
    definition = json.loads(machines.describe_state_machine(stateMachineArn=arn)["definition"])
    return definition["States"]["Pause"]["Seconds"]


def output(stacks):
    return stacks.describe()["Outputs"][0]["OutputValue"]


def test_what_stands_in_braces_is_filled_in(stacks, machines):
    stacks.create(TEMPLATE, Seconds="5")

    assert seconds(machines, output(stacks)) == 5


def test_another_definition_is_the_same_machine(stacks, machines):
    stacks.create(TEMPLATE)
    before = output(stacks)

    stacks.update(TEMPLATE, Seconds="9")

    assert output(stacks) == before
    assert seconds(machines, before) == 9


def test_a_deleted_stack_leaves_no_machine(stacks, machines):
    stacks.create(TEMPLATE)

    stacks.client.delete_stack(StackName="web")

    assert machines.list_state_machines()["stateMachines"] == []


def test_a_definition_in_a_file_of_its_own_is_uploaded_and_read(aws, machines, tmp_path):
    moto_patches.install()
    (tmp_path / "template.yaml").write_text(SAM_TEMPLATE)
    (tmp_path / "machine.asl.yaml").write_text(DEFINITION)

    state = Stack(aws.url, "web").deploy(tmp_path / "template.yaml")

    assert seconds(machines, state.outputs["Machine"]) == 7
