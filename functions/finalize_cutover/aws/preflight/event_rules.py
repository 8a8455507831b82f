"""The event rules that invoke the function."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import text
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.preflight.automation import LAUNCH_RESULT
from finalize_cutover.cutover.preflight.ports import EventRule


def of_function(client: Callable[[], Any], limit: TimeLimit, function_arn: str) -> list[EventRule]:
    """
    Return the rules of the default event bus that have the function as a target.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html
    """
    with translated("events:ListRuleNamesByTarget"):
        names = limit.run(lambda: list(_names(client(), function_arn)))
    return [_rule(client, limit, name, function_arn) for name in names]


def _names(client: Any, function_arn: str) -> Iterator[str]:
    request: dict[str, Any] = {"TargetArn": function_arn}
    while True:
        answer = client.list_rule_names_by_target(**request)
        yield from answer["RuleNames"]
        if not answer.get("NextToken"):
            return
        request["NextToken"] = answer["NextToken"]


def _rule(client: Callable[[], Any], limit: TimeLimit, name: str, function_arn: str) -> EventRule:
    with translated("events:DescribeRule"):
        rule = limit.run(lambda: client().describe_rule(Name=name))
        is_enabled = text(rule, "State") != "DISABLED"
    if _is_of_launch_results(text(rule, "EventPattern")):
        return EventRule(name=name, is_enabled=is_enabled, starts=LAUNCH_RESULT)
    with translated("events:ListTargetsByRule"):
        targets = limit.run(lambda: client().list_targets_by_rule(Rule=name))["Targets"]
        inputs = [target.get("Input") for target in targets if target.get("Arn") == function_arn]
    actions = [action for each in inputs if (action := _action(each))]
    return EventRule(name=name, is_enabled=is_enabled, starts=actions[0] if actions else None)


def _is_of_launch_results(pattern: str | None) -> bool:
    return "aws.mgn" in _object(pattern).get("source", [])


def _action(sent: str | None) -> str | None:
    action = _object(sent).get("action")
    return action if isinstance(action, str) else None


def _object(document: str | None) -> Mapping[str, Any]:
    try:
        value = json.loads(document or "")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
