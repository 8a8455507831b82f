"""One history: all events of a few servers in half an hour, determined by a seed."""

import contextlib
import io
import logging
import random
from collections import Counter
from dataclasses import dataclass
from functools import partial

from tests.simulation.aws.accounts import Account
from tests.simulation.aws.calls import Calls
from tests.simulation.aws.endpoint import Endpoint
from tests.simulation.aws.evidence_bucket import SPELLS, S3Network
from tests.simulation.aws.function import Function
from tests.simulation.aws.invocation import Asked, Invocation
from tests.simulation.aws.launches import FLAWS, Launches
from tests.simulation.aws.mgn import Mgn
from tests.simulation.aws.network import Network
from tests.simulation.aws.requests import CloudFormation
from tests.simulation.aws.sources import Sources
from tests.simulation.aws.truth import ACCOUNT, APPROVED, Instance, Launched, Server, Versions
from tests.simulation.aws.weather import draw
from tests.simulation.story.members import APPLICATIONS, draw_members
from tests.simulation.story.owners import SWEEP, Conditions, Owners
from tests.simulation.story.parameters import Evidence, draw_evidence, draw_parameters
from tests.simulation.story.people import People
from tests.simulation.story.races import RACES, Race
from tests.simulation.story.requesters import Automation, Stacks
from tests.simulation.story.tags import Tags
from tests.simulation.story.wishes import APPLICATION, WAVE, Wishes
from tests.simulation.virtual.machine import Machine
from tests.simulation.virtual.stdlib import installed
from tests.simulation.watch import endings
from tests.simulation.watch.watch import Violation, Watch

