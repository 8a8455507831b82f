"""The boto3 adapters for the ports of the core; AWS responses and errors are translated here, once."""
