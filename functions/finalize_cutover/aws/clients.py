"""boto3's clients, made when first needed and kept as long as the execution environment lives."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_mgn import MgnClient

# Slowest call: 3 attempts x (2 s to connect + 8 s to read) + 3 s between them = 33 s.  A request looks with
# 4 calls and acts with 1, so that 165 s is the worst, far below the function's Timeout of 900 s.
CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=8,
    retries={"mode": "standard", "total_max_attempts": 3},
)


def mgn_client() -> "MgnClient":
    """Make a client for MGN in the function's own Region."""
    return boto3.session.Session().client("mgn", config=CLIENT_CONFIG)


def ec2_client() -> "EC2Client":
    """Make a client for EC2 in the function's own Region."""
    return boto3.session.Session().client("ec2", config=CLIENT_CONFIG)


def cloudformation_client() -> "CloudFormationClient":
    """Make a client for CloudFormation in the function's own Region."""
    return boto3.session.Session().client("cloudformation", config=CLIENT_CONFIG)
