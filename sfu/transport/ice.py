"""ICE-lite (RFC 8445) of one transport: the peer's checks in, answers and the chosen path out. Pure, takes `now`.

We never send checks. The path of the latest nomination carries everything (browsers nominate again whenever they
change their mind); before any nomination it is the path of the first valid check. Silence means loss of consent.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from sfu.transport import stun

# Browsers check every 2.5 s (RFC 7675 section 5.1 allows 4..6 s on average).
DISCONNECTED_AFTER = 15.0  # seconds without a check
FAILED_AFTER = 30.0  # seconds without a check; RFC 7675 section 5.1: consent ends after 30 s
OLD_CREDENTIALS_LIFE = 10.0  # seconds; the client checks with them until our restarted ones reach it


class Path(NamedTuple):
    """A way to the peer: our socket and its address."""

    socket: int
    address: tuple[str, int]


class IceState(Enum):
    """Whether the peer can be reached. FAILED is final."""

    NEW = "new"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name fragment and its password (RFC 8445 section 5.3)."""

    ufrag: str
    password: str


class Answer(NamedTuple):
    """What to send back on the path of a check, and whether that path was authenticated."""

    datagram: bytes
    valid: bool


class IceLite:
    """One transport's ICE. `credentials` are what our SDP says now."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.selected: Path | None = None
        self._old: Credentials | None = None
        self._old_until = 0.0
        self._last_check: float | None = None
        self._failed = False

    @property
    def checked_at(self) -> float:
        """When the last valid check came, in monotonic seconds; 0.0 = never."""
        return self._last_check or 0.0

    def receive(self, datagram: bytes, path: Path, now: float) -> Answer | None:
        """A STUN datagram that names a ufrag of ours. None = it is not authentic: nothing is sent."""
        if self.poll(now) is IceState.FAILED:
            return None
        for credentials in self.valid_credentials(now):
            password = credentials.password.encode()
            request = stun.read_request(datagram, password)
            if request:
                return self._answer(request, password, path, now)
        return None

    def restart(self, credentials: Credentials, now: float) -> None:
        """New credentials (RFC 8445 section 9); the path stays until the peer nominates another."""
        self._old = self.credentials
        self._old_until = now + OLD_CREDENTIALS_LIFE
        self.credentials = credentials

    def valid_credentials(self, now: float) -> list[Credentials]:
        """The current ones, and for a while after a restart those before it."""
        if self._old and now < self._old_until:
            return [self.credentials, self._old]
        return [self.credentials]

    def poll(self, now: float) -> IceState:
        """The state at this time. It changes by itself at `deadline`."""
        if self._last_check is None:
            return IceState.NEW
        silence = now - self._last_check
        self._failed = self._failed or silence >= FAILED_AFTER
        if self._failed:
            return IceState.FAILED
        return IceState.DISCONNECTED if silence >= DISCONNECTED_AFTER else IceState.CONNECTED

    def deadline(self, now: float) -> float | None:
        """When `poll` will next give another state if nothing arrives; None = never."""
        state = self.poll(now)
        if self._last_check is None or state is IceState.FAILED:
            return None
        return self._last_check + (DISCONNECTED_AFTER if state is IceState.CONNECTED else FAILED_AFTER)

    def _answer(self, request: stun.BindingRequest, password: bytes, path: Path, now: float) -> Answer:
        if request.unknown:
            return Answer(stun.error(request.transaction, stun.UNKNOWN_ATTRIBUTE, password, request.unknown), False)
        if request.controlled:
            # RFC 8445 section 7.3.1.1; a lite agent cannot take the controlling side, so the peer has to.
            return Answer(stun.error(request.transaction, stun.ROLE_CONFLICT, password), False)
        self._last_check = now
        if request.nominated or self.selected is None:
            self.selected = path
        return Answer(stun.success(request.transaction, path.address, password), True)
