"""Tell the story: ``python -m local.demo``; exit code 0 only if everything went as told."""

import sys

from local.demo import automation, servers, stack, wave
from local.demo.local_aws import local_aws
from local.demo.terminal import RED, Expectations, coloured

CHAPTERS = (servers, stack, automation, wave)


def main() -> int:
    """Tell every chapter, each on an empty local AWS."""
    expectations = Expectations()
    print("Finalize MGN cutovers: the function's real handler over real HTTP, on a local AWS.")
    print("Nothing outside this machine is asked or changed.")
    with local_aws() as aws:
        for chapter in CHAPTERS:
            aws.reset()
            chapter.tell(aws, expectations)
    for disappointment in expectations.disappointments:
        print(coloured(f"\nThis went otherwise than told: {disappointment}.", RED))
    return 1 if expectations.disappointments else 0


if __name__ == "__main__":
    sys.exit(main())
