"""The Lambda handler that the template configures."""

from .bootstrap import bootstrap

lambda_handler = bootstrap()
