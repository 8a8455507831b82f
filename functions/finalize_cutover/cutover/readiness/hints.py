"""What you can do about a readiness check that does not pass; the table in README.md has the same sentences."""

# By rule; a rule replaces its hint in a case that needs another one.
HINTS = {
    "lifecycle": "Launch a cutover. You cannot waive this rule.",
    "not-archived": "Select another source server. You cannot waive this rule.",
    "hold": "Remove the tag if the source server may be finalized. You cannot waive this rule.",
    "not-before": "Wait until that time, or correct the tag.",
    "cutover-job": "Wait for the job, or launch the cutover again.",
    "job-log": "Launch the cutover again while the source's agent runs.",
    "launched-instance": "Find out which job launched the instance, or launch the cutover again.",
    "instance-present": "Launch the cutover again: without the instance, no copy remains.",
    "first-boot": "Wait, or look at the instance's console.",
    "mgn-checks": "Fix what the check names.",
    "post-launch-actions": "Fix the action and run it again.",
    "instance-status": "Wait, or fix the instance.",
    "group": "Fix or wait for the other source servers, or leave AllOrNothing out.",
    "application": "Approve, fix or wait for the other source servers; archive those that will not be cut over.",
    "soak": "Wait until the soak time is over.",
    "approval": "Tag the source server when you accept it.",
}

# For a lifecycle state, instead of the usual hint.
OF_TEST = (
    "Launch a cutover. If the test instance is in production instead, call DisconnectFromService and archive the "
    "source server. You cannot waive this rule."
)
OF_DISCONNECTED = (
    "It was disconnected without a finalization, which cannot be undone: archive the source server, or install the "
    "agent again. You cannot waive this rule."
)
OF_CUTOVER = "Wait, and retry the request: MGN shows the cutover as finalized, but the replication as not disconnected."
LIFECYCLE_HINTS = {
    "TESTING": OF_TEST,
    "READY_FOR_CUTOVER": OF_TEST,
    "DISCONNECTED": OF_DISCONNECTED,
    "CUTOVER": OF_CUTOVER,
}
APPROVED_BY_NAME = "Approve the source server with its current instance, in a new request."
EC2_NOT_ASKED = "Use a member role; or waive instance-present and instance-status, and check the instance yourself."
