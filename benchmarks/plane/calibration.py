"""Work that is none of ours and behaves like ours on any machine: what the micro benchmarks are divided by.

Nothing of it runs through the code that is measured: a change of ours that slows it down cannot hide itself.
"""

import random
import re
import time
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.plane.loops import work_on_bytes
from benchmarks.plane.sampling import Sample, Sampler

PACKET = bytes(range(240)) * 5  # 1200 bytes
MIXED = random.Random(20261123).randbytes(65_536)
WORD = 16  # bytes; about what is decided at a time
PACKETS = 300  # of one sample: about as long as a sample of what is measured
TEXT = "".join(f"a=rtpmap:{number} name{number}/90000/2;level={number * 7}\r\n" for number in range(96, 127))
LINE = re.compile(r"([a-z]+):(\d+) (\w+)/(\d+)")


def gcm() -> Sampler:
    """AES-128-GCM of packets, and as much branching and copying as forwarding does."""
    seal = AESGCM(bytes(16)).encrypt
    nonce = bytes(12)

    def work() -> None:
        for _ in range(PACKETS):
            seal(nonce, PACKET, b"")
        work_on_bytes(MIXED, 1)

    return _sampler(work, PACKETS)


def cm() -> Sampler:
    """AES-128-CTR and HMAC-SHA1 of packets, and as much branching and copying as forwarding does."""
    cipher = Cipher(algorithms.AES(bytes(16)), modes.CTR(bytes(16))).encryptor()
    fresh = hmac.HMAC(bytes(20), hashes.SHA1())

    def work() -> None:
        for _ in range(PACKETS):
            tag = fresh.copy()
            tag.update(cipher.update(PACKET))
            tag.finalize()
        work_on_bytes(MIXED, 1)

    return _sampler(work, PACKETS)


def mixed() -> Sampler:
    """Branches and copies decided by random bytes; counted per 16 bytes of them."""
    rounds = 4

    def sample() -> Sample:
        work_on_bytes(MIXED, 1)
        return Sample(work_on_bytes(MIXED, rounds)[0], rounds * len(MIXED) // WORD)

    return sample


def python() -> Sampler:
    """What parsers in Python do with a line: split, match, convert, keep."""

    def work() -> None:
        kept: dict[int, tuple[str, str, list[int]]] = {}
        for line in TEXT.split("\r\n"):
            _, _, value = line.partition("=")
            found = LINE.match(value)
            if found:
                numbers = [int(each) for each in found.group(2, 4)]
                kept[numbers[0]] = (found[1], found[3].upper(), numbers)
        "\r\n".join(f"{name}={kind}" for name, kind, _ in kept.values()).encode().hex()

    return _sampler(work, TEXT.count("\n"), rounds=4)


CALIBRATIONS: Mapping[str, Callable[[], Sampler]] = {"gcm": gcm, "cm": cm, "bytes": mixed, "python": python}


def _sampler(work: Callable[[], None], operations: int, rounds: int = 1) -> Sampler:
    def sample() -> Sample:
        work()  # caches as this work leaves them, not as what came before it did
        begun = time.thread_time_ns()
        for _ in range(rounds):
            work()
        return Sample(time.thread_time_ns() - begun, operations * rounds)

    return sample
