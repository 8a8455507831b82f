"""The optional readiness checks: proof that the application runs, and that its only copy is safe."""
