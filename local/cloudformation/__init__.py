"""
A stand-in for CloudFormation, as custom resources know it.

Two layers.  The protocol (requests, the pre-signed URL, answers and what follows from them) needs no moto; contract
tests stand on it.  On top of it, moto's stacks learn to create, update, roll back and delete as CloudFormation does, so
that a whole template can be deployed with the tools of every day.

What AWS documents is done as documented; where only observations exist, the stand-in does the worst that was seen.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref.html
"""
