"""A tour of about a minute on a laptop: the function's real handler, over HTTP, against a local AWS, without an account."""
