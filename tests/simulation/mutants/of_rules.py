"""Mutants of the rules, and of the evidence that they read."""

from tests.simulation.mutants.mutant import Mutant

RULES = (
    "server_rules.lifecycle",
    "server_rules.not_archived",
    "tag_rules.hold",
    "tag_rules.not_before",
    "launch_rules.cutover_job",
    "launch_rules.job_log",
    "launch_rules.launched_instance",
    "server_rules.instance_present",
    "server_rules.first_boot",
    "server_rules.mgn_checks",
    "launch_rules.post_launch_actions",
    "server_rules.instance_status",
    "server_rules.soak",
    "tag_rules.approval",
)
# Few launches end with an archived source server.
RARE = {"instance-present", "not-archived"}


def _without(rule: str) -> Mutant:
    name = rule.partition(".")[2].replace("_", "-")
    return Mutant(
        name=f"drops the rule {name}",
        module="cutover/readiness/judge.py",
        before=f'    "{name}": {rule},\n',
        after="",
        is_rare=name in RARE,
    )


MUTANTS = (
    *map(_without, RULES),
    Mutant(
        name="inverts the rule job-log",
        module="cutover/readiness/launch_rules.py",
        before="for line in lines if not _is_harmless(line)]:\n",
        after="for line in lines if _is_harmless(line)]:\n",
    ),
    Mutant(
        name="lets an empty log pass",
        module="cutover/readiness/launch_rules.py",
        before="    if not evidence.log:\n        return _no_log(evidence.job)\n",
        after="",
    ),
    Mutant(
        name="lets the actions of a job that is gone pass",
        module="cutover/readiness/launch_rules.py",
        before="        return waits(unknown) if evidence.is_launching else blocks(unknown)\n",
        after="        return passes(unknown)\n",
        is_rare=True,
    ),
    Mutant(
        name="does not look at the attached EBS status check",
        module="cutover/readiness/server_rules.py",
        before=" else [status.attached_ebs]\n",
        after=" else []\n",
        is_rare=True,
    ),
    Mutant(
        name="lets an unknown event pass",
        module="cutover/readiness/launch_rules.py",
        before="    return line.event == HARMLESS or (",
        after="    return line.event == HARMLESS or line.event not in KNOWN_EVENTS or (",
    ),
    Mutant(
        name="ignores a raw error",
        module="cutover/readiness/launch_rules.py",
        before='(line.event.endswith(("_START", "_END")) and not line.has_error)',
        after='line.event.endswith(("_START", "_END"))',
    ),
    Mutant(
        name="takes an event with an empty server ID for another server's",
        module="aws/translate.py",
        before='        server_id=text(about, "sourceServerID") or None,\n',
        after='        server_id=text(about, "sourceServerID"),\n',
    ),
    Mutant(
        name="lets the last launch stand where a job names a server twice",
        module="cutover/readiness/launch_rules.py",
        before="    if server_id in job.named_twice:\n",
        after="    if False:\n",
    ),
    Mutant(
        name="lets the first launch stand where a job names a server twice",
        module="cutover/readiness/launch_rules.py",
        before="    if server_id in job.named_twice:\n",
        after="    if False:\n",
        also=(
            (
                "aws/translate.py",
                "            launches[server_id] = _launch(server)\n",
                "            launches.setdefault(server_id, _launch(server))\n",
            ),
        ),
        is_rare=True,
    ),
    Mutant(
        name="takes a job that ended before the cutover was started for the cutover's",
        module="cutover/readiness/launch_rules.py",
        before="    if job.ended_at and cutover.initiated_at and job.ended_at < cutover.initiated_at:\n",
        after="    if False:\n",
        is_rare=True,
    ),
    Mutant(
        name="overlooks that a cutover was finalized before",
        module="cutover/readiness/launch_rules.py",
        before=' if cutover.has_finalized else ""\n',
        after=' if False else ""\n',
        is_rare=True,
    ),
    Mutant(
        name="takes a failed action of which little is known for one that need not succeed",
        module="cutover/readiness/launch_rules.py",
        before='    if action.status == "FAILED" and action.must_succeed is None:\n',
        after="    if False:\n",
    ),
    Mutant(
        name="lets an unknown end pass for old enough",
        module="cutover/readiness/server_rules.py",
        before="        return waits(words, passes_at=now + soak_time) if evidence.is_launching else blocks(words)\n",
        after="        return passes(words)\n",
        is_rare=True,
    ),
    Mutant(
        name="takes an instance that boots for one that runs",
        module="cutover/readiness/server_rules.py",
        before='set(checks) == {"ok"}',
        after='set(checks) <= {"ok", "initializing"}',
    ),
    Mutant(
        name="forgets that a cutover was reverted",
        module="cutover/source_server.py",
        before=" or self.reverted_at >= self.initiated_at\n",
        after="\n",
    ),
    Mutant(
        name="takes a cutover that was reverted at an unreadable time for one that was not",
        module="cutover/source_server.py",
        before="        if not self.has_reverted:\n",
        after="        if self.reverted_at is None:\n",
    ),
    Mutant(
        name="takes CUTOVER for final although it still replicates",
        module="cutover/source_server.py",
        before="return self.state == CUTOVER and self.replication_state == DISCONNECTED",
        after="return self.state == CUTOVER",
    ),
    Mutant(
        name="loses archived servers of a wave",
        module="cutover/selection.py",
        before="if server.is_finalized or not server.is_archived]",
        after="if not server.is_archived]",
    ),
)
