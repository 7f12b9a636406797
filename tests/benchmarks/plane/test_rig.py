import struct

import pytest

from benchmarks.plane.rooms import Room, sent_ssrc, stream
from benchmarks.plane.traffic import VP8
from sfu.plane.model import SrtpProfile


@pytest.mark.parametrize("profile", list(SrtpProfile))
def test_a_packet_goes_out_to_every_receiver(profile: SrtpProfile) -> None:
    room = Room(profile)
    teacher = room.join()
    publication = room.publish(teacher, VP8)
    for _ in range(3):
        room.subscribe(room.join(), publication)
    room.rig.load(teacher.address, stream(teacher, VP8, publication, 1200).packets(8, key=True))
    assert room.rig.play(burst=4, spacing=0.008) > 0
    assert room.sent() == 24


def test_the_head_of_the_newest_packet_is_that_of_a_subscription() -> None:
    room = Room(SrtpProfile.AEAD_AES_128_GCM)
    teacher, pupil = room.join(), room.join()
    publication = room.publish(teacher, VP8)
    subscription = room.subscribe(pupil, publication)
    source = stream(teacher, VP8, publication, 1200)
    room.rig.load(teacher.address, source.packets(2, key=True))
    room.rig.play()
    before = room.rig.head
    room.rig.load(teacher.address, source.packets(3))
    room.rig.play()
    sequence, _, ssrc = struct.unpack_from("!HII", room.rig.head, 2)
    assert ssrc == sent_ssrc(subscription)
    assert (sequence - struct.unpack_from("!H", before, 2)[0]) & 0xFFFF == 3


def test_time_passes_between_bursts_and_when_nothing_comes() -> None:
    room = Room(SrtpProfile.AEAD_AES_128_GCM)
    teacher = room.join()
    publication = room.publish(teacher, VP8)
    room.rig.load(teacher.address, stream(teacher, VP8, publication, 200).packets(6, key=True))
    room.rig.play(burst=4, spacing=0.5)
    room.rig.idle(3, 1.0)
    assert room.rig.now == pytest.approx(1.0 + 2 * 0.5 + 3.0)
    assert room.counter("rtcp_packets_out") > 0


def test_what_was_loaded_is_played_once() -> None:
    room = Room(SrtpProfile.AEAD_AES_128_GCM)
    teacher = room.join()
    publication = room.publish(teacher, VP8)
    room.rig.load(teacher.address, stream(teacher, VP8, publication, 200).packets(4, key=True))
    room.rig.play()
    room.rig.play()
    assert room.counter("rtp_packets_in") == 4
    assert room.counter("drop_replay") == 0


def test_what_does_not_fit_is_refused() -> None:
    rig = Room(SrtpProfile.AEAD_AES_128_GCM).rig
    with pytest.raises(ValueError, match="2048"):
        rig.load(("192.0.2.1", 1), [bytes(2049)])
    with pytest.raises(ValueError, match="burst"):
        rig.play(burst=0)
