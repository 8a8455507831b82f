"""
A local AWS for the tests, the demo and your own experiments.

moto emulates AWS.  This package adds what moto lacks, above all MGN.  None of it is deployed.
"""
