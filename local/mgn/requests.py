"""A request to MGN, parsed and validated against the API model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import OperationModel
from moto.core.utils import get_service_model

from .exceptions import ValidationException
from .validation import validate


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRequest:
    """
    A request to MGN.

    Attributes:
        parameters: ``{member of the input shape: value}``, not validated; empty if the body could not be parsed.

        is_readable: Whether the body is a JSON object or empty.
    """

    operation: OperationModel
    parameters: dict[str, Any]
    is_readable: bool

    @classmethod
    def of(cls, request: Any, operation: str, uri_parameters: Mapping[str, Any]) -> "ParsedRequest":
        """Parse *request*; moto has determined *operation* and *uri_parameters*."""
        try:
            body = json.loads(request.data or b"{}")
        except ValueError:
            body = None
        query = {name: request.args.getlist(name) for name in request.args}
        parameters = {**(body if isinstance(body, dict) else {}), **query, **uri_parameters}
        model = get_service_model("mgn").operation_model(operation)
        return cls(operation=model, parameters=parameters, is_readable=isinstance(body, dict))

    @property
    def needs_initialized_account(self) -> bool:
        """Whether MGN refuses the operation in an account that is not initialized."""
        return any(error.name == "UninitializedAccountException" for error in self.operation.error_shapes)

    def check(self) -> None:
        """
        Validate the request against the API model.

        Raises:
            ValidationException: The request could not be parsed, or does not conform to the model.
        """
        if not self.is_readable:
            raise ValidationException("The request body is not a JSON object.", "cannotParse")
        validate(self.parameters, self.operation)
