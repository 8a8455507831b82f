"""
Runs the built function as Lambda does: on the runtime's Python, in AWS's Runtime Interface Emulator.

Linux only.  The SAM CLI contains the emulator, and `make` installs the runtime.
https://github.com/aws/aws-lambda-runtime-interface-emulator
"""
