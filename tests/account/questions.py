"""The open questions of docs/reliability.md, and those that this kit cannot answer."""

from enum import StrEnum


class Question(StrEnum):
    """The open questions, in the order of the table in docs/reliability.md, which has the same IDs."""

    SECOND_FINALIZE = "second-finalize"
    FINALIZE_IN_OTHER_STATE = "finalize-in-other-state"
    LOG_AFTER_COMPLETION = "log-after-completion"
    FINALIZE_WHILE_JOB_RUNS = "finalize-while-job-runs"
    STATE_AFTER_FAILED_LAUNCH = "state-after-failed-launch"
    FINALIZE_AFTER_FAILED_ACTION = "finalize-after-failed-action"
    FINALIZE_PERMISSION = "finalize-permission"
    TAGS_FOR_IAM = "tags-for-iam"
    ACCOUNT_ID = "account-id"
    MANAGED_ACCOUNTS = "managed-accounts"
    FORWARDED_EVENTS = "forwarded-events"
    LAUNCH_EVENT = "launch-event"
    CLOUDTRAIL = "cloudtrail"
    REPLICATION_TAGS = "replication-tags"
    CLEANUP_TIME = "cleanup-time"
    CHECKS_OVER_TIME = "checks-over-time"
    FINALIZED_BY_OTHER_WAY = "finalized-by-other-way"
    REUSED_ID = "reused-id"
    REQUEST_RATES = "request-rates"
    AGENTLESS = "agentless"
    READ_AFTER_FINALIZE = "read-after-finalize"
    DISAGREEING_READS = "disagreeing-reads"


ONLY_READY = "this kit finalizes only a source server that passes every readiness check"
# What no run can find out, and why.
UNANSWERABLE = {
    Question.FINALIZE_IN_OTHER_STATE: ONLY_READY,
    Question.FINALIZE_WHILE_JOB_RUNS: ONLY_READY,
    Question.FINALIZE_AFTER_FAILED_ACTION: ONLY_READY,
    Question.FORWARDED_EVENTS: "this needs a second account",
    Question.LAUNCH_EVENT: "this kit launches no cutover, so MGN sends no event",
}
# What only the finalization of a source server shows.
BY_SACRIFICE = (
    Question.CLOUDTRAIL,
    Question.SECOND_FINALIZE,
    Question.FINALIZE_PERMISSION,
    Question.TAGS_FOR_IAM,
    Question.CLEANUP_TIME,
    Question.READ_AFTER_FINALIZE,
)
