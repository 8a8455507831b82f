"""Mutants that reintroduce bugs that the simulation has found."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="finds those missing whose job has no log yet",
        module="aws/mgn.py",
        before="        except SourceServerNotFoundError as error:\n            # The job",
        after="        except ZeroDivisionError as error:\n            # The job",
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
        before="                check = self._last_check(server.id, self._options.consented_until())\n",
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
