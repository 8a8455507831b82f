"""The kit for a real account: what its documents promise."""

import re

from tests.account.questions import Question


def test_the_table_of_open_questions_has_the_ids_of_the_kit_in_its_order(root):
    page = (root / "docs" / "reliability.md").read_text().partition("\n## Open questions\n")[2]
    rows = [row for row in page.splitlines() if row.startswith("| ")][1:]

    ids = [re.match(r"\| `([a-z-]+)` \| ", row)[1] for row in rows]

    assert ids == [question.value for question in Question]
