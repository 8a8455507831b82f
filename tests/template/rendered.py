"""What CloudFormation makes of the template's intrinsic functions, as far as the tests need it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NO_VALUE = "<AWS::NoValue>"

Document = dict[str, Any]


def rendered(value: Any, template: Document, **parameters: str) -> Any:
    """
    Return *value* as it is deployed, with a made-up text for all that only AWS can know.

    A reference to the resource ``Dashboard`` becomes ``<Dashboard>``, its attribute ``<Dashboard.Arn>``.

    Args:
        template: As transformed, since it may refer to what SAM adds.

        parameters: Values of the template's parameters; defaults for the others.
    """
    return _Deployment(template=template, parameters=parameters).render(value)


def deployed(template: Document, **parameters: str) -> dict[str, Document]:
    """Return the resources that there are with these parameters, by logical ID, as they are deployed."""
    deployment = _Deployment(template=template, parameters=parameters)
    return {
        name: deployment.render({key: part for key, part in resource.items() if key != "Condition"})
        for name, resource in template["Resources"].items()
        if deployment.holds(resource.get("Condition"))
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deployment:
    """A template, and the values that its parameters have."""

    template: Document
    parameters: dict[str, str]

    def render(self, value: Any) -> Any:
        if isinstance(value, list):
            return [part for part in map(self.render, value) if part != NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if function := self._functions.get(name):
                return function(argument)
        members = {name: self.render(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member != NO_VALUE}

    @property
    def _functions(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "Ref": self._reference,
            "Fn::GetAtt": lambda path: f"<{'.'.join(path)}>",
            "Fn::If": lambda branches: self.render(branches[1 if self.holds(branches[0]) else 2]),
            "Fn::Sub": self._substituted,
        }

    def holds(self, condition: Any) -> bool:
        """Tell whether *condition* holds: None, a name, or what stands behind one."""
        if condition is None:
            return True
        if isinstance(condition, str):
            return self.holds(self.template["Conditions"][condition])
        ((function, arguments),) = condition.items()
        if function == "Fn::Not":
            return not self.holds(arguments[0])
        assert function == "Fn::Equals", f"{function} is not known here."
        left, right = map(self.render, arguments)
        return bool(str(left) == str(right))

    def _substituted(self, argument: Any) -> str:
        text, variables = argument if isinstance(argument, list) else (argument, {})
        own = {name: self.render(value) for name, value in variables.items()}
        return re.sub(
            r"\$\{([^!}]+)\}",
            lambda match: str(own[match[1]] if match[1] in own else self._reference(match[1])),
            text,
        )

    def _reference(self, name: str) -> Any:
        if name.startswith("AWS::"):
            return f"<{name}>"
        if name in self.template["Parameters"]:
            return self.parameters[name] if name in self.parameters else self.template["Parameters"][name]["Default"]
        assert name.partition(".")[0] in self.template["Resources"], f"There is no {name}."
        return f"<{name}>"
