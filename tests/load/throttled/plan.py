"""How much is asked for while MGN throttles, and how few calls it takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    A course in which MGN throttles.

    Attributes:
        stacks: Stacks that are created at the same time.

        servers_of_a_stack: Source servers in the list of each stack; one job launched them.

        service_timeout: ``ServiceTimeout`` of each stack, in seconds.

        swept: Approved source servers that a sweep finds after the stacks.

        servers_of_a_job: As many of the swept source servers were launched by one job.

        calls_per_second: As many calls MGN takes, of all who ask it.

        burst: As many it takes at once after a pause, so that a first look succeeds.

        latency: Milliseconds that each call takes.

        changed_after: Seconds from the first look of the sweep until half of the swept source servers change.

        function_timeout: The function's, in seconds, and so the sweep's time.
    """

    stacks: int
    servers_of_a_stack: int
    service_timeout: int
    swept: int
    servers_of_a_job: int = 25
    calls_per_second: float = 1.5
    burst: float = 8
    latency: float = 50
    changed_after: float = 3
    function_timeout: int


# Nobody reaches everything: some 1.2 writes a second have their effect.
FULL = Plan(stacks=2, servers_of_a_stack=40, service_timeout=60, swept=200, function_timeout=75)
# About 40 s, for the end-to-end suite.
SMALL = Plan(stacks=1, servers_of_a_stack=40, service_timeout=30, swept=80, function_timeout=30)
