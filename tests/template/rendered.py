"""What CloudFormation makes of the template's intrinsic functions, as far as the tests need it."""

import re
from typing import Any


def rendered(value: Any, template: dict[str, Any]) -> Any:
    """
    Return *value* with defaults for parameters and a made-up text for everything else.

    A reference to the resource ``Dashboard`` becomes ``<Dashboard>``, its attribute ``<Dashboard.Arn>``.

    Args:
        template: As transformed, since it may refer to what SAM adds.
    """
    if isinstance(value, list):
        return [rendered(item, template) for item in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return _reference(value["Ref"], template)
    if "Fn::GetAtt" in value:
        return f"<{'.'.join(value['Fn::GetAtt'])}>"
    if "Fn::Sub" in value:
        return _substituted(value["Fn::Sub"], template)
    return {name: rendered(member, template) for name, member in value.items()}


def _substituted(argument: Any, template: dict[str, Any]) -> str:
    text, variables = argument if isinstance(argument, list) else (argument, {})
    own = {name: rendered(value, template) for name, value in variables.items()}
    return re.sub(
        r"\$\{([^!}]+)\}",
        lambda match: str(own[match[1]] if match[1] in own else _reference(match[1], template)),
        text,
    )


def _reference(name: str, template: dict[str, Any]) -> Any:
    if name.startswith("AWS::"):
        return f"<{name}>"
    if name in template["Parameters"]:
        return template["Parameters"][name]["Default"]
    assert name.partition(".")[0] in template["Resources"], f"There is no {name}."
    return f"<{name}>"
