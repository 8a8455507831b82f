"""Check what MGN must have removed 10 and 90 minutes after finalizing."""
