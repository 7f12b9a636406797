"""Calls, rooms, participants and the messages between them.

In: LiveKit protocol frames and Twirp requests. Out: the same, `events.py` to the rest, commands to media (`ports.py`).
"""
