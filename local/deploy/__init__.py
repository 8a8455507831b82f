"""Deploys templates to the local AWS."""
