"""The contract of the native load engine with Python: one thread, many endpoints.

Endpoints and sources are numbers given out by `add_endpoint` and `add_source`, never twice. Every call may come from
any Python thread. Sources send on a grid of 1 ms. Sockets on which media arrives are read every `drain_ms`, sooner
when they are busy, all others at once: arrival times come from the kernel, so reading late changes nothing that is
measured and keeps the client cheap. What a receiver asks for (NACK) waits for that as well.

What is measured of an endpoint with `sample=1`: every packet is authenticated, decrypted and timed. With `sample=N`
loss, order and jitter still come from every packet's header and arrival, but latency from one packet in about N,
chosen by chance; only those are checked for authenticity, so `refused` counts one Nth of forged ones. Of the others
only the first 256 bytes are copied out of the kernel once the first key frame has come, unless data messages arrive.
"""

from benchmarks.load.model import ClientCost, Codec, EndpointStats, Kind, Rhythm, SourceFormat, SourceStats, StreamStats

class LoadEngine:
    """Send what sources bring, count what endpoints get."""

    def __init__(self, *, control_fd: int, capture_fd: int = -1, drain_ms: int = 32, gro: bool = False) -> None:
        """STUN and DTLS datagrams go to `control_fd` behind 4 native bytes, the endpoint's number.

        Captured packets go to `capture_fd` in the same way: a flood of them holds up no handshake. `gro`: buffers
        are large enough for sockets that take segments together.
        """

    def start(self) -> None: ...
    def stop(self) -> None:
        """End the thread and wait for it. Safe to call twice."""

    def add_endpoint(self, fd: int, *, sample: int = 1, remb: int = 0) -> int:
        """Read from this UDP socket, which stays the caller's. One packet in `sample` is decrypted for its stamp.

        `remb` is the bitrate told to the server each second, in bit/s; 0 = none. Raises ValueError when 4096 are open.
        Until an endpoint has seen a key frame of a known codec, all its video is decrypted; so are the first packet of
        each stream and all packets while it is captured. A socket that was closed by mistake ends the endpoint alone.
        """

    def remove_endpoint(self, endpoint: int) -> None:
        """Never touch the socket again. Its sources end; its figures and theirs can still be read. Safe to call twice.

        Call it before closing the socket.
        """

    def set_remote(self, endpoint: int, address: tuple[str, int]) -> None:
        """Raises ValueError for an address that is not numeric."""

    def set_srtp(self, endpoint: int, profile: int, local_key: bytes, remote_key: bytes) -> None: ...
    def set_payload(self, endpoint: int, payload_type: int, kind: Kind, codec: Codec = Codec.OTHER) -> None:
        """What arrives with this number. The first key frame is looked for in the codecs that are known."""

    def add_source(self, endpoint: int, rhythm: Rhythm, format: SourceFormat, *, phase_ns: int = 0) -> int:
        """Starts at once, `phase_ns` after now. Raises ValueError when full or for sizes that do not fit."""

    def pause_source(self, source: int, paused: bool) -> None: ...
    def send_packet(self, endpoint: int, packet: bytes) -> None:
        """Protect one whole RTP packet of the caller's making (own SSRC, own sequence) and send it at once.

        Lost without keys or a remote address, as on a network. Raises ValueError above MAX_PACKET less SRTP's trailer.
        """

    def set_capture(self, endpoint: int, captured: bool) -> None:
        """Decrypt every RTP packet of the endpoint, RTX included, and hand it to `capture_fd` as well.

        Meant for a few endpoints: packets are lost when Python reads too slowly.
        """

    def receive(self, endpoint: int, datagram: bytes) -> None:
        """Take a datagram as if it had come over the endpoint's socket just now. Raises ValueError above MAX_PACKET."""

    def read_whole(self) -> None:
        """Copy all datagrams whole from now on: data messages are going to arrive beside media."""

    def endpoint_stats(self, endpoint: int) -> EndpointStats: ...
    def stream_stats(self, endpoint: int) -> list[StreamStats]: ...
    def source_stats(self, source: int) -> SourceStats: ...
    def latencies(self, kind: Kind) -> list[int]:
        """Packets by latency since the last reset, in the buckets of `figures.bucket_edge`."""

    def longest(self, kind: Kind) -> float:
        """Seconds: the largest latency since the last reset."""

    def reset_latencies(self) -> None: ...
    def thread_seconds(self) -> float:
        """CPU that the engine's thread has used."""

    def cost(self) -> ClientCost:
        """What this process has spent."""
