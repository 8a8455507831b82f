"""The preflight: says for each thing that the deployment needs whether it works, and changes nothing."""
