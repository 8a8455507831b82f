"""EventBridge on this machine, with Lambda's asynchronous invocations."""
