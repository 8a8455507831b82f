"""Mutants that reintroduce bugs that the simulation has found."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
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
    Mutant(
        name="finds those missing whose job has no log yet",
        module="aws/mgn.py",
        before="        except SourceServerNotFoundError as error:\n",
        after="        except ZeroDivisionError as error:\n",
        is_rare=True,
    ),
    Mutant(
        name="looks again for no longer than 4 s",
        module="cutover/time_budget.py",
        before="LOOKS_AGAIN = 3\n",
        after="LOOKS_AGAIN = 2\n",
        is_rare=True,
    ),
    Mutant(
        name="forgets that a request was withdrawn",
        module="cutover/finalize/stack_guard.py",
        before="            if self._withdrawal:\n",
        after="            if False:\n",
        is_rare=True,
    ),
    Mutant(
        name="claims to have done what it gave up before sending",
        module="cutover/finalize/write.py",
        before="until), sent.is_set()\n",
        after="until), True\n",
        is_rare=True,
    ),
    Mutant(
        name="archives for a stack that rolls back",
        module="cutover/finalize/writer.py",
        before="                check = self._last_check(server.id, self._consented_until())\n",
        after="                check = self._last_check(server.id, until)\n",
        is_rare=True,
    ),
    Mutant(
        name="reads on for a stack that rolls back",
        module="cutover/finalize/run.py",
        before="        return self._withdrawal is not None or pace",
        after="        return pace",
        is_rare=True,
    ),
)
