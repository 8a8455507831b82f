"""The optional rules in a run: what is read late, and what is checked or done just before a write."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from finalize_cutover.cutover.acceptance.rule import AcceptanceRule
from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Clock, Found
from finalize_cutover.cutover.readiness.finding import Finding
from finalize_cutover.cutover.readiness.judge import judge, named, open_findings

from .options import FinalizeOptions
from .read_evidence import EvidenceSet, read_rule
from .ready import Ready
from .result import Result, not_ready


class Acceptance:
    """The readiness checks of one run, with the optional rules that its options switch on."""

    def __init__(self, options: FinalizeOptions, clock: Clock) -> None:
        self._rules = options.acceptance
        self._needed = [rule for rule in options.acceptance if rule.name not in options.policy.waived]
        self._policy = options.policy
        self._clock = clock
        # A dry run reads everything in its look; a group or an application must know everything before its first write.
        self._reads_late = not (options.dry_run or options.all_or_nothing or options.applications_together)

    def judge(self, evidence: Evidence, now: datetime) -> tuple[Finding, ...]:
        """
        Return the findings of all rules.

        A rule that needs a call per source server is left out if it is read just before the write, and if others do
        not pass, because it was then not read.
        """
        others = [each for each in self._rules if not each.is_read_per_server or each.name in evidence.acceptance]
        findings = judge(evidence, policy=self._policy, now=now, optional=others)
        if self._reads_late or len(others) == len(self._rules) or open_findings(findings):
            return findings
        return judge(evidence, policy=self._policy, now=now, optional=self._rules)

    def _is_late(self, rule: AcceptanceRule, evidence: Evidence) -> bool:
        """Whether *rule*, which needs a call per source server, is read just before the write."""
        return self._reads_late and rule.is_read_per_server and rule.name not in evidence.acceptance

    def read_rest(self, seen: EvidenceSet) -> EvidenceSet:
        """Read what needs a call per source server, for those that pass all other rules, unless that comes later."""
        for rule in self._rules:
            if rule.is_read_per_server and not self._reads_late:
                seen = self._read(rule, seen)
        return seen

    def _read(self, rule: AcceptanceRule, seen: EvidenceSet) -> EvidenceSet:
        others, now = [each for each in self._rules if each is not rule], self._clock.now()
        passing = [
            evidence.server
            for evidence in seen.evidence.values()
            if rule.name not in evidence.acceptance
            and not open_findings(judge(evidence, policy=self._policy, now=now, optional=others))
        ]
        if not passing:
            return seen
        found = read_rule(rule, passing)
        errors = {} if rule.name in self._policy.waived else dict(found.errors)
        evidence = {id_: _with(each, rule, found) for id_, each in seen.evidence.items() if id_ not in errors}
        return replace(seen, evidence=evidence, errors={**seen.errors, **errors})

    def complete(self, ready: Ready) -> Ready | Result:
        """
        Read what is read just before the write; return *ready* with it, or the result if it prevents the write.

        Raises:
            CutoverError: It could not be read.
        """
        late = [rule for rule in self._rules if self._is_late(rule, ready.evidence)]
        if not late:
            return ready
        evidence = ready.evidence
        for rule in late:
            found = read_rule(rule, [evidence.server])
            if found.errors and rule.name not in self._policy.waived:
                raise found.errors[evidence.server.id]
            evidence = _with(evidence, rule, found)
        findings = judge(evidence, policy=self._policy, now=self._clock.now(), optional=self._rules)
        obstacles = open_findings(findings)
        return not_ready(evidence.server, findings, obstacles) if obstacles else Ready(evidence, findings)

    def closed(self, ready: Mapping[str, Ready]) -> dict[str, Result]:
        """Return the results of those *ready* source servers that must not be finalized now after all."""
        evidence = [each.evidence for each in ready.values()]
        for rule in self._needed if ready else ():
            if obstacle := rule.check_again(evidence):
                return {server_id: self._refused(rule, obstacle, each) for server_id, each in ready.items()}
        return {}

    def good_until(self, evidence: Evidence) -> datetime | None:
        """Return when a write that rests on *evidence* must have been sent, according to the optional rules."""
        return min(filter(None, (rule.good_until(evidence) for rule in self._needed)), default=None)

    def prepare(self, ready: Ready, before_send: Callable[[], None], until: datetime) -> Ready:
        """
        Do what must precede the write for *ready* by *until*; return it with the findings after that.

        Raises:
            CutoverError: It failed, so nothing must be finalized.
        """
        findings = {finding.rule: finding for finding in ready.findings}
        for rule in self._needed:
            if changed := rule.prepare(ready.evidence, before_send=before_send, until=until):
                findings[rule.name] = named(changed, rule.name, rule.hint, self._policy)
        return replace(ready, findings=tuple(findings.values()))

    def _refused(self, rule: AcceptanceRule, obstacle: Finding, ready: Ready) -> Result:
        obstacle = named(obstacle, rule.name, rule.hint, self._policy)
        findings = tuple(obstacle if finding.rule == rule.name else finding for finding in ready.findings)
        return not_ready(ready.evidence.server, findings, (obstacle,))


def _with(evidence: Evidence, rule: AcceptanceRule, found: Found[Any]) -> Evidence:
    """Return *evidence* with what *rule* read about its source server, if it did."""
    server_id = evidence.server.id
    if server_id not in found.items:
        return evidence
    return replace(evidence, acceptance={**evidence.acceptance, rule.name: found.items[server_id]})
