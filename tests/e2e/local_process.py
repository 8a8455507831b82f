"""The local AWS in a process of its own, as a user starts it."""

import subprocess
import sys
from threading import Thread


def start(root, environment):
    """
    Start the local AWS on a free port; return the process and the line that says where it listens.

    Its further output is the log of the functions; it is read, because a full pipe would stop them.
    """
    command = [sys.executable, "-m", "local", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    first = process.stdout.readline()
    Thread(target=process.stdout.read, daemon=True).start()
    return process, first
