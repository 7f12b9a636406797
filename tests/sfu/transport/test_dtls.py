"""Handshakes in virtual time: an OpenSSL client against `DtlsServer`, over a link that loses what the test says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AEAD_AES_256_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    SRTPProtectionProfile,
)
from OpenSSL import SSL

from sfu.negotiation.description import Fingerprint
from sfu.plane.model import SrtpProfile
from sfu.transport.dtls import MAX_DATAGRAM, MAX_RESENDS, Certificate, DtlsServer, DtlsState

STEP = 0.01  # seconds of virtual time per exchange
CLIENT = RTCCertificate.generateCertificate()
ALL_PROFILES = (SRTP_AEAD_AES_256_GCM, SRTP_AES128_CM_SHA1_80, SRTP_AEAD_AES_128_GCM)


def fingerprints(certificate: RTCCertificate = CLIENT) -> tuple[Fingerprint, ...]:
    return tuple(Fingerprint(each.algorithm, each.value) for each in certificate.getFingerprints())


class Client:
    """A DTLS client that never sends a flight twice by itself."""

    def __init__(self, profiles: tuple[SRTPProtectionProfile, ...] = ALL_PROFILES) -> None:
        self.connection = SSL.Connection(CLIENT._create_ssl_context(list(profiles)))
        self.connection.set_connect_state()
        self.done = False
        self.received: list[bytes] = []

    def step(self, datagrams: list[bytes]) -> list[bytes]:
        for datagram in datagrams:
            self.connection.bio_write(datagram)
        try:
            if not self.done:
                self.connection.do_handshake()
                self.done = True
            while True:
                self.received.append(self.connection.recv(65536))
        except SSL.WantReadError:
            pass
        try:
            return [self.connection.bio_read(65536)]
        except SSL.WantReadError:
            return []


@dataclass
class Link:
    """Carries datagrams between the two, one exchange per step; `lose` says which one of the server's is lost."""

    server: DtlsServer
    client: Client
    lose: Callable[[int], bool] = lambda number: False
    now: float = 0.0
    sent: list[bytes] = field(default_factory=list)

    def run(self, seconds: float) -> float:
        """Run until both sides are done or the time is over; gives the time it took."""
        to_server = self.client.step([])
        end = self.now + seconds
        while self.now < end:
            self.now += STEP
            to_client = list(self._kept(to_server))
            to_server = self.client.step(to_client)
            if self.client.done and self.server.state is DtlsState.CONNECTED:
                return self.now
        return self.now

    def _kept(self, to_server: list[bytes]) -> Iterator[bytes]:
        outgoing = [each for datagram in to_server for each in self.server.receive(datagram, self.now).datagrams]
        for datagram in [*outgoing, *self.server.poll(self.now)]:
            self.sent.append(datagram)
            if not self.lose(len(self.sent)):
                yield datagram


@pytest.fixture
def server(certificate: Certificate) -> DtlsServer:
    return DtlsServer(certificate, fingerprints())


def test_both_sides_have_the_same_keys_and_the_better_profile_wins(server: DtlsServer) -> None:
    client = Client()
    Link(server, client).run(1.0)
    assert server.state is DtlsState.CONNECTED
    assert server.keys is not None
    assert server.keys.profile is SrtpProfile.AEAD_AES_128_GCM
    material = client.connection.export_keying_material(b"EXTRACTOR-dtls_srtp", 56)
    # RFC 5764 section 4.2: client key, server key, client salt, server salt.
    assert server.keys.remote == material[:16] + material[32:44]
    assert server.keys.local == material[16:32] + material[44:]


def test_a_client_without_gcm_gets_the_older_profile(server: DtlsServer) -> None:
    Link(server, Client((SRTP_AES128_CM_SHA1_80,))).run(1.0)
    assert server.keys is not None
    assert server.keys.profile is SrtpProfile.AES_CM_128_HMAC_SHA1_80
    assert len(server.keys.local) == len(server.keys.remote) == 30


