"""Data packets between participants, and from the server interface to them."""

import math
from collections.abc import Iterable

from google.protobuf.message import DecodeError
from livekit.protocol import models
from livekit.protocol import room as room_messages

from signalling.core.errors import Refusal, UserError
from signalling.core.limits import RateLimit
from signalling.core.outputs import SendData
from signalling.core.participant import Participant
from signalling.core.resend import Kept
from signalling.core.room import Room
from signalling.ports import Channel

MAX_NONCES = 256
"""Requests of the server interface that are remembered, so that a repeated one is not delivered twice."""

DATAGRAM = 1_200
"""Bytes of a packet that go out in one datagram."""

LOSSY_SPARE = 0.5
"""Part of a sender's burst that lossy packets leave to reliable ones."""

AGENTS_ONLY = frozenset({"transcription"})
SERVER_ONLY = frozenset({"speaker", "metrics"})
"""Kinds of packets that an ordinary participant cannot send to others; all other kinds pass, known to us or not."""


def receive(room: Room, sender: Participant, channel: Channel, payload: bytes, now: float) -> None:
    """Forward a packet to those it is for. A packet that cannot be forwarded is counted and dropped.

    So is what somebody sends beyond its rate, lossy packets first.
    """
    packet = _parse(room, payload)
    if packet is None or not _may_pass(room, sender, channel, packet):
        return
    to = _addressees(room, packet)
    receivers = _receivers(room.others(sender), to)
    if not _is_within_rate(room, sender, channel, len(receivers) * math.ceil(len(payload) / DATAGRAM), now):
        room.counters[f"data_{channel}_over_rate"] += 1
        return
    if channel == "reliable" and packet.sequence:
        sender.last_sequence = packet.sequence
    if sender.sid in room.batch:
        room.flush(now)  # nobody gets data of somebody that it does not know yet
    _stamp(packet, sender)
    encoded = packet.SerializeToString()
    if channel == "reliable" and packet.sequence:
        room.resend.keep(Kept(sender.sid, packet.sequence, to, encoded, now))
    _deliver(room, receivers, channel, encoded)


def _is_within_rate(room: Room, sender: Participant, channel: Channel, datagrams: int, now: float) -> bool:
    """A packet for nobody counts as one as well: it had to be read."""
    limits = room.limits
    if sender.data_rate is None:
        sender.data_rate = RateLimit(limits.data_datagrams_per_second, limits.data_datagram_burst, now)
    return sender.data_rate.take(now, max(1, datagrams), spare=LOSSY_SPARE if channel == "lossy" else 0.0)


def _parse(room: Room, payload: bytes) -> models.DataPacket | None:
    if len(payload) > room.limits.data_packet:
        room.counters["data_too_large"] += 1
        return None
    try:
        return models.DataPacket.FromString(payload)
    except DecodeError:
        room.counters["data_malformed"] += 1
        return None


def _may_pass(room: Room, sender: Participant, channel: Channel, packet: models.DataPacket) -> bool:
    kind = packet.WhichOneof("value")
    if not sender.permission.publish_data:
        room.counters["data_not_permitted"] += 1
    elif kind in SERVER_ONLY or (kind in AGENTS_ONLY and not sender.permission.agent):
        room.counters["data_kind_refused"] += 1
    elif channel == "reliable" and 0 < packet.sequence <= sender.last_sequence:
        room.counters["data_repeated"] += 1
    else:
        return True
    return False


def _stamp(packet: models.DataPacket, sender: Participant) -> None:
    """Nobody speaks in another's name; who is hidden has none."""
    hidden = sender.permission.hidden
    packet.participant_identity = "" if hidden else sender.identity
    packet.participant_sid = "" if hidden else sender.sid
    if packet.HasField("user"):
        packet.user.participant_identity = packet.participant_identity
        packet.user.participant_sid = packet.participant_sid


def _addressees(room: Room, packet: models.DataPacket) -> frozenset[str] | None:
    """Identities that the packet is for, None = everybody. Old clients address user packets inside."""
    named = set(packet.destination_identities) | set(packet.user.destination_identities)
    for sid in packet.user.destination_sids:
        participant = room.participants.get(sid)
        named.add(participant.identity if participant else "")
    return frozenset(named) or None


def _receivers(people: Iterable[Participant], to: frozenset[str] | None) -> tuple[str, ...]:
    """Sids of those who can be reached and are meant."""
    return tuple(
        person.sid
        for person in people
        if person.is_active and not person.is_guest and (to is None or person.identity in to)
    )


def _deliver(room: Room, to: tuple[str, ...], channel: Channel, payload: bytes) -> None:
    if to:
        room.put(SendData(to, channel, payload))


def send_from_server(room: Room, request: room_messages.SendDataRequest) -> None:
    """A user packet that no participant sent. A repeated nonce is the same request again."""
    if len(request.data) > room.limits.data_packet - 1024:
        raise UserError(Refusal.LIMIT_EXCEEDED, "the data is too large for one packet")
    if request.nonce and request.nonce in room.seen_nonces:
        return
    packet = models.DataPacket(
        kind=request.kind,
        user=models.UserPacket(payload=request.data, destination_sids=request.destination_sids, nonce=request.nonce),
        destination_identities=request.destination_identities,
    )
    if request.HasField("topic"):
        packet.user.topic = request.topic
    to = _addressees(room, packet)
    if request.nonce:
        room.seen_nonces[request.nonce] = None
        if len(room.seen_nonces) > MAX_NONCES:
            del room.seen_nonces[next(iter(room.seen_nonces))]
    channel: Channel = "lossy" if request.kind == models.DataPacket.Kind.LOSSY else "reliable"
    _deliver(room, _receivers(room.participants.values(), to), channel, packet.SerializeToString())
