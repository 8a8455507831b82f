"""
The bill of materials of the deployment artifact, and the audit of its known vulnerabilities.

It needs third-party packages (`.venv-supply`); the build of the artifact needs only Python.
"""
