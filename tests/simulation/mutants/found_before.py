"""What the simulation has found, put back."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="takes a log that could not be read for a good one",
        module="aws/mgn.py",
        before='page["items"] if is_complete else page.get',
        after="page.get",
    ),
    Mutant(
        name="finds those missing whose job has no log yet",
        module="aws/mgn.py",
        before="        except SourceServerNotFoundError as error:\n",
        after="        except ZeroDivisionError as error:\n",
        is_rare=True,
    ),
    Mutant(
        name="looks at the clock only before it asks the stack",
        module="cutover/work.py",
        before="            self._check_time(server.id)  # whoever was asked may have taken their time\n",
        after="",
    ),
    Mutant(
        name="looks again for no longer than 4 s",
        module="cutover/act.py",
        before="LOOKS_AGAIN = 3\n",
        after="LOOKS_AGAIN = 2\n",
        is_rare=True,
    ),
    Mutant(
        name="does not look again when MGN was too busy in the end",
        module="cutover/work.py",
        before="        unclear = [server_id for server_id, result in acted.items() if is_throttled(result)]\n",
        after="        unclear = []\n",
        is_rare=True,
    ),
    Mutant(
        name="forgets that a request was withdrawn",
        module="cutover/consent.py",
        before="            if self._withdrawal:\n",
        after="            if False:\n",
        is_rare=True,
    ),
    Mutant(
        name="takes a long silence for consent",
        module="cutover/consent.py",
        before=" or self._clock.now() - self._since >= FRESH:",
        after=":",
        is_rare=True,
    ),
    Mutant(
        name="asks once more whether a stack rolls back",
        module="doors/stack_request.py",
        before='        return any("ROLLBACK" in status for status in told)\n',
        after="        pass\n",
        is_rare=True,
    ),
)
