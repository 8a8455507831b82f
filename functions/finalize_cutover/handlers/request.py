"""Decode a document into a request: strict types, and one clear sentence for an invalid value."""

import difflib
import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Protocol, TypeVar, get_type_hints

import msgspec

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.selection import Selection

T = TypeVar("T", bound="Request")
K = TypeVar("K")

DISTINCT = ("require", "alarms", "change_calendars")
SELECTORS = ("source_server_id", "source_server_ids", "application_id", "wave_id")


class Request(Protocol):
    """The fields that the requests of all handlers share; exactly one of the first four is given."""

    @property
    def source_server_id(self) -> str | None: ...
    @property
    def source_server_ids(self) -> tuple[str, ...] | None: ...
    @property
    def application_id(self) -> str | None: ...
    @property
    def wave_id(self) -> str | None: ...
    @property
    def account_id(self) -> str | None: ...
    @property
    def wait_minutes(self) -> int | None: ...
    @property
    def soak_minutes(self) -> int: ...
    @property
    def waive(self) -> tuple[str, ...]: ...
    @property
    def require(self) -> tuple[str, ...]: ...
    @property
    def alarms(self) -> tuple[str, ...] | None: ...
    @property
    def change_calendars(self) -> tuple[str, ...] | None: ...
    @property
    def all_or_nothing(self) -> bool: ...
    @property
    def set_termination_protection(self) -> bool: ...
    @property
    def dry_run(self) -> bool: ...
    @property
    def archive(self) -> bool: ...
    @property
    def archive_application_and_wave(self) -> bool: ...


def selection_of(request: Request) -> Selection:
    """Return the selection of *request*."""
    named = (request.source_server_id,) if request.source_server_id else request.source_server_ids or ()
    return Selection(
        server_ids=tuple(dict.fromkeys(named)), application_id=request.application_id, wave_id=request.wave_id
    )


def decode(document: object, kind: type[T], *, strict: bool, member: str = "field of the request") -> T:
    """
    Return *document* as a request of *kind*.

    Args:
        document: JSON values.

        kind: The handler's msgspec struct.

        strict: Whether ``"10"`` is refused as a number; CloudFormation sends every scalar as a string.

        member: What the caller calls a member of the document.

    Raises:
        InvalidRequestError: It is invalid; the sentence names the field, the value and the expected values.
    """
    request = converted(document, kind, strict=strict, member=member)
    _check_selector(request, _fields(kind))
    _check_distinct(request, _fields(kind))
    _check_archive(request, _fields(kind))
    return request


def converted(document: object, kind: type[K], *, strict: bool, member: str) -> K:
    """Return *document* as *kind*, any msgspec struct; arguments and errors as for ``decode``."""
    if not isinstance(document, Mapping):
        raise InvalidRequestError(f"The request is {shown(document)}; allowed: a JSON object.")
    try:
        return msgspec.convert(document, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidRequestError(_sentence(str(error), document, kind, member)) from None
    except UnicodeEncodeError as error:
        # JSON can contain a lone surrogate, which UTF-8 cannot encode.
        raise InvalidRequestError(f"The request contains {shown(error.object)}; allowed: text in UTF-8.") from None


def _check_selector(request: Request, fields: Mapping[str, str]) -> None:
    given = [fields[name] for name in SELECTORS if getattr(request, name) is not None]
    if len(given) != 1:
        allowed = ", ".join(fields[name] for name in SELECTORS)
        raise InvalidRequestError(f"{' and '.join(given) or 'Nothing'} is given; allowed: exactly one of {allowed}.")


def _check_distinct(request: Request, fields: Mapping[str, str]) -> None:
    for name in DISTINCT:
        values = getattr(request, name) or ()
        if repeated := [value for value in values if values.count(value) > 1]:
            raise InvalidRequestError(
                f"{fields[name]} contains {shown(repeated[0])} more than once; allowed: each name once."
            )


def _check_archive(request: Request, fields: Mapping[str, str]) -> None:
    if request.archive_application_and_wave and not request.archive:
        raise InvalidRequestError(
            f"{fields['archive_application_and_wave']} is true and {fields['archive']} is false; "
            f"allowed: true only with {fields['archive']} true."
        )


def _sentence(error: str, document: Mapping[str, Any], kind: type[Any], member: str) -> str:
    fields = _fields(kind)
    # The document may contain msgspec's own words, so only the text around the quoted value is matched.
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", error, re.DOTALL):
        meant = closest(unknown[1], fields.values())
        guess = f" (did you mean {meant}?)" if meant else ""
        return f"{shown(unknown[1])} is not a {member}{guess}; allowed: one of {', '.join(fields.values())}."
    path = re.search(r" - at (?:`key` in )?`\$\.(\w+)(?:\[(\d+|\.\.\.)\])?`\Z", error)
    if path is None:
        return f"The request cannot be read: {error}; allowed: a JSON object."
    name, index = path[1], path[2]
    value = document[name]
    if index == "..." or "`key`" in path[0]:
        return f"{_bad_entry(kind, name, value)}; allowed: {_allowed(kind, name)}."
    at = f"[{index}]" if index is not None and isinstance(value, list | tuple) else ""
    return refusal(kind, name, value[int(index)] if at else value, at=at)


def closest(name: str, known: Collection[str]) -> str | None:
    """Return the one of *known* that *name* most likely means; None if none is similar."""
    by_case = {each.casefold(): each for each in known}
    # A long name would take long to compare, and is no misspelling.
    found = difflib.get_close_matches(name[:60].casefold(), by_case, n=1, cutoff=0.75)
    return by_case[found[0]] if found else None


def _bad_entry(kind: type[Any], name: str, entries: Mapping[Any, Any]) -> str:
    """Show the first invalid entry of the field *name* of *kind*; msgspec does not report which entry it is."""
    for key, value in entries.items():
        try:
            msgspec.convert({key: value}, _hint(kind, name))
        except msgspec.ValidationError as error:
            return f"{name} has {shown(key)}" if "`key`" in str(error) else f"{name}[{shown(key)}] is {shown(value)}"
    return f"{name} is {shown(entries)}"


def refusal(kind: type[Any], name: str, value: object, *, at: str = "") -> str:
    """Return the sentence that refuses *value* in the field *name* of *kind*; *at* is its index, such as ``[0]``."""
    return f"{name}{at} is {shown(value)}; allowed: {_allowed(kind, name)}."


def shown_names(request: Request) -> Mapping[str, str]:
    """Return what the sender of *request* calls its fields."""
    return _fields(type(request))


def _fields(kind: type[Any]) -> dict[str, str]:
    return dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))


def _allowed(kind: type[Any], encoded_name: str) -> str:
    metadata = _hint(kind, encoded_name).__metadata__
    # Python flattens nested Annotated types, so the description may come after the limits.
    description: str = next(meta.description for meta in metadata if meta.description)
    return description


def _hint(kind: type[Any], encoded_name: str) -> Any:
    name = next(name for name, encoded in _fields(kind).items() if encoded == encoded_name)
    return get_type_hints(kind, include_extras=True)[name]


def shown(value: object) -> str:
    """
    Return *value* as JSON, shortened to fit into a sentence.

    Characters that cannot be printed are escaped, so that they cannot break the line or reverse the text.
    """
    if isinstance(value, Mapping):
        return f"an object of {len(value)}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = json.dumps(value[:60] if isinstance(value, str) else value, ensure_ascii=False)
    visible = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    return visible if len(visible) <= 64 else f"{visible[:61]}..."
