"""``python -m mgn_finalize``: the same as ``mgn-finalize``."""

from mgn_finalize.program import main

if __name__ == "__main__":
    main()
