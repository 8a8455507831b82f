"""The expected behaviour, implemented independently of the function: which requests are valid for which handler."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from tests.fuzz import from_schema
from tests.fuzz.aws import APPLICATION, INSTANCE, SERVER, WAVE

REGION = "eu-west-1"
BUCKET = "cloudformation-custom-resource-response-euwest1"
PLACES = {"", f".{REGION}", f"-{REGION}", *(f"{kind}.{REGION}" for kind in ("-fips", ".dualstack", "-fips.dualstack"))}
HOSTS = {f"{BUCKET}.s3{place}.amazonaws.com" for place in PLACES}
# Part of a response URL; must never be logged.
SIGNATURE = "5ca1ab1e" * 8
LIMITS = {"WaitMinutes": range(14), "SoakMinutes": range(43_201), "ServiceTimeout": range(1, 3601)}
FLAGS = ("DryRun", "Archive", "ArchiveApplicationAndWave", "AllOrNothing", "SetTerminationProtection")
# Members of a request's identity, and their maximum lengths in a response.
IDS = {"StackId": 512, "RequestId": 512, "LogicalResourceId": 512, "PhysicalResourceId": 1024}

# In JSON on Lambda, 1.0 is not an integer, and true is not one either.
_types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, each: type(each) is int).redefine(
    "array", lambda _, each: isinstance(each, list)
)
_Validator = extend(Draft202012Validator, type_checker=_types)
_VALIDATORS = {name: _Validator(from_schema.read(name)) for name in ("request", "properties", "report")}


def fits(document: Any, schema: str) -> bool:
    """Return whether *document* conforms to ``schemas/<schema>.schema.json``."""
    try:
        return bool(_VALIDATORS[schema].is_valid(document))
    except RecursionError:
        return False  # no valid request is that deep


def handler(event: Any) -> str | None:
    """Return the handler of *event*; None if there is none."""
    if not isinstance(event, dict):
        return None
    if "RequestType" in event and "ResponseURL" in event:
        return "custom_resource"
    if event.get("source") == "aws.mgn" and "detail-type" in event:
        return "launch_result"
    for action in ("sweep", "digest", "preflight"):
        if event.get("action") == action:
            return action
    names = {str(name).casefold() for name in event}
    return "direct" if {"action", "sourceserverid", "sourceserverids", "applicationid", "waveid"} & names else None


def has_timeout(event: Mapping[str, Any]) -> bool:
    """Return whether the ServiceTimeout beside the properties is missing, or one that CloudFormation knows."""
    timeout = event.get("ServiceTimeout")
    if timeout is None:
        return True
    is_number = type(timeout) is int or (isinstance(timeout, str) and re.fullmatch("[0-9]{1,4}", timeout) is not None)
    return is_number and int(timeout) in LIMITS["ServiceTimeout"]


def has_url(event: Mapping[str, Any]) -> bool:
    """Return whether the response URL of *event* belongs to CloudFormation in this Region."""
    return isinstance(event["ResponseURL"], str) and is_ours(event["ResponseURL"])


def is_ours(url: str) -> bool:
    """Return whether *url* belongs to CloudFormation."""
    scheme, _, rest = url.partition("://")
    host = re.split("[/?#]", rest)[0]
    return scheme.lower() == "https" and host in HOSTS and re.fullmatch(r"[!-\[\]-~]*", url) is not None


def has_ids(event: Mapping[str, Any]) -> bool:
    """Return whether a response can contain the IDs of *event*."""
    physical_id = event.get("PhysicalResourceId") or "none"
    return all(
        _is_id(each, IDS[name]) for name, each in ({**event, "PhysicalResourceId": physical_id}).items() if name in IDS
    ) and (IDS.keys() - {"PhysicalResourceId"} <= event.keys())


def _is_id(value: Any, longest: int) -> bool:
    if not isinstance(value, str) or not value or re.search("[\ud800-\udfff]", value):
        return False
    return len(json.dumps(value, ensure_ascii=False).encode()) - 2 <= longest


def properties(event: Mapping[str, Any]) -> Any:
    """Return the properties of *event*; null means no properties."""
    return event.get("ResourceProperties") or {}


def is_documented(given: Any) -> bool:
    """Return whether the properties *given* conform to the documentation, so that they must be accepted."""
    if not isinstance(given, dict) or not fits({"ServiceToken": "arn", **given}, "properties"):
        return False
    if any(isinstance(value, str) and re.search("[\ud800-\udfff]", value) for value in given.values()):
        return False
    if is_contradictory(given):
        return False
    numbers = {name: given[name] for name in LIMITS if given.get(name) is not None}
    return all(re.fullmatch("0|[1-9][0-9]{0,5}", str(n)) and int(n) in LIMITS[name] for name, n in numbers.items())


def is_contradictory(given: Mapping[str, Any]) -> bool:
    """Return whether *given*, which fits its schema, is refused anyway, for both handlers."""
    named = {name[:1].lower() + name[1:]: value for name, value in given.items()}
    lists = {name: named.get(name) or [] for name in ("require", "alarms", "changeCalendars", "waive")}
    is_set = str(named.get("setTerminationProtection")).lower() == "true"
    return (
        any(len(set(lists[name])) < len(lists[name]) for name in ("require", "alarms", "changeCalendars"))
        or "validator" in lists["require"]  # this deployment has no validator function
        or (is_set and "termination-protection" in lists["waive"])
        or any(name.startswith("arn:") and name.split(":")[3] != REGION for name in lists["changeCalendars"])
    )


def is_acceptable(given: Mapping[str, Any]) -> bool:
    """Return whether the properties *given* can be accepted: known names, valid values, documented spelling."""
    known = from_schema.read("properties")["properties"]
    numbers = [(name, str(given[name])) for name in LIMITS if given.get(name) is not None]
    return (
        set(given) <= set(known)
        and all(re.fullmatch("[0-9]+", number) and int(number) in LIMITS[name] for name, number in numbers)
        and all(str(given.get(name, False)).lower() in {"true", "false"} for name in FLAGS)
        and set(given.get("Waive", ())) <= set(known["Waive"]["items"]["enum"])
    )


def servers(selection: Mapping[str, Any]) -> set[str]:
    """Return the existing source servers in *selection*, for both handlers."""
    named = {name[:1].lower() + name[1:]: value for name, value in selection.items()}
    known = {SERVER, APPLICATION, WAVE} & {
        named.get("sourceServerID"),
        named.get("applicationID"),
        named.get("waveID"),
        *(named.get("sourceServerIDs") or ()),
    }
    return {SERVER} if known else set()


def approves(request: Mapping[str, Any]) -> bool:
    """Return whether the only source server is approved by *request*."""
    approved = request.get("approvedInstances")
    return approved is None or approved.get(SERVER) == INSTANCE


def physical_id(given: Mapping[str, Any]) -> str:
    """Return the physical ID of a resource with the properties *given*."""
    single = given.get("SourceServerID") or given.get("ApplicationID") or given.get("WaveID")
    return str(single or f"cutover-{hashlib.sha256(SERVER.encode()).hexdigest()[:12]}")


def is_complete(selection: Mapping[str, Any]) -> bool:
    """Return whether every source server in *selection* exists."""
    listed = selection.get("SourceServerIDs") or selection.get("sourceServerIDs")
    return bool(servers(selection)) and set(listed or [SERVER]) == {SERVER}
