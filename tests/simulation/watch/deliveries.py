"""
Valid reasons why an invocation's response did not arrive.

A single fault is not a valid reason: the function must send the response again, until it is too late.
"""

from tests.simulation.aws.invocation import Invocation

# All other faults can be temporary, including 403 and 429.
FOR_GOOD = {"404"}
# From the start of one attempt to the start of the next: an attempt that hangs, and the longest pause.
LONGEST_ROUND = 5 + 5  # seconds
LONGEST_DELIVERY = 120  # seconds
LAST_MARGIN = 1  # last second of Lambda's time, in which nothing is sent


def was_kept_from_answering(invocation: Invocation) -> bool:
    """Return whether the last attempt failed permanently, or attempts continued until their time was over."""
    faults, request = invocation.record.answer_faults, invocation.asked.request
    if not faults:
        return False
    (began_at, _), (last_at, last_fault) = faults[0], faults[-1]
    until = min(began_at + LONGEST_DELIVERY, invocation.ends_at - LAST_MARGIN, request.gives_up_at)
    return last_fault in FOR_GOOD or last_at >= until - LONGEST_ROUND
