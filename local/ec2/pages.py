"""Pages of EC2's list responses."""

from collections.abc import Mapping
from typing import TypeVar

from moto.ec2.exceptions import EC2ClientError, InvalidNextToken
from moto.ec2.responses import EC2Response

from local.pages import InvalidTokenError, page

T = TypeVar("T")


def page_of(
    request: EC2Response, items: Mapping[str, T], *, smallest: int, largest: int, default: int
) -> tuple[list[T], str | None]:
    """
    Return the page of *items* that *request* asks for, and the token of the next page.

    Args:
        items: ``{ID: item}``

    Raises:
        EC2ClientError: ``MaxResults`` is out of range (``InvalidParameterValue``), or the token is invalid.
    """
    size = request._get_param("MaxResults")  # noqa: SLF001 # moto's own operations use it
    if size is not None and not smallest <= size <= largest:
        message = (
            f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value from {smallest} to {largest}."
        )
        raise EC2ClientError("InvalidParameterValue", message)
    token = request._get_param("NextToken")  # noqa: SLF001 # likewise
    try:
        return page(items, token, size or default)
    except InvalidTokenError as error:
        raise InvalidNextToken(token) from error
