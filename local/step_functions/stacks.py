"""
State machines in stacks: reads the definition from S3, as JSON or YAML, and replaces each ``${name}``.

moto uses the definition unchanged from the template, and creates the machine in a backend that its interpreter ignores.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from moto.s3.models import s3_backends
from moto.stepfunctions import responses
from moto.stepfunctions.models import StateMachine

from local.cloudformation import template_text

Resource = Mapping[str, Any]


def create(
    _cls: type[StateMachine], /, resource_name: str, resource: Resource, account_id: str, region_name: str, **_: Any
) -> StateMachine:
    """Create the state machine that *resource* describes."""
    properties = resource["Properties"]
    return responses.get_backend(account_id, region_name).create_state_machine(
        name=properties.get("StateMachineName", resource_name),
        definition=definition(properties, account_id),
        roleArn=properties["RoleArn"],
        sm_type=properties.get("StateMachineType", "STANDARD"),
    )


def update(
    _cls: type[StateMachine],
    original_resource: StateMachine,
    new_resource_name: str,  # noqa: ARG001 - moto's signature
    cloudformation_json: Resource,
    account_id: str,
    region_name: str,
) -> StateMachine:
    """Update the definition and the role of the state machine; its name stays."""
    properties = cloudformation_json["Properties"]
    return responses.get_backend(account_id, region_name).update_state_machine(
        original_resource.arn, definition=definition(properties, account_id), role_arn=properties["RoleArn"]
    )


def delete(
    _cls: type[StateMachine], resource_name: str, _resource: Resource, account_id: str, region_name: str
) -> None:
    """Delete the state machine; *resource_name* is its ARN."""
    responses.get_backend(account_id, region_name).delete_state_machine(resource_name)


def definition(properties: Mapping[str, Any], account_id: str) -> str:
    """Return the definition from *properties* as JSON, with its substitutions replaced."""
    text = properties.get("DefinitionString") or json.dumps(properties.get("Definition"))
    if place := properties.get("DefinitionS3Location"):
        bucket = s3_backends[account_id]["aws"]
        text = bucket.get_object(place["Bucket"], place["Key"]).value.decode()  # type: ignore[union-attr] # it was uploaded
    values = properties.get("DefinitionSubstitutions", {})
    filled_in = re.sub(r"\$\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), text)
    return json.dumps(template_text.parse(filled_in))
