"""Values that often cause errors in programs, as JSON can contain them; and unusual text."""

import math
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.aws import APPLICATION, SERVER, WAVE

NUMBERS = [0, -1, 1, 5, 13, 14, 200, 43_200, 43_201, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, -(10**400)]
FRACTIONS = [0.0, -0.0, 1.0, 0.5, 1e300, 5e-324, math.nan, math.inf, -math.inf]
# Numbers and booleans as text, in ASCII and in other scripts.
SPELLED = [
    "",
    " ",
    "0",
    "-0",
    "5",
    "05",
    "+5",
    " 5",
    "5 ",
    "1e1",
    "5.0",
    "0x5",
    "0b1",
    "1_0",
    "\u0665",
    "\uff15",
    "9" * 400,
]
SPELLED += [
    "\u0665",
    "\uff15",
    "true",
    "True",
    "TRUE",
    "false",
    "yes",
    "on",
    "null",
    "None",
    "NaN",
    "Infinity",
    "1e400",
    "[]",
    "{}",
]
# The first and the last date of the calendar, and invalid dates.
SPELLED += ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-02-30T00:00:00Z", "20261123T101430Z"]
IDS = [SERVER, APPLICATION, WAVE, "s-0123456789abcdef1", SERVER.upper(), f"{SERVER}\n", f" {SERVER}", f"{SERVER}\0"]
# Cyrillic and full-width letters, another hyphen, an accent, a soft hyphen: text that looks like an ID but is not.
IDS += [
    "\u0455-0123456789abcdef0",
    "\uff53-0123456789abcdef0",
    "s\u20100123456789abcdef0",
    "s-0123456789abcdéf",
    "s-0123\xad456789abcdef",
]
IDS += [f"arn:aws:mgn:eu-west-1:111122223333:source-server/{SERVER}", f"**{SERVER}**", SERVER[:-1], SERVER + "0"]
# Lone surrogates, line ends, direction marks, zero-width characters, string terminators, the end of Unicode.
UNSEEN = ["\ud83d", "\udc00", "\ud83d\ude00", "a\u0300" * 40, "\r\n", "\u2028", "\x85", "\x1b[2J", "\0", "\x7f"]
UNSEEN += ["\u202e", "\u2066", "\u200b", "\ufeff", "\ufffe", "\U0010ffff", "שלום", "مرحبا", "ﷺ", "İ", "ß", "ﬁ"]
# Text with a special meaning in common libraries.
MAGIC = ["`$.x", "x` - at `$.x`", "Object contains unknown field `x`", "%s%n%d", "{0.__class__}", "{name}", "$", "`"]
MAGIC += [
    "__class__",
    "${jndi:ldap://x.invalid/}",
    "'; DROP TABLE x; --",
    "../../etc/passwd",
    "<script>",
    "\\",
    '"',
    "'",
]
STATES = [
    "CUTOVER_LAUNCH_SUCCEEDED",
    "*CUTOVER_LAUNCH_SUCCEEDED*",
    "CUTOVER_LAUNCH_FAILED",
    "Create",
    "Update",
    "Delete",
]
STATES += [
    "create",
    "finalize",
    "check",
    "audit",
    "select",
    "sweep",
    "digest",
    "aws.mgn",
    "soak",
    "lifecycle",
    "not-archived",
]

TEXT = (
    st.sampled_from([*SPELLED, *IDS, *UNSEEN, *MAGIC, *STATES])
    | st.text(max_size=30)
    | st.text(st.characters(categories=["Cs", "Cf", "Cc", "Zl", "Mn", "Nd"]), max_size=8)
)
SCALARS = st.none() | st.booleans() | st.sampled_from([*NUMBERS, *FRACTIONS]) | st.integers() | st.floats() | TEXT
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(TEXT, values, max_size=3),
    max_leaves=4,
)


def nested(depth: int, kind: str, core: Any = 0) -> Any:
    """Return *core* inside of that number of nested lists or objects."""
    for _ in range(depth):
        core = [core] if kind == "list" else {"x": core}
    return core
