import pytest

from benchmarks.media.model import Codec, Film
from benchmarks.media.run import plan_of, show
from benchmarks.peers.janus import JanusPeer, installed
from benchmarks.peers.peer import Entrant
from benchmarks.peers.zvonok import ZvonokPeer
from sfu.plane.model import SrtpProfile

OURS = Entrant("Zvonok", SrtpProfile.AEAD_AES_128_GCM, ZvonokPeer)


@pytest.mark.parametrize("codec", [Codec.VP8, Codec.H264])
async def test_films_with_sound_arrive_whole_through_our_server(codec: Codec, films: dict[Codec, Film]) -> None:
    """Longer than the film, so that it begins anew."""
    showing = await show(OURS, [films[codec], films[Codec.OPUS]], receivers=3, checked=2, seconds=3.0)
    assert showing.problems == ()
    assert [(one.receiver, one.codec) for one in showing.verdicts] == [
        ("viewer-0", codec),
        ("viewer-0", Codec.OPUS),
        ("viewer-1", codec),
        ("viewer-1", Codec.OPUS),
    ]
    assert all(one.decoded > 20 for one in showing.verdicts)
    assert showing.key_frames_asked > 0
    assert showing.server_cpu
    assert showing.client_cpu > 0


async def test_sound_alone_arrives_whole(films: dict[Codec, Film]) -> None:
    showing = await show(OURS, [films[Codec.OPUS]], receivers=1, checked=1, seconds=2.0)
    assert showing.problems == ()
    assert showing.verdicts[0].tone == pytest.approx(440.0, abs=2.0)


@pytest.mark.skipif(not installed(), reason="Debian's janus is not installed")
async def test_films_arrive_whole_through_janus(films: dict[Codec, Film]) -> None:
    janus = Entrant("Janus", SrtpProfile.AES_CM_128_HMAC_SHA1_80, JanusPeer)
    showing = await show(janus, [films[Codec.H264], films[Codec.OPUS]], receivers=1, checked=1, seconds=2.0)
    assert showing.problems == ()


def test_the_plan_tells_the_load_before_it_is_made(films: dict[Codec, Film]) -> None:
    film = films[Codec.VP8]
    into, out = plan_of([film], 4).bits_per_second()
    assert into == pytest.approx(film.bits_per_second, rel=0.02)
    assert out == 4 * into
    assert plan_of([film], 4, played=True).bits_per_second() == (0, 0)
