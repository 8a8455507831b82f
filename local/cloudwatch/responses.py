"""
DescribeAlarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
"""

from collections.abc import Mapping
from typing import Any

from moto.cloudwatch.exceptions import CloudWatchException, ValidationError
from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from moto.core.utils import get_service_model

from local.cloudwatch import alarms
from local.mgn import validation
from local.pages import InvalidTokenError, page

# AWS does not document the default.
DEFAULT_SIZE = 50
LISTS = {"metric": "MetricAlarms", "composite": "CompositeAlarms", "log": "LogAlarms"}
NOT_HERE = ("ActionPrefix", "ChildrenOfAlarmName", "ParentsOfAlarmName")


class InvalidNextToken(CloudWatchException):
    """The token does not come from a previous page."""

    code = "InvalidNextToken"


def describe_alarms(self: CloudWatchResponse) -> ActionResult:
    """
    Return a page of the alarms in the order of their names.

    Raises:
        ValidationError: The request does not conform to the API model, or asks for what the local AWS lacks.

        InvalidNextToken: The token does not come from a previous page.
    """
    request = self.params
    _check(request)
    found = alarms.find(self.current_account, self.region)
    matching = {name: alarm for name, alarm in found.items() if _matches(alarm, request)}
    try:
        chosen, token = page(matching, request.get("NextToken"), request.get("MaxRecords") or DEFAULT_SIZE)
    except InvalidTokenError as error:
        raise InvalidNextToken("The next token is invalid.") from error
    result: dict[str, Any] = {name: [] for name in LISTS.values()}
    for alarm in chosen:
        result[LISTS[alarms.kind_of(alarm)]].append(alarm)
    return ActionResult({**result, "NextToken": token})


def _check(request: Mapping[str, Any]) -> None:
    model = get_service_model("cloudwatch").operation_model("DescribeAlarms").input_shape
    problems = list(validation.problems(request, model))
    if problems:
        raise ValidationError(validation.sentence(problems))
    if request.get("AlarmNames") and request.get("AlarmNamePrefix"):
        raise ValidationError("AlarmNames and AlarmNamePrefix cannot be specified together.")
    if lacking := [name for name in NOT_HERE if request.get(name)]:
        raise ValidationError(f"The local CloudWatch does not implement {', '.join(lacking)}.")


def _matches(alarm: Alarm, request: Mapping[str, Any]) -> bool:
    types = request.get("AlarmTypes") or ["MetricAlarm"]
    names, state = request.get("AlarmNames"), request.get("StateValue")
    return (
        alarms.TYPES[alarms.kind_of(alarm)] in types
        and (not names or alarm.name in names)
        and alarm.name.startswith(request.get("AlarmNamePrefix") or "")
        and state in {None, alarm.state_value}
    )
