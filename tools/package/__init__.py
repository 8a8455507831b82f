"""
The published package in `dist/`: template, archives, checksums, bill of materials and provenance.

It is reproducible: the same commit gives the same bytes in every folder.
"""
