"""
The request, from the options of a command and the file that it names.

Values are passed on as they are: the function validates them.
"""

import json
from collections.abc import Mapping
from typing import Any

from mgn_finalize.errors import UnusableRequestError

# The fields of a request, by the names of the options.
FIELDS = {
    "application_id": "applicationID",
    "wave_id": "waveID",
    "account_id": "accountID",
    "waive": "waive",
    "require": "require",
    "alarms": "alarms",
    "change_calendars": "changeCalendars",
    "soak_minutes": "soakMinutes",
    "wait_minutes": "waitMinutes",
    "all_or_nothing": "allOrNothing",
    "applications_together": "applicationsTogether",
    "set_termination_protection": "setTerminationProtection",
    "requested_by": "requestedBy",
    "archive": "archive",
    "archive_application_and_wave": "archiveApplicationAndWave",
    "dry_run": "dryRun",
}
# What a check before a confirmation leaves out: it has no use for these, and it does not wait.
NOT_IN_A_CHECK = {"archive", "archiveApplicationAndWave", "approvedBy", "dryRun", "untilReady", "waitMinutes"}


def request_of(action: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the request of a command.

    Args:
        action: What the command asks for.

        options: Of the command; those that were not given are None, False or empty.

    Raises:
        UnusableRequestError: The file does not contain a JSON object, or is for another command.
    """
    request = {"action": action, **_from_file(action, options.get("request_file"))}
    request |= _selected(options.get("source_server_ids") or ())
    for option, field in FIELDS.items():
        value = options.get(option)
        # 0 is a value.
        if value is not None and value is not False and value != ():
            request[field] = list(value) if isinstance(value, tuple) else value
    return request


def check_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that checks what *request* would finalize."""
    return {**{name: value for name, value in request.items() if name not in NOT_IN_A_CHECK}, "action": "check"}


def confirmed(request: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, Any]:
    """
    Return *request* for what was confirmed.

    Args:
        found: ``{source server ID: launched instance ID}``; it is the approval, so that none is waived, and the
            function refuses a request with both.
    """
    approved = {**request, "approvedInstances": dict(found)}
    if isinstance(waived := approved.get("waive"), list):
        approved["waive"] = [rule for rule in waived if rule != "approval"]
        if not approved["waive"]:
            del approved["waive"]
    return approved


def is_dry(request: Mapping[str, Any]) -> bool:
    """Whether *request* finalizes nothing; anything but true is left to the function to refuse."""
    return request.get("dryRun") is True or request.get("action") == "check"


def _selected(server_ids: tuple[str, ...]) -> dict[str, Any]:
    """Return the field for *server_ids*: the report on one source server says more than that on several."""
    if not server_ids:
        return {}
    return {"sourceServerID": server_ids[0]} if len(server_ids) == 1 else {"sourceServerIDs": list(server_ids)}


def _from_file(action: str, file: Any) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        request = json.load(file)
    except (ValueError, RecursionError) as error:
        raise UnusableRequestError(f"{file.name} is not JSON: {error}.") from error
    if not isinstance(request, dict):
        raise UnusableRequestError(f"{file.name} contains {json.dumps(request)[:60]}; allowed: a JSON object.")
    named = request.get("action", action)
    if named != action:
        raise UnusableRequestError(
            f"action in {file.name} is {json.dumps(named)[:60]}; allowed: {action}, as in the command, or no action."
        )
    return request
