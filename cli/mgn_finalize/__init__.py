"""
The command line for operators: calls the deployed function and state machine, and shows what they answer.

It decides nothing about source servers: the function validates requests, and its messages are shown as they are.
"""
