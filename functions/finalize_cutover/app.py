"""The entry point that the template names."""

from .bootstrap import bootstrap

lambda_handler = bootstrap()
