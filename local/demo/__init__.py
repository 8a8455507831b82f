"""A tour of about a minute: the function's real handler, over HTTP, against a local AWS on this machine."""
