"""Invariant: a scenario file is a plan within the limits, or a CustomError in words; nothing else, and soon."""

from pathlib import Path

from benchmarks.rooms import custom
from benchmarks.rooms.traffic import LARGEST, MOST_PARTICIPANTS, MOST_ROOMS, SMALLEST

SEEDS: tuple[bytes, ...] = (
    (Path(custom.__file__).parent / "examples" / "school.toml").read_bytes(),
    b"[[rooms]]\nparticipants = 2\ncameras = 2\n",
    b'name = "x"\n[[rooms]]\nparticipants = 3\ntiles = 1\ncameras = 3\n[rooms.messages]\nper_second = 0.5\n',
    b"[[rooms]]\nparticipants = 9\nvoices = 1\nvoice = {packets_per_second = 50, size = 80}\n[churn]\naway = 0\n",
    b"joins_per_second = 1e3\n[[rooms]]\ncount = 1000\nparticipants = 5\n",
)


def fuzz(data: bytes) -> None:
    try:
        plan = custom.parse(data.decode(errors="replace"))
    except custom.CustomError as error:
        assert str(error)
        return
    assert 0 < len(plan.seats) <= MOST_PARTICIPANTS
    assert len(plan.rooms) <= MOST_ROOMS
    assert len({seat.identity for seat in plan.seats}) == len(plan.seats)
    assert all(SMALLEST <= rhythm.size <= LARGEST for seat in plan.seats for rhythm in seat.sends)
    assert 0 <= plan.joins_per_second <= 1000
