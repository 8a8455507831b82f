"""What we know and decide: facts in, verdicts and reports out; no AWS, no Lambda, no clock of its own."""
