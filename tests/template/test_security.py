"""SECURITY.md claims nothing that no test holds."""

import ast
import re

import pytest

LINK = re.compile(r"\[`(test_\w+)`\]\((tests/[^)#]+\.py)\)")
NO_TEST = "*No test.*"


@pytest.fixture(scope="module")
def page(root):
    return (root / "SECURITY.md").read_text()


@pytest.fixture(scope="module")
def claims(page):
    """Return the items of the lists of protections, each with its references."""
    text = page.split("## Who may invoke", 1)[1]
    return re.findall(r"^- (?:.+\n(?:  .+\n)*)", text, re.MULTILINE)


def names_in(path):
    """Return the names of the tests in a file, those that pytest collects."""
    return {one.name for one in ast.parse(path.read_text()).body if isinstance(one, ast.FunctionDef)}


def test_every_test_that_is_named_exists_in_its_file(root, page):
    named = LINK.findall(page)

    assert len(named) > 50
    assert [(name, path) for name, path in named if name not in names_in(root / path)] == []


def test_every_claim_has_its_test_or_says_that_there_is_none(claims):
    assert len(claims) > 30
    assert [claim for claim in claims if not LINK.search(claim) and NO_TEST not in claim] == []


def test_every_link_to_a_test_names_it(page):
    assert len(re.findall(r"\]\(tests/", page)) == len(LINK.findall(page))


def test_no_more_is_left_to_aws_than_was_thought_about(page):
    # Events of AWS's own sources, the history of executions, CloudTrail.
    assert page.count(NO_TEST) == 3


def test_every_queue_log_and_bucket_is_spoken_of(page, template):
    stores = {one["Type"] for one in template["Resources"].values() if "DeletionPolicy" in one}

    words = {"AWS::SQS::Queue": "### Queues", "AWS::Logs::LogGroup": "### Logs", "AWS::S3::Bucket": "### Results"}
    assert {one for one in stores if "Policy" not in one} == words.keys()
    assert [type_ for type_, heading in words.items() if heading not in page] == []
