"""
A wave's results as one page for the change record: ``make report RESULTS=…``.

The page is read by whoever approves, audits or operates, years later and
without us: one file, no script, nothing loaded from elsewhere, good on paper.
What it shows was said by services and people, and is only ever shown as text.
"""
