"""What the kit says before it starts and at the end."""

from collections.abc import Sequence
from pathlib import Path

from tests.account.request import Request
from tests.account.stack import FoundStack


def words(request: Request, account_id: str, existing: FoundStack | None) -> str:
    """Return where the run happens and what it will do; *existing* is the stack of an earlier run."""
    lines = [
        f"Account {account_id}, Region {request.region}, stack {request.stack}.",
        "This run:",
        *_deletes_first(existing),
        "- builds the application and deploys it as this stack, with automation off;",
        "- makes a preflight, and reads at most 500 source servers with their jobs, logs and configuration;",
        "- sends the function a launch event, a sweep in dry run and a check, of which none can finalize anything;",
    ]
    if request.sacrifice:
        lines += [
            f"- if you type its ID when you are asked: FINALIZES the cutover of {request.sacrifice},",
            f"  which cannot be undone, and then watches it for up to {request.wait_minutes} minutes;",
        ]
    lines += [
        "- deletes the stack, also after Ctrl-C, and what it leaves: empty queues and buckets, and log groups;",
        f"- writes what it found to {request.output}, without identifiers.",
    ]
    return "\n".join(lines)


def _deletes_first(existing: FoundStack | None) -> list[str]:
    if existing is None:
        return []
    return [
        f"- DELETES the stack of this name that another run created at {existing.created_at:%Y-%m-%d %H:%M} UTC:",
        "  if that run has not ended, say no and use another STACK;",
    ]


def ending(output: Path, unexpected: Sequence[str]) -> str:
    """Return what was not as expected, and what to do with the file."""
    found = ["", *(f"Not as expected: {sentence}" for sentence in unexpected)] if unexpected else []
    return "\n".join(
        [
            *found,
            "",
            f"Written: {output}",
            "It contains no identifiers as far as this kit can see.  Read it before you send it to the maintainers.",
        ]
    )
