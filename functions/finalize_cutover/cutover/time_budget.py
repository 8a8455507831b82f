"""
How long the parts of a write may take.

Everything that waits for AWS around a write derives its time from here, so that a write that has begun ends, and is
reported, before the invocation must end.
"""

from datetime import timedelta

# From the first byte sent to the last byte received, the connection and a member account's AssumeRole included.
# The SDK's own times (aws/clients.py) hold for each byte received, and are 2 s to connect and 8 s to read.
ATTEMPT = timedelta(seconds=10)

# After a conflict or a lost answer: reads may lag 5 s behind a write, so the last look begins at least 6 s after it.
LOOKS_AGAIN = 3
PAUSE = timedelta(seconds=2)
LOOK_AGAIN = timedelta(seconds=5)

# 10 s + 3 x (2 s + 5 s) = 31 s
LONGEST_WRITE = ATTEMPT + LOOKS_AGAIN * (PAUSE + LOOK_AGAIN)

# Evidence that is older when the write is about to be sent is read again first.
YOUNG = timedelta(seconds=15)
# Of which reading may take so much: the rest is for writing.
READING = YOUNG / 2
