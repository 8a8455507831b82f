"""Executions of the state machine: what they do, their approvals and their results."""
