"""The whole story in a minute, on a laptop: the real handler, real HTTP, a local AWS, no account."""
