"""A function as `sam build` built it, with its settings from the template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.cloudformation import template_text

# The name of the stack that an artifact without a stack runs as.
STACK = "finalize-cutover"
# Lambda's defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
DEFAULT_TIMEOUT = 3  # s
DEFAULT_MEMORY = 128  # MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """
    A built function.

    Attributes:
        name: Logical ID in the template.

        code: Folder that Lambda unpacks into ``/var/task``.

        layers: Folders that Lambda unpacks into ``/opt``.

        memory: MB.

        variables: The environment variables in the template, with the defaults of its parameters.
    """

    name: str
    code: Path
    handler: str
    layers: tuple[Path, ...] = ()
    timeout_seconds: int = DEFAULT_TIMEOUT
    memory: int = DEFAULT_MEMORY
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Size of code and layers in bytes, unzipped."""
        folders = (self.code, *self.layers)
        return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())


def load(template: Path, name: str) -> Artifact:
    """
    Return the function *name* of the built *template*.

    Raises:
        FileNotFoundError: The function has not been built.
    """
    body = template_text.parse(template.read_text())
    shared = body.get("Globals", {}).get("Function", {})
    properties = {**shared, **body["Resources"][name]["Properties"]}
    variables = {**_variables(shared), **_variables(properties)}
    return Artifact(
        name=name,
        code=template.parent / properties["CodeUri"],
        handler=properties["Handler"],
        layers=tuple(_layer(body, layer, template.parent) for layer in properties.get("Layers", [])),
        timeout_seconds=properties.get("Timeout", DEFAULT_TIMEOUT),
        memory=properties.get("MemorySize", DEFAULT_MEMORY),
        variables={key: _value(body, value) for key, value in variables.items()},
    )


def _variables(properties: Mapping[str, Any]) -> dict[str, Any]:
    return dict(properties.get("Environment", {}).get("Variables", {}))


def _layer(body: Mapping[str, Any], layer: Mapping[str, str], folder: Path) -> Path:
    return folder / str(body["Resources"][layer["Ref"]]["Properties"]["ContentUri"])


def _value(body: Mapping[str, Any], value: Any) -> str:
    """Return a variable's value; empty if only CloudFormation could resolve it, except for the name of the stack."""
    if isinstance(value, Mapping):
        name = value.get("Ref")
        value = STACK if name == "AWS::StackName" else body.get("Parameters", {}).get(name, {}).get("Default", "")
    return str(value)
