"""The mutants that a load test must detect, by name; the simulation has many more."""

from tests.simulation.mutants import of_acts, of_handlers, of_rules
from tests.simulation.mutants.mutant import Mutant

FROM_SIMULATION = (
    "does not look again after a conflict",
    "answers SUCCESS without acting",
    "drops the rule job-log",
    "ignores the approval tag",
    "lets a failed event pass",
    "takes a refused answer for delivered",
)
OWN = (
    Mutant(
        name="sends its answer twice",
        module="handlers/cloudformation/response.py",
        before="self._is_delivered = self._deliver(encode(body))",
        after="self._is_delivered = self._deliver(encode(body)) and self._deliver(encode(body))",
    ),
    Mutant(
        name="takes a refusal for a defect",
        module="handlers/cloudformation/handler.py",
        before="        except RefusedError as error:\n",
        after="        except ZeroDivisionError as error:\n",
    ),
    Mutant(
        name="looks away from what is finalized",
        module="cutover/finalize/run.py",
        before="""        self._settle_finalized([server for server in servers if server.is_finalized])
        return [server for server in servers if not server.is_finalized]
""",
        after="""        return servers
""",
    ),
)
_LATE = Mutant(
    name="begins writes after the timer",
    module="handlers/invocation.py",
    before="        return end - min(LONGEST_WRITE, max(ATTEMPT, (end - self.clock.now()) / 10))\n",
    after="        return end + min(LONGEST_WRITE, max(ATTEMPT, (end - self.clock.now()) / 10))\n",
)
_SIMULATED = {one.name: one for one in (*of_acts.MUTANTS, *of_handlers.MUTANTS, *of_rules.MUTANTS)}
# Mutants that must be applied together: ``{name: mutants}``.
WITH_FAULTS = {one.name: (one,) for one in (*[_SIMULATED[name] for name in FROM_SIMULATION], *OWN)}
WHILE_THROTTLED = {
    "begins writes until the timer": (
        Mutant(
            name="begins writes until the timer",
            module=_LATE.module,
            before=_LATE.before,
            after="        return end\n",
        ),
    ),
    "writes after its answer": (
        _LATE,
        Mutant(
            name="never closes the write window",
            module="cutover/finalize/write_window.py",
            before="            self._is_closed = True\n",
            after="",
        ),
    ),
    "writes whatever the age of its evidence": (
        Mutant(
            name="writes whatever the age of its evidence",
            module="cutover/finalize/preparation.py",
            before="[self._options.act_until, ready.evidence.read_at + YOUNG]",
            after="[self._options.act_until]",
        ),
    ),
    "does not tell what remains": (
        Mutant(
            name="does not tell what remains",
            module="cutover/fleet_report.py",
            before="        remaining=tuple(remaining),\n",
            after="",
        ),
    ),
}
MUTANTS = {**WITH_FAULTS, **WHILE_THROTTLED}
