"""template.yaml as data: as written, and as CloudFormation gets it."""

import copy
import json
from pathlib import Path

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]


class NoManagedPolicies:
    """Names no managed policy, because the template uses none."""

    def load(self):
        return {}


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def source():
    return (ROOT / "template.yaml").read_text()


@pytest.fixture(scope="session")
def template(source):
    # YAML reads a policy's Version as a date, which JSON has not.
    return json.loads(json.dumps(yaml_parse(source), default=str))


@pytest.fixture(scope="session")
def transformed(template):
    """Return what the SAM transform makes of the template, once `sam package` has uploaded the artifacts."""
    packaged = copy.deepcopy(template)
    for resource in packaged["Resources"].values():
        for property_name in {"CodeUri", "ContentUri", "DefinitionUri"} & resource["Properties"].keys():
            resource["Properties"][property_name] = "s3://artifacts/artifact.zip"
    return transform(packaged, {}, NoManagedPolicies())


@pytest.fixture(scope="session")
def function(transformed):
    return transformed["Resources"]["FinalizeCutover"]["Properties"]


@pytest.fixture(scope="session")
def statements(transformed):
    """Return every statement of the function's role, those of policies attached to it included."""
    return statements_of("FinalizeCutoverRole", transformed)


def statements_of(role, transformed):
    """Return every statement of *role*, those of policies attached to it included."""
    resources = transformed["Resources"].values()
    inline = transformed["Resources"][role]["Properties"]["Policies"]
    attached = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::IAM::Policy"]
    own = [policy for policy in attached if {"Ref": role} in policy["Roles"]]
    return [statement for policy in [*inline, *own] for statement in policy["PolicyDocument"]["Statement"]]


@pytest.fixture(scope="session")
def allowed(statements):
    """Return ``{action: resource}`` of what the function's role may do."""
    actions = {}
    for statement in statements:
        names = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert actions.keys().isdisjoint(names)
        actions |= dict.fromkeys(names, statement["Resource"])
    return actions
