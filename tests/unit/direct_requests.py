"""Direct requests: valid ones, and ones that are malformed in one way, with the text that the refusal must contain."""

from typing import Any

SERVER = "s-0123456789abcdef0"
IDS = [f"s-{number:017}" for number in range(201)]
SERVER_ALLOWED = "allowed: s- and 17 letters or digits"
SELECTORS = "allowed: exactly one of sourceServerID, sourceServerIDs, applicationID, waveID"
WAIT_ALLOWED = "allowed: a whole number from 0 to 13"
SOAK_ALLOWED = "allowed: a whole number from 0 to 43200"
WAIVE_ALLOWED = "allowed: a list of the rule names not-before"
LIST_ALLOWED = "allowed: a list of 1 to 200 source server IDs"
INSTANCE = "i-0123456789abcdef0"
APPROVED_ALLOWED = "allowed: an object of at most 200 entries"


def _with(name: Any, value: Any) -> dict[str, Any]:
    return {"sourceServerID": SERVER, name: value}


GOOD_REQUESTS: list[dict[str, Any]] = [
    {"sourceServerID": SERVER},
    {"sourceServerID": "s-ABCDEFGHIJKLMNOPQ"},
    {"sourceServerIDs": [SERVER]},
    {"sourceServerIDs": IDS[:200]},
    {"applicationID": "app-0123456789abcdef0"},
    {"waveID": "wave-0123456789abcdef0"},
    {"action": "check", "sourceServerID": SERVER},
    {"action": "audit", "sourceServerID": SERVER},
    {"action": "select", "waveID": "wave-0123456789abcdef0"},
    {"action": "select", "waveID": "wave-0123456789abcdef0"},
    _with("accountID", "012345678901"),
    _with("waitMinutes", 0),
    _with("waitMinutes", 13),
    _with("waitMinutes", None),
    _with("soakMinutes", 0),
    _with("soakMinutes", 43200),
    _with("waveID", None),
    _with("waive", []),
    _with("waive", ["soak", "first-boot", "soak"]),
    _with("dryRun", True),
    _with("applicationsTogether", True),
    {"action": "select", "waveID": "wave-0123456789abcdef0", "inBatches": True},
    {"action": "select", **_with("applicationsTogether", True), "allOrNothing": True},
    _with("archive", False),
    {**_with("archive", True), "archiveApplicationAndWave": True},
    _with("archiveApplicationAndWave", False),
    _with("approvedInstances", None),
    _with("approvedInstances", {}),
    _with("approvedInstances", {SERVER: INSTANCE, "s-ABCDEFGHIJKLMNOPQ": "i-0123abCD"}),
    _with("approvedInstances", dict.fromkeys(IDS[:200], INSTANCE)),
    {"action": "check", "sourceServerID": SERVER, "approvedInstances": {SERVER: INSTANCE}},
    {"action": "select", "waveID": "wave-0123456789abcdef0", "approvedInstances": {}},
    {**_with("approvedInstances", {}), "waive": ["soak"]},
    {**_with("approvedInstances", None), "waive": ["approval"]},
]

