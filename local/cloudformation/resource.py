"""The interface between a stack and its resources."""

from typing import Any, Protocol

# A resource in the template, with all references and functions resolved.
Definition = dict[str, Any]


class ResourceFailedError(Exception):
    """The resource could not be created, updated or deleted; the message is the reason in the stack events."""


class ResourceCancelledError(ResourceFailedError):
    """The operation was cancelled because another resource failed."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"Resource {verb} cancelled")


class Resource(Protocol):
    """
    A resource of a stack.

    The methods raise ResourceFailedError if they fail.

    Attributes:
        physical_id: None before the resource has one.

        definition: The last requested definition; empty before the creation.
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
        """Undo the last update, even if it failed."""

    def delete(self) -> None: ...

    def cancel(self) -> None:
        """End a running creation or update at once, with ResourceCancelledError."""

    def take_replaced(self) -> "list[Resource]":
        """Return the resources that updates have replaced, for deletion; each is returned only once."""
