"""The custom resource: CloudFormation's requests, and the one answer that each gets."""
