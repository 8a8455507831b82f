"""
Benchmarks of the project: ``make bench``.

Each benchmark is a module with ``measure(local_aws, plan)``, which yields figures; ``__main__`` lists the modules.
All benchmarks use the local AWS, which runs in a separate process.
"""
