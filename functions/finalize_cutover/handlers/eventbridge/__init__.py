"""Automation: MGN's launch results and the schedule."""
