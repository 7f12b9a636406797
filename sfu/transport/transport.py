"""One peer connection: ICE, DTLS and data channels around a handle of the plane. Made by `Mux.open`.

In: the peer's parameters and datagrams. Out: our parameters; keys and addresses for the plane; messages for the
listener. Its owner closes it, also after `failed` or `closed`; the handle is free when the plane has let go of it.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from sfu.negotiation.parameters import Candidate, LocalParameters, RemoteParameters
from sfu.transport.dtls import Certificate, DtlsServer, DtlsState, SrtpKeys
from sfu.transport.ice import Credentials, IceLite, IceState, Path
from sfu.transport.ports import Plane, TransportListener
from sfu.transport.registry import Registry
from sfu.transport.sctp import Channel, DataChannels, SctpEndedError, SctpError

CONNECT_TIMEOUT = 30.0  # seconds from `start` until ICE and DTLS stand
MAX_EARLY = 8  # DTLS datagrams kept while the answer with the peer's fingerprint is on its way
UFRAG_BYTES = 8  # of randomness: unique on the socket (RFC 8445 section 5.3 asks for 3)
PASSWORD_BYTES = 16  # of randomness (RFC 8445 section 5.3)

SERVER_CHANNELS = (
    Channel("_reliable"),
    Channel("_lossy", ordered=False, max_retransmits=0),
    Channel("_data_track", ordered=False, max_retransmits=0),
)
"""What the server opens on the connection on which a client receives."""

_log = logging.getLogger(__name__)


class State(Enum):
    """Life of a transport. FAILED and CLOSED are final; CLOSED also after `close`."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Host:
    """What a transport shares with the others of its plane thread. `removed` waits until a handle is free."""

    plane: Plane
    certificate: Certificate
    candidates: tuple[Candidate, ...]
    registry: "Registry[Transport]"
    clock: Callable[[], float]
    removed: Callable[[int], Awaitable[None]]


