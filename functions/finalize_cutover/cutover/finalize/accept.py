"""The optional rules in a run: what is read late, and what is checked or done just before a write."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from finalize_cutover.cutover.acceptance.rule import AcceptanceRule
from finalize_cutover.cutover.evidence import Evidence
from finalize_cutover.cutover.ports import Clock
from finalize_cutover.cutover.readiness.finding import Finding
from finalize_cutover.cutover.readiness.judge import judge, named, open_findings
from finalize_cutover.cutover.source_server import SourceServer

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

    def judge(self, evidence: Evidence, now: datetime) -> tuple[Finding, ...]:
        """Return the findings of all rules."""
        return judge(evidence, policy=self._policy, now=now, optional=self._rules)

    def read_rest(self, seen: EvidenceSet) -> EvidenceSet:
        """Read what needs a call per source server, for those that pass all other rules."""
        for rule in self._rules:
            if rule.is_read_per_server:
                seen = self._read_late(rule, seen)
        return seen

    def _read_late(self, rule: AcceptanceRule, seen: EvidenceSet) -> EvidenceSet:
        others, now = [each for each in self._rules if each is not rule], self._clock.now()
        late = [
            evidence.server
            for evidence in seen.evidence.values()
            if rule.name not in evidence.acceptance
            and not open_findings(judge(evidence, policy=self._policy, now=now, optional=others))
        ]
        if not late:
            return seen
        found = read_rule(rule, late)
        errors = {} if rule.name in self._policy.waived else dict(found.errors)
        evidence = {
            id_: replace(each, acceptance={**each.acceptance, rule.name: found.items[id_]})
            if id_ in found.items
            else each
            for id_, each in seen.evidence.items()
            if id_ not in errors
        }
        return replace(seen, evidence=evidence, errors={**seen.errors, **errors})

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

    def prepare(self, server: SourceServer) -> None:
        """
        Do what must precede the write for *server*.

        Raises:
            CutoverError: It failed, so nothing must be finalized.
        """
        for rule in self._needed:
            rule.prepare(server)

    def _refused(self, rule: AcceptanceRule, obstacle: Finding, ready: Ready) -> Result:
        obstacle = named(obstacle, rule.name, rule.hint, self._policy)
        findings = tuple(obstacle if finding.rule == rule.name else finding for finding in ready.findings)
        return not_ready(ready.evidence.server, findings, (obstacle,))
