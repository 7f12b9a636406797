"""Runs the fuzz targets: `python -m tests.fuzz [NAME ...] [--seconds N]`.

A target is a file `target_<name>.py` with `SEEDS` and `fuzz(data)`; its docstring names the invariant. Inputs are
seeded random mutations, the same for the same `--seed`. Each target runs in a process of its own, so that a crash is
caught as well. What broke an invariant is kept in `reports/fuzz/`.
"""

import argparse
import importlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
KEPT = Path("reports/fuzz")
PRINT_EVERY = 5.0  # seconds
MAX_SIZE = 4096  # bytes; every limit of a parser that a datagram can reach lies below


def names() -> list[str]:
    """All targets, by file name."""
    return sorted(path.stem.removeprefix("target_") for path in HERE.glob("target_*.py"))


def mutated(seed: bytes, chance: random.Random, others: tuple[bytes, ...]) -> bytes:
    """The seed with a few bytes flipped, cut, repeated, or spliced with another seed."""
    data = bytearray(seed)
    for _ in range(chance.randint(0, 8)):
        at = chance.randint(0, len(data))
        match chance.randint(0, 5):
            case 0 if data:
                data[at % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randint(0, 255)))
            case 1:
                del data[at : at + chance.randint(1, 16)]
            case 2:
                data[at:at] = chance.randbytes(chance.randint(1, 16))
            case 3:
                data[at:at] = data[at : at + chance.randint(1, 64)]
            case 4:
                data[at:] = chance.choice(others)[at:]
            case _:
                data.extend(chance.randbytes(chance.randint(0, 32)))
    return bytes(data[:MAX_SIZE])


def run(name: str, seconds: float, seed: int) -> None:
    """Feed one target until the time is over; the input under test is on disk before it is tried."""
    target = importlib.import_module(f"tests.fuzz.target_{name}")
    chance = random.Random(seed)
    KEPT.mkdir(parents=True, exist_ok=True)
    current = KEPT / f"{name}.current"
    started = said = time.monotonic()
    tried = 0
    with current.open("wb", buffering=0) as trying:
        while (now := time.monotonic()) - started < seconds:
            for _ in range(64):
                data = mutated(chance.choice(target.SEEDS), chance, target.SEEDS)
                os.pwrite(trying.fileno(), len(data).to_bytes(4, "big") + data, 0)
                target.fuzz(data)
                tried += 1
            if now - said > PRINT_EVERY:
                said = now
                print(f"  {name}: {tried} inputs, {seconds - (now - started):.0f} s left", flush=True)
    current.unlink()
    print(f"  {name}: {tried} inputs, nothing broke", flush=True)


def keep(name: str) -> Path | None:
    """Move the input that was being tried out of the way of the next run."""
    current = KEPT / f"{name}.current"
    if not current.exists():
        return None
    raw = current.read_bytes()
    data = raw[4 : 4 + int.from_bytes(raw[:4], "big")]
    kept = KEPT / f"{name}-{abs(hash(data)):016x}"
    kept.write_bytes(data)
    current.unlink()
    return kept


def main() -> int:
    """Run the targets named (or all) one after another; 1 when any broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Run fuzz targets.")
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(names())} (default: all)")
    parser.add_argument("--seconds", type=float, default=120.0, help="for each target (default 120)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="for repeating a run")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.names) - set(names()):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if options.here:
        run(options.names[0], options.seconds, options.seed)
        return 0
    broken = []
    for name in options.names or names():
        print(f"{name}: {options.seconds:.0f} s with seed {options.seed}", flush=True)
        command = [sys.executable, "-X", "faulthandler", "-m", "tests.fuzz", name, "--here"]
        ended = subprocess.run([*command, "--seconds", str(options.seconds), "--seed", str(options.seed)], check=False)
        if ended.returncode:
            broken.append(name)
            print(f"  {name} BROKE (exit {ended.returncode}); its input is in {keep(name)}", flush=True)
    print(f"{'broken: ' + ', '.join(broken) if broken else 'all targets held'}")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
