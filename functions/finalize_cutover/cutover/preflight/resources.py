"""What the deployment's parameters name: event bus, topic, bucket and key."""

from finalize_cutover.cutover.errors import CutoverError

from .answer import Answer, failed, fails, passes, warns
from .ports import PreflightPorts

LOCK = (
    "Use a bucket with Object Lock in the function's Region, or CreateEvidenceBucket; correct EvidenceBucketName: "
    "nothing is finalized without its record."
)


def event_bus(port: PreflightPorts, name: str) -> Answer:
    """Look for the event bus of the results."""
    try:
        port.check_event_bus(name)
    except CutoverError as error:
        return failed(error, "Correct EventBusName, or create the event bus: without it, no result is published.")
    return passes(f"The event bus {name} exists.")


def digest_topic(port: PreflightPorts, arn: str) -> Answer:
    """Look for the topic of the digest."""
    try:
        port.check_topic(arn)
    except CutoverError as error:
        return failed(error, "Correct DigestTopicArn, or create the topic, whose policy must allow its own account.")
    return passes("The topic of the digest exists.")


def evidence_bucket(port: PreflightPorts, name: str) -> Answer:
    """Look for the evidence bucket, and its Object Lock."""
    try:
        is_locked = port.has_object_lock(name)
    except CutoverError as error:
        return failed(error, LOCK)
    if not is_locked:
        return fails(f"Bucket {name} has no Object Lock.", LOCK)
    return passes(f"Bucket {name} exists and has Object Lock.")


def kms_key(port: PreflightPorts, arn: str) -> Answer:
    """Read the state of the key; who may use it is known only to its key policy."""
    state = port.key_state(arn)
    if state != "Enabled":
        return fails(f"The state of the KMS key is {state}.", "Enable the key, or set KmsKeyArn to another one.")
    return warns(
        "The KMS key is Enabled. Whether its key policy allows the function and the AWS services to use it cannot be "
        "known without using it.",
        "Compare the key policy with the section about encryption in docs/operations.md.",
    )
