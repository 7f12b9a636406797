"""What happened in calls, for the other features: frozen values, delivered in order by `server/app.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    """A participant's media is connected (state ACTIVE)."""

    call: str
    room: str
    identity: str
    participant: str
    at: float  # seconds since the epoch
    title: str = ""  # what people call a breakout room


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    """A participant is gone, for `reason` (a DisconnectReason name)."""

    call: str
    room: str
    identity: str
    participant: str
    at: float  # seconds since the epoch
    reason: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call's room was closed."""

    call: str
    at: float  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class HandRaised:
    """A participant asks to speak: once for each raising, nothing for taking the hand down."""

    call: str
    room: str
    identity: str
    participant: str
    at: float  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class EndAsked:
    """A moderator ends the call for everybody: whoever opened it has to end it."""

    call: str
    identity: str
    at: float  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class RoomsOpened:
    """The first of a call's breakout rooms is open; `titles` are those that are."""

    call: str
    titles: tuple[str, ...]
    at: float  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class RoomsClosed:
    """None of a call's breakout rooms is open any longer."""

    call: str
    at: float  # seconds since the epoch


Event = ParticipantJoined | ParticipantLeft | CallEnded | HandRaised | EndAsked | RoomsOpened | RoomsClosed
