"""A handler refuses any input with a sentence and without calls, or handles it as expected."""

from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz import from_schema
from tests.fuzz.aws import APPLICATION, INSTANCE, SERVER, WAVE
from tests.fuzz.effort import effort
from tests.fuzz.function import invoke
from tests.fuzz.judged import judge
from tests.fuzz.recipes import FILES, read, recipes
from tests.fuzz.words import VALUES

KNOWN = {
    "^s-[0-9a-zA-Z]{17}$": SERVER,
    "^app-[0-9a-zA-Z]{17}$": APPLICATION,
    "^wave-[0-9a-zA-Z]{17}$": WAVE,
    r"^i-([0-9a-fA-F]{8}|[0-9a-fA-F]{17})$(?!\n)": INSTANCE,
}
REQUESTS = from_schema.documents(from_schema.read("request"), KNOWN)
PROPERTIES = from_schema.documents(from_schema.read("properties"), KNOWN)
CUSTOM_RESOURCE = [name for name in FILES if name.startswith("custom_resource")]
CUTOVER_LAUNCH = [name for name in FILES if name.startswith("cutover_launch")]
DIRECT = [name for name in FILES if name not in {*CUSTOM_RESOURCE, *CUTOVER_LAUNCH}]


def fuzz(recipe):
    event = recipe.document()

    judge(event, invoke(event))


@effort(200)
@given(recipes(st.sampled_from(CUSTOM_RESOURCE)))
def test_a_request_of_cloudformation_is_answered_once_and_truly_or_is_none(recipe):
    fuzz(recipe)


@effort(150)
@given(st.sampled_from(CUSTOM_RESOURCE), recipes(PROPERTIES, most=2))
def test_properties_are_met_or_refused_in_the_reason(name, properties):
    event = {**read(name), "ResourceProperties": properties.document()}

    judge(event, invoke(event))


@effort(150)
@given(recipes(st.sampled_from(DIRECT) | REQUESTS))
def test_a_direct_request_is_met_or_refused(recipe):
    fuzz(recipe)


@effort(120)
@given(recipes(st.sampled_from(CUTOVER_LAUNCH)))
def test_an_event_of_mgn_is_met_ignored_or_refused(recipe):
    fuzz(recipe)


@effort(200)
@given(VALUES)
@example([])
@example("sweep")
def test_anything_at_all_is_refused_or_met(event):
    judge(event, invoke(event))
