"""What signalling needs of others, as ports of its own; `server/app.py` plugs the real things in.

Media is addressed by track sids (`TR_...`) and speaks SDP texts; the values that cross are plain. Values that media
hands over are protocols as well, since it has types of its own and imports nothing of ours.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

Target = Literal["publisher", "subscriber"]
"""Which of a participant's two peer connections: the one it sends media on, or the one it receives on."""

Channel = Literal["reliable", "lossy"]
"""Label of a data channel without its leading underscore."""

Kind = Literal["audio", "video"]


class Description(Protocol):
    """An SDP text of ours with the map from media section to track sid."""

    @property
    def sdp(self) -> str: ...
    @property
    def mids(self) -> Mapping[str, str]: ...


class TrackRequest(NamedTuple):
    """A track that a client announced (`add_track`) and will offer."""

    track: str
    cids: Collection[str]
    kind: Kind
    screen: bool


class LayerInfo(Protocol):
    """One encoding that arrives: rid ("" when it is the only one), SSRC, size in pixels (0 = unknown)."""

    @property
    def rid(self) -> str: ...
    @property
    def ssrc(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


class LiveTrack(Protocol):
    """A track whose first packet has arrived."""

    @property
    def track(self) -> str: ...
    @property
    def mid(self) -> str: ...
    @property
    def mime_type(self) -> str: ...
    @property
    def layers(self) -> Sequence[LayerInfo]: ...


class Wish(NamedTuple):
    """What a subscriber wants of a video track; zero width and height mean "by quality"."""

    disabled: bool = False
    quality: Literal["low", "medium", "high"] = "high"
    width: int = 0
    height: int = 0
    fps: int = 0


class PeerListener(Protocol):
    """One participant's ear to its media. Called on the event loop, never re-entrantly."""

    def transport_changed(self, target: Target, state: Literal["connected", "failed", "closed"]) -> None: ...
    def offer_needed(self, urgent: bool) -> None:
        """The subscriber connection's sections changed: make an `offer` when none is outstanding. Not `urgent`: nobody
        waits for it, what changed is not heard or seen."""

    def track_live(self, track: LiveTrack) -> None: ...
    def track_gone(self, track: str) -> None:
        """The client stopped its section, or its transport went."""

    def data_received(self, channel: Channel, payload: bytes) -> None: ...
    def stream_paused(self, track: str, paused: bool) -> None:
        """The allocator stopped or resumed a subscribed video track for want of bandwidth."""

    def layers_wanted(self, track: str, enabled: Mapping[str, bool]) -> None:
        """Dynacast: which of "low", "medium", "high" of the participant's own track anybody uses."""


class RoomListener(Protocol):
    """A room's ear to its media."""

    def speakers_changed(self, levels: Mapping[str, float]) -> None:
        """Changed tracks only, level 0..1; 0.0 = stopped speaking. Keys are track sids."""


class MediaPeer(Protocol):
    """A participant's two transports. Closed by its owner only."""

    def answer(self, offer: str) -> Description:
        """Answer the publisher connection's offer. Raises ValueError for an offer that cannot be used."""

    def offer(self, *, restart_ice: bool = False) -> Description:
        """The subscriber connection's next offer; `data_channels` are always in it."""

    def accept_answer(self, answer: str) -> None:
        """The client's answer to the last `offer`. Raises ValueError."""

    def announce(self, request: TrackRequest) -> None: ...
    def unpublish(self, track: str) -> None: ...
    def mute(self, track: str, muted: bool) -> None: ...
    def subscribe(self, track: str, stream: str) -> bool:
        """Receive a track; `stream` is its msid stream id. False when no such live track is in the room."""

    def unsubscribe(self, track: str) -> None: ...
    def wish(self, track: str, wish: Wish) -> None: ...
    def send_data(self, channel: Channel, payload: bytes) -> bool:
        """False when the channel is not open or its bounded buffer is full (the message is dropped)."""

    def quality(self) -> float:
        """Connection quality as a score 0..5 (5 = best), from loss and round-trip time both ways; 0 = lost."""

    def stats(self) -> Mapping[str, object]:
        """Per-track statistics for people: JSON-able, documented in `sfu/media.py`."""

    def close(self) -> None: ...


class MediaRoom(Protocol):
    """A router's worth of tracks; lives on one forwarding thread, its `lane`."""

    @property
    def lane(self) -> int: ...
    def join(self, participant: str, listener: PeerListener) -> MediaPeer:
        """A new participant (`PA_...`). Its two transports are ready to negotiate."""

    def adopt(self, participant: str, peer: MediaPeer) -> None:
        """Move a peer with its live tracks here from another room of the same lane; its subscriptions end.
        Raises ValueError when the lanes differ."""

    def show(self, peer: MediaPeer) -> None:
        """Let the live tracks of a peer of another room, present and future, be subscribed to here as well.
        Raises ValueError when the lanes differ."""

    def hide(self, peer: MediaPeer) -> None:
        """End that with the subscriptions to its tracks here. It ends as well when either of the two closes or the
        peer is adopted."""

    def close(self) -> None: ...


class Media(Protocol):
    """The forwarding unit."""

    def open_room(self, listener: RoomListener, *, lane: int | None = None) -> MediaRoom:
        """A new room on the given lane, or on the least loaded one."""


class Kept(NamedTuple):
    """What was kept for a call: bytes that signalling made. None and {}: nothing yet."""

    state: bytes | None = None
    template: bytes | None = None
    groups: Mapping[str, bytes] = {}


class CallStore(Protocol):
    """Keeps calls and what belongs to their classes. All methods raise NotKeptError when that is not possible now."""

    async def load(self, call: str, group: str) -> Kept: ...
    async def save(self, call: str, state: bytes) -> None: ...
    async def save_template(self, group: str, template: bytes) -> None: ...
    async def save_groups(self, group: str, name: str, groups: bytes | None) -> None:
        """None: forget the groups of this name."""

    async def forget(self, before: float) -> None:
        """Delete states that were saved before that moment (seconds since the epoch) and never since."""


class NotKeptError(Exception):
    """The store cannot be reached; another try may help."""


class Expected(NamedTuple):
    """Somebody whom the roster puts into a call."""

    identity: str
    name: str
    role: Literal["teacher", "student", "parent"]


Bound = Literal["student", "parent"]
"""Roles whose rights can be chosen."""


class GivenRights(NamedTuple):
    """What everybody of a role may do in a call."""

    microphone: bool = True
    unmute: bool = True
    camera: bool = True
    screen: bool = False
    board: bool = False
    chat: bool = True
    hand: bool = True


class RoomsPlan(NamedTuple):
    """Breakout rooms as they are to be. Rooms of `assignments` count from 1 in the order of `names`."""

    mode: Literal["manual", "random", "self"]
    rooms: int
    names: Sequence[str] = ()
    seed: int | None = None
    assignments: Mapping[str, int] = {}  # identity to room
    minutes: int | None = None


class RoomNow(NamedTuple):
    """A breakout room with the identities that belong to it."""

    name: str
    open: bool
    people: Sequence[str]


class ClassNow(NamedTuple):
    """What is steered of a call, as it is now."""

    rights: Mapping[Bound, GivenRights]
    phase: Literal["none", "prepared", "open", "closing"]
    mode: Literal["manual", "random", "self", "kept"]
    seed: int | None
    minutes: int | None
    ends_at: float | None  # seconds since the epoch
    rooms: Sequence[RoomNow]


class SteeringError(Exception):
    """It is not possible now, or names what is not there; nothing was changed."""

    def __init__(self, code: Literal["not_found", "invalid", "precondition"], text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Steering(Protocol):
    """What other features may do with the class in a call that is open or prepared.

    All methods raise LookupError when it is neither, those that change something SteeringError and NotKeptError.
    """

    def look(self, call: str) -> ClassNow: ...
    async def permit(self, call: str, rights: Mapping[Bound, GivenRights]) -> bool:
        """Whether that changed anything."""

    async def prepare_rooms(self, call: str, plan: RoomsPlan) -> bool:
        """Whether that changed anything."""

    async def open_rooms(self, call: str, minutes: int | None) -> None:
        """None: for as long as the plan says."""

    async def close_rooms(self, call: str, seconds: int) -> None: ...
    async def tell_rooms(self, call: str, text: str) -> None: ...


class Calls(Protocol):
    """What other features may do with calls: they open and end them and let people in. Signalling offers it."""

    async def open_call(self, call: str, *, title: str, group: str = "", people: Sequence[Expected] = ()) -> None:
        """The call's main room may be joined from now on. `group` is the class whose templates and groups it uses,
        `people` are those whom its roster expects. Repeating it takes over title and people, and changes nothing else.
        """

    async def prepare_call(self, call: str, *, title: str, group: str = "", people: Sequence[Expected] = ()) -> None:
        """Those who lead a call may arrange it before it is opened; nobody can join it. An open one stays open."""

    async def end_call(self, call: str) -> None:
        """Everybody leaves, the room closes and cannot be joined until opened again. Repeating changes nothing."""

    def admit(self, call: str, admission: "Admission") -> str:
        """A token for the call's main room, good for a few minutes until used to join.

        Raises LookupError when the call is not open.
        """

    def may_draw(self, call: str, identity: str) -> bool:
        """Whether somebody may draw on the call's board now."""


class Admission(NamedTuple):
    """Who is let into a call and as what. Signalling derives the token's grants from `role`."""

    identity: str
    name: str
    role: Literal["administrator", "teacher", "student", "parent"]
    attributes: Mapping[str, str] = {}
