"""What is done, and after which questions, broken."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
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
        name="archives when no time is left",
        module="cutover/work.py",
        before="        if self._is_late:\n            return server",
        after="        if False:\n            return server",
        is_rare=True,
    ),
    Mutant(
        name="acts when no time is left",
        module="cutover/work.py",
        before="        if self._is_late:\n            raise",
        after="        if False:\n            raise",
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
        name="calls all of a fleet failed when one cannot be looked at",
        module="cutover/work.py",
        before="            if server.is_finalized:\n",
        after="            if server.is_finalized and len(servers) == 1:\n",
    ),
)
