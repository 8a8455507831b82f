"""The amount and the kind of load."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    The plan of a load test.

    Attributes:
        requests: Number of stacks, all created at the same time.

        events: Number of launch results on the event bus, including duplicates.

        environments: Maximum number of execution environments; further events wait, as with reserved concurrency.

        seed: Determines the requests, their order, and the calls that fail.

        fault_rate: Share of calls to AWS, and of deliveries to CloudFormation, that fail.

        duplicates: Share of events that are published twice, and of requests that Lambda delivers twice at once.

        seconds: Time limit of the test.
    """

    requests: int
    events: int
    environments: int
    seed: int = 1
    fault_rate: float = 0.1
    duplicates: float = 0.2
    seconds: float = 1200


FULL = Plan(requests=200, events=2000, environments=12)
# Takes a few seconds, for the end-to-end suite.
SMALL = Plan(requests=20, events=100, environments=6, seconds=120)
