"""The records of a request in the evidence bucket, if the deployment has one."""

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from finalize_cutover.cutover.records.recorder import Recorder
from finalize_cutover.cutover.records.records import Handler, RequestedBy
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.request import converted
from finalize_cutover.settings import Settings

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html allows up to 100 years.
RetentionDays = Annotated[int, Meta(ge=1, le=36500, description="a whole number of days from 1 to 36500")]
BucketName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$(?!\n)",
        description="the name of an S3 bucket in the function's own Region, 3 to 63 characters",
    ),
]


class EvidenceParameters(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """The template's parameters of the evidence bucket; their values are text."""

    evidence_bucket_name: BucketName
    evidence_retention_days: RetentionDays


def recorder_for(invocation: Invocation, requested_by: RequestedBy, account_id: str | None) -> Recorder | None:
    """
    Return what records a request; None if the deployment has no evidence bucket.

    Args:
        invocation: The invocation.

        requested_by: Who asked.

        account_id: Account of the source servers; None means the function's own.

    Raises:
        InvalidRequestError: A parameter of the deployment is invalid; nothing was called.
    """
    settings = invocation.settings
    if settings.evidence_bucket is None:
        return None
    parameters = evidence_parameters(settings)
    retention = timedelta(days=parameters.evidence_retention_days)
    return Recorder(
        invocation.evidence_bucket(parameters.evidence_bucket_name, retention),
        clock=invocation.clock,
        requested_by=requested_by,
        account_id=account_id or invocation.own_account_id or "own-account",
    )


def evidence_parameters(settings: Settings) -> EvidenceParameters:
    """Return the parameters of the evidence bucket; raise InvalidRequestError if one is invalid."""
    given = {"EvidenceBucketName": settings.evidence_bucket, "EvidenceRetentionDays": settings.evidence_retention_days}
    return converted(given, EvidenceParameters, strict=False, member="parameter")


def requested_by(handler: Handler, invocation: Invocation, **ids: str | None) -> RequestedBy:
    """Return who asked: the *handler*, Lambda's request ID, as in the log, and *ids* as in ``RequestedBy``."""
    return RequestedBy(handler=handler, function_request_id=getattr(invocation.context, "aws_request_id", None), **ids)
