"""Mutants of the optional rules, of what they read, and of AllOrNothing."""

from dataclasses import replace

from tests.simulation.mutants.mutant import Mutant

# {rule: the condition under which it is switched on}
RULES = {
    "application-status": '"application-status" in wanted.require',
    "alarms": "wanted.alarms or wanted.alarm_prefix",
    "termination-protection": '"termination-protection" in wanted.require or wanted.sets_termination_protection',
    "backup": '"backup" in wanted.require',
    "change-calendar": "wanted.change_calendars",
    "validator": '"validator" in wanted.require',
}


def _without(rule: str) -> Mutant:
    return Mutant(
        name=f"drops the optional rule {rule}",
        module="handlers/acceptance.py",
        before=f"    if {RULES[rule]}:\n",
        after="    if False:\n",
    )


_MUTANTS = (
    *map(_without, RULES),
    Mutant(
        name="takes an application status that nobody knows for ok",
        module="cutover/acceptance/application_status.py",
        before='        if fact.status != "ok":\n',
        after='        if fact.status == "impaired":\n',
    ),
    Mutant(
        name="reads only the first page of application statuses",
        module="aws/acceptance/application_status.py",
        before='            if not (token := answer.get("NextToken")):\n',
        after="            if True:\n",
    ),
    Mutant(
        name="ignores since when an alarm or an application is ok",
        module="cutover/acceptance/rule.py",
        before="    if not soak:\n",
        after="    if True:\n",
    ),
    Mutant(
        name="ignores an alarm that does not exist",
        module="cutover/acceptance/alarms.py",
        before="tuple(named.items.get(name, Alarm(name=name, label=name, state=None)) for name in self._names)",
        after="tuple(named.items.values())",
    ),
    Mutant(
        name="passes a source server without an alarm",
        module="cutover/acceptance/alarms.py",
        before='            return blocks(f"CloudWatch has no alarm',
        after='            return passes(f"CloudWatch has no alarm',
    ),
    Mutant(
        name="ignores the evaluation state of an alarm",
        module="cutover/acceptance/alarms.py",
        before="    if alarm.evaluation_state:\n",
        after="    if False:\n",
    ),
    Mutant(
        name="asks only for metric alarms",
        module="aws/acceptance/alarms.py",
        before='TYPES = ["MetricAlarm", "CompositeAlarm", "LogAlarm"]\n',
        after='TYPES = ["MetricAlarm"]\n',
    ),
    Mutant(
        name="keeps the alarms of its first look, however old",
        module="cutover/acceptance/alarms.py",
        before="        nothing: Found[Alarm] = ",
        after='        if hasattr(self, "_kept"):\n            return self._kept\n        nothing: Found[Alarm] = ',
        also=(
            (
                "cutover/acceptance/alarms.py",
                "        return Found(items={server.id: (*common,",
                "        self._kept = Found(items={server.id: (*common,",
            ),
            (
                "cutover/acceptance/alarms.py",
                " for server in servers})\n",
                " for server in servers})\n        return self._kept\n",
            ),
        ),
    ),
    Mutant(
        name="does not ask the calendars again between look and write",
        module="cutover/acceptance/change_calendar.py",
        before="        if self._clock.now() - asked.at >= JUST_ASKED:\n",
        after="        if False:\n",
    ),
    Mutant(
        name="writes if the calendars cannot be asked again",
        module="cutover/acceptance/change_calendar.py",
        before='                return waits(f"the change calendars could not be asked again ({error.code})")\n',
        after="                return None\n",
        is_rare=True,
    ),
    Mutant(
        name="forgets when a calendar closes according to its last answer",
        module="cutover/acceptance/change_calendar.py",
        before=", *([self._latest] if self._latest else [])]\n",
        after="]\n",
        is_rare=True,
    ),
    Mutant(
        name="ignores when a calendar is known to close",
        module="cutover/finalize/acceptance.py",
        before="        return min(filter(None, (rule.good_until(evidence) for rule in self._needed)), default=None)\n",
        after="        return None\n",
        is_rare=True,
    ),
    Mutant(
        name="takes a closed calendar among several for an open one",
        module="aws/acceptance/change_calendar.py",
        before="        return self._one_by_one(names)\n\n    def",
        after='        return Found(items=dict.fromkeys(names, CalendarState(state="OPEN")))\n\n    def',
    ),
    Mutant(
        name="counts a snapshot that is older than the launch",
        module="cutover/acceptance/backup.py",
        before=" and s.started_at and s.started_at > launched_at]\n",
        after="]\n",
    ),
    Mutant(
        name="counts MGN's own snapshots",
        module="cutover/acceptance/backup.py",
        before="if not s.is_of_mgn and s.started_at",
        after="if s.started_at",
    ),
    Mutant(
        name="counts a snapshot that is not complete",
        module="cutover/acceptance/backup.py",
        before='    if "completed" in states:\n',
        after="    if states:\n",
    ),
    Mutant(
        name="is content with a snapshot of one volume",
        module="cutover/acceptance/backup.py",
        before="        found = [_finding(volume, launched_at) for volume in fact]\n",
        after="        found = [_finding(volume, launched_at) for volume in fact[:1]]\n",
    ),
    Mutant(
        name="does not read termination protection back",
        module="cutover/acceptance/termination_protection.py",
        before="        for look in range(LOOKS):\n",
        after="        for look in ():\n",
        also=(
            (
                "cutover/acceptance/termination_protection.py",
                "        raise MgnUnavailableError(\n",
                "        return None\n        raise MgnUnavailableError(\n",
            ),
        ),
    ),
    Mutant(
        name="does not turn termination protection on",
        module="cutover/acceptance/termination_protection.py",
        before="        if not self._sets or instance_id is None or evidence.acceptance[self.name] is not False:\n",
        after="        if True:\n",
    ),
    Mutant(
        name="accepts the validator's answer about another source server",
        module="aws/acceptance/validator.py",
        before="    if unasked := answers.keys() - set(ids):\n",
        after="    if False:\n",
        is_rare=True,
    ),
    Mutant(
        name="accepts the answer of a validator that failed",
        module="aws/acceptance/validator.py",
        before="    if failure:\n",
        after="    if False:\n",
    ),
    Mutant(
        name="passes a source server that the validator left out",
        module="cutover/acceptance/validator.py",
        before='            return blocks("the validator function left it out of its answer")\n',
        after='            return passes("")\n',
    ),
    Mutant(
        name="takes an unknown verdict of the validator for PASS",
        module="cutover/acceptance/validator.py",
        before='        return blocks(f"the validator function says neither PASS nor WAIT nor BLOCK{words}")\n',
        after='        return passes("")\n',
    ),
    Mutant(
        name="takes a validator that gives no answer for PASS",
        module="aws/acceptance/validator.py",
        before="NoAnswer(can_pass_later=True, reason=reason)",
        after='ValidatorAnswer(verdict="PASS", reason=reason)',
    ),
    Mutant(
        name="passes an optional rule that could not be read",
        module="cutover/readiness/judge.py",
        before='        return blocks("what it rests on could not be read")\n',
        after='        return Finding(verdict=Verdict.PASS, reason="")\n',
        also=(
            (
                "cutover/finalize/read_evidence.py",
                " for name, facts in accepted.items() if name not in waived),\n",
                " for name, facts in accepted.items() if False),\n",
            ),
        ),
    ),
    Mutant(
        name="writes after the first look although all or none are wanted",
        module="cutover/finalize/group_run.py",
        before="            ready = self._prepare(ready) and self._look_at_all(list(ready), None)\n",
        after="            ready = self._prepare(ready)\n",
    ),
    Mutant(
        name="writes the ready ones although one waits and all or none are wanted",
        module="cutover/finalize/group_run.py",
        before="        if not others:\n",
        after="        if True:\n",
    ),
    Mutant(
        name="writes the others after one failed although all or none are wanted",
        module="cutover/finalize/group_run.py",
        before="            return list(self._unless_one_is_not_ready(list(ready), still))\n",
        after="            return list(still)\n",
        is_rare=True,
    ),
    Mutant(
        name="turns termination protection on after the answer",
        module="cutover/finalize/preparation.py",
        before="            self._options.window.check(ready.evidence.server.id)\n",
        after="",
        also=(
            (
                "cutover/finalize/preparation.py",
                "            if self._clock.now() >= until:\n",
                "            if False:\n",
            ),
        ),
        is_rare=True,
    ),
    Mutant(
        name="ignores that all or none are wanted",
        module="cutover/finalize/finalize.py",
        before="    if not options.all_or_nothing or size < 2:\n",
        after="    if True:\n",
    ),
)
# Few histories switch on one optional check and reach its special case, so `make mutants` looks for all of them longer.
MUTANTS = tuple(replace(mutant, is_rare=True) for mutant in _MUTANTS)
