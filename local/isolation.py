"""An environment without the user's AWS settings, for programs that must call no other AWS than the local one."""

import os
from collections.abc import MutableMapping

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1,localhost",
}


def isolate(environment: MutableMapping[str, str]) -> None:
    """Replace the user's credentials, profile, endpoints and defaults in *environment*."""
    for name in [name for name in environment if name.startswith(("AWS_", "MGN_FINALIZE_"))]:
        del environment[name]
    environment.update(ENVIRONMENT)
