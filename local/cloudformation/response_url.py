"""
The pre-signed S3 URL that a request asks to be answered at.

Only host and port are ours.  Path and query have the shape of captured ones, signature version 4: the encoded stack
ID, logical ID and request ID, joined by bars; and a signature that nobody but S3 may know.
"""

import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from local.cloudformation.requests import Document

LIFETIME = 7200  # s, as captured


def path(document: Document) -> str:
    """Return where the answer to *document* belongs: the object's key, percent-encoded."""
    key = "|".join((document["StackId"], document["LogicalResourceId"], document["RequestId"]))
    return "/" + quote(key)


def signed_query(document: Document, now: datetime) -> str:
    """Return a query that signs a URL for the answer to *document*, as of *now*; the signature is made up."""
    region = document["StackId"].split(":")[3]
    return urlencode(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": now.strftime("%Y%m%dT%H%M%SZ"),
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Expires": str(LIFETIME - 1),  # one second passes before it is captured
            "X-Amz-Credential": f"AKIAIOSFODNN7EXAMPLE/{now:%Y%m%d}/{region}/s3/aws4_request",
            "X-Amz-Signature": secrets.token_hex(32),
        }
    )
