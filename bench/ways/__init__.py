"""
Ways to finalize a wave, each in a separate process: ``python -m bench.ways WAY WARM_UP_SERVER``.

Each is a module with ``prepare(server_id)``, which is not measured, and ``finalize(wave_id, server_ids)``.
"""

OURS = "this_function"
PEERS = {
    "migration_factory": "Cloud Migration Factory",
    "patient_factory": "the same, more retries",
    "plain_loop": "plain loop",
}
