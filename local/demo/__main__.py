"""Run the demo: ``python -m local.demo``.  The exit code is 0 only if every result is the expected one."""

import sys

from local.demo import acceptance, approval, automation, servers, stack, wave
from local.demo.local_aws import local_aws
from local.demo.terminal import RED, Expectations, coloured, legend, what_next

CHAPTERS = (servers, acceptance, stack, automation, approval, wave)


def main() -> int:
    """Run every chapter, each on an empty local AWS."""
    expectations = Expectations()
    print("Finalize MGN cutovers: the function's real handler, over HTTP, against a local AWS.")
    print("The demo neither calls nor changes anything outside this machine.")
    legend()
    with local_aws() as aws:
        for chapter in CHAPTERS:
            aws.reset()
            chapter.run(aws, expectations)
    for unmet in expectations.unmet:
        print(coloured(f"\nUnexpected result.  The demo expects this: {unmet}.", RED))
    what_next()
    return 1 if expectations.unmet else 0


if __name__ == "__main__":
    sys.exit(main())
