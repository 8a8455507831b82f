"""
IAM authorization of requests to other services than MGN, if IAM is enforced: resources, conditions and error responses.

moto checks their actions only, some under a wrong name, and denies in XML.  The resources of each action:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from moto.awslambda.responses import LambdaResponse
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import BaseResponse
from moto.ec2.responses import EC2Response
from moto.iam.responses import IamResponse
from moto.kms.responses import KmsResponse
from moto.s3.responses import ACTION_MAP
from moto.ssm.responses import SimpleSystemManagerResponse
from werkzeug.exceptions import HTTPException

from local.calls import SIGNED_AS
from local.cloudformation.authorization import resources as stack_resources
from local.error_answers import error_answer
from local.lambda_runtime.functions import name_in
from local.mgn import instances
from local.mgn.authorization import RESOURCE_TAG, Authorization, sentence

SERVICES = (
    *(CloudFormationResponse, CloudWatchResponse, EC2Response, IamResponse, KmsResponse, LambdaResponse),
    SimpleSystemManagerResponse,
)
PROTECTION = "DisableApiTermination"
# Actions with another name than the operation.
ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}


def install() -> None:
    """Let moto authorize these services here.  Calling it again has no effect."""
    # moto takes the read of a bucket's Object Lock for a list of its objects.
    ACTION_MAP["BUCKET"]["GET"]["object-lock"] = "GetBucketObjectLockConfiguration"
    for responses in SERVICES:
        responses._authenticate_and_authorize_normal_action = _authorize  # type: ignore[assignment,method-assign] # noqa: SLF001 # moto has no setting


class ServiceAuthorization(Authorization):
    """
    The authorization of one request.

    Args:
        resources: ARNs of the resources; the action must be allowed on each.
    """

    def __init__(self, *, resources: list[str], **request: Any) -> None:
        super().__init__(**request)
        self._resources = resources
        signed_as, _, self._operation = self._action.partition(":")
        action = f"{SIGNED_AS.get(signed_as, signed_as)}:{self._operation}"
        self._action = ACTIONS.get(action, action)

    def check_action_permitted(self, resource: str) -> None:
        """Check each resource as the base class does; without one, check *resource*."""
        for each in self._resources or [resource]:
            super().check_action_permitted(each)

    def denial(self, resource: str, *, is_explicit: bool) -> HTTPException:
        """Return the error response in the format of the service."""
        service = self._action.partition(":")[0]
        message = sentence(self._access_key.arn, self._action, resource, is_explicit=is_explicit)
        answer = error_answer(service, self._operation, "access-denied", message)
        denial = HTTPException(answer.body.decode())
        denial.code = answer.status
        return denial


def _authorize(self: BaseResponse, resource: str = "*") -> None:
    """Authorize a request as moto does, but with its resources and its conditions."""
    authorization = partial(ServiceAuthorization, resources=_resources(self), context=_context(self))
    self._authenticate_and_authorize_action(authorization, resource)  # type: ignore[arg-type] # it is only called


def _resources(request: BaseResponse) -> list[str]:
    if isinstance(request, CloudFormationResponse):
        return stack_resources(request)
    find = RESOURCES.get(request._get_action())  # noqa: SLF001 # moto's way to read it
    return find(request) if find else []


def _arn(request: BaseResponse, service: str, resource: str) -> str:
    return f"arn:{request.partition}:{service}:{request.region}:{request.current_account}:{resource}"


def _alarms(request: BaseResponse) -> list[str]:
    # Composite alarms need a permission for everything.
    is_for_composites = "CompositeAlarm" in request._get_param("AlarmTypes", [])  # noqa: SLF001 # moto's way to read it
    return ["*"] if is_for_composites else [_arn(request, "cloudwatch", "alarm:*")]


def _calendars(request: BaseResponse) -> list[str]:
    names = request._get_param("CalendarNames", [])  # noqa: SLF001 # likewise
    return [name if name.startswith("arn:") else _arn(request, "ssm", f"document/{name}") for name in names]


def _instance(request: BaseResponse) -> list[str]:
    return [_arn(request, "ec2", f"instance/{request._get_param('InstanceId')}")]  # noqa: SLF001 # likewise


def _function(request: BaseResponse) -> list[str]:
    name = unquote(request.path.rsplit("/", 2)[-2])
    return [name if name.startswith("arn:") else _arn(request, "lambda", f"function:{name_in(name)}")]


def _key(request: BaseResponse) -> list[str]:
    return [str(request._get_param("KeyId"))]  # noqa: SLF001 # likewise


def _simulated_role(request: BaseResponse) -> list[str]:
    return [str(request._get_param("PolicySourceArn"))]  # noqa: SLF001 # likewise


RESOURCES: Mapping[str, Callable[[BaseResponse], list[str]]] = {
    "DescribeAlarms": _alarms,
    "DescribeInstanceAttribute": _instance,
    "DescribeKey": _key,
    "GetCalendarState": _calendars,
    "Invoke": _function,
    "ModifyInstanceAttribute": _instance,
    "SimulatePrincipalPolicy": _simulated_role,
}


def _context(request: BaseResponse) -> dict[str, str]:
    """Return the values of condition keys: the tags of the instance, and whether it is to be protected."""
    if RESOURCES.get(request._get_action()) is not _instance:  # noqa: SLF001 # moto's way to read it
        return {}
    instance_id = str(request._get_param("InstanceId"))  # noqa: SLF001 # likewise
    instance = instances.find(request.current_account, request.region, instance_id)
    tags = {f"{RESOURCE_TAG}{tag['key']}": tag["value"] for tag in (instance.get_tags() if instance else [])}
    value = request._get_param(f"{PROTECTION}.Value")  # noqa: SLF001 # likewise
    return tags if value is None else {**tags, f"ec2:Attribute/{PROTECTION}": str(value).lower()}
