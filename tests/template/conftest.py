"""template.yaml as data: as written, and as sent to CloudFormation."""

import copy
import json
from pathlib import Path

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from tests.template.iam import actions_of, statements_of
from tests.template.rendered import deployed

ROOT = Path(__file__).parents[2]
# Parameters that add permissions to the roles.
OPTIONS = {
    "AllowArchiveApplicationAndWave": "true",
    "AllowSetTerminationProtection": "true",
    "CreateEvidenceBucket": "true",
    "DigestTopicArn": "arn:aws:sns:eu-west-1:111122223333:digests",
    "KmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/0123abcd",
    "MemberAccounts": "MANAGED",
    "MemberRoleName": "FinalizeCutoverMember",
    "ValidatorFunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:accept:live",
    "WaveApprovalTopicArn": "arn:aws:sns:eu-west-1:111122223333:approvals",
}


class NoManagedPolicies:
    """Contains no managed policies, because the template uses none."""

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
    # YAML parses a policy's Version as a date, which JSON does not have.
    return json.loads(json.dumps(yaml_parse(source), default=str))


def transformed_by_sam(template):
    """Return *template* after `sam package` and the SAM transform."""
    packaged = copy.deepcopy(template)
    for resource in packaged["Resources"].values():
        for property_name in {"CodeUri", "ContentUri", "DefinitionUri"} & resource["Properties"].keys():
            resource["Properties"][property_name] = "s3://artifacts/artifact.zip"
    return transform(packaged, {}, NoManagedPolicies())


@pytest.fixture(scope="session")
def transformed(template):
    """Return the template after `sam package` and the SAM transform."""
    return transformed_by_sam(template)


@pytest.fixture(scope="session")
def function(transformed):
    return transformed["Resources"]["FinalizeCutover"]["Properties"]


@pytest.fixture(scope="session")
def with_every_option(transformed):
    """Return the resources of a stack whose roles have all optional permissions."""
    return deployed(transformed, **OPTIONS)


@pytest.fixture(scope="session")
def statements(with_every_option):
    """Return every statement of the function's role."""
    return statements_of("FinalizeCutoverRole", with_every_option)


@pytest.fixture(scope="session")
def allowed(statements):
    """Return ``{action: resource}`` of the permissions of the function's role."""
    return actions_of(statements)
