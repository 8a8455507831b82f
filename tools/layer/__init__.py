"""
Builds the deployment artifact for Lambda on any machine: the function's code and its layer.

Builds are reproducible: the same input gives the same bytes on every machine.
"""
