"""Step Functions on this machine, by moto's interpreter."""
