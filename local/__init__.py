"""
AWS on a laptop: what the tests, the demo and your own experiments talk to.

moto stands in for AWS; what it lacks (MGN first of all) is added here.  Nothing of this is deployed.
"""
