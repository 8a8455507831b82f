"""Mutants of the handlers' responses."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="ignores the approval tag",
        module="handlers/eventbridge/automation_options.py",
        before="approval=replace(settings.approval_tag, value=None) if is_bound else settings.approval_tag",
        after="approval=None",
    ),
    Mutant(
        name="lets a failed event pass",
        module="handlers/eventbridge/launch_result.py",
        before="            raise result.cause\n",
        after="            return\n",
    ),
    Mutant(
        name="answers twice",
        module="handlers/cloudformation/response.py",
        before="            if not self._is_claimed:\n",
        after="            if True:\n",
    ),
    Mutant(
        name="takes a refused answer for delivered",
        module="handlers/cloudformation/response.py",
        before="if isinstance(answer, int) and HTTPStatus.OK <= answer < HTTPStatus.MULTIPLE_CHOICES:",
        after="if isinstance(answer, int):",
    ),
    Mutant(
        name="does not say that an answer was not delivered",
        module="handlers/cloudformation/response.py",
        before="            if not self._is_delivered:\n",
        after="            if False:\n",
    ),
    Mutant(
        name="does not send an answer again after 408 or 425",
        module="handlers/cloudformation/response.py",
        before="MAY_PASS = frozenset({400, 403, 408, 425, 429})",
        after="MAY_PASS = frozenset({400, 403, 429})",
    ),
    Mutant(
        name="tries only once to deliver an answer",
        module="handlers/cloudformation/response.py",
        before="            if not _may_pass(answer):\n",
        after="            if True:\n",
    ),
    Mutant(
        name="has no timer",
        module="handlers/cloudformation/handler.py",
        before="        if (seconds := self._seconds_to_timer()) > 0:\n",
        after="        if (seconds := self._seconds_to_timer()) > 10**6:\n",
        is_rare=True,
    ),
    Mutant(
        name="answers a failed update with another physical ID",
        module="handlers/cloudformation/handler.py",
        before='str(self._event.get("PhysicalResourceId") or "") or self.generate_physical_id(self._event)',
        after="self.generate_physical_id(self._event)",
    ),
    Mutant(
        name="finalizes for a Delete",
        module="handlers/cloudformation/handler.py",
        before="    resource.answer(event, invocation.context)\n",
        after="    resource.delete(finalize)\n    resource.answer(event, invocation.context)\n",
    ),
    Mutant(
        name="counts the time from its own start",
        module="handlers/cloudformation/deadlines.py",
        before="    given_up_at = now - _age(url, now) + timedelta(seconds=service_timeout(event))\n",
        after="    given_up_at = now + timedelta(seconds=service_timeout(event))\n",
    ),
)
