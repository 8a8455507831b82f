"""
Answers for what is shipped: its bill of materials, and what is known against it.

Needs packages (`.venv-supply`), where building the artifact needs Python alone.
"""
