"""Resolves the template's intrinsic functions, as far as the tests need them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

NO_VALUE = "<AWS::NoValue>"

Document = dict[str, Any]


def rendered(value: Any, template: Document, **parameters: Any) -> Any:
    """
    Return *value* as deployed, with a placeholder for every value that only AWS knows.

    A reference to the resource ``Dashboard`` becomes ``<Dashboard>``, its attribute ``<Dashboard.Arn>``.

    Args:
        template: The transformed template, because it can refer to resources that SAM adds.

        parameters: Values of parameters; the others have their defaults.
    """
    return _Deployment(template=template, parameters=parameters).render(value)


def deployed(template: Document, **parameters: Any) -> dict[str, Document]:
    """Return the deployed resources for these parameters, by logical ID."""
    deployment = _Deployment(template=template, parameters=parameters)
    return {
        name: deployment.render({key: part for key, part in resource.items() if key != "Condition"})
        for name, resource in template["Resources"].items()
        if deployment.holds(resource.get("Condition"))
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deployment:
    """A template with values for its parameters."""

    template: Document
    parameters: dict[str, Any]

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
            "Fn::Join": lambda parts: parts[0].join(self._list(parts[1])),
            "Fn::If": lambda branches: self.render(branches[1 if self.holds(branches[0]) else 2]),
            "Fn::Sub": self._substituted,
        }

    def _list(self, value: Any) -> list[str]:
        """Return the members of a list, or of a parameter that is one, whose default is a text."""
        found = self.render(value)
        return found.split(",") if isinstance(found, str) else found

    def holds(self, condition: Any) -> bool:
        """Return whether *condition* holds: None, a name, or a condition function."""
        if condition is None:
            return True
        if isinstance(condition, str):
            return self.holds(self.template["Conditions"][condition])
        ((function, arguments),) = condition.items()
        if function == "Fn::Not":
            return not self.holds(arguments[0])
        if function == "Fn::Or":
            return any(map(self.holds, arguments))
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
