"""Everything a room can ask of its surroundings, as values. The surroundings carry them out in order."""

from dataclasses import dataclass

from livekit.protocol import rtc

from signalling.ports import Channel, TrackRequest, Wish


@dataclass(frozen=True, slots=True)
class Send:
    """A message to the signal connections of these participants (sids); those without one miss it."""

    to: tuple[str, ...]
    message: rtc.SignalResponse


@dataclass(frozen=True, slots=True)
class EndSignal:
    """Close the participant's signal connection after what was sent to it."""

    participant: str


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """Make the subscriber connection's next offer and send it under this id."""

    participant: str
    offer: int
    restart_ice: bool


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the media peer about a track that its client will offer."""

    participant: str
    request: TrackRequest


@dataclass(frozen=True, slots=True)
class Unpublish:
    """Stop receiving a track."""

    participant: str
    track: str


@dataclass(frozen=True, slots=True)
class MuteTrack:
    """Forward nothing of a track, or everything again."""

    participant: str
    track: str
    muted: bool


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Begin to send a track to a participant, under this msid stream id."""

    participant: str
    track: str
    stream: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Send a track to a participant no longer."""

    participant: str
    track: str


@dataclass(frozen=True, slots=True)
class SetWish:
    """How a participant wants a subscribed video track."""

    participant: str
    track: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class SendData:
    """A data packet to the media of these participants (sids)."""

    to: tuple[str, ...]
    channel: Channel
    payload: bytes


@dataclass(frozen=True, slots=True)
class Changed:
    """What others see of a participant changed: its guests in other rooms have to follow."""

    participant: str


@dataclass(frozen=True, slots=True)
class ClosePeer:
    """Close a participant's media; it is gone from the room. A guest's media is only shown there no longer."""

    participant: str


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """Sign a new token for the participant and send it."""

    participant: str


@dataclass(frozen=True, slots=True)
class ReadQuality:
    """Read the connection quality of everybody who is active and give it to `quality.report`."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A participant became ACTIVE."""

    participant: str
    identity: str


@dataclass(frozen=True, slots=True)
class Left:
    """A participant that was ACTIVE is gone, for `reason` (a DisconnectReason name)."""

    participant: str
    identity: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnmuteUsed:
    """A participant that might unmute once did so, and is muted again."""

    identity: str


@dataclass(frozen=True, slots=True)
class CloseRoom:
    """Nobody has been in the room for its timeout: forget it."""


Output = (
    Send
    | EndSignal
    | MakeOffer
    | Announce
    | Unpublish
    | MuteTrack
    | Subscribe
    | Unsubscribe
    | SetWish
    | SendData
    | Changed
    | ClosePeer
    | RefreshToken
    | ReadQuality
    | Joined
    | Left
    | UnmuteUsed
    | CloseRoom
)
