"""The daily digest: what was finalized, what waits and why, and what it costs."""
