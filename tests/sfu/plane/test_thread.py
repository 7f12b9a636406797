"""The native thread over real sockets on loopback."""

import random
import resource
import select
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sfu.plane import rtcp
from sfu.plane.model import DatagramReceived, Event, FirstPacket, LayerChanged, Publication, Removed, Subscription
from sfu.plane.thread import PlaneThread
from tests.sfu.plane.peers import IDS, OPUS, VP8, Peer, Rtp, vp8

PATIENCE = 10.0  # seconds until a test gives up waiting
STUN = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)


_opened: list[socket.socket] = []


@pytest.fixture(autouse=True)
def sockets_are_closed() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


def udp(host: str) -> socket.socket:
    """A socket on a free port; closed when the test is over."""
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    _opened.append(opened)
    opened.bind((host, 0))
    opened.settimeout(PATIENCE)
    return opened


class Client:
    """A peer with a socket."""

    def __init__(self, plane: PlaneThread, handle: int, local: int = 0) -> None:
        self.plane, self.local = plane, local
        self.peer = Peer(handle)
        self.socket = udp(plane.addresses[local][0])
        self.address = self.socket.getsockname()[:2]
        plane.add_transport(handle, IDS)
        plane.set_remote(handle, local, self.address)
        plane.set_srtp(handle, self.peer.profile, self.peer.server_key, self.peer.key)

    def send(self, datagram: bytes) -> None:
        self.socket.sendto(datagram, self.plane.addresses[self.local])

    def rtp(self, packet: Rtp) -> None:
        self.send(self.peer.rtp(packet))

    def receive(self) -> Rtp:
        """The next media packet."""
        while True:
            datagram = self.socket.recv(4096)
            if not 192 <= datagram[1] <= 223:
                return Rtp.decode(self.peer.inbound.unprotect(datagram))


@pytest.fixture(params=[True, False], ids=["gso", "no-gso"])
def plane(request: pytest.FixtureRequest) -> Iterator[PlaneThread]:
    thread = PlaneThread([("127.0.0.1", 0), ("::1", 0)], gso=request.param)
    thread.start()
    yield thread
    thread.stop()


