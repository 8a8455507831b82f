"""What a finalization was asked for with, and by whom, as text."""

from finalize_cutover.cutover.records.records import Options, RequestedBy

from .row import Row

HANDLERS = {
    "cloudformation": "a CloudFormation stack",
    "direct": "a direct request",
    "launch-result": "the event rule",
    "sweep": "the sweep",
}


def people(asked: RequestedBy | None) -> str:
    """Return who asked for the finalization and who approved it; empty without evidence."""
    if asked is None:
        return ""
    by = f"{asked.requested_by} through " if asked.requested_by else ""
    stack = f" ({asked.stack_id})" if asked.stack_id else ""
    approved = f"; approved by {asked.approved_by}" if asked.approved_by else ""
    return f"requested by {by}{HANDLERS[asked.handler]}{stack}{approved}"


def required(row: Row) -> str:
    """Return what the request required in addition to the usual rules; empty without evidence."""
    return _options(row.intent.options) if row.intent else ""


def _options(options: Options) -> str:
    parts = [
        f"a soak time of {options.soak_minutes} minutes" if options.soak_minutes else "",
        f"the optional rules {', '.join(options.optional_rules)}" if options.optional_rules else "",
        "all source servers or none" if options.all_or_nothing else "",
        "applications as a whole" if options.applications_together else "",
    ]
    return "; ".join(filter(None, parts)) or "no soak time, no optional rule"
