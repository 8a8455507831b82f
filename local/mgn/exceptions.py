"""
MGN's errors, with the fields of its API model.

moto takes the HTTP status from the model, by ``code``, and sends every other attribute that the model defines.
https://docs.aws.amazon.com/mgn/latest/APIReference/CommonErrors.html
"""

from collections.abc import Iterable

from moto.core.exceptions import ServiceException

SOURCE_SERVER = "SourceServer"


class UninitializedAccountException(ServiceException):
    """MGN is not initialized in this account and Region."""

    code = "UninitializedAccountException"

    def __init__(self) -> None:
        super().__init__("Account is not initialized: call InitializeService first.")


class ResourceNotFoundException(ServiceException):
    """MGN does not know the resource."""

    code = "ResourceNotFoundException"

    def __init__(self, resource_id: str, resource_type: str) -> None:
        super().__init__(f"{resource_type} {resource_id} not found.")
        self.resourceId = resource_id
        self.resourceType = resource_type


class ConflictException(ServiceException):
    """The state of the resource does not allow the operation."""

    code = "ConflictException"

    def __init__(self, message: str, resource_id: str, resource_type: str = SOURCE_SERVER) -> None:
        super().__init__(message)
        self.resourceId = resource_id
        self.resourceType = resource_type
        self.errors = [
            {"message": message, "code": self.code, "resourceId": resource_id, "resourceType": resource_type},
        ]


class ValidationException(ServiceException):
    """The request does not conform to the API model, or names an unknown resource."""

    code = "ValidationException"

    def __init__(self, message: str, reason: str = "other", fields: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.fieldList = [{"name": name, "message": text} for name, text in fields]
