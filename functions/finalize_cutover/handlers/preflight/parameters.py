"""The parameters of the deployment: what a handler would refuse, found before it does."""

from collections.abc import Callable, Iterator

from finalize_cutover.cutover.errors import InvalidRequestError
from finalize_cutover.handlers.eventbridge import accounts
from finalize_cutover.handlers.eventbridge.automation_options import automation_options
from finalize_cutover.handlers.eventbridge.digest import check_topic, warn_free_hours_of
from finalize_cutover.handlers.invocation import Invocation
from finalize_cutover.handlers.records import evidence_parameters, requested_by


def problems(invocation: Invocation) -> Iterator[str]:
    """Yield the sentence with which each feature refuses the parameters of the deployment; it makes no call."""
    settings = invocation.settings
    features: tuple[Callable[[], object], ...] = (
        lambda: automation_options(
            invocation,
            act_until=invocation.ends_at,
            requested_by=requested_by("sweep", invocation),
            is_dry_run=True,  # the evidence bucket follows
        ),
        lambda: accounts.check(settings),
        lambda: check_topic(settings),
        lambda: warn_free_hours_of(settings),
        lambda: evidence_parameters(settings) if settings.evidence_bucket else None,
    )
    for check in features:
        try:
            check()
        except InvalidRequestError as error:
            yield str(error)
