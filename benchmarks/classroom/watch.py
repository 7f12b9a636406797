"""Waits until media of their room has reached people, and notes when."""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from benchmarks.classroom.outcome import Arrival, Due
from benchmarks.classroom.person import Person
from benchmarks.load.model import Kind
from benchmarks.rooms.clock import now

GLANCE = 0.01  # seconds between two looks: the native engine signals no events


class Watch:
    """One person's way to a room, from the moment `began`."""

    def __init__(self, person: Person, due: Due, known: AbstractSet[int], began: float) -> None:
        self.person, self._due, self._known, self._began = person, due, known, began
        self._came: dict[Kind, float] = {}

    def look(self) -> bool:
        """Whether everything has come."""
        if self.person.room == self._due.room:
            for kind in self.person.new_kinds(self._known):
                self._came.setdefault(kind, now() - self._began)
        return self._due.kinds <= self._came.keys()

    def arrival(self) -> Arrival:
        moved: float | None = self.person.moved_at - self._began
        if self.person.room != self._due.room or self.person.moved_at < self._began:  # not there, or all along
            moved = None
        return Arrival(self.person.name, moved, self._came.get(Kind.AUDIO), self._came.get(Kind.VIDEO))

    def problem(self) -> str:
        """Why it did not get everything."""
        if self.person.problem:
            return self.person.problem
        if self.person.room != self._due.room:
            return f"is in {self.person.room or 'no room'}, not in {self._due.room}"
        missing = ", ".join(kind.name.lower() for kind in sorted(self._due.kinds - self._came.keys()))
        return f"got no {missing}"


def known_of(people: Sequence[Person]) -> Mapping[str, AbstractSet[int]]:
    """Streams that reach people before something happens."""
    return {person.name: person.streams().keys() for person in people}


async def wait(watches: Sequence[Watch], patience: float) -> tuple[tuple[Arrival, ...], tuple[str, ...]]:
    """Until everybody has what is due, at most so many seconds: how they arrived, and who is lost."""
    deadline, waiting = now() + patience, list(watches)
    while waiting and now() < deadline:
        waiting = [watch for watch in waiting if not watch.look()]
        await asyncio.sleep(GLANCE)
    lost = tuple(f"{watch.person.name}: {watch.problem()}" for watch in waiting)
    return tuple(watch.arrival() for watch in watches), lost
