"""The checks of the deployment itself: its environment, its parameters and what they name, and its event rules."""

from finalize_cutover.cutover.preflight import automation, environment, resources
from finalize_cutover.cutover.preflight.answer import Answer, fails, passes
from finalize_cutover.cutover.preflight.report import CheckName
from finalize_cutover.handlers.invocation import Invocation

from .parameters import problems
from .scope import Checks, Scope


def environment_checks(scope: Scope, timed: environment.Timed) -> Checks:
    """Return the checks of parameters, credentials, clock and log level."""
    invocation = scope.invocation
    return {
        CheckName.PARAMETERS: lambda: _parameters(invocation),
        CheckName.CREDENTIALS: lambda: environment.credentials(
            lambda: timed()[1], own_account_id=invocation.own_account_id
        ),
        CheckName.CLOCK: lambda: environment.clock(timed),
        CheckName.LOG_LEVEL: lambda: environment.log_level(invocation.settings.log_level),
    }


def _parameters(invocation: Invocation) -> Answer:
    if found := list(problems(invocation)):
        return fails(" ".join(found), "Correct the parameters, and deploy the stack again.")
    return passes("The parameters are valid.")


def resource_checks(scope: Scope) -> Checks:
    """Return the checks of what the parameters name."""
    settings, port = scope.invocation.settings, scope.invocation.preflight(None)
    checks: Checks = {}
    if bucket := settings.evidence_bucket:
        checks[CheckName.EVIDENCE_BUCKET] = lambda: resources.evidence_bucket(port, bucket)
    if bus := settings.event_bus:
        checks[CheckName.EVENT_BUS] = lambda: resources.event_bus(port, bus)
    if topic := settings.digest_topic:
        checks[CheckName.DIGEST_TOPIC] = lambda: resources.digest_topic(port, topic)
    if key := settings.kms_key_arn:
        checks[CheckName.KMS_KEY] = lambda: resources.kms_key(port, key)
    return checks


def automation_checks(scope: Scope) -> Checks:
    """Return the checks of the event rules."""
    settings, arn = scope.invocation.settings, scope.invocation.own_function_arn
    port = scope.for_shared.preflight(None)
    rules = scope.shared(lambda: port.event_rules(arn) if arn else None)
    return {
        CheckName.AUTOMATION: lambda: automation.automation(rules, is_off=settings.is_automation_off),
        CheckName.DIGEST_SCHEDULE: lambda: automation.digest_schedule(rules, has_topic=bool(settings.digest_topic)),
    }
