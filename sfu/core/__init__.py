"""Decisions about media, per event: router, allocation, dynacast, speakers, quality. No I/O, no clock."""
