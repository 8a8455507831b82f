"""
Answers of MGN, which are its documents as they are.

moto's serializer would look for every member of the API model under several names, and take ten times as long as all
else; a benchmark against this server would measure moto.
"""

import json
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionContext, ActionResult


class Answer(ActionResult):
    """An answer whose members are called as they are on the wire; members that are None are left out at the top."""

    def execute_result(self, context: ActionContext) -> TYPE_RESPONSE:
        document: Any = self.result
        body = json.dumps({name: value for name, value in document.items() if value is not None})
        status: int = context.operation_model.http.get("responseCode", 200)
        return status, {"Content-Type": "application/json"}, body
