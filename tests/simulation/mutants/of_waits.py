"""Mutants of a request that may wait, of the stacks around a nested one, and of what comes from another account."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="takes an event of another account for its own",
        module="handlers/eventbridge/accounts.py",
        before="    if account_id == own:\n        return None\n",
        after="    if True:\n        return None\n",
    ),
    Mutant(
        name="does not ask the stacks around a nested one",
        module="aws/cloudformation.py",
        before='                around = dict.fromkeys((text(stack, "ParentId"), text(stack, "RootId")))\n',
        after="                around = {}\n",
    ),
    Mutant(
        name="takes a parent's rollback for no rollback",
        module="cutover/finalize/stack_guard.py",
        before="[status for status in statuses if",
        after="[status for status in statuses[:1] if",
    ),
    Mutant(
        name="ends with a fault that time cures",
        module="cutover/finalize/result.py",
        before="        return self.cause is not None and self.cause.is_transient\n",
        after="        return False\n",
    ),
    Mutant(
        name="ends with a conflict although it may wait",
        module="cutover/errors.py",
        before="    def is_transient(self) -> bool:\n        return True\n",
        after="    def is_transient(self) -> bool:\n        return False\n",
    ),
    Mutant(
        name="ends when a group cannot be listed",
        module="cutover/selection.py",
        before="            if not error.is_transient or seconds <= 0:\n",
        after="            if True:\n",
    ),
    Mutant(
        name="writes again what MGN accepted without an effect",
        module="cutover/finalize/writer.py",
        before="        return error if error and error.code == WITHOUT_EFFECT else None\n",
        after="        return None\n",
        is_rare=True,
    ),
)
