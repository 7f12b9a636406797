"""Versions of the tables, in order. In: an open connection. Out: the newest tables."""