class Transport:
    """A peer connection. `handle` is its number in the plane."""

    def __init__(self, handle: int, host: Host, listener: TransportListener, channels: tuple[Channel, ...]) -> None:
        """With `channels` the server opens data channels, otherwise it waits for those of the client."""
        self.handle = handle
        self.state = State.NEW
        self._host = host
        self._listener = listener
        self._server_channels = channels
        self._ice = IceLite(_new_credentials())
        self._remote: RemoteParameters | None = None
        self._restarting = False
        self._dtls: DtlsServer | None = None
        self._early: list[bytes] = []
        self._data: DataChannels | None = None
        self._connect_by: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        host.registry.add(handle, self)
        host.registry.add_ufrag(handle, self._ice.credentials.ufrag)
        host.plane.add_transport(handle)

    @property
    def local(self) -> LocalParameters:
        """What our SDP must say from now on."""
        credentials = self._ice.credentials
        return LocalParameters(
            credentials.ufrag, credentials.password, self._host.certificate.fingerprint, self._host.candidates
        )

    @property
    def checked_at(self) -> float:
        """When the peer last proved to be there by a check, in monotonic seconds; 0.0 = never."""
        return self._ice.checked_at

    def connect(self, remote: RemoteParameters) -> None:
        """The peer's parameters are known: it has 30 s to connect. Called again after each renegotiation.

        A new ufrag is an ICE restart (RFC 8445 section 9): unless `restart_ice` began it, `local` changes as well.
        Raises ValueError when the certificate changed, for the association lives on.
        """
        known, restarting = self._remote, self._restarting
        if known and set(remote.fingerprints) != set(known.fingerprints):
            raise ValueError("the peer's certificate changed")
        self._restarting = False
        self._remote = remote
        if self.state is State.NEW:
            self._start(remote)
        elif known and remote.ufrag != known.ufrag and not restarting:
            self._renew_credentials()

    def restart_ice(self) -> None:
        """New credentials in `local` for our next offer; the old ones go on for a while, and media with them."""
        self._renew_credentials()
        self._restarting = True

    def send(self, label: str, payload: bytes) -> bool:
        """Send a message; False when the channel is not open or its bounded buffer is full."""
        return self._data is not None and self._data.send(label, payload)

    @property
    def backlog(self) -> int:
        """Bytes of reliable messages that wait for the peer."""
        return self._data.backlog if self._data else 0

    def hold(self, held: bool) -> None:
        """Ask the peer to send no messages for now, or to go on."""
        if self._data:
            self._data.hold(held)

    async def close(self) -> None:
        """End the connection, whatever its state, and wait until the plane has let go. Safe to call again."""
        if self._host.registry.of_handle(self.handle) is self:
            self._stop(State.CLOSED)
            self._host.registry.remove(self.handle)
            self._host.plane.remove_transport(self.handle)
        await self._host.removed(self.handle)

    # -- what the mux brings ---------------------------------------------------------------------------------------

    def receive_stun(self, datagram: bytes, path: Path) -> bool:
        """A check that names our ufrag. False = not authentic, nothing was answered."""
        if self.state in (State.FAILED, State.CLOSED):
            return False
        before = self._ice.selected
        answer = self._ice.receive(datagram, path, self._host.clock())
        if answer is None:
            return False
        self._host.plane.send(path.socket, path.address, answer.datagram)
        if answer.valid:
            self._host.registry.add_path(self.handle, path)
        if self._ice.selected and self._ice.selected != before:
            self._host.plane.set_remote(self.handle, *self._ice.selected)
            self._arm()
        return True

    def receive_dtls(self, datagram: bytes) -> None:
        """A datagram from an address of the peer."""
        dtls = self._dtls
        if dtls is None:
            if self.state is State.NEW and len(self._early) < MAX_EARLY:
                self._early.append(datagram)
            return
        output = dtls.receive(datagram, self._host.clock())
        self._send_dtls(output.datagrams)
        if self.state is State.CONNECTING and dtls.keys:
            self._connected(dtls.keys)
        for message in output.messages:
            self._receive_message(message)
        if dtls.state is DtlsState.FAILED:
            self._end(State.FAILED, "the DTLS handshake was refused")
        elif dtls.state is DtlsState.CLOSED:
            self._end(State.CLOSED, "the peer said goodbye")
        self._arm()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _start(self, remote: RemoteParameters) -> None:
        self.state = State.CONNECTING
        self._dtls = DtlsServer(self._host.certificate, remote.fingerprints)
        self._connect_by = self._host.clock() + CONNECT_TIMEOUT
        if self._early:
            asyncio.get_running_loop().call_soon(self._receive_early)
        self._arm()

    def _renew_credentials(self) -> None:
        now = self._host.clock()
        for old in self._ice.valid_credentials(now)[1:]:
            self._host.registry.remove_ufrag(self.handle, old.ufrag)
        self._ice.restart(_new_credentials(), now)
        self._host.registry.add_ufrag(self.handle, self._ice.credentials.ufrag)

    def _receive_early(self) -> None:
        early, self._early = self._early, []
        for datagram in early:
            self.receive_dtls(datagram)

    def _connected(self, keys: SrtpKeys) -> None:
        self.state = State.CONNECTED
        self._connect_by = None
        self._host.plane.set_srtp(self.handle, keys.profile, keys.local, keys.remote)
        if self._server_channels:
            self._open_data()
        self._listener.connected()

    def _open_data(self) -> DataChannels:
        self._data = DataChannels(self._send_message, self._receive_payload, self._server_channels)
        return self._data

    def _receive_message(self, message: bytes) -> None:
        if self.state is not State.CONNECTED:
            return
        try:
            # A client that sends has a data section; one that never does costs nothing.
            (self._data or self._open_data()).receive(message)
        except SctpEndedError:
            self._end(State.CLOSED, "the peer ended its data channels")
        except SctpError as error:
            self._end(State.FAILED, f"the peer broke SCTP: {error}")

    def _receive_payload(self, label: str, payload: bytes) -> None:
        if self.state is State.CONNECTED:
            self._listener.message(label, payload)

    def _send_message(self, packet: bytes) -> None:
        if self._dtls:
            self._send_dtls(self._dtls.send(packet))

    def _send_dtls(self, datagrams: Iterable[bytes]) -> None:
        if self._ice.selected:
            for datagram in datagrams:
                self._host.plane.send(*self._ice.selected, datagram)

    def _end(self, state: State, reason: str) -> None:
        """The connection is over, not by our wish."""
        if self.state in (State.FAILED, State.CLOSED):
            return
        _log.info("transport %d %s: %s", self.handle, state.value, reason)
        self._stop(state)
        if state is State.FAILED:
            self._listener.failed()
        else:
            self._listener.closed()

    def _stop(self, state: State) -> None:
        self.state = state
        self._early.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._data:
            self._data.close()
            self._data = None
        if self._dtls:
            self._send_dtls(self._dtls.close())
            self._dtls = None

    def _arm(self) -> None:
        """One timer for everything: set it when the next deadline is before the one it has."""
        if self.state not in (State.CONNECTING, State.CONNECTED):
            return
        now = self._host.clock()
        resend_at = self._dtls.deadline() if self._dtls else None
        deadlines = [each for each in (self._connect_by, self._ice.deadline(now), resend_at) if each is not None]
        if not deadlines or (self._timer and self._timer_at <= min(deadlines)):
            return
        if self._timer:
            self._timer.cancel()
        self._timer_at = min(deadlines)
        self._timer = asyncio.get_running_loop().call_later(max(0.0, self._timer_at - now), self._wake)

    def _wake(self) -> None:
        self._timer = None
        now = self._host.clock()
        if self._dtls:
            self._send_dtls(self._dtls.poll(now))
        if self._connect_by is not None and now >= self._connect_by:
            self._end(State.FAILED, "the handshake was too slow" if self._ice.selected else "the peer never came")
        elif self._ice.poll(now) is IceState.FAILED:
            self._end(State.FAILED, "the peer fell silent")
        self._arm()


def _new_credentials() -> Credentials:
    return Credentials(secrets.token_hex(UFRAG_BYTES), secrets.token_hex(PASSWORD_BYTES))
