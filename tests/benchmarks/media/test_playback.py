from aiortc.rtp import RtpPacket

from benchmarks.load.model import SourceFormat
from benchmarks.media.model import Codec, Film
from benchmarks.media.playback import Playback
from tests.benchmarks.media.wires import FORM, play


def test_frames_keep_their_rhythm_and_follow_each_other_around_the_end(films: dict[Codec, Film]) -> None:
    film = films[Codec.VP8]
    playback, captured = play(film, 5.0)
    assert [sent.index for sent in playback.sent] == [index % 60 for index in range(125)]
    packets = [RtpPacket.parse(datagram) for _, datagram in captured]
    assert [packet.sequence_number for packet in packets] == list(range(len(packets)))
    assert len({packet.timestamp for packet in packets}) == 125
    assert sum(packet.marker for packet in packets) == 125
    assert {packet.ssrc for packet in packets} == {FORM.ssrc}


def test_the_packets_of_a_frame_are_spread(films: dict[Codec, Film]) -> None:
    _, captured = play(films[Codec.H264], 0.04)
    times = [arrival for arrival, _ in captured]
    assert len(times) == len(films[Codec.H264].frames[0].payloads)
    assert len(set(times)) == len(times)
    assert times[-1] - times[0] < 0.02


def test_a_wish_for_a_key_frame_is_answered_with_the_next_frame(films: dict[Codec, Film]) -> None:
    for codec in (Codec.VP8, Codec.H264):
        playback, _ = play(films[codec], 1.0, refresh_at=0.21)
        indices = [sent.index for sent in playback.sent]
        assert indices[:8] == [0, 1, 2, 3, 4, 5, 50, 51]


def test_behind_the_last_key_frame_the_film_begins_anew(films: dict[Codec, Film]) -> None:
    playback, _ = play(films[Codec.VP8], 2.4, refresh_at=2.21)
    assert [sent.index for sent in playback.sent][54:58] == [54, 55, 0, 1]


def test_a_player_that_was_held_up_catches_up_and_says_so(films: dict[Codec, Film]) -> None:
    playback = Playback(films[Codec.OPUS], FORM, 0.0)
    assert len(playback.poll(0.0)) == 1
    assert len(playback.poll(0.31)) == 15
    assert playback.latest == 0.29
    assert playback.poll(0.31) == []


def test_packets_carry_mid_and_loudness(films: dict[Codec, Film]) -> None:
    _, ((_, datagram), *_) = play(films[Codec.OPUS], 0.1)
    assert datagram[:2] == bytes([0x90, 96])
    level = films[Codec.OPUS].frames[0].level
    assert datagram[12:20] == bytes([0xBE, 0xDE, 0, 1, 0x30, ord("1"), 0x10, 0x80 | level])
    bare = Playback(films[Codec.OPUS], SourceFormat(1, 96, "1"), 0.0).poll(0.0)[0]
    assert bare[12:] == films[Codec.OPUS].frames[0].data


def test_a_pause_is_not_caught_up_and_ends_with_a_key_frame(films: dict[Codec, Film]) -> None:
    playback = Playback(films[Codec.VP8], FORM, 0.0)
    playback.poll(0.05)
    begun = len(playback.sent)
    playback.resume(9.0)
    playback.poll(9.0)
    assert len(playback.sent) == begun + 1
    assert films[Codec.VP8].frames[playback.sent[-1].index].key


def test_packets_of_an_encoding_say_which_it_is(films: dict[Codec, Film]) -> None:
    form = SourceFormat(7, 96, "1", mid_extension=3, rid="h", rid_extension=4)
    packet = Playback(films[Codec.VP8], form, 0.0).poll(0.0)[0]
    assert packet[16:20] == bytes([3 << 4, ord("1"), 4 << 4, ord("h")])
