"""
The pre-signed S3 URL for the response to a request.

Only the host and the port differ from captured URLs.  The path contains the stack ID, logical ID and request ID, joined
by ``|`` and percent-encoded; the query contains a random signature in the format of Signature Version 4.
"""

import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from local.cloudformation.requests import Document

LIFETIME = 7200  # s, as captured


def path(document: Document) -> str:
    """Return the path for the response to *document*: the object's key, percent-encoded."""
    key = "|".join((document["StackId"], document["LogicalResourceId"], document["RequestId"]))
    return "/" + quote(key)


def signed_query(document: Document, now: datetime) -> str:
    """Return the query of a URL for the response to *document*, signed at *now*; the signature is random."""
    region = document["StackId"].split(":")[3]
    return urlencode(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": now.strftime("%Y%m%dT%H%M%SZ"),
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Expires": str(LIFETIME - 1),  # the captured value: one second had passed
            "X-Amz-Credential": f"AKIAIOSFODNN7EXAMPLE/{now:%Y%m%d}/{region}/s3/aws4_request",
            "X-Amz-Signature": secrets.token_hex(32),
        }
    )
