import random

import pytest
from aiortc.codecs import depayload
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.media import payload
from benchmarks.media.model import Codec, Film

MIME = {Codec.VP8: "video/VP8", Codec.H264: "video/H264", Codec.OPUS: "audio/opus"}


def wired(codec: Codec, pieces: tuple[bytes, ...]) -> list[bytes]:
    """Payloads as they go out."""
    if codec is not Codec.VP8:
        return list(pieces)
    return [payload.vp8_descriptor(5, first=number == 0) + piece for number, piece in enumerate(pieces)]


@pytest.mark.parametrize("codec", list(Codec))
def test_frames_survive_being_cut_and_joined(codec: Codec, films: dict[Codec, Film]) -> None:
    for frame in films[codec].frames:
        pieces = wired(codec, frame.payloads)
        assert payload.join(codec, pieces) == frame.data
        assert [payload.begins(codec, piece) for piece in pieces][:1] == [True]
        assert max(len(piece) for piece in pieces) <= 1300


@pytest.mark.parametrize("codec", list(Codec))
def test_others_read_our_payloads(codec: Codec, films: dict[Codec, Film]) -> None:
    parameters = RTCRtpCodecParameters(mimeType=MIME[codec], clockRate=codec.clock, payloadType=96)
    frame = films[codec].frames[0]
    assert b"".join(depayload(parameters, piece) for piece in wired(codec, frame.payloads)) == frame.data


def test_large_units_are_fragmented_and_small_ones_aggregated(films: dict[Codec, Film]) -> None:
    kinds = [piece[0] & 0x1F for piece in films[Codec.H264].frames[0].payloads]
    assert 24 in kinds  # STAP-A: RFC 6184 section 5.7.1
    assert 28 in kinds  # FU-A: RFC 6184 section 5.8


def test_only_the_first_fragment_begins_a_frame(films: dict[Codec, Film]) -> None:
    for codec in (Codec.VP8, Codec.H264):
        pieces = wired(codec, films[codec].frames[0].payloads)
        assert not payload.begins(codec, pieces[-1])
    assert not payload.begins(Codec.H264, b"")


def test_h264_has_one_form_whatever_its_start_codes() -> None:
    short, long = b"\0\0\1\x67ab\0\0\1\x68cd", b"\0\0\0\1\x67ab\0\0\0\1\x68cd"
    assert payload.plain(Codec.H264, short) == payload.plain(Codec.H264, long) == long


@given(st.sampled_from(Codec), st.lists(st.binary(max_size=80), max_size=5))
def test_garbage_is_refused_with_the_one_error(codec: Codec, pieces: list[bytes]) -> None:
    try:
        data = payload.join(codec, pieces)
        begin = [payload.begins(codec, piece) for piece in pieces]
    except ValueError:
        return
    assert payload.is_key(codec, data) in (True, False)
    assert len(begin) == len(pieces)


def test_random_cuts_of_a_picture_are_never_taken_for_a_whole_one(films: dict[Codec, Film]) -> None:
    chance = random.Random(4)
    for frame in films[Codec.VP8].frames[:20]:
        pieces = wired(Codec.VP8, frame.payloads)
        kept = [piece for piece in pieces if chance.random() < 0.5]
        if len(kept) < len(pieces):
            assert payload.join(Codec.VP8, kept) != frame.data
