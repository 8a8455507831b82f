"""template.yaml as data: as written, and as CloudFormation gets it."""

import copy
import json
from pathlib import Path

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from tests.template.iam import actions_of, statements_of
from tests.template.rendered import deployed

ROOT = Path(__file__).parents[2]
# What lets the roles do more.
OPTIONS = {
    "KmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/0123abcd",
    "MemberRoleName": "FinalizeCutoverMember",
    "WaveApprovalTopicArn": "arn:aws:sns:eu-west-1:111122223333:approvals",
}


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
def with_every_option(transformed):
    """Return the resources of a stack whose roles may do as much as they ever may."""
    return deployed(transformed, **OPTIONS)


@pytest.fixture(scope="session")
def statements(with_every_option):
    """Return every statement of the function's role."""
    return statements_of("FinalizeCutoverRole", with_every_option)


@pytest.fixture(scope="session")
def allowed(statements):
    """Return ``{action: resource}`` of what the function's role may do."""
    return actions_of(statements)
