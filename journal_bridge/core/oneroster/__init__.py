"""OneRoster 1.2 CSV (and 1.1, where it differs): rows in, a wanted roster out; a roster in, rows out.

Our classes have several subjects, OneRoster's have one course: docs/oneroster.md says how the two meet.
"""