ACTIVE = 900.0  # seconds in which requests are sent
CALM = 1500.0  # seconds after which there are no more faults
REST = 9000.0  # seconds after which every stack operation has ended
# How often servers become ready only long after their job ended, when a sweep has kept its log.
LATE = 0.3
# How often a history has optional rules, and how often an owner comes between two calls then.
OPTIONAL, MEDDLING = 0.5, 0.02
# How often such a history is about one race.
RACING = 0.3
# How often people also use the tags for a hold and a time, and the deployment has its own parameters for automation.
TAGGED = 0.4
# How often automation covers member accounts, and how many source servers the accounts have in addition.
SEVERAL, MORE = 0.25, (2, 3, 4)
# How often the deployment has an evidence bucket.
RECORDED = 0.3
TEST_JOB = "mgnjob-ofatest0000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    The result of a history: the finding, counts of events, and the trace if it was recorded.

    Attributes:
        oldest_evidence: Age of the oldest evidence at a write, in seconds.
    """

    seed: int
    violations: tuple[Violation, ...]
    counts: Counter[str]
    oldest_evidence: float
    lines: tuple[str, ...] = ()


def run(seed: int, *, is_traced: bool = False) -> Outcome:
    """Run the history of *seed*; it is deterministic."""
    state = random.getstate()
    random.seed(seed)  # the function's own jitter
    logging.disable(logging.CRITICAL)
    try:
        with installed(), contextlib.redirect_stdout(io.StringIO()):
            history = _History(seed, is_traced=is_traced)
            history.run()
    finally:
        logging.disable(logging.NOTSET)
        random.setstate(state)
    watch = history.watch
    return Outcome(
        seed=seed,
        violations=tuple(watch.violations),
        counts=watch.counts,
        oldest_evidence=watch.oldest_evidence,
        lines=tuple(watch.lines or ()),
    )


class _History:
    def __init__(self, seed: int, *, is_traced: bool) -> None:
        self._chance = chance = random.Random(seed)
        self._machine = machine = Machine()
        self._weather = weather = draw(chance)
        self._mgn = mgn = Mgn(machine, weather)
        statuses: Versions[str] = Versions(machine)
        requests: list = []
        self.watch = watch = Watch(machine, mgn, Sources(machine), requests, is_traced=is_traced)
        self._has_automation, self._meddling = chance.random() < 0.5, chance.choice((0.0, 0.0, 0.02, 0.08))
        self._is_late = random.Random(f"late {seed}").random() < LATE
        if weather.mgn_rate:  # the queue modifies pending events
            self._meddling = max(self._meddling, 0.02)
        watch.note(weather)
        mgn.finalized = watch.finalized
        self._launches = Launches(machine, chance, mgn)
        self._function = Function(machine, chance, weather, watch)
        self._connect(seed, statuses)
        cfn = CloudFormation(machine, chance, self._function, requests)
        endpoint = Endpoint(chance, weather)
        machine.connect, endpoint.stored = endpoint.connect, cfn.take
        self._people = People(machine, chance, mgn, self._launches, watch)
        self._automation = Automation(machine, chance, self._function, mgn, self._sweep)
        self._automation.account_ids = {account.id for account in watch.accounts}
        self._wishes = Wishes(chance, mgn, self._conditions, self._tags and self._tag_chance)
        self._stacks = Stacks(machine, chance, cfn, statuses, self._wishes)

    def _connect(self, seed: int, statuses: Versions[str]) -> None:
        """Draw the optional rules of the deployment, and connect the function to AWS."""
        # They have their own chance, so that histories without them do not depend on them.
        self._more = more = random.Random(f"optional rules {seed}")
        self._race: Race | None = None
        self._race_chance = random.Random(f"race {seed}")
        self._conditions = Conditions(more, self._draw_race()) if more.random() < OPTIONAL else None
        variables, self._sweep = self._conditions.of_deployment() if self._conditions else ({}, Asked(**SWEEP))
        # So have the tags.
        self._tag_chance = tag_chance = random.Random(f"tags {seed}")
        parameters = draw_parameters(tag_chance, self._sweep) if tag_chance.random() < TAGGED else None
        self._tags = Tags(self._machine, tag_chance, self._mgn, parameters, self.watch) if parameters else None
        if parameters:
            variables, self._sweep = variables | parameters.variables, parameters.asked
        # And the accounts.
        account_chance = random.Random(f"accounts {seed}")
        is_several = account_chance.random() < SEVERAL
        self._members = draw_members(account_chance, until=CALM) if is_several else None
        if self._members:
            variables = variables | self._members.variables
            self._mgn.managed_accounts = self._members.managed
            self.watch.accounts, self.watch.lists_members = self._members.accounts, self._members.lists_members
        variables = variables | self._draw_evidence(seed)
        sources = self.watch.sources
        self._owners = Owners(self._machine, more, self._mgn, sources, self.watch) if self._conditions else None
        calls = Calls(
            mgn=self._mgn,
            networks={account.id: self._network(account) for account in self.watch.accounts},
            stack_statuses=statuses,
            weather=self._weather,
            sources=sources,
            environment=variables,
            source_page_size=more.choice((1000, 2, 1)),
            bucket=self.watch.bucket,
            s3=self._s3(self._evidence) if self._evidence else None,
        )
        self._function.handler = calls.handler

    def _draw_race(self) -> Race | None:
        """Draw what the history is about, if it is about one race."""
        if self._race_chance.random() < RACING:
            self._race = self._race_chance.choice(RACES)
            self._race.begin(self._weather, self._race_chance)
        return self._race

    def _network(self, account: Account) -> Network:
        network = Network(self._machine, self._chance, self._weather, account)
        network.meanwhile = self._come_between
        return network

    def _draw_evidence(self, seed: int) -> dict[str, str]:
        """Draw the evidence bucket, if the deployment has one; return its variables."""
        chance = random.Random(f"evidence bucket {seed}")
        is_recorded = chance.random() < RECORDED
        self._evidence = draw_evidence(chance, self._machine, self._weather, until=CALM) if is_recorded else None
        if self._evidence is None:
            return {}
        self.watch.bucket, self.watch.recording = self._evidence.bucket, self._come_when_recording
        return self._evidence.variables

    def _s3(self, evidence: Evidence) -> S3Network:
        network = S3Network(evidence.bucket, self._machine, evidence.chance, evidence.weather)
        network.meanwhile = self._come_between_records
        return network

    def run(self) -> None:
        """Run all events, then end all faults, and check the final state."""
        self._make_servers()
        if self._owners:
            self._begin_to_own(self._owners)
        if self._tags:
            self._begin_to_tag(self._tags)
        self._start_launches()
        self._send_people()
        self._launches.launched = self._come_when_launched
        if self._has_automation:
            self._sometime(lambda: self._automation.sweep_until(ACTIVE), until=300)
            self._machine.after(REST, self._automation.sweep)
            self._machine.after(REST + 60, self._automation.sweep)
            if self._is_late:
                self._machine.after(REST - 3600, partial(self._all_do, "approve", "break_instance"))
                self._machine.after(REST - 3500, self._automation.sweep)
                self._machine.after(REST - 100, partial(self._all_do, "heal_instance"))
        self._machine.after(CALM, self._weather.clear_up)
        if self._evidence:
            self._machine.after(CALM, self._evidence.weather.clear_up)
        self._machine.run()
        if not self.watch.violations:
            sweep = self._automation.asked if self._has_automation else None
            endings.check(self.watch, self._function.queued_events, sweep=sweep)

    def _begin_to_own(self, owners: Owners) -> None:
        owners.begin(until=ACTIVE)
        self._launches.appeared = owners.instance_appeared
        if self._more.random() < 0.5:
            self._machine.after(CALM, owners.cure)

    def _begin_to_tag(self, tags: Tags) -> None:
        self._people.approval, self.watch.sending = tags.approval, tags.come_before_write
        tags.begin(until=ACTIVE)
        if self._tag_chance.random() < 0.5:
            self._machine.after(CALM, tags.cure)
        if self._sweep.applications_together and self._tag_chance.random() < 0.7:
            self._machine.after(CALM, self._launch_all)
            self._machine.after(CALM + 1, tags.cure)
            self._machine.after(REST - 100, tags.cure)

    def _launch_all(self) -> None:
        """Launch one after the other again without a flaw, so that whole applications become ready."""
        for server_id in self._mgn.servers:
            self._people.do_something(server_id, deed="revert")
            start = partial(self._launches.start, [server_id], None)
            self._machine.after(self._tag_chance.uniform(0, 200), start)

    def _all_do(self, *deeds: str) -> None:
        for server_id in self._mgn.servers:
            for deed in deeds:
                self._people.do_something(server_id, deed=deed)

    def _come_when_launched(self, server_id: str) -> None:
        """Send all requests at the same time, directly after the launch, to provoke races."""
        if self._owners:
            self._owners.launched(server_id)
        if self._tags and self._tags.launched(server_id):
            again = partial(self._people.do_something, server_id, deed="launch_again")
            self._machine.after(self._tag_chance.uniform(0, self._tag_chance.choice((1, 30, 120))), again)
        if self._has_automation:
            self._automation.tell_launched(server_id)
        comers = [self._stacks.begin, self._stacks.begin, self._ask_directly]
        comers += [partial(self._people.do_something, server_id)]
        comers += [self._automation.sweep] if self._has_automation else []
        soon = self._chance.choice((0.2, 1, 60, 200))
        for comer in self._chance.sample(comers, self._chance.choice((0, 1, 2, 3, 4))):
            self._sometime(comer, until=soon)

    def _come_between(self) -> None:
        if self._machine.now < CALM and self._chance.random() < self._meddling:
            server_id = self._chance.choice(list(self._mgn.servers))
            self._sometime(partial(self._people.do_something, server_id), until=self._chance.choice((0.1, 1.0, 10.0)))
        if self._owners and self._machine.now < CALM and self._more.random() < MEDDLING:
            self._machine.after(self._more.uniform(0, self._more.choice((0.1, 1.0, 10.0))), self._owners.do_something)
        if self._race and self._machine.now < CALM and self._race_chance.random() < self._race.closing_rate:
            self._owners.announce()
        if self._tags and self._machine.now < CALM:
            self._tags.come_between()

    def _come_between_records(self) -> None:
        """Let a person act while a record is stored, which can be just before a write."""
        assert self._evidence
        chance = self._evidence.chance
        if self._machine.now < CALM and chance.random() < self._meddling:
            server_id = chance.choice(list(self._mgn.servers))
            effect = partial(self._people.do_something, server_id)
            self._machine.after(chance.uniform(0, chance.choice((0.1, 1.0, 10.0))), effect)

    def _come_when_recording(self, invocation: Invocation, key: str) -> None:
        """Let Lambda kill the invocation, or S3 refuse what follows, after an intent, a write or a result."""
        assert self._evidence
        chance = self._evidence.chance
        if self._machine.now < CALM and chance.random() < self._evidence.crash_rate:
            self.watch.counts["killed around a record"] += 1
            seconds = chance.uniform(0, chance.choice((0.1, 0.3, 1.0)))
            self._machine.after(seconds, partial(self._function.crash, invocation))
        if self._machine.now < CALM and "/intent" in key and chance.random() < self._evidence.break_rate:
            begins = self._machine.now + chance.uniform(0, chance.choice((0.1, 0.5)))
            ends = begins + chance.uniform(10, chance.choice((60, 300)))
            self._evidence.bucket.begin_spell(chance.choice(SPELLS), begins, min(ends, CALM))

    def _ask_directly(self) -> None:
        self._function.invoke(*self._wishes.direct())

    def _make_servers(self) -> None:
        chance = self._chance
        most = (1, 2, 2, 3, 3, 4) if not self._weather.mgn_rate else (3, 6, 9, 12)
        count = chance.choice(most) + (self._members.chance.choice(MORE) if self._members else 0)
        for number in range(count):
            account = self._members.account_of(number) if self._members else ACCOUNT
            server = Server(
                id=f"s-{number:017}",
                account=account,
                state=chance.choice(("READY_FOR_CUTOVER",) * 9 + ("TESTING",)),
                application_id=f"app-{APPLICATIONS[account]:017}",
                approval=chance.choice((APPROVED, APPROVED, APPROVED, None, "refused")),
            )
            self._mgn.servers.put(server.id, server)
            if chance.random() < 0.3:
                instance_id = f"i-ofatest{number:010}"
                self._mgn.instances.put(
                    instance_id, Instance(id=instance_id, account=account, system="ok", instance="ok")
                )
                tested = Launched(instance_id=instance_id, job_id=TEST_JOB, first_boot="SUCCEEDED")
                self._mgn.show_instance(server.id, tested)
        for account, number in APPLICATIONS.items():
            if server_ids := self._mgn.in_account(account):
                self._mgn.applications[f"app-{number:017}"] = server_ids
        self._mgn.waves[WAVE] = [APPLICATION]

    def _start_launches(self) -> None:
        chance = self._chance
        able = [id_ for id_ in self._mgn.servers if self._mgn.servers[id_].state == "READY_FOR_CUTOVER"]
        together = [able] if not self._members else [self._mgn.in_account(account) for account in APPLICATIONS]
        jobs = together if chance.random() < 0.5 else [[server_id] for server_id in able]
        for server_ids in jobs:
            flaw = chance.choice(FLAWS) if chance.random() < 0.3 else None
            if server_ids and chance.random() < 0.95:
                self._sometime(partial(self._launches.start, server_ids, flaw), until=200)

    def _send_people(self) -> None:
        chance, server_ids = self._chance, list(self._mgn.servers)
        for _ in range(chance.choice((0, 0, 1, 2, 4))):
            self._sometime(partial(self._people.do_something, chance.choice(server_ids)), until=ACTIVE)
        for _ in range(chance.choice((0, 0, 1))):
            self._sometime(self._stacks.begin, until=ACTIVE)
        for _ in range(chance.choice((0, 0, 0, 1))):
            self._sometime(self._ask_directly, until=ACTIVE)

    def _sometime(self, effect: object, *, until: float) -> None:
        self._machine.after(self._chance.uniform(0, until), effect)