def test_a_client_without_a_common_profile_is_refused(server: DtlsServer) -> None:
    Link(server, Client((SRTP_AEAD_AES_256_GCM,))).run(1.0)
    assert server.state is DtlsState.FAILED
    assert server.keys is None


def test_a_certificate_that_the_sdp_does_not_name_is_refused(certificate: Certificate) -> None:
    server = DtlsServer(certificate, fingerprints(RTCCertificate.generateCertificate()))
    Link(server, Client()).run(1.0)
    assert server.state is DtlsState.FAILED
    assert server.keys is None


@pytest.mark.parametrize(("lost", "most"), [(1, 0.15), (2, 0.25), (3, 0.35)])
def test_lost_first_flights_cost_a_tenth_of_a_second_each(server: DtlsServer, lost: int, most: float) -> None:
    link = Link(server, Client(), lambda number: number <= lost)
    assert link.run(5.0) <= most
    assert link.sent[0] == link.sent[lost]


def test_a_lost_last_flight_costs_a_tenth_of_a_second(server: DtlsServer) -> None:
    counting = Link(server, Client())
    counting.run(1.0)
    last = len(counting.sent)
    again = DtlsServer(Certificate(), fingerprints())
    assert 0.1 < Link(again, Client(), lambda number: number == last).run(5.0) <= 0.2


def test_flights_are_not_sent_for_ever_and_stop_with_the_first_message(certificate: Certificate) -> None:
    silent = DtlsServer(certificate, fingerprints())
    hello = Client().step([])
    silent.receive(hello[0], 0.0)
    sent = [silent.poll(step * 0.05) for step in range(200)]
    assert sum(map(bool, sent)) == MAX_RESENDS
    assert silent.deadline() is None
    talking, client = DtlsServer(certificate, fingerprints()), Client()
    link = Link(talking, client)
    link.run(1.0)
    assert talking.deadline() is not None
    client.connection.send(b"a message")
    assert talking.receive(client.connection.bio_read(2000), link.now).messages == [b"a message"]
    assert talking.deadline() is None


def test_messages_go_both_ways_and_several_in_one_datagram(server: DtlsServer) -> None:
    client = Client()
    link = Link(server, client)
    link.run(1.0)
    client.step(server.send(b"down"))
    assert client.received == [b"down"]
    for message in (b"one", b"two"):
        client.connection.send(message)
    assert server.receive(client.connection.bio_read(2000), link.now).messages == [b"one", b"two"]


def test_datagrams_hold_whole_records_and_are_never_large(server: DtlsServer) -> None:
    link = Link(server, Client())
    link.run(1.0)
    for datagram in link.sent:
        assert len(datagram) <= MAX_DATAGRAM
        at = 0
        while at < len(datagram):
            at += 13 + int.from_bytes(datagram[at + 11 : at + 13], "big")
        assert at == len(datagram)


def test_garbage_leaves_the_association_working(server: DtlsServer) -> None:
    client = Client()
    link = Link(server, client)
    link.run(1.0)
    for garbage in (b"\x14", b"\x17\xfe\xfd" + bytes(10), b"\x17" * 1400, b"\x16\xfe\xfd" + bytes(60)):
        assert server.receive(garbage, link.now).messages == []
    client.connection.send(b"still here")
    assert server.receive(client.connection.bio_read(2000), link.now).messages == [b"still here"]


def test_the_end_is_told_by_either_side(certificate: Certificate) -> None:
    server, client = DtlsServer(certificate, fingerprints()), Client()
    link = Link(server, client)
    link.run(1.0)
    client.connection.shutdown()
    server.receive(client.connection.bio_read(2000), link.now)
    assert server.state is DtlsState.CLOSED
    assert server.send(b"too late") == []
    other, peer = DtlsServer(certificate, fingerprints()), Client()
    Link(other, peer).run(1.0)
    farewell = other.close()
    with pytest.raises(SSL.ZeroReturnError):
        peer.step(farewell)
    assert other.close() == []
