"""MGN's groups of source servers: an application has source servers, a wave has applications."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    An application or a wave.

    https://docs.aws.amazon.com/mgn/latest/APIReference/API_Application.html

    Attributes:
        id: ``app-`` or ``wave-``, and 17 letters or digits.

        is_archived: None if MGN does not return it.

        wave_id: The wave of an application; None if it is in no wave.

        size: Number of members that MGN counts: the source servers of an application, the applications of a wave; None
            if MGN does not return it.
    """

    id: str
    is_archived: bool | None
    wave_id: str | None = None
    size: int | None = None
