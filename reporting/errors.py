"""The errors that the program reports to its user."""


class UnreadableResultsError(Exception):
    """A file contains no results, or not all of them; the message is one sentence for the user."""
