"""A good window and a good outcome, to be replaced in parts."""

from benchmarks.figures import Latency
from benchmarks.rooms.outcome import Accounting, Outcome, Window

MANY = Latency(10_000, 0.0001, 0.0002, 0.001, 0.002)
NONE = Latency(0, 0.0, 0.0, 0.0, 0.0)
GOOD = Window(
    seconds=6.0,
    packets_sent=3300,
    octets_sent=3_300_000,
    packets_received=100_000,
    octets_received=100_000_000,
    expected=100_000,
    lost=0,
    late=0,
    retransmitted=0,
    skipped=0,
    client_cpu=0.15,
    jitter=0.001,
    video=MANY,
    audio=MANY,
    server=Accounting(0.5, 1 << 26, 4),
)
OUTCOME = Outcome("Fake", "lecture", "Lecture", 30, 31, (), (), 1.0, 1 << 25, (GOOD, GOOD))
