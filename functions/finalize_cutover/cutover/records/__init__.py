"""Records of finalizations that nobody can change: what was decided before each write, and what came of it."""
