"""One history: people, MGN, Lambda and the schedule act in an order that a seed determines."""

import random
from collections.abc import Callable

from tests.simulation.invocations import SWEEP, Function
from tests.simulation.machines import BOOTED, LAUNCHED, LAUNCHING, Machine
from tests.simulation.services import SimulatedAws
from tests.unit.automated import launch_result

STEPS = 60
# Events that can happen at any time, and events that can happen between a read and the following write.
OFTEN = ("go_on", "go_on", "go_on", "go_on", "launch", "launch", "approve", "sweep", "deliver", "deliver")
SELDOM = ("console_finalizes", "revert", "disapprove", "heal")
# Keys of the hold tag: any case counts.
HOLD_KEYS = ("FinalizeCutoverHold", "finalizecutoverhold", " FINALIZECUTOVERHOLD")
# How often a person changes a tag after an event, and how often an approval is about one launch.
TAGS, BOUND = 0.1, 0.25
MEANWHILE = ("console_finalizes", "revert", "go_on", "sweep", "deliver")
DEEPEST = 2


class History:
    """
    A few source servers, from the first launch to the end.

    Attributes:
        trace: The events, one per line.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        machines = [
            Machine(id=f"s-{number:017}", chance=random.Random(f"{seed}/{number}"), is_approved=self._toss(0.6))
            for number in range(self._chance.randint(1, 6))
        ]
        # Tags have their own chance, so that the other events do not depend on them.
        self._tags = random.Random(f"tags {seed}")
        is_bound = self._tags.random() < BOUND
        for machine in machines:
            machine.approves_launch = is_bound
        self.aws = SimulatedAws(machines, self._chance)
        self.function = Function(self.aws, self._chance, "INSTANCE" if is_bound else "SOURCE_SERVER")
        self.trace: list[str] = []
        self._depth = 0
        self.aws.meanwhile = self._meanwhile

    @property
    def machines(self) -> list[Machine]:
        return list(self.aws.machines.values())

    def run(self) -> None:
        """Run all events; then end the faults and the launches, and deliver all pending events."""
        for _ in range(STEPS):
            self.aws.pass_time(self._chance.randint(1, 20))
            self._do(self._chance.choice(OFTEN if self._toss(0.92) else SELDOM))
            if self._tags.random() < TAGS:
                self._change_a_tag(self._tags.choice(self.machines))
        self._settle()

    def _settle(self) -> None:
        self.aws.is_faulty = False
        self.aws.meanwhile = lambda: None
        for machine in self.machines:
            machine.stale_reads = 0
            while machine.state == "CUTTING_OVER" and machine.phase != BOOTED:
                self.go_on(machine)
        while self.function.pending:
            self.function.deliver()
        for event in self.function.queue:
            assert self.function.run(event) is not None, "An event from the queue fails again although all is well."
        self.sweep()

    def _meanwhile(self) -> None:
        if self._depth < DEEPEST and self._toss(0.4):
            self._depth += 1
            self._do(self._chance.choice(MEANWHILE))
            self._depth -= 1

    def _do(self, name: str) -> None:
        act: Callable[..., None] = getattr(self, name)
        machine = self._chance.choice(self.machines)
        of_one = "" if name in ("sweep", "deliver") else f" {machine}"
        self.trace.append(f"{'  ' * self._depth}{name}{of_one}")
        act() if name in ("sweep", "deliver") else act(machine)

    def _toss(self, probability: float) -> bool:
        return self._chance.random() < probability

    def launch(self, machine: Machine) -> None:
        if machine.state == "READY_FOR_CUTOVER":
            machine.launch(self.aws.now())

    def go_on(self, machine: Machine) -> None:
        """Continue the launch; MGN usually publishes its end, and sometimes more than once."""
        if machine.state != "CUTTING_OVER":
            return
        if machine.phase == LAUNCHED:
            machine.phase = BOOTED
        if machine.phase == LAUNCHING:
            machine.phase = LAUNCHED
            if self._toss(0.8):
                self.function.send(launch_result(machine.id), copies=self._chance.choice([1, 1, 1, 2, 3]))

    def approve(self, machine: Machine) -> None:
        machine.approve()

    def disapprove(self, machine: Machine) -> None:
        machine.is_approved = False

    def _change_a_tag(self, machine: Machine) -> None:
        """Approve the latest launch, or set or remove the hold tag."""
        if machine.approves_launch and self._tags.random() < 0.6:
            machine.approve()
        else:
            machine.hold_key = self._tags.choice((*[None] * 5, *HOLD_KEYS))
        self.trace.append(f"tags of {machine}")

    def heal(self, machine: Machine) -> None:
        if machine.flaw == "impaired":
            machine.flaw = "none"

    def revert(self, machine: Machine) -> None:
        if machine.state == "CUTTING_OVER":
            machine.revert(self.aws.now())

    def console_finalizes(self, machine: Machine) -> None:
        """Finalize in the console, as a person can, whether or not the server is ready."""
        if machine.state == "CUTTING_OVER":
            machine.finalize(self.aws.now(), "console")

    def sweep(self) -> None:
        self.function.run(SWEEP)

    def deliver(self) -> None:
        self.function.deliver()
