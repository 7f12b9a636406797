"""What one run of a plan on one server gave: contract between `rooms.run` and the reports. Plain values only."""

from dataclasses import dataclass

from benchmarks.figures import Latency


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one participant came in. Seconds since it began to join; None: that never happened."""

    identity: str
    joined: float
    """The server said yes."""
    connected: float | None
    """Its own tracks are announced and its transports are up."""
    first_packet: float | None
    """The first media packet of others came; None also when nobody sends to it."""
    first_key_frame: float | None
    """The first key frame of others came whole enough to start decoding."""
    again: bool = False
    """It had left before, as churn asks."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A participant that did not get in, or that the server put out."""

    identity: str
    at: float
    """Seconds since the run began."""
    problem: str


@dataclass(frozen=True, slots=True)
class Accounting:
    """The server's process at the end of a window, out of the kernel's books. None of it is known of remote servers."""

    cpu: float
    """Seconds of the window, user and system."""
    resident: int
    """Bytes."""
    threads: int


@dataclass(frozen=True, slots=True)
class Messaging:
    """Data messages of a window."""

    sent: int
    due: int
    """Should have been received: each message times its receivers."""
    received: int
    delay: Latency
    """From before the send call in the client to the message's arrival in the client's code."""


@dataclass(frozen=True, slots=True)
class Window:
    """What happened between two moments."""

    seconds: float
    packets_sent: int
    """Into the server."""
    octets_sent: int
    packets_received: int
    """Out of it, by all receivers, without retransmissions."""
    octets_received: int
    expected: int
    """Packets that should have come out: for each source its packets times its takers."""
    lost: int
    """Sequence gaps at the receivers."""
    late: int
    retransmitted: int
    skipped: int
    """Packets that the client failed to send in time: more than a few make the window worthless."""
    client_cpu: float
    """Seconds of the load client's whole process."""
    jitter: float
    """Seconds: median over the received audio streams of RFC 3550 section 6.4.1's estimate.

    Video's, when there is no audio: it holds the sender's own spacing, as packets of a picture share a timestamp.
    """
    video: Latency
    audio: Latency
    server: Accounting | None
    messages: Messaging | None = None

    @property
    def cpu_per_packet(self) -> float | None:
        """Server's CPU seconds per outgoing packet."""
        return self.server.cpu / self.packets_received if self.server and self.packets_received else None

    @property
    def cpu_per_megabit(self) -> float | None:
        """Server's CPU seconds per outgoing 10^6 bits."""
        return self.server.cpu / (self.octets_received * 8e-6) if self.server and self.octets_received else None

    @property
    def client_per_packet(self) -> float:
        """The load client's own CPU seconds per packet it received."""
        return self.client_cpu / max(1, self.packets_received)

    @property
    def client_share(self) -> float | None:
        """The load client's CPU per packet as a share of the server's; a third is what it may be."""
        cost = self.cpu_per_packet
        return self.client_per_packet / cost if cost else None

    @property
    def loss(self) -> float:
        """Share of packets that left gaps, 0..1."""
        total = self.packets_received + self.lost
        return self.lost / total if total else 0.0

    @property
    def delivered(self) -> float:
        """Share of what was due that arrived; a little off 1 by packets under way at the window's ends."""
        return self.packets_received / self.expected if self.expected else 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run: everybody came in, windows were measured, everybody left."""

    server: str
    """As reports print it, with its setting."""
    plan: str
    """Plan.name."""
    title: str
    size: int
    """The number that the scenario scales by (its SIZE field), 0 when it has none."""
    participants: int
    arrivals: tuple[Arrival, ...]
    failures: tuple[Failure, ...]
    seconds_to_join: float
    """From the first participant's begin until everybody gets everything that is due."""
    resident_empty: int | None
    """Bytes of the server's process before anybody joined."""
    windows: tuple[Window, ...]
    stopped: str = ""
    """Why it ended early, in words; empty for a whole run."""

    @property
    def memory_per_participant(self) -> float | None:
        """Bytes of resident memory that a participant added."""
        if self.resident_empty is None or not self.windows or self.windows[-1].server is None:
            return None
        return (self.windows[-1].server.resident - self.resident_empty) / max(1, self.participants)
