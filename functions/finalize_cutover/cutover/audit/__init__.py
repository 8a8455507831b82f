"""What must be gone 10 and 90 minutes after finalizing."""
