"""
Generates the JSON Schemas of the function's inputs and outputs from its types; ``--check`` only compares them.

This module adds what msgspec cannot derive from the types: a request has exactly one selector; a request with
``approvedInstances`` does not waive the approval, and one with ``approvedBy`` has them; applications and waves are
archived only with their source servers; reports are complete; CloudFormation sends every scalar as a string; a
validator function is asked about a limited number of source servers, and has three verdicts.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from finalize_cutover.aws.acceptance.validator import MOST_CHARACTERS, SERVERS_PER_CALL
from finalize_cutover.cutover.acceptance.validator import ValidatorAnswer, ValidatorRequest
from finalize_cutover.cutover.audit.report import AuditReport, FleetAuditReport
from finalize_cutover.cutover.digest.report import DigestReport
from finalize_cutover.cutover.fleet_report import FleetReport
from finalize_cutover.cutover.preflight.report import PreflightReport
from finalize_cutover.cutover.records.records import AuditRecord, FinalizeRecord, Intent
from finalize_cutover.cutover.report import Report
from finalize_cutover.handlers.cloudformation.properties import Properties, pascal_case
from finalize_cutover.handlers.direct import DEFAULTS, UNUSED, BatchedSelectionReport, DirectRequest, SelectionReport
from finalize_cutover.handlers.eventbridge.sweep_report import SweepReport
from finalize_cutover.handlers.request import SELECTORS
from tests.account.report import AccountTestReport

Schema = dict[str, Any]

FOLDER = Path(__file__).parent
DRAFT = "https://json-schema.org/draft/2020-12/schema"
ANSWERS = (
    *(Report, FleetReport, AuditReport, FleetAuditReport),
    *(SelectionReport, BatchedSelectionReport, SweepReport, DigestReport, PreflightReport),
)
RECORDS = (Intent, FinalizeRecord, AuditRecord)
# A report omits ``sourceServer``, MGN's own response, if it would be too large or must not be published.  With
# ``sourceServer``, it omits ``cutoverLaunchedAt``, because ``sourceServer`` contains the launch.
# ``rulesPassed`` and ``checksPassed`` are in reports on several servers only, ``archivedGroups`` only if the request
# archives applications and waves.
LEFT_OUT_AT_TIMES = {"archivedGroups", "checksPassed", "cutoverLaunchedAt", "rulesPassed", "sourceServer"}
# A check that passed has no hint.  Accounts are named only where automation covers several.  A document has the version
# once.  A record names what is known of who asked.
LEFT_OUT_OF = {
    "AuditReport": {"accountID", "functionVersion"},
    "FindingReport": {"hint"},
    "LogLine": {"hasError", "loggedAt", "sourceServerID"},
    "PreflightCheck": {"hint"},
    "Report": {"accountID", "functionVersion"},
    "RequestedBy": {"approvedBy", "eventID", "functionRequestID", "logicalResourceID", "requestedBy", "stackID"},
    "SweepAuditReport": {"functionVersion"},
    "SweepReport": {"accounts"},
}
ID_OF_SERVER = "^s-[0-9a-zA-Z]{17}$"
APPROVED_AND_WAIVED: Schema = {
    "required": ["waive", "approvedInstances"],
    "properties": {"waive": {"contains": {"const": "approval"}}, "approvedInstances": {"type": "object"}},
}
APPROVED_BY_WITHOUT_APPROVAL: Schema = {
    "required": ["approvedBy"],
    "properties": {"approvedBy": {"type": "string"}, "approvedInstances": {"not": {"type": "object"}}},
}
ALL_AND_TOGETHER: Schema = {
    "required": ["allOrNothing", "applicationsTogether"],
    "properties": {
        "allOrNothing": {"const": True},
        "applicationsTogether": {"const": True},
        "action": {"not": {"const": "select"}},
    },
}
# The function reads any verdict, so that an unknown one blocks only its own source server.
VERDICTS: Schema = {
    "description": "PASS; WAIT, if it can pass later; BLOCK, if somebody must act",
    "enum": ["PASS", "WAIT", "BLOCK"],
}
AS_TEXT: dict[str, Schema] = {
    "integer": {"type": "string", "pattern": "^[0-9]+$"},
    "boolean": {"enum": ["true", "false"]},
}


def schemas() -> dict[str, Schema]:
    """Return ``{file name: schema}``."""
    return {
        "account-test.schema.json": _of_account_test(),
        "request.schema.json": {
            **_input(DirectRequest, "A direct request"),
            "not": {"anyOf": [APPROVED_AND_WAIVED, APPROVED_BY_WITHOUT_APPROVAL, ALL_AND_TOGETHER]},
            "allOf": [
                _archives_servers_first("archiveApplicationAndWave", "archive", [True]),
                *(_without_unused(action, names) for action, names in sorted(UNUSED.items())),
            ],
        },
        "properties.schema.json": {
            **_as_cloudformation_sends(_input(Properties, "Properties of Custom::FinalizedCutover")),
            "allOf": [_archives_servers_first("ArchiveApplicationAndWave", "Archive", [True, "true"])],
        },
        "report.schema.json": _output(
            ANSWERS,
            "What the function returns: a report on one server or several, an audit, a selection, a sweep, a digest, "
            "or a preflight",
        ),
        "evidence.schema.json": _output(
            RECORDS, "What the evidence bucket holds: an intent before a write, its result, or an audit"
        ),
        "validator-request.schema.json": _to_the_validator(),
        "validator-response.schema.json": _from_the_validator(),
    }


def _input(kind: type[msgspec.Struct], title: str) -> Schema:
    (_, definitions) = msgspec.json.schema_components([kind])
    schema: Schema = definitions[kind.__name__]
    encoded = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
    selectors = [encoded[name] for name in SELECTORS]
    # Null means the same as absent.
    one_of = [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in selectors]
    return {"$schema": DRAFT, **schema, "title": title, "oneOf": one_of}


def _without_unused(action: str, names: set[str]) -> Schema:
    """Return the schema that allows an option that *action* does not use only with its default."""
    encoded = dict(zip(DirectRequest.__struct_fields__, DirectRequest.__struct_encode_fields__, strict=True))
    defaults = {encoded[name]: {"const": msgspec.to_builtins(DEFAULTS[name])} for name in sorted(names)}
    # Without an action, it is the default.
    required = [] if action == DEFAULTS["action"] else ["action"]
    is_it = {"required": required, "properties": {"action": {"const": action}}}
    return {"if": is_it, "then": {"properties": {name: _as_json(default) for name, default in defaults.items()}}}


def _archives_servers_first(groups: str, servers: str, true: list[Any]) -> Schema:
    """Return the schema that allows the option *groups* only with the option *servers*; *true* are its values."""
    is_it = {"required": [groups], "properties": {groups: {"enum": true}}}
    return {"if": is_it, "then": {"required": [servers], "properties": {servers: {"enum": true}}}}


def _as_json(schema: Schema) -> Schema:
    return json.loads(json.dumps(schema))  # type: ignore[no-any-return]  # tuples become lists


def _as_cloudformation_sends(schema: Schema) -> Schema:
    token = pascal_case("service_token")
    properties = {name: _or_text(member) for name, member in schema["properties"].items()}
    return {**schema, "properties": properties, "required": [token]}


def _or_text(member: Schema) -> Schema:
    choices = member.get("anyOf", [])
    texts = [AS_TEXT[each["type"]] for each in (member, *choices) if each.get("type") in AS_TEXT]
    if not texts:
        return member
    typed = {name: value for name, value in member.items() if name not in {"description", "default", "anyOf"}}
    rest = {name: value for name, value in member.items() if name in {"description", "default"}}
    return {**rest, "anyOf": [*(choices or [typed]), *texts]}


def _output(kinds: tuple[type[msgspec.Struct], ...], title: str) -> Schema:
    roots, definitions = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    complete = {
        name: _complete(definition, LEFT_OUT_AT_TIMES | LEFT_OUT_OF.get(name, set()))
        for name, definition in definitions.items()
    }
    return {"$schema": DRAFT, "title": title, "anyOf": list(roots), "$defs": complete}


def _to_the_validator() -> Schema:
    root, definitions = _defined(ValidatorRequest)
    complete = {name: _complete(definition, set()) for name, definition in definitions.items()}
    servers = complete["ValidatorRequest"]["properties"]["servers"]
    servers |= {
        "maxItems": SERVERS_PER_CALL,
        "description": "The source servers to validate; none if a preflight only tries the function out.",
    }
    return {"$schema": DRAFT, "title": "What the validator function receives", **root, "$defs": complete}


def _of_account_test() -> Schema:
    root, definitions = _defined(AccountTestReport)
    complete = {name: _complete(definition, set()) for name, definition in definitions.items()}
    title = "What `make account-test` writes: the results of one run in an account, without identifiers"
    return {"$schema": DRAFT, "title": title, **root, "$defs": complete}


def _from_the_validator() -> Schema:
    root, definitions = _defined(dict[str, ValidatorAnswer])
    answer = definitions["ValidatorAnswer"]
    answer["description"] = answer["description"].split("\n")[0]
    answer["properties"]["verdict"] = VERDICTS
    answer["properties"]["reason"]["description"] = f"The first {MOST_CHARACTERS} characters are shown."
    title = "What the validator function returns: a verdict for each source server that it was asked about"
    limits = {"propertyNames": {"pattern": ID_OF_SERVER}, "maxProperties": SERVERS_PER_CALL}
    return {"$schema": DRAFT, "title": title, **root, **limits, "$defs": definitions}


def _defined(kind: Any) -> tuple[Schema, dict[str, Schema]]:
    (root,), definitions = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    return root, definitions


def _complete(definition: Schema, optional: set[str]) -> Schema:
    """Make every member required that is not *optional*: unknown values are null or empty."""
    if "properties" not in definition:
        return definition
    members = {name: {k: v for k, v in m.items() if k != "default"} for name, m in definition["properties"].items()}
    return {
        **definition,
        "properties": members,
        "required": [name for name in members if name not in optional],
    }


def text(schema: Schema) -> str:
    """Return the content of the file of *schema*; descriptions are docstrings without their markup."""
    return json.dumps(schema, indent=2, ensure_ascii=False).replace("``", "`") + "\n"


def main() -> None:
    """Write the files, or with ``--check`` list the files that are out of date."""
    texts = {FOLDER / name: text(schema) for name, schema in schemas().items()}
    if "--check" not in sys.argv[1:]:
        for path, content in texts.items():
            path.write_text(content)
    if stale := [path.name for path, content in texts.items() if not path.exists() or path.read_text() != content]:
        sys.exit(f"Out of date: {', '.join(stale)}; run `make schemas`.")


if __name__ == "__main__":
    main()
