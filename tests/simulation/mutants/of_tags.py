"""Mutants of the rules about tags, of the deployment's own terms for automation, and of applications together."""

from tests.simulation.mutants.mutant import Mutant

HOLDS = "    if keys_like(policy.hold_tag_key, evidence.server.tags):\n"
NAMES_INSTANCE = "        if value == required:\n"
OPTIONS = "handlers/eventbridge/automation_options.py"

MUTANTS = (
    Mutant(
        name="lets a request waive a hold",
        module="cutover/readiness/judge.py",
        before='NEVER_WAIVED = frozenset({"lifecycle", "not-archived", "hold"})\n',
        after='NEVER_WAIVED = frozenset({"lifecycle", "not-archived"})\n',
        also=(
            (
                "handlers/fields.py",
                '            "not-before",\n            "cutover-job",\n',
                '            "hold",\n            "not-before",\n            "cutover-job",\n',
            ),
        ),
    ),
    Mutant(
        name="holds back only automation",
        module="cutover/readiness/tag_rules.py",
        before=HOLDS,
        after="    if policy.approval and keys_like(policy.hold_tag_key, evidence.server.tags):\n",
    ),
    Mutant(
        name="takes a hold tag whose key has another case for another tag",
        module="cutover/readiness/tag_rules.py",
        before=HOLDS,
        after="    if policy.hold_tag_key in evidence.server.tags:\n",
    ),
    Mutant(
        name="ignores a hold tag without a value",
        module="cutover/readiness/tag_rules.py",
        before=HOLDS,
        after="    if any(map(evidence.server.tags.get, keys_like(policy.hold_tag_key, evidence.server.tags))):\n",
    ),
    Mutant(
        name="forgets HoldTagKey for requests",
        module="handlers/options.py",
        before="            hold_tag_key=invocation.settings.hold_tag_key,\n",
        after="",
    ),
    Mutant(
        name="forgets HoldTagKey for automation",
        module=OPTIONS,
        before="            hold_tag_key=settings.hold_tag_key,\n",
        after="",
    ),
    Mutant(
        name="takes every time in the tag not-before for UTC",
        module="cutover/readiness/tag_rules.py",
        before="        return time.astimezone(UTC) if time.tzinfo else None\n",
        after="        return time.replace(tzinfo=UTC) if time.tzinfo else None\n",
    ),
    Mutant(
        name="takes a time without a time zone for UTC",
        module="cutover/readiness/tag_rules.py",
        before="        return time.astimezone(UTC) if time.tzinfo else None\n",
        after="        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)\n",
        is_rare=True,
    ),
    Mutant(
        name="takes what is no time for no tag not-before",
        module="cutover/readiness/tag_rules.py",
        before='        return blocks(f"the value of its tag {NOT_BEFORE_TAG_KEY} is not',
        after='        return passes(f"the value of its tag {NOT_BEFORE_TAG_KEY} is not',
    ),
    Mutant(
        name="takes a tag not-before whose key has another case for another tag",
        module="cutover/readiness/tag_rules.py",
        before="    if deviation := key_deviation(NOT_BEFORE_TAG_KEY, tags):\n",
        after="    if deviation := None:\n",
    ),
    Mutant(
        name="takes the approval of any instance for that of the launched one",
        module="cutover/readiness/policy.py",
        before=NAMES_INSTANCE,
        after='        if value == required or (self.value is None and value.startswith("i-")):\n',
    ),
    Mutant(
        name="ignores the case of an approved instance",
        module="cutover/readiness/policy.py",
        before=NAMES_INSTANCE,
        after="        if value.strip().casefold() == required.casefold():\n",
        is_rare=True,
    ),
    Mutant(
        name="ignores ApprovalBinding",
        module=OPTIONS,
        before='    is_bound = parameters.approval_binding == "INSTANCE"\n',
        after="    is_bound = False\n",
    ),
    Mutant(
        name="ignores AutomationSoakMinutes",
        module=OPTIONS,
        before="            soak_minutes=parameters.automation_soak_minutes,\n",
        after="",
    ),
    Mutant(
        name="ignores AutomationWaive",
        module=OPTIONS,
        before="            waived=frozenset(parameters.automation_waive),\n",
        after="",
    ),
    Mutant(
        name="waives the approval for automation",
        module=OPTIONS,
        before="            waived=frozenset(parameters.automation_waive),\n",
        after='            waived=frozenset(parameters.automation_waive) | {"approval"},\n',
    ),
    Mutant(
        name="archives after every automatic finalization",
        module=OPTIONS,
        before="        archive=parameters.archive_after_finalize,\n",
        after="        archive=True,\n",
    ),
    Mutant(
        name="finalizes each server of an application on its own",
        module=OPTIONS,
        before="        applications_together=parameters.finalize_applications_together,\n",
        after="",
        is_rare=True,
    ),
    Mutant(
        name="forgets servers of an application that another batch has",
        module="cutover/finalize/application_run.py",
        before="        obstacles = self._obstacles(outside)\n",
        after="        obstacles = dict[str, Result]()\n",
        is_rare=True,
    ),
    Mutant(
        name="forgets servers of an application that the same batch has",
        module="cutover/finalize/application_run.py",
        before="each in own.items() if i not in undecided and not each.is_archived}\n",
        after="each in own.items() if False}\n",
        is_rare=True,
    ),
    Mutant(
        name="forgets servers of an application that are not in a cutover",
        module="cutover/finalize/application_run.py",
        before="each.others = [] if each.obstacles else each.others\n",
        after="each.others = [o for o in each.others if not self._at_sight(o, read_at, self._omitted)]\n"
        "            each.obstacles = {}\n",
        is_rare=True,
    ),
)
