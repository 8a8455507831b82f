"""Mutants of the actions, and of the checks before them."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="does not look again after a conflict",
        module="cutover/finalize/write.py",
        before="        return _found_finalized(server_id, error, services, until), False\n",
        after="        raise\n",
        is_rare=True,
    ),
    Mutant(
        name="does not look again after a lost answer",
        module="cutover/finalize/write.py",
        before="        return _found_finalized(server_id, error, services, until), sent.is_set()\n",
        after="        raise\n",
        is_rare=True,
    ),
    Mutant(
        name="sends again after a lost answer without looking",
        module="cutover/finalize/write.py",
        before="        return _found_finalized(server_id, error, services, until), sent.is_set()\n",
        after="        return services.mgn.finalize(server_id, before_send=before_send), True\n",
    ),
    Mutant(
        name="swallows a conflict",
        module="cutover/finalize/write.py",
        before="    raise error\n\n\ndef _look_again",
        after="    return _look_again(server_id, services)[server_id]\n\n\ndef _look_again",
    ),
    Mutant(
        name="answers SUCCESS without acting",
        module="cutover/finalize/write.py",
        before="        server = services.mgn.finalize(server_id, before_send=send)\n",
        after="        return services.mgn.describe([server_id]).items[server_id], True\n",
    ),
    Mutant(
        name="acts in a dry run",
        module="cutover/finalize/run.py",
        before="        if self._options.dry_run:\n            self._settle(\n",
        after="        if False:\n            self._settle(\n",
    ),
    Mutant(
        name="archives unasked",
        module="cutover/finalize/writer.py",
        before="        if is_wanted and not self._options.dry_run",
        after="        if not self._options.dry_run",
    ),
    Mutant(
        name="archives applications and waves unasked",
        module="handlers/groups.py",
        before="    if not options.archives_groups or options.dry_run:\n",
        after="    if options.dry_run:\n",
    ),
    Mutant(
        name="archives applications with source servers that are not archived",
        module="cutover/finalize/group_archive.py",
        before="        return all(each.is_archived or each.id in self._shown_archived for each in servers)\n",
        after="        return True\n",
    ),
    Mutant(
        name="archives when no time is left",
        module="cutover/finalize/writer.py",
        before="                check = self._last_check(server.id, self._options.consented_until())\n",
        after="                check = self._last_check(server.id, self._options.deadline)\n",
        is_rare=True,
    ),
    Mutant(
        name="asks nobody whether it is still wanted",
        module="cutover/finalize/options.py",
        before="        return min(self.act_until, self.guard.check()) if self.guard else self.act_until\n",
        after="        return self.act_until\n",
    ),
    Mutant(
        name="finalizes in a rollback",
        module="cutover/finalize/stack_guard.py",
        before='GOES_FORWARD = frozenset({"CREATE_IN_PROGRESS",',
        after='GOES_FORWARD = frozenset({"UPDATE_ROLLBACK_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "CREATE_IN_PROGRESS",',
    ),
    Mutant(
        name="lets one unreadable log fail all",
        module="cutover/finalize/read_evidence.py",
        before="            unread.get(job_id) if job else None,\n",
        after="            next(iter(unread.values()), None),\n",
        is_rare=True,
    ),
    Mutant(
        name="lets one unreadable item of a list fail all",
        module="aws/mgn.py",
        before="            errors[item_id] = error\n",
        after="            raise\n",
    ),
)