# Name of the case, request, and texts in the refusal: the field, the value, the allowed values.
BAD_REQUESTS: list[tuple[str, Any, list[str]]] = [
    ("malformed ID", {"sourceServerID": "i-0123456789abcdef0"}, ['sourceServerID is "i-01', SERVER_ALLOWED]),
    ("short ID", {"sourceServerID": SERVER[:-1]}, ['sourceServerID is "s-0123456789abcdef"', SERVER_ALLOWED]),
    ("long ID", {"sourceServerID": SERVER + "0"}, ['sourceServerID is "s-0123456789abcdef00"', SERVER_ALLOWED]),
    ("ID with a line break", {"sourceServerID": SERVER + "\n"}, [r'def0\n"', SERVER_ALLOWED]),
    ("ID with a space", {"sourceServerID": f" {SERVER[:-1]}"}, ['is " s-', SERVER_ALLOWED]),
    ("ID with a sign", {"sourceServerID": "s-0123456789abcde*"}, ['e*"', SERVER_ALLOWED]),
    ("ID with a letter of another script", {"sourceServerID": "s-0123456789abcdeé0"}, ["é", SERVER_ALLOWED]),
    ("ID with a digit of another script", {"sourceServerID": "s-0123456789abcde٣0"}, ["٣", SERVER_ALLOWED]),
    ("half a character in an ID", {"sourceServerID": "s-0123456789abcde\ud8000"}, [r"\ud8000", SERVER_ALLOWED]),
    ("half a character in a key", _with("\ud800", 1), [r"\ud800", "allowed: text in UTF-8"]),
    ("half a character for minutes", _with("waitMinutes", "\ud800"), [r"\ud800", "allowed: text in UTF-8"]),
    ("no number for minutes", _with("waitMinutes", float("nan")), ["waitMinutes is NaN", WAIT_ALLOWED]),
    ("empty ID", {"sourceServerID": ""}, ['sourceServerID is ""', SERVER_ALLOWED]),
    ("ARN for an ID", {"sourceServerID": f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}"}, ['"arn:aws:']),
    ("number for an ID", {"sourceServerID": 1234}, ["sourceServerID is 1234", SERVER_ALLOWED]),
    ("list for an ID", {"sourceServerID": [SERVER]}, ["sourceServerID is a list of 1", SERVER_ALLOWED]),
    ("object for an ID", {"sourceServerID": {"id": SERVER}}, ["sourceServerID is an object of 1", SERVER_ALLOWED]),
    ("no ID", {"action": "finalize"}, ["Nothing is given", SELECTORS]),
    ("null for an ID", {"sourceServerID": None}, ["Nothing is given", SELECTORS]),
    (
        "two selectors",
        {"sourceServerID": SERVER, "waveID": "wave-0123456789abcdef0"},
        ["sourceServerID and waveID is given", SELECTORS],
    ),
    ("ID and list", {"sourceServerID": SERVER, "sourceServerIDs": [SERVER]}, ["sourceServerID and sourceServerIDs"]),
    ("unknown key", _with("sourceServer", SERVER), ['"sourceServer" is not a field', "allowed: one of action, "]),
    ("number for a key", _with(5, 1), ["The request cannot be read", "allowed: a JSON object"]),
    ("key in another case", _with("waitminutes", 1), ['"waitminutes" is not a field', "waitMinutes"]),
    ("key of the other handler", {"action": "check", "SourceServerID": SERVER}, ['"SourceServerID" is not a field']),
    (
        "unknown action",
        _with("action", "revert"),
        ['action is "revert"', "allowed: finalize, check, audit or select"],
    ),
    ("msgspec's path in an action", _with("action", "`$.x"), ['action is "`$.x"', "allowed: finalize"]),
    ("msgspec's end in a rule", _with("waive", ["x - at `$.x`"]), ['waive[0] is "x - at `$.x`"', WAIVE_ALLOWED]),
    ("msgspec's words in an action", _with("action", "unknown field `x`"), ['action is "unknown field `x`"']),
    ("msgspec's path in a key", _with("`$.x", 1), ['"`$.x" is not a field', "allowed: one of action, "]),
    ("null for an action", _with("action", None), ["action is null", "allowed: finalize"]),
    ("text for minutes", _with("waitMinutes", "10"), ['waitMinutes is "10"', WAIT_ALLOWED]),
    ("fraction for minutes", _with("waitMinutes", 1.5), ["waitMinutes is 1.5", WAIT_ALLOWED]),
    ("boolean for minutes", _with("waitMinutes", True), ["waitMinutes is true", WAIT_ALLOWED]),
    ("negative wait", _with("waitMinutes", -1), ["waitMinutes is -1", WAIT_ALLOWED]),
    ("long wait", _with("waitMinutes", 14), ["waitMinutes is 14", WAIT_ALLOWED]),
    ("huge wait", _with("waitMinutes", 10**30), ["waitMinutes is 1", WAIT_ALLOWED]),
    ("text for soak", _with("soakMinutes", "30"), ['soakMinutes is "30"', SOAK_ALLOWED]),
    ("negative soak", _with("soakMinutes", -1), ["soakMinutes is -1", SOAK_ALLOWED]),
    ("long soak", _with("soakMinutes", 43201), ["soakMinutes is 43201", SOAK_ALLOWED]),
    ("null soak", _with("soakMinutes", None), ["soakMinutes is null", SOAK_ALLOWED]),
    ("text for a boolean", _with("dryRun", "true"), ['dryRun is "true"', "allowed: true or false"]),
    ("number for a boolean", _with("archive", 1), ["archive is 1", "allowed: true or false"]),
    (
        "applications archived without their servers",
        _with("archiveApplicationAndWave", True),
        ["archiveApplicationAndWave is true and archive is false", "allowed: true only with archive true"],
    ),
    ("null for a boolean", _with("dryRun", None), ["dryRun is null", "allowed: true or false"]),
    ("empty list", {"sourceServerIDs": []}, ["sourceServerIDs is a list of 0", LIST_ALLOWED]),
    ("list of 201", {"sourceServerIDs": IDS}, ["sourceServerIDs is a list of 201", LIST_ALLOWED]),
    (
        "malformed ID in a list",
        {"sourceServerIDs": [*IDS[:3], "i-0123456789abcdef0"]},
        ['sourceServerIDs[3] is "i-0123456789abcdef0"', LIST_ALLOWED],
    ),
    ("null in a list", {"sourceServerIDs": [SERVER, None]}, ["sourceServerIDs[1] is null", LIST_ALLOWED]),
    ("text for a list", {"sourceServerIDs": SERVER}, [f'sourceServerIDs is "{SERVER}"', LIST_ALLOWED]),
    ("unknown rule", _with("waive", ["first-boots"]), ['waive[0] is "first-boots"', WAIVE_ALLOWED]),
    ("rule in another spelling", _with("waive", ["First-Boot"]), ['waive[0] is "First-Boot"', WAIVE_ALLOWED]),
    ("waiver of lifecycle", _with("waive", ["lifecycle"]), ['waive[0] is "lifecycle"', WAIVE_ALLOWED]),
    ("waiver of not-archived", _with("waive", ["soak", "not-archived"]), ['waive[1] is "not-archived"', WAIVE_ALLOWED]),
    ("waiver of everything", _with("waive", ["*"]), ['waive[0] is "*"', WAIVE_ALLOWED]),
    ("text for a waiver", _with("waive", "soak"), ['waive is "soak"', WAIVE_ALLOWED]),
    ("number in a waiver", _with("waive", [1]), ["waive[0] is 1", WAIVE_ALLOWED]),
    (
        "malformed server approved",
        _with("approvedInstances", {SERVER: INSTANCE, "web-1": INSTANCE}),
        ['approvedInstances has "web-1"', APPROVED_ALLOWED],
    ),
    (
        "malformed instance approved",
        _with("approvedInstances", {SERVER: "i-0123456"}),
        [f'approvedInstances["{SERVER}"] is "i-0123456"', APPROVED_ALLOWED],
    ),
    ("short ID with a line break", _with("approvedInstances", {SERVER: "i-01234567\n"}), [r'] is "i-01234567\n"']),
    ("null for an instance", _with("approvedInstances", {SERVER: None}), [f'["{SERVER}"] is null', APPROVED_ALLOWED]),
    ("list for an instance", _with("approvedInstances", {SERVER: [INSTANCE]}), [f'["{SERVER}"] is a list of 1']),
    ("msgspec's words approved", _with("approvedInstances", {"`key`": "`$.x`"}), ['approvedInstances has "`key`"']),
    ("half a character approved", _with("approvedInstances", {"\ud800": INSTANCE}), [r'has "\ud800"']),
    (
        "201 approved",
        _with("approvedInstances", dict.fromkeys(IDS, INSTANCE)),
        ["approvedInstances is an object of 201", APPROVED_ALLOWED],
    ),
    (
        "all or nothing and applications together",
        {**_with("applicationsTogether", True), "allOrNothing": True},
        ["allOrNothing and applicationsTogether are true", "allowed: one of the two"],
    ),
    ("batches of nothing", _with("inBatches", True), ["inBatches is given", "allowed: not with action finalize"]),
    (
        "approved and waived",
        {**_with("approvedInstances", {SERVER: INSTANCE}), "waive": ["soak", "approval"]},
        ["waive contains approval and approvedInstances is given", "allowed: one of the two"],
    ),
    ("list approved", _with("approvedInstances", [SERVER]), ["approvedInstances is a list of 1", APPROVED_ALLOWED]),
    ("text approved", _with("approvedInstances", INSTANCE), ["approvedInstances is ", APPROVED_ALLOWED]),
    ("malformed application", {"applicationID": "app-1"}, ['applicationID is "app-1"', "allowed: app- and 17"]),
    ("malformed wave", {"waveID": "wave-1"}, ['waveID is "wave-1"', "allowed: wave- and 17"]),
    ("short account", _with("accountID", "1234"), ['accountID is "1234"', "allowed: 12 digits, as a string"]),
    ("account with letters", _with("accountID", "11112222333a"), ['accountID is "11112222333a"', "12 digits"]),
    ("number for an account", _with("accountID", 111122223333), ["accountID is 111122223333", "12 digits"]),
    ("list", [SERVER], ["The request is a list of 1", "allowed: a JSON object"]),
    ("text", SERVER, [f'The request is "{SERVER}"', "allowed: a JSON object"]),
    ("number", 5, ["The request is 5", "allowed: a JSON object"]),
    ("null", None, ["The request is null", "allowed: a JSON object"]),
]
