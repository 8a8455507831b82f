"""Every malformed request is refused with one sentence, before any call to AWS."""

import re

import pytest

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.cutover.readiness.judge import NEVER_WAIVED, RULES
from finalize_cutover.handlers import direct
from tests.unit.direct_requests import BAD_REQUESTS, GOOD_REQUESTS, SERVER
from tests.unit.fakes import FakeAws
from tests.unit.invocations import invocation_without_aws


def refusal(event):
    with pytest.raises(InvalidRequestError) as caught:
        direct.handle(event, invocation_without_aws(FakeAws()))
    return str(caught.value)


@pytest.mark.parametrize(
    ("event", "named"), [pytest.param(event, named, id=name) for name, event, named in BAD_REQUESTS]
)
def test_a_refusal_names_the_field_the_value_and_what_is_allowed(event, named):
    sentence = refusal(event)

    assert [fragment for fragment in named if fragment not in sentence] == []


@pytest.mark.parametrize("event", [pytest.param(event, id=name) for name, event, _ in BAD_REQUESTS])
def test_a_refusal_is_one_sentence_whose_first_256_characters_carry_the_meaning(event):
    sentence = refusal(event)

    assert re.fullmatch(r"\S(?:(?![.!?] )[^\n])*\.", sentence)
    assert "allowed: " in sentence[:256]


def test_a_long_value_is_cut_in_the_sentence():
    sentence = refusal({"sourceServerID": "s-" + "a" * 10_000})

    assert '"s-aaa' in sentence
    assert len(sentence) < 256


def test_a_line_break_in_a_value_does_not_break_the_sentence():
    sentence = refusal({"sourceServerID": f"{SERVER}\nforged log line"})

    assert "\n" not in sentence


# A rare line separator, a null byte, a change of writing direction, a zero-width character, a lone surrogate.
@pytest.mark.parametrize("unseen", ["\u2028", "\x85", "\x00", "\u202e", "\u200b", "\ud83d"])
@pytest.mark.parametrize("place", ["value", "key"])
def test_what_cannot_be_seen_is_spelled_out(place, unseen):
    event = {"sourceServerID": f"s-{unseen}"} if place == "value" else {"sourceServerID": SERVER, f"key{unseen}": 1}

    sentence = refusal(event)

    assert re.search(r"\\(x|u)[0-9a-f]{2}", sentence)
    assert sentence.isprintable()


@pytest.mark.parametrize("rule", sorted(NEVER_WAIVED))
def test_a_waiver_of_what_is_never_waived_says_so(rule):
    sentence = refusal({"sourceServerID": SERVER, "waive": ["soak", rule]})

    assert f'waive[1] is "{rule}"' in sentence
    assert "lifecycle, not-archived and hold cannot be waived" in sentence


@pytest.mark.parametrize("rule", sorted(set(RULES) - NEVER_WAIVED))
def test_every_other_rule_may_be_waived(rule):
    request = direct.decode({"sourceServerID": SERVER, "waive": [rule]}, direct.DirectRequest, strict=True)

    assert request.waive == (rule,)


@pytest.mark.parametrize("event", GOOD_REQUESTS)
def test_what_is_within_the_limits_is_accepted(event):
    request = direct.decode(event, direct.DirectRequest, strict=True)

    assert request.action == event.get("action", "finalize")
