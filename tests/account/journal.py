"""The journal of a run: its steps, its answers and what was not as expected."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from finalize_cutover.aws.json_fields import UNREADABLE
from finalize_cutover.cutover.errors import CutoverError
from finalize_cutover.cutover.ports import Clock
from tests.account.comparison import shown
from tests.account.errors import AccountTestError, RefusedError
from tests.account.questions import BY_SACRIFICE, UNANSWERABLE, Question
from tests.account.report import Answer, Step, StepName, StepOutcome
from tests.account.terminal import Terminal

# With what Python raises if an answer of AWS does not have the shape of the model.
FAILURES = (AccountTestError, BotoCoreError, ClientError, CutoverError, OSError, *UNREADABLE)


@dataclass(slots=True, kw_only=True)
class Journal:
    """
    What a run did and found so far.

    Attributes:
        answers: ``{question: what was observed}``.

        reasons: ``{question: why it could not be answered}``.

        unexpected: Sentences without identifiers.
    """

    clock: Clock
    terminal: Terminal
    steps: list[Step] = field(default_factory=list)
    answers: dict[Question, str] = field(default_factory=dict)
    reasons: dict[Question, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: StepName) -> Iterator[None]:
        """Record the step in the block; a failure is recorded, shown and raised again."""
        began_at = self.clock.now()

        def end(outcome: StepOutcome, codes: tuple[str, ...] = ()) -> None:
            seconds = round((self.clock.now() - began_at).total_seconds(), 1)
            self.steps.append(Step(step=name, outcome=outcome, seconds=seconds, codes=codes))

        self.terminal.title(name)
        try:
            yield
        except RefusedError:
            end(StepOutcome.REFUSED)
            raise
        except FAILURES as error:
            end(StepOutcome.FAILED, codes_of(error))
            self.unexpected.append(f"The step {name} failed.")
            self.terminal.say(f"The step {name} failed: {error}")
            raise
        except BaseException:
            end(StepOutcome.INTERRUPTED)
            raise
        end(StepOutcome.DONE)

    def tried(self, name: StepName, action: Callable[[], object]) -> bool:
        """Run *action* as a step; return whether it succeeded, and go on in either case."""
        try:
            with self.step(name):
                action()
        except RefusedError:
            raise
        except FAILURES:
            return False
        return True

    def answer(self, question: Question, observed: str) -> None:
        """Record what was observed."""
        self.answers[question] = observed
        self.terminal.say(f"{question}: {observed}")

    def cannot_answer(self, question: Question, why: str) -> None:
        """Record why a question was not answered, unless it was."""
        self.reasons.setdefault(question, why)

    def all_answers(self) -> tuple[Answer, ...]:
        """Return one answer to each question."""
        return tuple(self._answer(question) for question in Question)

    def _answer(self, question: Question) -> Answer:
        if observed := self.answers.get(question):
            return Answer(question=question, observed=observed)
        default = "no source server was finalized" if question in BY_SACRIFICE else "the run did not reach it"
        why = self.reasons.get(question) or UNANSWERABLE.get(question) or default
        return Answer(question=question, not_answered=why)


def codes_of(error: Exception) -> tuple[str, ...]:
    """Return the codes of *error* that identify nothing: AWS's error code and the operation, or those of this kit."""
    if isinstance(error, ClientError):
        return (shown(error.response["Error"]["Code"]), shown(error.operation_name))
    return getattr(error, "codes", ()) or (type(error).__name__,)
