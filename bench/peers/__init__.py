"""What others would write for the same, as deployed; every version is that of our layer."""
