"""Simpler solutions for the same task, as deployed; their packages have the versions of this project's layer."""
