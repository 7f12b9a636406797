"""What the creator of a room chooses."""

from dataclasses import dataclass

EMPTY_TIMEOUT = 300
"""Seconds a room waits for its first participant, if its creator asked for nothing else (as LiveKit)."""

DEPARTURE_TIMEOUT = 20
"""Seconds a room stays after its last participant left, if its creator asked for nothing else (as LiveKit)."""


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """Timeouts are seconds; 0 participants = the server's limit."""

    metadata: str = ""
    empty_timeout: int = EMPTY_TIMEOUT
    departure_timeout: int = DEPARTURE_TIMEOUT
    max_participants: int = 0
