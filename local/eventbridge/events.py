"""
Adds Lambda functions as targets to moto's EventBridge, which matches events but does not invoke functions.

PutEvents accepts events of any source, including ``aws.mgn``; AWS would refuse those.  Schedule rules do not fire on
their own, but only through ``fire``, so that tests need not wait 15 minutes.
"""

import copy
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from moto.events.models import EventsBackend, Rule, events_backends

from local.eventbridge import failures as events_failures
from local.eventbridge.invocations import INVOCATIONS
from local.eventbridge.targets import complete, input_of
from local.lambda_runtime.functions import FunctionNotFoundError
from local.mgn.source_servers import SourceServer

Document = dict[str, Any]
LAUNCH_RESULT = "MGN Source Server Launch Result"

_send_to_others = Rule.send_to_targets


def install() -> None:
    """Make moto's rules invoke functions, ignore disabled rules and keep names.  Calling it again has no effect."""
    Rule.send_to_targets = _send_to_targets  # type: ignore[method-assign] # moto has no setting
    Rule.update_from_cloudformation_json = classmethod(_update)  # type: ignore[assignment,method-assign] # likewise
    events_failures.install()


def _update(
    cls: type[Rule],
    original_resource: Rule,
    new_resource_name: str,  # noqa: ARG001 - moto's signature; it is another generated name
    cloudformation_json: Document,
    account_id: str,
    region_name: str,
) -> Rule:
    """Update a rule of a stack: a generated name stays, as in CloudFormation; moto would generate another one."""
    name = cloudformation_json["Properties"].get("Name", original_resource.name)
    original_resource.delete(account_id, region_name)
    return cls.create_from_cloudformation_json(name, cloudformation_json, account_id, region_name)


def _send_to_targets(self: Rule, original_event: Any, transform_input: bool = True) -> None:
    # moto checks neither the state nor the pattern: a schedule rule, which has no pattern, would match every event.
    if self.state != "ENABLED" or not self.event_pattern.get_pattern():
        return
    if not self.event_pattern.matches_event(original_event):
        return
    event = complete(original_event, account=self.account_id, region=self.region_name)
    _invoke_functions(self, event)
    _forward(self, original_event)
    others = copy.copy(self)
    others.targets = [target for target in self.targets if not (_is_function(target) or _is_bus(target))]
    _send_to_others(others, original_event, transform_input)


def _invoke_functions(rule: Rule, event: Document) -> None:
    for target in filter(_is_function, rule.targets):
        payload = input_of(target, event)
        try:
            INVOCATIONS.begin(target["Arn"], payload)
        except FunctionNotFoundError as error:
            queue = target.get("DeadLetterConfig", {}).get("Arn")
            events_failures.keep_undelivered(queue, payload, rule=rule.arn, target=target["Arn"], reason=str(error))


def _forward(rule: Rule, event: Any) -> None:
    """Send *event* to the buses among the rule's targets; moto would drop its account and its resources."""
    for target in filter(_is_bus, rule.targets):
        _, _, _, region, account, name = str(target["Arn"]).split(":")
        bus = events_backends[account][region].event_buses[name.removeprefix("event-bus/")]
        for theirs in bus.rules.values():
            theirs.send_to_targets(copy.deepcopy(event))


def _is_bus(target: Document) -> bool:
    return ":event-bus/" in str(target["Arn"])


def _is_function(target: Document) -> bool:
    return str(target["Arn"]).split(":")[2] == "lambda"


def fire(name: str, *, account: str, region: str) -> None:
    """
    Fire the schedule rule with this *name* or ARN now.

    Raises:
        ValueError: The rule does not exist, or is disabled.
    """
    rules = [rule for bus in events_backends[account][region].event_buses.values() for rule in bus.rules.values()]
    rule = next((rule for rule in rules if name in {rule.name, rule.arn} and rule.scheduled_expression), None)
    if rule is None:
        known = ", ".join(sorted(rule.name for rule in rules if rule.scheduled_expression)) or "none"
        raise ValueError(f"There is no schedule rule {name}; known are: {known}.")
    if rule.state != "ENABLED":
        raise ValueError(f"Rule {name} is {rule.state}, so it does not fire.")
    _invoke_functions(rule, _scheduled_event(rule))


def _scheduled_event(rule: Rule) -> Document:
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "resources": [rule.arn],
        "detail": {},
    }
    return complete(event, account=rule.account_id, region=rule.region_name)


def emit_launch_result(server: SourceServer, state: str, *, account: str, region: str) -> None:
    """
    Publish MGN's event about the result of the launch of *server*.

    https://docs.aws.amazon.com/mgn/latest/ug/eventbridge-events.html
    """
    initiated = server.document["lifeCycle"].get("lastCutover", {}).get("initiated", {})
    event = {
        "Time": datetime.now(UTC).timestamp(),
        "Source": "aws.mgn",
        "DetailType": LAUNCH_RESULT,
        "Resources": [server.arn],
        "Detail": json.dumps({"state": state, "job-id": initiated.get("jobID")}),
    }
    backend: EventsBackend = events_backends[account][region]
    backend.put_events([event])