def wait_for(plane: PlaneThread, wanted: Callable[[Event], bool]) -> list[Event]:
    """All events up to the wanted one."""
    seen: list[Event] = []
    end = time.monotonic() + PATIENCE
    while not any(wanted(event) for event in seen):
        ready, _, _ = select.select([plane.fileno()], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"only {seen}"
        seen += plane.poll()
    return seen


def is_removed(kind: str, handle: int) -> Callable[[Event], bool]:
    return lambda event: event == Removed(kind, handle)


def frame(number: int, size: int = 50) -> Rtp:
    return Rtp(96, number, 3000 * number, 0xA0, vp8(number, key=number == 0, body=bytes(size)), True, {1: b"0"})


def stage(plane: PlaneThread) -> tuple[Client, Client]:
    """A sender over IPv4 and a receiver over IPv6 of its video."""
    sender, receiver = Client(plane, 1), Client(plane, 2, 1)
    plane.add_publication(Publication(1, 1, "0", False, (VP8,)))
    plane.add_subscription(Subscription(5, 1, 2, 77, (VP8,), 78))
    plane.select(5, 0)
    return sender, receiver


def live(plane: PlaneThread, sender: Client, receiver: Client) -> None:
    """Sends the first frame until it gets through: commands run beside us."""
    sender.rtp(frame(0))
    assert receiver.receive().ssrc == 77


def test_forwards_between_address_families(plane: PlaneThread) -> None:
    sender, receiver = stage(plane)
    live(plane, sender, receiver)
    for number in range(1, 100):
        sender.rtp(frame(number, 300 + number % 3 if number % 10 else 900))
    first = receiver.receive()
    for number in range(2, 100):
        packet = receiver.receive()
        assert packet.sequence == first.sequence + number - 1
        assert packet.payload[6:] == frame(number, 300 + number % 3 if number % 10 else 900).payload[6:]
    events = wait_for(plane, lambda event: event == LayerChanged(5, 0))
    assert events[0] == FirstPacket(1, 0, 0xA0, 96, VP8.codec)


def test_answers_a_nack_by_rtx(plane: PlaneThread) -> None:
    sender, receiver = stage(plane)
    live(plane, sender, receiver)
    sender.rtp(frame(1))
    lost = receiver.receive()
    receiver.send(receiver.peer.rtcp(rtcp.nack(1, 77, [lost.sequence])))
    again = receiver.receive()
    assert (again.ssrc, again.payload_type) == (78, 97)
    assert again.payload == struct.pack("!H", lost.sequence) + lost.payload


def burst(plane: PlaneThread, size: int) -> dict[str, int]:
    """Eleven packets of this size to a receiver, ten of them again at once; how the counters grew by those."""
    sender, receiver = stage(plane)
    live(plane, sender, receiver)
    sent = []
    for number in range(1, 12):
        sender.rtp(frame(number, size))
        sent.append(receiver.receive())
    before = plane.counters()
    receiver.send(receiver.peer.rtcp(rtcp.nack(1, 77, [packet.sequence for packet in sent[1:]])))
    again = [receiver.receive() for _ in sent[1:]]
    assert [packet.payload[2:] for packet in again] == [packet.payload for packet in sent[1:]]
    return {name: value - before[name] for name, value in plane.counters().items()}


@pytest.mark.parametrize("plane", [True], ids=["gso"], indirect=True)
def test_equal_packets_to_one_receiver_share_a_message(plane: PlaneThread) -> None:
    assert burst(plane, 1200)["gso_messages"] == 1


def test_packets_that_fill_more_than_a_frame_are_sent_singly(plane: PlaneThread) -> None:
    """The kernel may refuse their segments, and then nobody's on the thread should suffer."""
    grown = burst(plane, 1450)
    assert (grown["gso_messages"], grown["gso_refused"], grown["drop_send_failed"]) == (0, 0, 0)


NARROW = """
from sfu.plane.thread import PlaneThread
from tests.sfu.plane.test_thread import burst
plane = PlaneThread([("127.0.0.1", 0), ("::1", 0)])
plane.start()
grown = burst(plane, 1250)
assert grown["gso_refused"] == 1 and grown["drop_send_failed"] == 0, grown
plane.stop()
"""


def test_a_path_of_small_packets_gets_them_singly() -> None:
    """As behind a tunnel: the kernel refuses segments that do not fit, but cuts up single packets."""
    isolated = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c"]
    narrow = "ip link set dev lo mtu 1280 up"
    if not shutil.which("unshare") or subprocess.run([*isolated, narrow], capture_output=True).returncode:
        pytest.skip("no network of our own here")
    command = [*isolated, f'{narrow} && exec "$0" -c "$1"', sys.executable, NARROW]
    subprocess.run(command, check=True, timeout=60, cwd=Path(__file__).parents[3])


def test_hands_stun_to_python_and_sends_its_answer(plane: PlaneThread) -> None:
    _, receiver = stage(plane)
    stranger = udp("127.0.0.1")
    receiver.send(STUN)
    (event,) = wait_for(plane, lambda event: isinstance(event, DatagramReceived))
    assert event == DatagramReceived(1, receiver.address, 2, STUN)
    stranger.sendto(STUN, plane.addresses[0])
    (event,) = wait_for(plane, lambda event: isinstance(event, DatagramReceived))
    assert event == DatagramReceived(0, stranger.getsockname(), 0, STUN)
    plane.send(0, stranger.getsockname(), b"answer")
    assert stranger.recvfrom(100) == (b"answer", plane.addresses[0])


def test_a_flood_of_garbage_leaves_the_call_intact(plane: PlaneThread) -> None:
    seeded = random.Random(9)
    sender, receiver = stage(plane)
    live(plane, sender, receiver)
    stranger = udp("127.0.0.1")
    for number in range(1, 200):
        for _ in range(20):
            garbage = bytes([seeded.choice((0, 1, 22, 128, 144, 200, 255))]) + seeded.randbytes(seeded.randint(0, 1500))
            stranger.sendto(garbage, plane.addresses[0])
            sender.send(garbage)
        sender.rtp(frame(number))
        assert receiver.receive().payload[6:] == frame(number).payload[6:]
    stranger.setblocking(False)
    with pytest.raises(BlockingIOError):
        stranger.recv(100)
    counters = plane.counters()
    assert counters["drop_address_unknown"] > 0
    assert counters["drop_stun_shape"] > 0
    assert counters["rtp_packets_in"] == 200


def test_a_removal_is_acknowledged_once_nothing_uses_the_object(plane: PlaneThread) -> None:
    sender, receiver = stage(plane)
    live(plane, sender, receiver)
    plane.remove_publication(1)
    plane.select(5, 0)
    events = wait_for(plane, is_removed("publication", 1))
    assert events.index(Removed("subscription", 5)) < events.index(Removed("publication", 1))
    assert plane.subscription_stats(5) is None
    plane.add_publication(Publication(1, 1, "0", False, (VP8,)))
    with pytest.raises(ValueError, match="SSRCs"):
        plane.add_subscription(Subscription(5, 1, 2, 77, (VP8,)))


def churn(plane: PlaneThread, first: int, rounds: int) -> None:
    """Calls of four that come and go."""
    for call in range(rounds):
        base = first + 10 * call
        peers = [Client(plane, base + index) for index in range(4)]
        plane.add_publication(Publication(base, base, "0", False, (VP8,)))
        plane.add_publication(Publication(base + 1, base, "1", True, (OPUS,)))
        for index, _ in enumerate(peers[1:]):
            plane.add_subscription(Subscription(base + index, base, base + index + 1, 100 + index, (VP8,), 200 + index))
            plane.select(base + index, 0)
        peers[0].rtp(frame(0))
        for peer in peers[1:]:
            peer.receive()
        for index in range(4):
            plane.remove_transport(base + index)
        wait_for(plane, is_removed("transport", base + 3))
        for peer in peers:
            peer.socket.close()


def test_memory_stays_level_over_many_calls(plane: PlaneThread) -> None:
    churn(plane, 1, 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    churn(plane, 1000, 150)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    # 150 leaked rings alone would be 120 MB.
    assert grown < 8 * 1024, f"{grown} KB"


def test_ends_with_calls_running_and_can_be_asked_afterwards() -> None:
    plane = PlaneThread([("127.0.0.1", 0), ("::1", 0)])
    plane.start()
    sender, receiver = stage(plane)
    live(plane, sender, receiver)
    plane.stop()
    plane.stop()
    plane.remove_transport(1)
    plane.send(0, ("127.0.0.1", 9), b"nothing")
    assert Removed("transport", 1) in plane.poll()
    assert plane.counters()["rtp_packets_in"] == 1
    assert plane.transport_stats(2) is not None


def test_an_address_in_use_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="in use"):
            PlaneThread([("127.0.0.1", 0), taken.getsockname()])


def test_wrong_keys_and_addresses_are_refused() -> None:
    plane = PlaneThread([("127.0.0.1", 0)])
    plane.add_transport(1)
    with pytest.raises(ValueError, match="bytes of key"):
        plane.set_srtp(1, Peer(1).profile, b"short", b"short")
    with pytest.raises(ValueError, match="no address"):
        plane.set_remote(1, 0, ("example.org", 5))
    with pytest.raises(ValueError, match="1 to 16 addresses"):
        PlaneThread([])
    plane.stop()
