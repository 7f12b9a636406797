"""Layer selection and rewriting, seen at the receiver of a virtual plane."""

import itertools
import random

from sfu.plane import rtcp
from sfu.plane.model import Codec, LayerChanged
from tests.sfu.plane.peers import Peer, Rtp, Vp8, World, vp8

MID = {1: b"0"}


class Camera:
    """A simulcast sender: each layer has its own SSRC, numbers and timestamps; frames are of three packets."""

    def __init__(self, world: World, peer: Peer, rids: tuple[str, ...]) -> None:
        self.world, self.peer, self.rids = world, peer, rids
        self.frame = 0
        self.sequence = [1000 * (index + 1) for index in range(len(rids))]
        self.offset = [0xFFFF0000 + 777 * index for index in range(len(rids))]
        self.pictures = [100 * (index + 1) for index in range(len(rids))]
        self.tl0 = [250 for _ in rids]

    def shoot(self, key: tuple[int, ...] = (), tid: int = 0, sync: bool = False) -> None:
        """One frame on every layer, then 1/30 s."""
        for layer, rid in enumerate(self.rids):
            if tid == 0:
                self.tl0[layer] += 1
            for part in range(3):
                extensions = MID | ({2: rid.encode()} if rid else {})
                body = f"{rid}:{self.frame}:{part}".encode()
                payload = vp8(
                    self.pictures[layer], key=layer in key, start=part == 0, tl0=self.tl0[layer], tid=tid, sync=sync,
                    body=body,
                )  # fmt: skip
                timestamp = self.offset[layer] + 3000 * self.frame
                packet = Rtp(96, self.sequence[layer], timestamp, 0xA0 + layer, payload, part == 2, extensions)
                self.world.send(self.peer, packet)
                self.sequence[layer] += 1
            self.pictures[layer] += 1
        self.frame += 1
        self.world.now += 1 / 30


def stage(rids: tuple[str, ...] = ("q", "h", "f"), temporal: int = 7) -> tuple[World, Camera, Peer]:
    world = World()
    sender, receiver = world.join(1), world.join(2)
    world.video(sender, 1, rids)
    world.subscribe(receiver, 1, 5, 0, temporal)
    return world, Camera(world, sender, rids), receiver


def assert_continuous(packets: list[Rtp]) -> None:
    """What a decoder may rely on: no gap in numbers or pictures, time moves forward."""
    for former, packet in itertools.pairwise(packets):
        assert packet.sequence == (former.sequence + 1) & 0xFFFF
        step = (packet.timestamp - former.timestamp) & 0xFFFFFFFF
        before, after = Vp8.decode(former.payload), Vp8.decode(packet.payload)
        if former.marker:
            assert 1 <= step < 20 * 90000
            assert after.picture == (before.picture + 1) & 0x7FFF
        else:
            assert step == 0
            assert after.picture == before.picture
            assert after.tl0 == before.tl0


def test_nothing_before_a_key_frame() -> None:
    world, camera, receiver = stage()
    camera.shoot()
    assert world.take(receiver) == []
    camera.shoot(key=(0,))
    assert Vp8.decode(world.take(receiver)[0].payload).key


def test_switches_at_key_frames_of_the_target_without_a_gap() -> None:
    world, camera, receiver = stage()
    camera.shoot(key=(0, 1, 2))
    for _ in range(5):
        camera.shoot()
    world.plane.select(5, 2)
    for _ in range(5):
        camera.shoot()
    camera.shoot(key=(2,))
    for _ in range(5):
        camera.shoot()
    world.plane.select(5, 0)
    camera.shoot(key=(0,))
    camera.shoot()
    packets = world.take(receiver)
    assert_continuous(packets)
    layers = [Vp8.decode(packet.payload).body.split(b":")[0][-1:] for packet in packets[::3]]
    # The small layer of the switching frame had gone out when the key frame of the large one came.
    assert b"".join(layers) == b"q" * 12 + b"f" * 6 + b"q" * 2
    changes = [event for event in world.plane.poll() if isinstance(event, LayerChanged)]
    assert [change.layer for change in changes] == [0, 2, 0]


def test_frames_keep_their_distance_across_a_switch() -> None:
    world, camera, receiver = stage()
    camera.shoot(key=(0, 1, 2))
    world.plane.select(5, 1)
    camera.shoot(key=(1,))
    camera.shoot()
    first, same, switched, last = (packet.timestamp for packet in world.take(receiver)[::3])
    assert [(time - first) & 0xFFFFFFFF for time in (same, switched, last)] == [3000, 3001, 6001]


def test_temporal_layers_are_left_out_without_a_trace() -> None:
    world, camera, receiver = stage(("q",), temporal=0)
    camera.shoot(key=(0,))
    for index in range(1, 40):
        camera.shoot(tid=(0, 2, 1, 2)[index % 4], sync=True)
    packets = world.take(receiver)
    assert_continuous(packets)
    decoded = [Vp8.decode(packet.payload) for packet in packets]
    assert {frame.tid for frame in decoded} == {0}
    assert len(packets) == 3 * 10
    tl0 = [frame.tl0 for frame in decoded[::3]]
    assert tl0 == [(tl0[0] + index) & 255 for index in range(len(tl0))]


