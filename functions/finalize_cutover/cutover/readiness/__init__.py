"""Whether a cutover may be finalized: evidence in, findings out."""
