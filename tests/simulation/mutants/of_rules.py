"""What is looked at, and how it is judged, broken."""

from tests.simulation.mutants.mutant import Mutant

RULES = (
    "server_rules.lifecycle",
    "server_rules.not_archived",
    "launch_rules.cutover_job",
    "launch_rules.job_log",
    "launch_rules.launched_instance",
    "server_rules.first_boot",
    "server_rules.mgn_checks",
    "launch_rules.post_launch_actions",
    "server_rules.instance_status",
    "server_rules.soak",
    "server_rules.approval",
)


def _without(rule: str) -> Mutant:
    name = rule.partition(".")[2].replace("_", "-")
    return Mutant(
        name=f"drops the rule {name}",
        module="cutover/readiness.py",
        before=f'    "{name}": {rule},\n',
        after="",
    )


MUTANTS = (
    *map(_without, RULES),
    Mutant(
        name="inverts the rule job-log",
        module="cutover/launch_rules.py",
        before="    if failures:\n",
        after="    if not failures:\n",
    ),
    Mutant(
        name="takes an instance that boots for one that runs",
        module="cutover/server_rules.py",
        before='checks == {"ok"}',
        after='checks <= {"ok", "initializing"}',
    ),
    Mutant(
        name="forgets that a cutover was reverted",
        module="cutover/source_server.py",
        before="        return self.initiated_at is None or self.reverted_at >= self.initiated_at\n",
        after="        return False\n",
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
        before="if server.is_finalized or not server.is_archived}",
        after="if not server.is_archived}",
    ),
)