def test_goes_up_in_temporal_layers_at_a_sync_frame_only() -> None:
    world, camera, receiver = stage(("q",), temporal=0)
    camera.shoot(key=(0,))
    camera.shoot(tid=1)
    world.plane.select(5, 0, 1)
    camera.shoot(tid=1)
    camera.shoot()
    camera.shoot(tid=1, sync=True)
    camera.shoot(tid=1)
    packets = world.take(receiver)
    assert_continuous(packets)
    assert [Vp8.decode(packet.payload).tid for packet in packets[::3]] == [0, 0, 1, 1]


def test_goes_down_in_temporal_layers_between_frames() -> None:
    world, camera, receiver = stage(("q",))
    camera.shoot(key=(0,))
    camera.shoot(tid=1)
    world.plane.select(5, 0, 0)
    camera.shoot(tid=1)
    camera.shoot()
    packets = world.take(receiver)
    assert_continuous(packets)
    assert [Vp8.decode(packet.payload).tid for packet in packets[::3]] == [0, 1, 0]


def test_pausing_and_resuming_leaves_no_gap() -> None:
    world, camera, receiver = stage(("q",))
    camera.shoot(key=(0,))
    world.plane.select(5, -1)
    for _ in range(10):
        camera.shoot()
    world.plane.select(5, 0)
    camera.shoot()
    camera.shoot(key=(0,))
    packets = world.take(receiver)
    assert_continuous(packets)
    assert len(packets) == 6
    assert (packets[3].timestamp - packets[0].timestamp) & 0xFFFFFFFF == 12 * 3000


def test_a_muted_publication_resumes_at_a_key_frame() -> None:
    world, camera, receiver = stage(("q",))
    camera.shoot(key=(0,))
    world.plane.pause_publication(1, True)
    camera.shoot()
    world.plane.pause_publication(1, False)
    camera.shoot()
    camera.shoot(key=(0,))
    packets = world.take(receiver)
    assert_continuous(packets)
    assert [Vp8.decode(packet.payload).key for packet in packets[::3]] == [True, True]
    assert world.plane.counters()["drop_paused"] == 3


def test_any_order_of_wishes_keeps_the_stream_continuous() -> None:
    for seed in range(20):
        seeded = random.Random(seed)
        world, camera, receiver = stage()
        for _ in range(200):
            if seeded.random() < 0.1:
                world.plane.select(5, seeded.choice((-1, 0, 1, 2)), seeded.choice((0, 1, 2)))
            keys = tuple(layer for layer in range(3) if seeded.random() < 0.1)
            tid = 0 if keys else seeded.choice((0, 2, 1, 2))
            camera.shoot(keys, tid, seeded.random() < 0.3)
        packets = world.take(receiver)
        assert len(packets) > 50
        assert_continuous(packets)
        assert world.plane.counters()["drop_protect"] == 0


def test_h264_switches_at_parameter_sets() -> None:
    world = World()
    sender, receiver = world.join(1), world.join(2)
    world.video(sender, 1, ("q", "h"))
    world.subscribe(receiver, 1, 5, 0)
    for index, payload in enumerate([b"\x41p", b"\x67sps", b"\x65idr", b"\x41p"]):
        for layer, rid in enumerate((b"q", b"h")):
            packet = Rtp(102, 50 + index, 3000 * index, 0xA0 + layer, payload + rid, True, MID | {2: rid})
            world.send(sender, packet)
    arrived = world.take(receiver)
    assert [packet.payload for packet in arrived] == [b"\x67spsq", b"\x65idrq", b"\x41pq"]
    assert {packet.payload_type for packet in arrived} == {102}
    first = world.plane.poll()[0]
    assert getattr(first, "codec", None) is Codec.H264


def test_h264_never_begins_behind_its_parameter_sets() -> None:
    world = World()
    sender, receiver = world.join(1), world.join(2)
    world.video(sender, 1, ("q",))
    payloads = [b"\x67sps", b"\x7c\x85idr", b"\x67sps", b"\x7c\x85idr"]
    for index, payload in enumerate(payloads):
        if index == 1:
            world.subscribe(receiver, 1, 5, 0)
        world.send(sender, Rtp(102, 50 + index, 3000 * (index // 2), 0xA0, payload, index % 2 == 1, MID))
    assert [packet.payload for packet in world.take(receiver)] == payloads[2:]


def test_a_key_frame_whose_first_packet_comes_late_is_complete() -> None:
    world, _, receiver = stage(("q",))
    sender = next(iter(world.peers.values()))
    parts = [vp8(7, key=True, body=b"0"), vp8(7, start=False, body=b"1"), vp8(7, start=False, body=b"2")]
    world.send(sender, Rtp(96, 9, 0, 0xA0, vp8(6), True, MID))
    for number in (1, 2, 0):
        world.send(sender, Rtp(96, 10 + number, 3000, 0xA0, parts[number], number == 2, MID))
    packets = world.take(receiver)
    assert_continuous(packets)
    assert [Vp8.decode(packet.payload).body[-1:] for packet in packets] == [b"0", b"1", b"2"]


def test_a_sender_with_new_numbers_is_not_mixed_up_with_its_past() -> None:
    world, camera, receiver = stage(("q",))
    camera.shoot(key=(0,))
    lost = world.take(receiver)[1]
    for sequence in (31000, 61000, 66536):  # each jump is a new beginning; the last one has the numbers of the first
        camera.sequence[0] = sequence
        camera.shoot(key=(0,))
    world.take(receiver)
    world.send_rtcp(receiver, rtcp.nack(1, lost.ssrc, [lost.sequence]))
    assert world.take(receiver) == []
    assert world.plane.counters()["drop_nack_unknown"] == 1
