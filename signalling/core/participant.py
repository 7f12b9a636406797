"""One participant's state and the information about it that others get."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from livekit.protocol import models

from signalling.core.bounds import Bounds, Unmuting
from signalling.core.grants import KINDS, Claims, Permission
from signalling.core.limits import RateLimit
from signalling.core.offers import OfferSchedule
from signalling.core.track import Track
from signalling.ports import Target, Wish

State = models.ParticipantInfo.State
JOINING, JOINED, ACTIVE, DISCONNECTED = State.JOINING, State.JOINED, State.ACTIVE, State.DISCONNECTED
"""Looked up once: the enumerations of protobuf are slow to ask."""

MOVE_PROTOCOL = 16
"""The first client protocol that understands `room_moved`."""


@dataclass(frozen=True, slots=True)
class Client:
    """What the client said about itself when it connected."""

    protocol: int = 0
    client_protocol: int = 0
    capabilities: tuple[models.ClientInfo.Capability, ...] = ()
    auto_subscribe: bool = True
    sdk: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Who may receive somebody's tracks: everybody, or the named identities all or some (sids) of them."""

    everybody: bool = True
    all_tracks: frozenset[str] = frozenset()
    some_tracks: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def includes(self, identity: str, track: str) -> bool:
        return self.everybody or identity in self.all_tracks or track in self.some_tracks.get(identity, frozenset())


@dataclass(slots=True, eq=False)
class Receiving:
    """What a participant receives and wants, by track sid."""

    now: set[str] = field(default_factory=set)
    choices: dict[str, bool] = field(default_factory=dict)  # explicit subscribe or unsubscribe
    wishes: dict[str, Wish] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)  # for want of bandwidth
    denied: set[str] = field(default_factory=set)  # it was told that the publisher does not allow them

    def forget(self, track: str) -> None:
        self.now.discard(track)
        self.choices.pop(track, None)
        self.wishes.pop(track, None)
        self.paused.discard(track)
        self.denied.discard(track)


@dataclass(slots=True, eq=False)
class Participant:
    """Somebody in a room. Times are monotonic seconds, `joined_ms` is milliseconds since the epoch."""

    sid: str
    claims: Claims
    client: Client
    joined_at: float
    joined_ms: int
    refresh_at: float
    permission: Permission = field(init=False)
    name: str = field(init=False)
    metadata: str = field(init=False)
    attributes: dict[str, str] = field(init=False)
    state: State = JOINING
    version: int = 0
    reason: models.DisconnectReason = models.DisconnectReason.UNKNOWN_REASON
    tracks: dict[str, Track] = field(default_factory=dict)
    receiving: Receiving = field(default_factory=Receiving)
    reach: Reach = Reach()
    unmuting: Unmuting = "free"
    camera_audience: frozenset[str] | None = None  # identities that may receive its camera; None: everybody
    offers: OfferSchedule = field(default_factory=OfferSchedule)
    signal: bool = True  # its signal connection is open
    signal_lost_at: float = 0.0
    failed_at: dict[Target, float] = field(default_factory=dict)
    closed_at: float | None = None  # when the first of its media connections ended for good
    last_sequence: int = 0  # of its reliable data
    data_rate: RateLimit | None = None  # from its first data packet on
    is_publisher: bool = False  # it has published; it stays true
    owes_sync: bool = False  # it resumed and has not told yet what it has
    cut_on_resume: bool = False  # simulated: lose the signal connection right after the next resume
    was_active: bool = False
    told: models.ParticipantInfo | None = None  # what others were told last; None: nothing, or it is old
    is_guest: bool = False  # it is forwarded from another room: see `forwarding`

    def __post_init__(self) -> None:
        self.permission = self.claims.grants.permission
        self.name = self.claims.name
        self.metadata = self.claims.metadata
        self.attributes = dict(self.claims.attributes)

    @property
    def identity(self) -> str:
        return self.claims.identity

    @property
    def is_recorder(self) -> bool:
        """As long as it is here, the room is being recorded."""
        return self.permission.recorder or self.claims.kind == "egress"

    @property
    def is_visible(self) -> bool:
        """Others may know of it."""
        return not self.permission.hidden and self.state in (JOINED, ACTIVE)

    @property
    def is_active(self) -> bool:
        return self.state == ACTIVE

    @property
    def is_settled(self) -> bool:
        """Both its connections stand, or have not begun to fail."""
        return self.is_active and self.signal and not self.failed_at and self.closed_at is None

    def shows(self, track: Track, identity: str) -> bool:
        """Whether somebody may receive the track: both it and the call it is in allow that."""
        hidden = self.camera_audience is not None and track.info.source == models.TrackSource.CAMERA
        return self.reach.includes(identity, track.sid) and not (
            hidden and identity not in (self.camera_audience or ())
        )

    def be_bound(self, bounds: Bounds) -> None:
        """Take over what binds it, without telling anybody."""
        self.permission, self.unmuting, self.camera_audience = (
            bounds.permission,
            bounds.unmuting,
            bounds.camera_audience,
        )
        self.claims = replace(self.claims, grants=replace(self.claims.grants, admin=bounds.admin))

    def current_claims(self) -> Claims:
        """The claims of a token that would let it come back as it is now."""
        return replace(
            self.claims,
            name=self.name,
            metadata=self.metadata,
            attributes=dict(self.attributes),
            grants=replace(self.claims.grants, permission=self.permission),
        )

    def known(self) -> models.ParticipantInfo:
        """What others know of it, or are to be told now: built once for all of them. Not to be changed."""
        if self.told is None:
            self.told = self.info()
        return self.told

    def info(self, *, pending: bool = False) -> models.ParticipantInfo:
        """What is told about it; with `pending`, tracks that are announced only, for its own client."""
        return models.ParticipantInfo(
            sid=self.sid,
            identity=self.identity,
            state=self.state,
            tracks=[track.info for track in self.tracks.values() if track.live or pending],
            metadata=self.metadata,
            joined_at=self.joined_ms // 1000,
            joined_at_ms=self.joined_ms,
            name=self.name,
            version=self.version,
            permission=self.permission.message(),
            is_publisher=self.is_publisher,
            kind=KINDS.get(self.claims.kind, models.ParticipantInfo.Kind.STANDARD),
            attributes=self.attributes,
            disconnect_reason=self.reason,
            client_protocol=self.client.client_protocol,
            capabilities=self.client.capabilities,
        )
