"""What is read from answers can have the form of another version: one sentence then, instead of a traceback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from mgn_finalize.errors import ProgramError

P = ParamSpec("P")
T = TypeVar("T")

# What Python raises for a missing field, a value of another type, or text that is not JSON.
OF_ANOTHER_FORM = (LookupError, TypeError, AttributeError, ValueError, RecursionError)
INSTALL = "Install the program of the version that is deployed; mgn-finalize preflight shows it."


@contextmanager
def understood(what: str) -> Iterator[None]:
    """
    Translate the errors of reading *what*, the beginning of a sentence; also a decorator.

    Raises:
        ProgramError: It has another form.
    """
    try:
        yield
    except OF_ANOTHER_FORM as error:
        raise ProgramError(f"{what} has a form that this program does not know.", hint=INSTALL) from error


def of_report(view: Callable[P, Iterator[T]]) -> Callable[P, list[T]]:
    """Let *view* return all that it yields of a report, or raise that the report has another form."""

    @wraps(view)
    def viewed(*arguments: P.args, **options: P.kwargs) -> list[T]:
        with understood("The report"):
            return [*view(*arguments, **options)]

    return viewed
