"""Mutants of the conditions for a write: no earlier response, recent evidence, the stack guard."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="sends writes after the answer",
        module="cutover/finalize/write_window.py",
        before="        if self._is_closed:\n",
        after="        if False:\n",
        also=(
            (
                "handlers/invocation.py",
                "        return end - min(LONGEST_WRITE, max(ATTEMPT, (end - self.clock.now()) / 10))\n",
                "        return end + ATTEMPT\n",
            ),
        ),
    ),
    Mutant(
        name="begins writes until the timer",
        module="handlers/invocation.py",
        before="        return end - min(LONGEST_WRITE, max(ATTEMPT, (end - self.clock.now()) / 10))\n",
        after="        return end\n",
    ),
    Mutant(
        name="does not ask how old the evidence is",
        module="cutover/finalize/preparation.py",
        before="        limits = [self._options.act_until, ready.evidence.read_at + YOUNG]\n",
        after="        limits = [self._options.act_until]\n",
    ),
    Mutant(
        name="asks how old the evidence is before it asks the stack",
        module="cutover/finalize/writer.py",
        before="partial(self._check, server_id, min(send_until, self._clock.now() + ATTEMPT))",
        after="partial(self._check, server_id, self._clock.now() + ATTEMPT)",
        is_rare=True,
    ),
    Mutant(
        name="counts the age of evidence from the end of the look",
        module="cutover/finalize/read_evidence.py",
        before="                read_at=read_at,\n",
        after="                read_at=services.clock.now(),\n",
    ),
    Mutant(
        name="keeps every log",
        module="cutover/kept_logs.py",
        before="            if job_id in jobs and _is_settled(jobs[job_id], read_at):\n",
        after="            if True:\n",
    ),
    Mutant(
        name="keeps the log of a job that has just ended",
        module="cutover/kept_logs.py",
        before="SETTLED_AFTER = timedelta(minutes=15)\n",
        after="SETTLED_AFTER = timedelta(0)\n",
    ),
    Mutant(
        name="reads no kept log again for a request",
        module="cutover/finalize/options.py",
        before="    uses_kept_logs: bool = False\n",
        after="    uses_kept_logs: bool = True\n",
        is_rare=True,
    ),
    Mutant(
        name="takes evidence that is 20 s old for young",
        module="cutover/time_budget.py",
        before="YOUNG = timedelta(seconds=15)\n",
        after="YOUNG = timedelta(seconds=20)\n",
    ),
    Mutant(
        name="looks at the clock only before it asks the stack",
        module="cutover/finalize/writer.py",
        before="        if self._clock.now() >= send_until:\n",
        after="        if False:\n",
        is_rare=True,
    ),
    Mutant(
        name="reports a throttled write as failed",
        module="cutover/finalize/writer.py",
        before="                self._options.window.end(server.id)\n                return None\n",
        after="                return failed_to_act(server, ready.findings, error)\n",
    ),
    Mutant(
        name="takes a throttled write for a lost one",
        module="cutover/finalize/write.py",
        before="        if error.is_throttled:\n            raise\n",
        after="",
    ),
    Mutant(
        name="takes RequestLimitExceeded for no throttling",
        module="aws/errors.py",
        before="HTTPStatus.TOO_MANY_REQUESTS or THROTTLED.is_retryable(context)",
        after='HTTPStatus.TOO_MANY_REQUESTS or (code != "RequestLimitExceeded" and THROTTLED.is_retryable(context))',
        is_rare=True,
    ),
    Mutant(
        name="takes a 200 without effect for success",
        module="cutover/finalize/write.py",
        before="    if server.is_finalized:\n        return server, True\n",
        after="    if True:\n        return server, True\n",
    ),
    Mutant(
        name="acts on a stale request",
        module="handlers/cloudformation/deadlines.py",
        before="    return max(now - url.signed_at, timedelta(0)) if url.signed_at else timedelta(0)\n",
        after="    return timedelta(0)\n",
    ),
    Mutant(
        name="lets any status but a rollback's consent",
        module="cutover/finalize/stack_guard.py",
        before="status for status in statuses if status not in GOES_FORWARD",
        after='status for status in statuses if "ROLLBACK" in status',
    ),
    Mutant(
        name="lets a stack without a status consent",
        module="cutover/finalize/stack_guard.py",
        before="status for status in statuses if status not in GOES_FORWARD",
        after="status for status in statuses if status and status not in GOES_FORWARD",
        is_rare=True,
    ),
    Mutant(
        name="takes silence for consent to an Update",
        module="handlers/cloudformation/operations.py",
        before="is_fresh_create=is_fresh and not is_update",
        after="is_fresh_create=is_fresh",
    ),
    Mutant(
        name="takes silence for consent to a Create that may have been run before",
        module="handlers/cloudformation/operations.py",
        before="is_fresh_create=is_fresh and not is_update",
        after="is_fresh_create=not is_update",
        is_rare=True,
    ),
    Mutant(
        name="takes silence for consent for longer than 15 s",
        module="cutover/finalize/stack_guard.py",
        before="clock.now() + FRESH if is_fresh_create",
        after="clock.now() + 3 * FRESH if is_fresh_create",
        is_rare=True,
    ),
    Mutant(
        name="lets a rollback's Update wait",
        module="handlers/cloudformation/operations.py",
        before="    if is_update and guard.is_rolling_back():\n        return _let_through",
        after="    if False:\n        return _let_through",
    ),
    Mutant(
        name="waits on for a stack that rolls back",
        module="cutover/finalize/run.py",
        before="        if self._withdrawal or seconds <= 0:\n",
        after="        if seconds <= 0:\n",
        is_rare=True,
    ),
    Mutant(
        name="tells what it did only at the end",
        module="cutover/finalize/run.py",
        before="        self._publish([result for id_, result in found.items() if id_ not in unsettled])\n",
        after="",
        also=(
            (
                "cutover/finalize/finalize.py",
                "    publish([run.results[server_id] for server_id in waiting])\n",
                "    publish([run.results[server_id] for server_id in server_ids])\n",
            ),
        ),
        is_rare=True,
    ),
)
