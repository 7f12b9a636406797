"""The Python side of the packet writers and readers: enough to test them against another implementation."""

def sample_packet(
    *,
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    mid: str,
    marker: bool,
    start: bool,
    key: bool,
    sent: int,
) -> bytes:
    """One VP8 packet as a source writes it, with mid (3) and audio level (1) extensions."""

def parse_packet(packet: bytes) -> tuple[int, int, int, int, int, int, int]:
    """Payload type, sequence, SSRC, bytes of header, time sent (ns), source, number. Raises ValueError."""

def receiver_rtcp(*, ssrc: int, media: int, highest: int, lost: int, bitrate: int, missing: list[int]) -> bytes:
    """A receiver report, a REMB and a NACK in one compound packet."""

def sender_rtcp(*, ssrc: int, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    """A sender report."""
