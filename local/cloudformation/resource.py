"""What a stack asks of a resource, whatever its kind."""

from typing import Any, Protocol

# A resource as in the template, with every reference and function in it resolved.
Definition = dict[str, Any]


class ResourceFailedError(Exception):
    """The resource could not be created, updated or deleted; the message is the reason in the stack events."""


class ResourceCancelledError(ResourceFailedError):
    """Another resource failed meanwhile."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"Resource {verb} cancelled")


class Resource(Protocol):
    """
    A resource of a stack.

    What fails raises ResourceFailedError.

    Attributes:
        physical_id: None until there is one.

        definition: What it was last asked to be; empty before its creation.
    """

    @property
    def logical_id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def physical_id(self) -> str | None: ...
    @property
    def definition(self) -> Definition: ...

    def create(self, definition: Definition) -> None: ...
    def update(self, definition: Definition) -> None: ...

    def roll_back(self) -> None:
        """Undo the last update, also one that failed."""

    def delete(self) -> None: ...

    def cancel(self) -> None:
        """Let a creation or update that is under way end at once, with ResourceCancelledError."""

    def take_replaced(self) -> "list[Resource]":
        """Return what updates have replaced, for deletion; a second call does not return it again."""
