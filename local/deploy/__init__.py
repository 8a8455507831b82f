"""A template deployed to the local AWS."""
