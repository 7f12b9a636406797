"""A stand-in for signalling's `Calls`: remembers which calls are open and who was let in."""

from collections.abc import Sequence

from signalling.ports import Admission, Expected


class FakeCalls:
    """`log` is everything that happened, in order."""

    def __init__(self) -> None:
        self.open: dict[str, str] = {}
        self.described: dict[str, tuple[str, tuple[Expected, ...]]] = {}
        self.admitted: list[tuple[str, Admission]] = []
        self.log: list[tuple[str, str]] = []
        self.broken = False

    async def open_call(self, call: str, *, title: str, group: str = "", people: Sequence[Expected] = ()) -> None:
        if self.broken:
            raise RuntimeError("no media")
        self.open[call] = title
        self.described[call] = (group, tuple(people))
        self.log.append(("open", call))

    async def end_call(self, call: str) -> None:
        self.open.pop(call, None)
        self.log.append(("end", call))

    def admit(self, call: str, admission: Admission) -> str:
        if call not in self.open:
            raise LookupError("the call is not open")
        self.admitted.append((call, admission))
        return f"token-{len(self.admitted)}"

    def may_draw(self, call: str, identity: str) -> bool:
        return call in self.open
