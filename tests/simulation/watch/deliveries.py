"""
What excuses an invocation whose answer did not arrive.

A fault on the way is no excuse by itself: the answer must be sent again, until that can help nobody any more.
"""

from tests.simulation.aws.invocation import Invocation

# All other faults of the way may pass, 403 and 429 among them.
FOR_GOOD = {"404"}
# From the beginning of one try to that of the next: a try that hangs, and the longest pause.
LONGEST_ROUND = 5 + 5  # seconds
LONGEST_DELIVERY = 120  # seconds
LAST_MARGIN = 1  # second of Lambda's time in which nothing is sent any more


def was_kept_from_answering(invocation: Invocation) -> bool:
    """Whether the last try failed for good, or tries went on until the time for them was over."""
    faults, request = invocation.record.answer_faults, invocation.asked.request
    if not faults:
        return False
    (began_at, _), (last_at, last_fault) = faults[0], faults[-1]
    until = min(began_at + LONGEST_DELIVERY, invocation.ends_at - LAST_MARGIN, request.gives_up_at)
    return last_fault in FOR_GOOD or last_at >= until - LONGEST_ROUND
