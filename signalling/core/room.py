"""A room: its participants and what they are told. The rules live in the modules beside it, as functions on a room.

In: calls of those functions with the time. Out: `take`, what the surroundings have to carry out, in order.
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from livekit.protocol import models, rtc

from signalling.core.batch import UpdateBatch
from signalling.core.limits import Limits
from signalling.core.outputs import Changed, Output, Send
from signalling.core.participant import ACTIVE, JOINED, JOINING, Participant
from signalling.core.removals import Removals
from signalling.core.resend import ResendBuffer
from signalling.core.settings import RoomSettings
from signalling.core.track import Track

DEPARTURE_MEMORY = 60.0
MAX_DEPARTURES = 1_000
"""Seconds, and in number, that those who left are remembered for those who resume: longer than anybody is away."""

COUNTS_INTERVAL = 5.0
"""Seconds between room updates that only bring new counts."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What clients are told about this server."""

    version: str
    node: str
    ice_servers: tuple[rtc.ICEServer, ...] = ()


@dataclass(slots=True)
class Speaking:
    """Levels by track sid, of those who speak now."""

    levels: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class QualityReports:
    """What receivers were told about connections."""

    due: float | None = None  # monotonic seconds
    known: dict[str, models.ConnectionQuality] = field(default_factory=dict)  # by participant sid
    told: set[str] = field(default_factory=set)  # receivers that had a first, complete report


