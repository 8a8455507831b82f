"""
Builds what is deployed: the function's code and its layer, for Lambda, on any machine.

The same input gives the same bytes, wherever and whenever it is built.
"""
