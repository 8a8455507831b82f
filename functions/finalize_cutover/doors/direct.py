"""
The direct door: ``sam local invoke``, ``aws lambda invoke``, Step Functions.

The report is the return value.  Only what the caller must mend in the request,
or may retry unchanged, is raised, so that Step Functions can catch and retry by
the error's name.
"""

from typing import Any

import msgspec

from finalize_cutover.cutover.errors import InvalidRequestError, MgnUnavailableError, OutOfTimeError
from finalize_cutover.cutover.finalize import finalize
from finalize_cutover.cutover.fleet import fleet_report
from finalize_cutover.cutover.report import camel_case, document
from finalize_cutover.cutover.result import Result
from finalize_cutover.log import log_result

from . import fields
from .call import Call, order_for
from .request import decode


class DirectRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=camel_case):
    """A direct request; ``check`` decides without acting, as ``dryRun`` does."""

    action: fields.Action = "finalize"
    source_server_id: fields.SourceServerID = None
    source_server_ids: fields.SourceServerIDs = None
    application_id: fields.ApplicationID = None
    wave_id: fields.WaveID = None
    account_id: fields.AccountID = None
    wait_minutes: fields.WaitMinutes = None
    soak_minutes: fields.SoakMinutes = 0
    waive: fields.Waive = ()
    dry_run: fields.Flag = False
    archive: fields.Flag = False


def handle(event: object, call: Call) -> dict[str, Any]:
    """
    Answer a direct request with a report.

    Raises:
        InvalidRequestError: The request is malformed; nothing was called.

        MgnUnavailableError: The service could not answer; asking again is safe.

        OutOfTimeError: Too little time was left to begin; asking again is safe.
    """
    request = decode(event, DirectRequest, strict=True)
    if request.action == "check":
        request = msgspec.structs.replace(request, dry_run=True)
    server_ids = _selected(request)
    results = finalize(server_ids, order=order_for(request, call), world=call.world(request.account_id))
    for result in results.values():
        log_result(result)
    return _answer(list(results.values()), is_single=request.source_server_id is not None)


def _selected(request: DirectRequest) -> tuple[str, ...]:
    if request.source_server_id:
        return (request.source_server_id,)
    if request.source_server_ids:
        return tuple(dict.fromkeys(request.source_server_ids))
    raise InvalidRequestError(
        "applicationID and waveID are not supported yet; allowed are sourceServerID and sourceServerIDs."
    )


def _answer(results: list[Result], *, is_single: bool) -> dict[str, Any]:
    causes = [result.cause for result in results]
    # Where nothing was learned about any server, the whole request may be asked again.
    if causes[0] and all(isinstance(cause, MgnUnavailableError | OutOfTimeError) for cause in causes):
        raise causes[0]
    return document(results[0].report if is_single else fleet_report([result.report for result in results]))
