"""Handshakes with another implementation."""

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from benchmarks.load import sdp
from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.load.dtls import Dtls, Wire, new_identity
from benchmarks.load.ice import Credentials
from benchmarks.load.model import Kind, Rhythm
from benchmarks.load.tracks import outgoing
from benchmarks.peers.peer import own_address
from sfu.plane.model import SrtpProfile

TRACKS = (Rhythm(Kind.VIDEO, 500, 1200), Rhythm(Kind.AUDIO, 50, 100))


@pytest.mark.parametrize("profile", list(SrtpProfile))
async def test_it_connects_to_aiortc_with_the_profile_that_was_asked_for(profile: SrtpProfile) -> None:
    remote = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    async with LoadClient(profile) as client:
        connection = client.open(host=own_address())
        offer = sdp.offer(connection.transport, [item.track for item in outgoing(TRACKS, "p")])
        await remote.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await remote.setLocalDescription(await remote.createAnswer())
        await connection.establish(sdp.parse(remote.localDescription.sdp), offered=True)
        assert connection.keys is not None
        assert connection.keys.profile is profile
    await remote.close()


async def test_a_server_that_does_not_answer_is_an_error() -> None:
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client:
        connection = client.open()
        silent = sdp.RemoteDescription(
            Credentials("x", "y"), (("sha-256", "AA"),), (connection.transport.address,), lite=True, sections=()
        )
        with pytest.raises(ConnectError, match="no answer"):
            await connection.establish(silent, offered=True, timeout=0.2)


async def test_what_sctp_still_sends_after_the_end_is_dropped() -> None:
    dtls = Dtls(Wire(lambda _: None), new_identity(SrtpProfile.AEAD_AES_128_GCM))
    await dtls._send_data(b"late")
