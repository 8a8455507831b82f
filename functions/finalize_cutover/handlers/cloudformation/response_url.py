"""
The allowed response URLs: CloudFormation's own pre-signed URLs, and hosts from the settings.

A response to any other host would disclose details of the stack, and anyone who
has a response URL can forge the response.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import SplitResult, parse_qs, urlsplit

from finalize_cutover.cutover.errors import InvalidRequestError

# Prefixes of Region names, and the DNS suffix of their partition, as in botocore's partitions.json.  Bucket names are
# unique only within a partition: in another partition, anyone can own a bucket with CloudFormation's name.
DNS_SUFFIXES = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
}
USUAL_DNS_SUFFIX = "amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseUrl:
    """
    The response URL of one request.

    Attributes:
        host: ``host[:port]``.

        target: Path and query, signature included: a secret.

        signed_at: When CloudFormation signed it, which is when it sent the request; None for older signatures.

        expires_at: When an older signature expires; None for newer ones, which outlast every wait of CloudFormation.
    """

    is_encrypted: bool
    host: str
    target: str = field(repr=False)
    signed_at: datetime | None = None
    expires_at: datetime | None = None

    def is_expired(self, now: datetime) -> bool:
        """Whether the signature has expired."""
        return self.expires_at is not None and now >= self.expires_at


def parse_response_url(url: object, *, region: str | None, extra_hosts: Collection[str]) -> ResponseUrl:
    """
    Return *url* if it is allowed.

    Args:
        url: ``ResponseURL`` of the request.

        region: The function's Region; CloudFormation calls from the same Region.

        extra_hosts: ``host[:port]`` that are also allowed, with https or http.

    Raises:
        InvalidRequestError: It is not; the sentence does not repeat it, because it may contain a signature.
    """
    parts = _split(url)
    if parts is None or not _is_allowed(parts, region, extra_hosts):
        raise InvalidRequestError(
            "ResponseURL is not a CloudFormation URL of this Region (https, no port, no user-info), "
            "and its host is not in EXTRA_RESPONSE_HOSTS; nothing was done and no response was sent."
        )
    return ResponseUrl(
        is_encrypted=parts.scheme == "https",
        host=parts.netloc,
        target=f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/",
        signed_at=_signed_at(parts.query),
        expires_at=_expires_at(parts.query),
    )


def _split(url: object) -> SplitResult | None:
    # urlsplit silently drops tabs and line breaks, and http.client refuses spaces with the URL in its error text.
    if not isinstance(url, str) or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        return None
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _is_allowed(parts: SplitResult, region: str | None, extra_hosts: Collection[str]) -> bool:
    # The whole netloc is compared, so that it cannot contain user-info or another port.
    if parts.netloc.lower() in extra_hosts:
        return parts.scheme in {"http", "https"}
    if parts.scheme != "https" or not region:
        return False
    bucket = f"cloudformation-custom-resource-response-{region.replace('-', '')}"
    suffix = re.escape(_dns_suffix(region))
    # Also the FIPS and the dual-stack endpoints: the name of the bucket is what is trusted.
    place = rf"(?:[.-]{re.escape(region)}|(?:-fips)?(?:\.dualstack)?\.{re.escape(region)})?"
    return re.fullmatch(rf"{bucket}\.s3{place}\.{suffix}", parts.netloc) is not None


def _dns_suffix(region: str) -> str:
    return next((suffix for prefix, suffix in DNS_SUFFIXES.items() if region.startswith(prefix)), USUAL_DNS_SUFFIX)


def _signed_at(query: str) -> datetime | None:
    dates = parse_qs(query).get("X-Amz-Date", [])
    try:
        return datetime.strptime(dates[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if dates else None
    except ValueError:
        return None


def _expires_at(query: str) -> datetime | None:
    seconds = parse_qs(query).get("Expires", [""])[0]
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if re.fullmatch("[0-9]{1,11}", seconds) else None
    except (OverflowError, ValueError, OSError):
        return None
