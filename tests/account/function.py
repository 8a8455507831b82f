"""The deployed function."""

import json
from collections.abc import Mapping
from typing import Any

from tests.account.aws import Aws
from tests.account.comparison import shown
from tests.account.errors import AccountTestError


class Function:
    """The function *name* of the stack."""

    def __init__(self, aws: Aws, name: str) -> None:
        self._aws = aws
        self._name = name

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """
        Return the function's answer to *event*.

        Raises:
            AccountTestError: The function raised an error, with its type as the code.
        """
        payload = json.dumps(event).encode()
        answer = self._aws.client("lambda").invoke(FunctionName=self._name, Payload=payload)
        document = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            words = document if isinstance(document, dict) else {}
            error_type = str(words.get("errorType", "Unknown"))
            raise AccountTestError(f"{error_type}: {words.get('errorMessage')}", shown(error_type))
        return document

    def variables(self) -> dict[str, str]:
        """Return its environment variables."""
        answer = self._aws.client("lambda").get_function_configuration(FunctionName=self._name)
        variables: dict[str, str] = answer.get("Environment", {}).get("Variables", {})
        return variables