class Room:
    """State of a room and the few verbs that all of its rules share."""

    def __init__(
        self,
        name: str,
        settings: RoomSettings,
        facts: ServerFacts,
        limits: Limits,
        new_sid: Callable[[str], str],
        *,
        now: float,
        created_ms: int,
    ) -> None:
        self.name = name
        self.sid = new_sid("RM_")
        self.settings = settings
        self.facts = facts
        self.limits = limits
        self.new_sid = new_sid
        self.created_ms = created_ms
        self.participants: dict[str, Participant] = {}  # by sid
        self.empty_since: float | None = now
        self.had_participants = False
        self.counts_dirty = False
        self.counts_sent_at = now
        self.batch = UpdateBatch()
        self.resend = ResendBuffer(limits.resend_messages, limits.resend_bytes)
        self.speaking = Speaking()
        self.quality = QualityReports()
        self.removals = Removals()
        self.seen_nonces: dict[bytes, None] = {}  # of data packets from the server interface, oldest first
        self.simulated_speech: dict[str, float] = {}  # participant sid to the end of its simulated speech
        self.departures: deque[tuple[float, models.ParticipantInfo]] = deque(maxlen=MAX_DEPARTURES)
        self.counters: Counter[str] = Counter()
        self._outputs: list[Output] = []

    # -- outputs

    def put(self, output: Output) -> None:
        self._outputs.append(output)

    def take(self) -> list[Output]:
        """What has to be carried out since the last call, in order."""
        outputs, self._outputs = self._outputs, []
        return outputs

    def send(self, participant: Participant, message: rtc.SignalResponse) -> None:
        self.put(Send((participant.sid,), message))

    def send_all(self, participants: Iterable[Participant], message: rtc.SignalResponse) -> None:
        to = tuple(participant.sid for participant in participants)
        if to:
            self.put(Send(to, message))

    # -- who is here

    def by_identity(self, identity: str) -> Participant | None:
        return next((p for p in self.participants.values() if p.identity == identity), None)

    def find_track(self, sid: str) -> tuple[Participant, Track] | None:
        """The track with its owner."""
        for owner in self.participants.values():
            if sid in owner.tracks:
                return owner, owner.tracks[sid]
        return None

    def find_tracks(self, sids: Collection[str]) -> list[tuple[str, tuple[Participant, Track] | None]]:
        """Each sid with its track and owner, None for those that are not here; one walk through the room for all."""
        if len(sids) == 1:
            return [(sid, self.find_track(sid)) for sid in sids]
        wanted = frozenset(sids)
        known = {
            sid: (owner, owner.tracks[sid])
            for owner in self.participants.values()
            for sid in owner.tracks
            if sid in wanted
        }
        return [(sid, known.get(sid)) for sid in sids]

    def others(self, participant: Participant) -> list[Participant]:
        return [other for other in self.participants.values() if other is not participant]

    @property
    def capacity(self) -> int:
        """How many may be here: as many as its creator chose, and never more than the server's limit."""
        limit = self.limits.participants_per_room
        return min(self.settings.max_participants or limit, limit)

    def message(self) -> models.Room:
        counted = [p for p in self.participants.values() if not (p.permission.hidden or p.is_recorder)]
        return models.Room(
            sid=self.sid,
            name=self.name,
            empty_timeout=self.settings.empty_timeout,
            departure_timeout=self.settings.departure_timeout,
            max_participants=self.settings.max_participants,
            creation_time=self.created_ms // 1000,
            creation_time_ms=self.created_ms,
            metadata=self.settings.metadata,
            num_participants=len(counted),
            num_publishers=sum(any(track.live for track in p.tracks.values()) for p in counted),
            active_recording=any(p.is_recorder for p in self.participants.values()),
        )

    # -- telling

    def announce(self, participant: Participant, now: float) -> None:
        """The participant changed: its own client and, unless it is hidden, the others are told."""
        participant.version += 1
        if participant.state in (JOINED, ACTIVE):
            update = rtc.ParticipantUpdate(participants=[participant.info(pending=True)])
            self.send(participant, rtc.SignalResponse(update=update))
        self.tell_others(participant, now)

    def announce_to_others(self, participant: Participant, now: float) -> None:
        """As `announce`, without its own client, which knows."""
        participant.version += 1
        self.tell_others(participant, now)

    def tell_others(self, participant: Participant, now: float) -> None:
        self.put(Changed(participant.sid))
        participant.told = None
        if not participant.permission.hidden:
            self.batch.put(participant.known(), now, quiet=not participant.is_publisher)
            self.flush_due(now)

    def flush_due(self, now: float) -> None:
        due = self.batch.deadline()
        if due is not None and due <= now:
            self.flush(now)

    def flush(self, now: float, *, skip: Participant | None = None) -> None:
        """Send all updates that wait."""
        receivers = (p.sid for p in self.participants.values() if p.state != JOINING and p is not skip)
        for to, infos in self.batch.take(receivers, now):
            self._tell_about(to, infos)

    def flush_to(self, receiver: Participant) -> None:
        """Send somebody the updates that wait; the others get them in their time."""
        if infos := self.batch.ahead(receiver.sid):
            self._tell_about((receiver.sid,), infos)

    def _tell_about(self, to: tuple[str, ...], infos: list[models.ParticipantInfo]) -> None:
        self.put(Send(to, rtc.SignalResponse(update=rtc.ParticipantUpdate(participants=infos))))

    def depart(self, info: models.ParticipantInfo, now: float) -> None:
        """Tell everybody that a participant is gone for them; who is away now hears of it when it resumes."""
        self.departures.append((now, info))
        self.batch.put(info, now, quiet=not info.is_publisher)
        self.flush_due(now)

    def departed(self, now: float) -> list[models.ParticipantInfo]:
        """Those who left a short while ago and have not come back."""
        present = {participant.identity for participant in self.participants.values()}
        recent = (info for at, info in self.departures if now - at <= DEPARTURE_MEMORY)
        return [info for info in recent if info.identity not in present]

    def count_changed(self) -> None:
        self.counts_dirty = True

    def send_room_update(self, now: float) -> None:
        """Tell everybody about the room itself."""
        self.counts_dirty, self.counts_sent_at = False, now
        self.send_all(self.participants.values(), rtc.SignalResponse(room_update=rtc.RoomUpdate(room=self.message())))

    def set_settings(self, settings: RoomSettings, now: float) -> None:
        self.settings = settings
        self.send_room_update(now)
