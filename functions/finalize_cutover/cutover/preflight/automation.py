"""The event rule and the schedules: on or off, as the parameters say."""

from collections.abc import Callable, Sequence

from .answer import Answer, fails, passes, warns
from .ports import EventRule

LAUNCH_RESULT, SWEEP, DIGEST = "launch-result", "sweep", "digest"
WORDS = {LAUNCH_RESULT: "event rule of launch results", SWEEP: "schedule of the sweep"}

Rules = Callable[[], Sequence[EventRule] | None]

NOT_IN_LAMBDA = "Invoke the deployed function, because the rules are found by its ARN."
DEPLOY = "Deploy the stack again: somebody changed the rules after the deployment."
OFF_BY_HAND = (
    "Enable the rules to let automation go on, or set FinalizeOnLaunch to DISABLED, so that the next deployment does "
    "not enable them."
)
ON_BY_HAND = "Disable the rules, or set FinalizeOnLaunch to ENABLED, so that the next deployment does not disable them."


def automation(rules: Rules, *, is_off: bool) -> Answer:
    """Compare the event rule of launch results and the schedule of the sweep with FinalizeOnLaunch."""
    found = rules()
    if found is None:
        return _unknown()
    states = {starts: _enabled(found, starts) for starts in (LAUNCH_RESULT, SWEEP)}
    if missing := [starts for starts, enabled in states.items() if enabled is None]:
        words = " and the ".join(WORDS[starts] for starts in missing)
        return fails(f"The function has lost the {words}.", DEPLOY)
    on = [starts for starts, enabled in states.items() if enabled]
    if is_off and on:
        return fails(f"FinalizeOnLaunch is DISABLED, but the {WORDS[on[0]]} is enabled.", ON_BY_HAND)
    if is_off:
        return passes("Automation is turned off: FinalizeOnLaunch is DISABLED, and its rules are too.")
    if len(on) < len(states):
        off = next(starts for starts in states if starts not in on)
        return warns(f"FinalizeOnLaunch is ENABLED, but the {WORDS[off]} is disabled.", OFF_BY_HAND)
    return passes("Automation is turned on: the event rule and the schedule of the sweep are enabled.")


def digest_schedule(rules: Rules, *, has_topic: bool) -> Answer:
    """Compare the schedule of the digest with DigestTopicArn."""
    found = rules()
    if found is None:
        return _unknown()
    enabled = _enabled(found, DIGEST)
    if enabled is None:
        return fails("The function has lost the schedule of the digest.", DEPLOY)
    if enabled != has_topic:
        state, topic = "enabled" if enabled else "disabled", "set" if has_topic else "empty"
        return warns(f"The schedule of the digest is {state}, but DigestTopicArn is {topic}.", DEPLOY)
    return passes("The digest is sent on schedule." if enabled else "No digest is sent: DigestTopicArn is empty.")


def _enabled(rules: Sequence[EventRule], starts: str) -> bool | None:
    """Return whether a rule that *starts* something is enabled; None if there is none."""
    states = [rule.is_enabled for rule in rules if rule.starts == starts]
    return any(states) if states else None


def _unknown() -> Answer:
    return warns("The event rules are not known, because the function does not run in Lambda.", NOT_IN_LAMBDA)
