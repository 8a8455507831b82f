"""
Functions as Lambda runs them: what was built, on the runtime's Python, in AWS's Runtime Interface Emulator.

Linux only.  The SAM CLI brings the emulator, and `make` the runtime.
https://github.com/aws/aws-lambda-runtime-interface-emulator
"""
