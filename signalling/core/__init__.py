"""Rooms, participants, permissions, limits: plain objects that take values and the time. No I/O, no clock."""
