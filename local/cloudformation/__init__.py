"""
A stand-in for CloudFormation, with the custom resource protocol.

It has two layers.  The lower layer is the protocol: requests, pre-signed URLs, responses and their effects.  It does
not need moto, and the contract tests use it directly.  The upper layer changes moto's stacks to create, update, roll
back and delete as CloudFormation does, so that the usual tools can deploy a complete template.

The stand-in does what AWS documents.  Where only observations exist, it does the worst that was observed.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref.html
"""
