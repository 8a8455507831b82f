"""The custom resource: CloudFormation's requests, with one response for each."""
