"""The domain: evidence in, findings and reports out; no AWS, no Lambda, no clock of its own."""
