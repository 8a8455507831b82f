"""The customer's validator function through boto3: the port ``Validator`` of the core."""

import json
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec

from finalize_cutover.aws.errors import translated
from finalize_cutover.aws.json_fields import clean, readable
from finalize_cutover.aws.time_limit import TimeLimit
from finalize_cutover.cutover.acceptance.validator import NoAnswer, ValidatedServer, ValidatorAnswer, ValidatorRequest
from finalize_cutover.cutover.batches import in_batches
from finalize_cutover.cutover.errors import (
    ConflictError,
    MgnRefusedError,
    MgnUnavailableError,
)
from finalize_cutover.cutover.ports import Found
from finalize_cutover.cutover.time_budget import READING

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
OPERATION = "lambda:InvokeFunction"
SERVERS_PER_CALL = 50
WORKERS = 4
MOST_BYTES = 262_144
MOST_CHARACTERS = 300  # of a reason

Answers = dict[str, ValidatorAnswer | NoAnswer]


class AwsValidator:
    """
    The validator function.

    Args:
        client: Returns the boto3 client that sends each request once.

        function_arn: ARN of the function, from the deployment; no request can name another one.

        limit: When each call must have ended.
    """

    def __init__(self, client: "Callable[[], LambdaClient]", *, function_arn: str, limit: TimeLimit) -> None:
        self._client = client
        self._function_arn = function_arn
        self._limit = limit

    def validate(self, servers: Collection[ValidatedServer]) -> Found[ValidatorAnswer | NoAnswer]:
        """Return its answers by source server ID; a source server that it left out is absent."""
        batches = list(in_batches(servers, SERVERS_PER_CALL))
        with ThreadPoolExecutor(min(WORKERS, len(batches))) as pool:
            answers = list(pool.map(self._answers, batches))
        return Found(items={server_id: answer for each in answers for server_id, answer in each.items()})

    def try_out(self) -> None:
        """
        Call it without source servers.

        Raises:
            CutoverError: It could not be called, or its answer is not an empty object.
        """
        answer = self._asked([])
        try:
            _read(answer, ())
        except UnusableAnswerError as error:
            raise MgnRefusedError(f"The answer of the validator function cannot be used: {error}.") from None

    def _answers(self, servers: list[ValidatedServer]) -> Answers:
        ids = [server.source_server_id for server in servers]
        try:
            answer = self._asked(servers)
        except (MgnUnavailableError, ConflictError) as error:
            reason = f"the validator function gave no answer within {READING.total_seconds()} s ({error.code})"
            return dict.fromkeys(ids, NoAnswer(can_pass_later=True, reason=reason))
        try:
            return dict(_read(answer, ids))
        except UnusableAnswerError as error:
            reason = f"the answer of the validator function cannot be used: {error}"
            return dict.fromkeys(ids, NoAnswer(can_pass_later=False, reason=reason))

    def _asked(self, servers: list[ValidatedServer]) -> tuple[str | None, bytes]:
        with translated(OPERATION, missing="Correct ValidatorFunctionArn."):
            return self._limit.run(lambda: self._invoke(servers), within=READING)

    def _invoke(self, servers: list[ValidatedServer]) -> tuple[str | None, bytes]:
        """Return the kind of the function's error, None without one, and the payload."""
        payload = msgspec.json.encode(ValidatorRequest(servers=tuple(servers)))
        answer: Any = self._client().invoke(FunctionName=self._function_arn, Payload=payload)
        return answer.get("FunctionError"), answer["Payload"].read(MOST_BYTES + 1)


class UnusableAnswerError(Exception):
    """The answer cannot be used; the message says why."""


def _read(answer: tuple[str | None, bytes], ids: Collection[str]) -> dict[str, ValidatorAnswer]:
    failure, payload = answer
    if failure:
        raise UnusableAnswerError(f"it failed ({clean(failure)})")
    if len(payload) > MOST_BYTES:
        raise UnusableAnswerError(f"it is longer than {MOST_BYTES} bytes")
    try:
        answers = msgspec.convert(json.loads(payload, object_pairs_hook=_distinct), dict[str, ValidatorAnswer])
    except (msgspec.ValidationError, ValueError, RecursionError):
        raise UnusableAnswerError("it does not have the shape of validator-response.schema.json") from None
    if unasked := answers.keys() - set(ids):
        raise UnusableAnswerError(f"it names {_clipped(min(unasked))}, which was not in the request")
    # The verdict stays as it is, because it is compared; a cleaned one could equal another one.
    return {id_: msgspec.structs.replace(each, reason=_clipped(each.reason)) for id_, each in answers.items()}


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return *pairs* as an object; raise ValueError if a name is there twice, because one of the two would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _clipped(text: str) -> str:
    # JSON can contain lone surrogates, but UTF-8 reports and logs cannot.
    cleaned = clean(readable(text))
    return cleaned if len(cleaned) <= MOST_CHARACTERS else f"{cleaned[: MOST_CHARACTERS - 1]}…"
