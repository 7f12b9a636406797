"""A call in virtual time: requests of people in, what came of them out."""

from typing import TypeVar

from signalling.core.call import clockwork, handling, presence
from signalling.core.call.messages import Note, Request, Role
from signalling.core.call.names import MAIN
from signalling.core.call.outputs import Output, Place, Tell
from signalling.core.call.state import Call, Listed, Member

Kind = TypeVar("Kind")

START = 1_800_000_000.0


class Story:
    """Anna is the administrator. Surroundings that carry out every `Place` at once."""

    def __init__(self, *pupils: str, group: str = "7v") -> None:
        self.call = Call("call_1", "Algebra", group)
        self.now = START
        self.done: list[Output] = []
        self._sids = 0
        self.come("anna", "administrator")
        for pupil in pupils:
            self.come(pupil)
        self.done.clear()

    def member(self, identity: str) -> Member:
        return self.call.members[identity]

    # -- what happens

    def expect(self, *pupils: str) -> None:
        presence.expect(self.call, [Listed(pupil, pupil.title(), "student") for pupil in pupils])
        self.settle()

    def come(self, identity: str, role: Role = "student", room: int | None = None) -> None:
        """Let in at the door, and connected: to where the door sent them unless a room is given."""
        member = presence.arrive(self.call, identity, identity.title(), role)
        self._join(identity, member.room if room is None else room)
        self.settle()

    def go(self, identity: str) -> None:
        for sid in list(self.member(identity).stays):
            presence.left(self.call, identity, sid)
        self.settle()

    def ask(self, who: str, request: Request) -> list[Output]:
        """What came of it. Raises UserError."""
        seen = len(self.done)
        handling.handle(self.call, self.member(who), request, self.now)
        self.settle()
        return self.done[seen:]

    def wait(self, seconds: float) -> list[Output]:
        """Time goes on, and the clockwork is polled when it asks to be."""
        seen, until = len(self.done), self.now + seconds
        while (due := clockwork.deadline(self.call)) is not None and due <= until:
            self.now = max(self.now, due)
            clockwork.poll(self.call, self.now)
            self.settle()
        self.now = until
        return self.done[seen:]

    # -- how it is

    def rooms(self) -> dict[str, int]:
        """Where everybody is connected who is not in the main room."""
        places = {one.identity: room for one in self.call.members.values() for room in one.stays.values()}
        return {identity: room for identity, room in places.items() if room != MAIN}

    def take(self, kind: type[Kind]) -> list[Kind]:
        """What of this kind came about since the last time."""
        found = [output for output in self.done if isinstance(output, kind)]
        self.done = [output for output in self.done if not isinstance(output, kind)]
        return found

    def notes(self, identity: str) -> list[Note]:
        return [
            output.message for output in self.take(Tell) if isinstance(output.message, Note) and identity in output.to
        ]

    # -- surroundings

    def settle(self) -> None:
        while outputs := self.call.take():
            self.done += outputs
            for output in outputs:
                if isinstance(output, Place):
                    self._move(output)

    def _move(self, output: Place) -> None:
        for sid in list(self.member(output.identity).stays):
            presence.left(self.call, output.identity, sid, moves=True)
            self._join(output.identity, output.room)

    def _join(self, identity: str, room: int) -> None:
        self._sids += 1
        presence.joined(self.call, identity, f"PA_{self._sids}", room)
