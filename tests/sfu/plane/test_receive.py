"""Reception statistics against a slow reading of RFC 3550."""

import random

import pytest

from sfu.plane.receive import Receiver


def test_numbers_are_unwrapped_across_the_border() -> None:
    receiver = Receiver(90000)
    numbers = [receiver.packet(n, 0, 0.0) for n in (65534, 65535, 1, 0, 2)]
    assert [number - numbers[0] for number in numbers] == [0, 1, 3, 2, 4]


def test_loss_is_counted_and_reported_for_each_interval() -> None:
    receiver = Receiver(90000)
    for sequence in range(100):
        if sequence % 4 != 1:
            receiver.packet(sequence, 0, 0.0)
    report = receiver.report(1.0)
    assert report["lost"] == 25
    assert report["fraction"] == 25 * 256 // 100
    for sequence in range(100, 200):
        receiver.packet(sequence, 0, 1.0)
    assert receiver.report(2.0)["fraction"] == 0
    assert receiver.report(3.0)["lost"] == 25


def test_recovered_packets_are_not_lost() -> None:
    receiver = Receiver(90000)
    for sequence in (1, 2, 5):
        receiver.packet(sequence, 0, 0.0)
    receiver.packet(3, 0, 0.1, recovered=True)
    assert receiver.report(1.0)["lost"] == 1


def test_jitter_is_that_of_the_formula() -> None:
    seeded = random.Random(7)
    receiver = Receiver(48000)
    jitter, former = 0.0, None
    for index in range(500):
        arrival = index * 0.02 + seeded.random() * 0.01
        receiver.packet(index, index * 960, arrival)
        transit = arrival - index * 0.02
        if former is not None:
            jitter += (abs(transit - former) - jitter) / 16
        former = transit
    assert receiver.report(20.0)["jitter"] == pytest.approx(jitter * 48000, abs=2)


def test_packets_of_one_frame_do_not_count_as_jitter() -> None:
    receiver = Receiver(90000)
    for frame in range(50):
        for part in range(5):
            receiver.packet(frame * 5 + part, frame * 3000, frame / 30 + part * 0.002)
    assert receiver.report(5.0)["jitter"] <= 1
