"""A stand-in for signalling's `Calls`: remembers which calls are open and who was let in. Their classes are real."""

from collections.abc import Callable, Sequence
from typing import Any

from signalling.core.call import presence
from signalling.core.call.state import Call, Listed
from signalling.ports import Admission, Expected
from signalling.steering import CallSteering

MOMENT = 1_769_418_000.0


class FakeLive:
    """A call without pages and rooms. What it wants kept is kept at once."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.keeper = self

    def run(self, step: Callable[[float], Any]) -> Any:
        try:
            return step(MOMENT)
        finally:
            self.call.take()

    def when_kept(self, done: Callable[[bool], None]) -> None:
        done(True)


class FakeCalls:
    """`log` is everything that happened, in order."""

    def __init__(self) -> None:
        self.open: dict[str, str] = {}
        self.described: dict[str, tuple[str, tuple[Expected, ...]]] = {}
        self.admitted: list[tuple[str, Admission]] = []
        self.log: list[tuple[str, str]] = []
        self.broken = False
        self.classes: dict[str, FakeLive] = {}
        self.steering = CallSteering(self)  # type: ignore[arg-type]  # of the service it only asks for `live`

    async def open_call(self, call: str, *, title: str, group: str = "", people: Sequence[Expected] = ()) -> None:
        if self.broken:
            raise RuntimeError("no media")
        self.open[call] = title
        self.described[call] = (group, tuple(people))
        self.log.append(("open", call))
        self._describe(call, title, group, people).running = True

    async def prepare_call(self, call: str, *, title: str, group: str = "", people: Sequence[Expected] = ()) -> None:
        new = call not in self.classes
        state = self._describe(call, title, group, people)
        state.running = state.running and not new

    def _describe(self, call: str, title: str, group: str, people: Sequence[Expected]) -> Call:
        state = self.classes.setdefault(call, FakeLive(Call(call, title, group))).call
        presence.expect(state, [Listed(one.identity, one.name, one.role) for one in people])
        return state

    def live(self, room: str) -> FakeLive | None:
        return self.classes.get(room)

    async def end_call(self, call: str) -> None:
        self.open.pop(call, None)
        self.classes.pop(call, None)
        self.log.append(("end", call))

    def admit(self, call: str, admission: Admission) -> str:
        if call not in self.open and not (call in self.classes and admission.role == "administrator"):
            raise LookupError("the call is not open")
        self.admitted.append((call, admission))
        return f"token-{len(self.admitted)}"

    def may_draw(self, call: str, identity: str) -> bool:
        return call in self.open
