"""Roster imports: a file in, a job that reads it, shows the difference and writes it. Exports the other way."""
