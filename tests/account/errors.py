"""The errors of the kit."""


class RefusedError(Exception):
    """The run is refused: a value is not allowed, or a person did not agree."""


class AccountTestError(Exception):
    """
    A step failed.

    Args:
        words: For the person at the terminal; they can contain identifiers.

        codes: For the report, without identifiers.
    """

    def __init__(self, words: str, *codes: str) -> None:
        super().__init__(words)
        self.codes = codes
