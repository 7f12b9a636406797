import random

import pytest

from benchmarks.media.model import Codec, Film
from tests.benchmarks.media.wires import play, received


@pytest.mark.parametrize("codec", list(Codec))
def test_what_was_sent_is_whole_again_in_any_order(codec: Codec, films: dict[Codec, Film]) -> None:
    film = films[codec]
    playback, captured = play(film, 4.0)
    random.Random(1).shuffle(captured)
    first = min(captured)
    captured.remove(first)
    stream = received(film, [first, *captured, *captured[:30]])
    assert [frame.data for frame in stream.frames] == [film.frames[sent.index].data for sent in playback.sent]
    assert all(frame.chained for frame in stream.frames)
    assert (stream.lost, stream.malformed) == (0, 0)


@pytest.mark.parametrize("codec", [Codec.VP8, Codec.H264])
def test_no_frame_with_a_lost_packet_is_taken_for_whole(codec: Codec, films: dict[Codec, Film]) -> None:
    film, chance = films[codec], random.Random(2)
    _, captured = play(film, 4.0)
    kept = [captured[0], *(each for each in captured[1:-1] if chance.random() < 0.9), captured[-1]]
    stream = received(film, kept)
    assert stream.lost == len(captured) - len(kept)
    whole = {frame.data for frame in film.frames}
    assert 10 < len(stream.frames) < 90
    assert all(frame.data in whole for frame in stream.frames)
    assert sum(not frame.chained for frame in stream.frames) > 5


def test_sequence_numbers_may_wrap(films: dict[Codec, Film]) -> None:
    film = films[Codec.OPUS]
    _, captured = play(film, 1.0)
    moved = [
        (at, packet[:2] + ((65_520 + number) & 0xFFFF).to_bytes(2) + packet[4:])
        for number, (at, packet) in enumerate(captured)
    ]
    stream = received(film, moved)
    assert (len(stream.frames), stream.lost) == (50, 0)


def rtx(packet: bytes, number: int) -> bytes:
    """RFC 4588 section 4: another payload type, SSRC and sequence; the original sequence number in front."""
    header = 20  # two extension elements
    head = bytearray(packet[:header])
    head[1] = head[1] & 0x80 | 97
    head[2:4] = number.to_bytes(2)
    head[8:12] = b"rtx!"
    return bytes(head) + packet[2:4] + packet[header:]


def test_padding_and_probes_are_passed_over(films: dict[Codec, Film]) -> None:
    film = films[Codec.VP8]
    _, captured = play(film, 0.4)
    at, last = captured[-1]
    number = (int.from_bytes(last[2:4]) + 1).to_bytes(2)
    padding = bytes([0xA0, 96]) + number + last[4:12] + bytes([0, 0, 0, 4])
    probe = bytes([0xA0, 97]) + last[2:8] + b"rtx!" + bytes([0, 0, 0, 4])
    stranger = bytes([0x80, 35]) + last[2:]
    stream = received(film, [*captured, (at, padding), (at, probe), (at, stranger)])
    assert (len(stream.frames), stream.lost) == (10, 0)


def test_retransmissions_fill_gaps(films: dict[Codec, Film]) -> None:
    film = films[Codec.VP8]
    _, captured = play(film, 0.4)
    lost = captured[5:9]
    repaired = [(at + 0.2, rtx(packet, number)) for number, (at, packet) in enumerate(lost)]
    stream = received(film, [*captured[:5], *captured[9:], *repaired])
    assert (len(stream.frames), stream.lost) == (10, 0)
    assert all(frame.chained for frame in stream.frames)
    assert repaired[-1][0] in {frame.arrival for frame in stream.frames}


def test_payloads_that_cannot_be_read_are_counted(films: dict[Codec, Film]) -> None:
    _, captured = play(films[Codec.H264], 0.2)
    at, packet = captured[-1]
    broken = packet[:20] + bytes([24]) + b"\xff\xff\0"
    stream = received(films[Codec.H264], [*captured[:-1], (at, broken)])
    assert stream.malformed == 1
