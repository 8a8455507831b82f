"""
MGN's responses, serialized without moto's serializer.

moto's serializer searches every member of the API model under several names, which takes ten times as long as all other
work: a benchmark against this server would measure moto.
"""

import json
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionContext, ActionResult


class Answer(ActionResult):
    """A response whose members already have their names on the wire; top-level members that are None are omitted."""

    def execute_result(self, context: ActionContext) -> TYPE_RESPONSE:
        document: Any = self.result
        body = json.dumps({name: value for name, value in document.items() if value is not None})
        status: int = context.operation_model.http.get("responseCode", 200)
        return status, {"Content-Type": "application/json"}, body
