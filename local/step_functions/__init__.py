"""Step Functions on this machine, with moto's interpreter."""
