"""
Ways to break the function, each of which the simulation must find: nobody trusts a watch that has never barked.

A mutant is a change of the source, made to a copy.  One that no longer fits the source is an error: mend it here.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """
    A way to break the function.

    Attributes:
        name: What the function does wrongly.

        module: The module that is changed, within the package.

        before: What stands there, exactly once.

        after: What stands there instead.
    """

    name: str
    module: str
    before: str
    after: str

    def apply(self, package: Path) -> None:
        """
        Change the copy of the source in *package*.

        Raises:
            ValueError: It does not fit.
        """
        path = package / self.module
        source = path.read_text()
        if source.count(self.before) != 1:
            raise ValueError(f"Mutant {self.name!r} no longer fits {self.module}: {self.before!r}")
        path.write_text(source.replace(self.before, self.after))


RULES = (
    "server_rules.lifecycle",
    "server_rules.not_archived",
    "launch_rules.cutover_job",
    "launch_rules.job_log",
    "launch_rules.launched_instance",
    "server_rules.first_boot",
    "server_rules.mgn_checks",
    "launch_rules.post_launch_actions",
    "server_rules.instance_status",
    "server_rules.soak",
    "server_rules.approval",
)


def _without(rule: str) -> Mutant:
    name = rule.partition(".")[2].replace("_", "-")
    return Mutant(
        name=f"drops the rule {name}",
        module="cutover/readiness.py",
        before=f'    "{name}": {rule},\n',
        after="",
    )


MUTANTS = (
    *map(_without, RULES),
    Mutant(
        name="inverts the rule job-log",
        module="cutover/launch_rules.py",
        before="    if failures:\n",
        after="    if not failures:\n",
    ),
    Mutant(
        name="takes an instance that boots for one that runs",
        module="cutover/server_rules.py",
        before='checks == {"ok"}',
        after='checks <= {"ok", "initializing"}',
    ),
    Mutant(
        name="forgets that a cutover was reverted",
        module="cutover/source_server.py",
        before="        return self.initiated_at is None or self.reverted_at >= self.initiated_at\n",
        after="        return False\n",
    ),
    Mutant(
        name="takes CUTOVER for final although it still replicates",
        module="cutover/source_server.py",
        before="return self.state == CUTOVER and self.replication_state == DISCONNECTED",
        after="return self.state == CUTOVER",
    ),
    Mutant(
        name="does not look again after a conflict",
        module="cutover/act.py",
        before="        return _found_finalized(server_id, error, world), error.was_retried\n",
        after="        raise\n",
    ),
    Mutant(
        name="does not look again after a lost answer",
        module="cutover/act.py",
        before="        return _found_finalized(server_id, error, world), True\n",
        after="        raise\n",
    ),
    Mutant(
        name="sends again after a lost answer without looking",
        module="cutover/act.py",
        before="        return _found_finalized(server_id, error, world), True\n",
        after="        return world.mgn.finalize(server_id), True\n",
    ),
    Mutant(
        name="swallows a conflict",
        module="cutover/act.py",
        before="    if server_id not in found:\n        raise error\n    return found[server_id]\n",
        after="    return found.get(server_id) or world.mgn.describe([server_id])[server_id]\n",
    ),
    Mutant(
        name="answers SUCCESS without acting",
        module="cutover/work.py",
        before="            server, changed = finalize_once(server.id, world=self._world)\n",
        after="            changed = True\n",
    ),
    Mutant(
        name="acts in a dry run",
        module="cutover/work.py",
        before="        if self._order.dry_run:\n",
        after="        if False:\n",
    ),
    Mutant(
        name="archives unasked",
        module="cutover/work.py",
        before="        if self._order.archive and not",
        after="        if not",
    ),
    Mutant(
        name="acts when no time is left",
        module="cutover/work.py",
        before="        if self._world.clock.now() >= self._order.act_until:\n",
        after="        if False:\n",
    ),
    Mutant(
        name="asks nobody whether it is still wanted",
        module="cutover/work.py",
        before="            self.consent.check()\n",
        after="",
    ),
    Mutant(
        name="takes silence for consent after a wait",
        module="cutover/consent.py",
        before="            if error.is_known or self._has_waited or self._clock.now() - self._since >= FRESH:\n",
        after="            if error.is_known:\n",
    ),
    Mutant(
        name="finalizes in a rollback",
        module="aws/cloudformation.py",
        before='GIVEN_UP = ("ROLLBACK", "DELETE", "FAILED")',
        after='GIVEN_UP = ("DELETE",)',
    ),
    Mutant(
        name="ignores the approval tag",
        module="doors/automation.py",
        before="terms=Terms(approval=call.settings.approval_tag)",
        after="terms=Terms()",
    ),
    Mutant(
        name="lets a failed event pass",
        module="doors/launch_result.py",
        before="            raise result.cause\n",
        after="            return\n",
    ),
    Mutant(
        name="answers twice",
        module="doors/response.py",
        before="            if not self._is_claimed:\n",
        after="            if True:\n",
    ),
    Mutant(
        name="takes a refused answer for delivered",
        module="doors/response.py",
        before="if isinstance(answer, int) and HTTPStatus.OK <= answer < HTTPStatus.MULTIPLE_CHOICES:",
        after="if isinstance(answer, int):",
    ),
    Mutant(
        name="does not say that an answer was not delivered",
        module="doors/response.py",
        before="            if not self._is_delivered:\n",
        after="            if False:\n",
    ),
    Mutant(
        name="has no timer",
        module="doors/custom_resource.py",
        before="        if (seconds := self._seconds_to_timer()) > 0:\n",
        after="        if (seconds := self._seconds_to_timer()) > 10**6:\n",
    ),
    Mutant(
        name="answers a failed update with another physical ID",
        module="doors/custom_resource.py",
        before='str(self._event.get("PhysicalResourceId") or "") or self.generate_physical_id(self._event)',
        after="self.generate_physical_id(self._event)",
    ),
    Mutant(
        name="finalizes for a Delete",
        module="doors/custom_resource.py",
        before="    resource.answer(event, call.context)\n",
        after="    resource.delete(finalize)\n    resource.answer(event, call.context)\n",
    ),
    Mutant(
        name="counts the time from its own start",
        module="doors/stack_clock.py",
        before="    given_up_at = now - _age(url, now) + timedelta(seconds=service_timeout(event))\n",
        after="    given_up_at = now + timedelta(seconds=service_timeout(event))\n",
    ),
    Mutant(
        name="loses archived servers of a wave",
        module="cutover/selection.py",
        before="if server.is_finalized or not server.is_archived}",
        after="if not server.is_archived}",
    ),
    Mutant(
        name="calls all of a fleet failed when one cannot be looked at",
        module="cutover/work.py",
        before="            if server.is_finalized:\n",
        after="            if server.is_finalized and len(servers) == 1:\n",
    ),
)
