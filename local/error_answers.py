"""The error responses of each AWS service: error code and response format."""

import json
from dataclasses import dataclass

from local.faults import ERRORS

# HTTP status and error code by fault, for services that use their own error codes.
CODES: dict[str, dict[str, tuple[int, str]]] = {
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    "ec2": {
        "throttle": (503, "RequestLimitExceeded"),
        "internal": (500, "InternalError"),
        "access-denied": (403, "UnauthorizedOperation"),
    },
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
    "cloudformation": {
        "throttle": (400, "Throttling"),
        "internal": (500, "InternalFailure"),
        "unavailable": (503, "ServiceUnavailable"),
        "access-denied": (403, "AccessDenied"),
    },
    # boto3 calls CloudWatch with JSON; these are the codes of its query protocol, to which AWS translates for boto3.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
    "cloudwatch": {
        "throttle": (400, "Throttling"),
        "internal": (500, "InternalFailure"),
        "unavailable": (503, "ServiceUnavailable"),
        "access-denied": (403, "AccessDenied"),
    },
    # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
    "sns": {
        "throttle": (400, "Throttling"),
        "internal": (500, "InternalError"),
        "access-denied": (403, "AuthorizationError"),
        "not-found": (404, "NotFound"),
    },
    # https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
    "ssm": {
        "throttle": (400, "ThrottlingException"),
        "internal": (500, "InternalServerError"),
        "access-denied": (400, "AccessDeniedException"),
        "expired-token": (400, "ExpiredTokenException"),
        "not-found": (400, "InvalidDocument"),
    },
    # https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    "lambda": {
        "throttle": (429, "TooManyRequestsException"),
        "internal": (500, "ServiceException"),
    },
    # https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    "iam": {
        "throttle": (400, "Throttling"),
        "internal": (500, "ServiceFailure"),
        "access-denied": (403, "AccessDenied"),
        "not-found": (404, "NoSuchEntity"),
    },
    # https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
    "sts": {"throttle": (400, "Throttling"), "access-denied": (403, "AccessDenied")},
}
IN_QUERY = "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
XML = {
    "ec2": "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>",
    "cloudformation": IN_QUERY,
    "iam": IN_QUERY,
    "sns": IN_QUERY,
    "sts": IN_QUERY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAnswer:
    """An error response over HTTP."""

    status: int
    code: str
    content_type: str
    body: bytes


def error_answer(service: str, operation: str, fault: str, message: str | None = None) -> ErrorAnswer:
    """
    Return the error response of *service* to a call of *operation*.

    Args:
        fault: A key of ``ERRORS``.

        message: Instead of the message in ``ERRORS``.
    """
    status, code, text = ERRORS[fault]
    status, code = CODES.get(service, {}).get(fault, (status, code))
    message = message or text.format(operation=f"{service}:{operation}")
    if service in XML:
        content_type, body = "text/xml", XML[service].format(code=code, message=message)
    else:
        # Clients read the error code from the body if no header has it.
        content_type, body = "application/json", json.dumps({"__type": code, "message": message})
    return ErrorAnswer(status=status, code=code, content_type=content_type, body=body.encode())
