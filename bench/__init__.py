"""
What the project costs, measured: ``make bench``.

Each measurement is a module with ``measure(local_aws, plan)``, which yields figures; ``__main__`` lists them.
All of them run against the local AWS, which is served by a process of its own.
"""
