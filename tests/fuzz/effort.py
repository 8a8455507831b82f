"""How long to fuzz: the same few seconds each time in `make test`, as long as one likes in `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

# How many examples a test tries; without it, as many as `make test` has time for, and always the same ones.
EXAMPLES = int(os.environ.get("EXAMPLES") or 0)


def effort(examples: int) -> settings:
    """Return Hypothesis's settings for a test of which `make test` tries so many *examples*."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,  # a busy machine is no failure
        print_blob=True,
        # A hundred thousand entries are large, which is the point.
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
