"""The amount of fuzzing: always the same few seconds in `make check`, configurable in `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

# Number of examples per test; if it is not set, a small number of always the same examples.
EXAMPLES = int(os.environ.get("EXAMPLES") or 0)


def effort(examples: int) -> settings:
    """Return Hypothesis's settings for a test with *examples* as the default number."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,  # a busy machine must not fail a test
        print_blob=True,
        # Examples with a hundred thousand entries are intentionally large.
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
