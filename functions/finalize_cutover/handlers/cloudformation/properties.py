"""The properties of ``Custom::FinalizedCutover``, and the physical ID that they determine."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers import fields
from finalize_cutover.handlers.request import SELECTORS, decode, refusal

# Also the maximum.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-customresource.html
DEFAULT_SERVICE_TIMEOUT = 3600  # seconds

# Properties that are not strings, and their string forms in CloudFormation; a list has none.
SPELLINGS: dict[str, tuple[type, re.Pattern[str]]] = {
    **dict.fromkeys(("WaitMinutes", "SoakMinutes", "ServiceTimeout"), (int, re.compile("[0-9]+"))),
    **dict.fromkeys(
        ("DryRun", "Archive", "ArchiveApplicationAndWave", "AllOrNothing", "SetTerminationProtection"),
        (bool, re.compile("true|false", re.IGNORECASE)),
    ),
    **dict.fromkeys(("SourceServerIDs", "Waive", "Require", "Alarms", "ChangeCalendars"), (list, re.compile("(?!)"))),
}


def pascal_case(name: str) -> str:
    """Return a property name in CloudFormation's spelling: ``source_server_id`` becomes ``SourceServerID``."""
    return "".join({"id": "ID", "ids": "IDs"}.get(word, word.capitalize()) for word in name.split("_"))


class Properties(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=pascal_case):
    """
    The properties of the custom resource; CloudFormation sends every scalar as a string.

    ``Revision`` is not read: if you change it, CloudFormation sends a new request.
    """

    source_server_id: fields.SourceServerID = None
    source_server_ids: fields.SourceServerIDs = None
    application_id: fields.ApplicationID = None
    wave_id: fields.WaveID = None
    account_id: fields.AccountID = None
    wait_minutes: fields.WaitMinutes = None
    soak_minutes: fields.SoakMinutes = 0
    waive: fields.Waive = ()
    require: fields.Require = ()
    alarms: fields.Alarms = None
    change_calendars: fields.ChangeCalendars = None
    all_or_nothing: fields.Flag = False
    set_termination_protection: fields.Flag = False
    dry_run: fields.Flag = False
    archive: fields.Flag = False
    archive_application_and_wave: fields.Flag = False
    revision: fields.Text = None
    service_token: fields.Text = None
    service_timeout: fields.ServiceTimeout = None


def read_properties(event: Mapping[str, Any]) -> Properties:
    """
    Return the properties of the request *event*.

    Raises:
        InvalidRequestError: They are invalid; the sentence names the property, the value and the expected values.
    """
    given = event.get("ResourceProperties") or {}
    if isinstance(given, Mapping):
        _check_spelling(given)
    # CloudFormation sends ServiceTimeout beside the properties.
    if (timeout := event.get("ServiceTimeout")) is not None and _seconds(timeout) is None:
        raise InvalidRequestError(refusal(Properties, "ServiceTimeout", timeout))
    return decode(given, Properties, strict=False, member="property of Custom::FinalizedCutover")


def _check_spelling(given: Mapping[str, Any]) -> None:
    """Accept only the documented forms of numbers and booleans: msgspec also accepts "1e1", "-0" and "null"."""
    for name, (kind, spelling) in SPELLINGS.items():
        value = given.get(name)
        is_foreign = isinstance(value, int | float) and not isinstance(value, kind)
        if is_foreign or (isinstance(value, str) and not spelling.fullmatch(value)):
            raise InvalidRequestError(refusal(Properties, name, value))


def physical_id(properties: Properties) -> str:
    """
    Return the physical ID, which identifies the selection: another selection is another resource.

    For a list, it is a digest of the members that does not depend on their order.
    """
    for selected in (properties.source_server_id, properties.application_id, properties.wave_id):
        if selected:
            return selected
    members = ",".join(sorted(set(properties.source_server_ids or ())))
    return f"cutover-{hashlib.sha256(members.encode()).hexdigest()[:12]}"


def selected_physical_id(event: Mapping[str, Any]) -> str | None:
    """Return the physical ID for the selection of *event*, even if other properties are invalid; None without one."""
    properties = event.get("ResourceProperties")
    names = [pascal_case(name) for name in SELECTORS]
    selection = (
        {name: properties[name] for name in names if name in properties} if isinstance(properties, Mapping) else {}
    )
    try:
        return physical_id(decode(selection, Properties, strict=False))
    except InvalidRequestError:
        return None


def service_timeout(event: Mapping[str, Any]) -> int:
    """Return how many seconds CloudFormation waits; the event has this at the top level or in the properties."""
    properties = event.get("ResourceProperties")
    inner = properties.get("ServiceTimeout") if isinstance(properties, Mapping) else None
    known = [seconds for given in (event.get("ServiceTimeout"), inner) if (seconds := _seconds(given))]
    return known[0] if known else DEFAULT_SERVICE_TIMEOUT


def _seconds(given: object) -> int | None:
    """Return *given* as a number of seconds that CloudFormation accepts; None for anything else."""
    seconds = int(given) if isinstance(given, str) and re.fullmatch("[0-9]{1,4}", given) else given
    return seconds if type(seconds) is int and 1 <= seconds <= DEFAULT_SERVICE_TIMEOUT else None
