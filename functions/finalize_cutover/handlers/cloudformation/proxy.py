"""
Send the response through a proxy, for a function in a network without another way out.

The variables are those that boto3 honours: HTTPS_PROXY, HTTP_PROXY, NO_PROXY, and for the certificates of a proxy that
inspects TLS, AWS_CA_BUNDLE and REQUESTS_CA_BUNDLE.
https://docs.aws.amazon.com/boto3/latest/guide/configuration.html#specifying-proxy-servers
"""

import os
import ssl
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from finalize_cutover.handlers.cloudformation.response_url import ResponseUrl


class ProxyError(OSError):
    """The request through the proxy failed; the message is the name of urllib3's exception."""


def proxy_for(url: ResponseUrl) -> str | None:
    """Return the URL of the proxy for *url*; None for a direct connection."""
    if proxy_bypass(url.host):
        return None
    return getproxies().get("https" if url.is_encrypted else "http")


def tls_context() -> ssl.SSLContext:
    """Return a TLS context with the certificates that boto3 would trust; an OSError says that they are unreadable."""
    bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
    return ssl.create_default_context(cafile=bundle or None)


def put(proxy: str, url: ResponseUrl, body: bytes, *, headers: Mapping[str, str], timeout: float) -> int:
    """
    Send *body* once through *proxy*; return the HTTP status.

    Raises:
        OSError: The proxy or the endpoint could not be reached in *timeout* seconds, or the proxy refuses.
    """
    # Imported only with a proxy, because the import takes time; botocore uses the same library.
    import urllib3  # noqa: PLC0415 - see above

    address = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
    user = f"{unquote(address.username)}:{unquote(address.password or '')}" if address.username else None
    target = f"{'https' if url.is_encrypted else 'http'}://{url.host}{url.target}"
    try:
        with urllib3.ProxyManager(
            f"{address.scheme}://{address.netloc.rpartition('@')[2]}",
            proxy_headers=urllib3.make_headers(proxy_basic_auth=user) if user else None,
            ssl_context=tls_context(),
            timeout=timeout,
            retries=False,
        ) as manager:
            return manager.request("PUT", target, body=body, headers=dict(headers), redirect=False).status
    except urllib3.exceptions.HTTPError as error:
        # Its text contains the URL.
        raise ProxyError(type(error).__name__) from None
