"""The ports of the core, through boto3; foreign answers and errors are translated here, once."""
