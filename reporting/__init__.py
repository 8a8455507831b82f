"""
Renders a wave's results as one page for the change record: ``make report RESULTS=…``.

Approvers, auditors and operators read the page, possibly years later and without this project.  So it is one HTML file
without scripts or external resources, and it can be printed.
Everything that services and people provided is shown as escaped text only.
"""
