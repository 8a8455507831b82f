"""What is raised on purpose."""


class UnreadableResultsError(Exception):
    """A file holds no results, or not all of them; the message is one sentence for whoever named the file."""
