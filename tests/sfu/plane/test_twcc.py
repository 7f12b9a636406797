"""Transport-wide feedback against a plain reading of the draft, and both directions against each other."""

import random
import struct

import pytest

from sfu.plane.twcc import ArrivalLog, SendLog

TICK = 250e-6


def read(packet: bytes) -> tuple[int, dict[int, float | None]]:
    """Message count, and the arrival of each number (None = lost), on the clock of the reference time."""
    assert len(packet) % 4 == 0
    assert struct.unpack_from("!BBH", packet) == (0x8F, 205, len(packet) // 4 - 1)
    base, count = struct.unpack_from("!HH", packet, 12)
    clock = int.from_bytes(packet[16:19], "big") * 0.064
    at, symbols = 20, []
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", packet, at)
        at += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    times: dict[int, float | None] = {}
    for index, symbol in enumerate(symbols[:count]):
        times[(base + index) & 0xFFFF] = None
        if symbol:
            delta = packet[at] if symbol == 1 else struct.unpack_from("!h", packet, at)[0]
            at += symbol
            clock += delta * TICK
            times[(base + index) & 0xFFFF] = clock
    return packet[19], times


def test_tells_arrivals_and_losses_across_the_border() -> None:
    seeded = random.Random(5)
    log = ArrivalLog()
    arrived: dict[int, float] = {}
    told: dict[int, float | None] = {}
    counts = []
    now = 100.0
    for index in range(3000):
        now += seeded.random() * 0.004
        number = (64000 + index) & 0xFFFF
        if seeded.random() > 0.1 or index in (0, 2999):
            log.put(number, now)
            arrived[number] = now
        if index % 40 == 39:
            while packet := log.build(1, 2):
                count, times = read(packet)
                counts.append(count)
                told |= times
    assert counts == [index & 255 for index in range(len(counts))]
    for number, time in told.items():
        assert (time is None) == (number not in arrived)
        if time is not None:
            assert time == pytest.approx(arrived[number], abs=2 * TICK)
    assert len(told) == 3000


def test_reordered_packets_have_negative_deltas() -> None:
    log = ArrivalLog()
    log.put(1, 10.0)
    log.put(3, 10.001)
    log.put(2, 10.02)
    _, times = read(log.build(1, 2))
    assert [times[n] for n in (1, 2, 3)] == pytest.approx([10.0, 10.02, 10.001], abs=2 * TICK)


def test_nothing_new_gives_no_message() -> None:
    log = ArrivalLog()
    assert log.build(1, 2) == b""
    log.put(7, 1.0)
    assert log.build(1, 2)
    assert log.build(1, 2) == b""
    log.put(7, 1.1)
    assert log.build(1, 2) == b""


def test_a_pause_and_a_jump_end_a_message_but_not_the_telling() -> None:
    log = ArrivalLog()
    log.put(1, 10.0)
    log.put(2, 30.0)  # 20 s do not fit a delta
    log.put(9000, 30.1)
    told: dict[int, float | None] = {}
    while packet := log.build(1, 2):
        told |= read(packet)[1]
    assert told[9000] == pytest.approx(30.1, abs=2 * TICK)


def test_the_sender_learns_when_its_packets_arrived() -> None:
    seeded = random.Random(11)
    log, history = ArrivalLog(), SendLog()
    sent: dict[int, tuple[float, float | None]] = {}
    learnt: dict[int, tuple[float, float]] = {}
    for index in range(2000):
        now = 5.0 + index * 0.003
        for _ in range(7):
            number = history.put(1000, now)
            lost = seeded.random() < 0.05
            sent[len(sent)] = (now, None if lost else now + 0.03)
            if not lost:
                log.put(number, now + 0.03)
        if index % 10 == 9:
            while packet := log.build(1, 2):
                statuses = history.read(packet[12:])
                assert statuses is not None
                for number, size, when, received in statuses:
                    assert size == 1000
                    learnt[number - 65536] = (when, received)
    first = learnt[0][1] - 5.03
    for index, (when, received) in learnt.items():
        assert when == pytest.approx(sent[index][0])
        arrival = sent[index][1]
        assert received == (-1.0 if arrival is None else pytest.approx(arrival + first, abs=1e-3))
    assert len(learnt) > 13900


def test_feedback_on_nothing_or_cut_short_is_malformed() -> None:
    assert SendLog().read(bytes(8)) is None
    history = SendLog()
    for _ in range(20):
        history.put(100, 1.0)
    log = ArrivalLog()
    for number in range(20):
        log.put(number, 1.0 + number / 100)
    fci = log.build(1, 2)[12:]
    assert len(history.read(fci) or []) == 20
    for length in range(8 + 2 + 19):
        assert history.read(fci[:length]) is None
