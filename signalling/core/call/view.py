"""What somebody may see of a call, as the parts of `messages.State`."""

from collections.abc import Callable, Mapping
from typing import Any

from signalling.core.call import hands, messages
from signalling.core.call.breakout import Group
from signalling.core.call.names import MAIN
from signalling.core.call.rights import rights_of
from signalling.core.call.state import Call, Member, Part


class View:
    """One look at a call; what several people see alike is made once."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._made: dict[str, Any] = {}

    def part(self, name: Part, member: Member) -> Any:
        """A part as this person sees it; None: it is not for them."""
        return PARTS[name](self, member)

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def call(self, member: Member) -> messages.CallPart:
        """The same for everybody."""
        call = self._call
        return self._once(  # type: ignore[no-any-return]  # it is what is made here
            "call",
            lambda: messages.CallPart(
                call.id, call.title, call.rights["student"], call.rights["parent"], call.lobby, call.layout, call.pinned
            ),
        )

    def you(self, member: Member) -> messages.YouPart:
        """What concerns the person alone."""
        breakout = self._call.breakout
        group = breakout.rooms.get(member.room)
        return messages.YouPart(
            identity=member.identity,
            name=member.name,
            role=member.role,
            moderator=member.moderator,
            standing=member.standing,
            rights=rights_of(self._call, member),
            room=member.room,
            room_name=group.name if group else "",
            assigned=breakout.assigned.get(member.identity, MAIN),
            camera_hidden=member.camera_hidden,
            may_unmute=member.may_unmute,
            called_teacher=group is not None and group.called_at is not None,
            speaking_to=member.speaking_to,
        )

    def hands(self, member: Member) -> tuple[messages.Hand, ...] | None:
        """The same for everybody who is in."""
        if member.standing != "in":
            return None
        return self._once("hands", self._hands)  # type: ignore[no-any-return]

    def _hands(self) -> tuple[messages.Hand, ...]:
        return tuple(
            messages.Hand(one.identity, one.name, one.room, one.hand_since or 0.0) for one in hands.raised(self._call)
        )

    def people(self, member: Member) -> tuple[messages.Person, ...] | None:
        """For moderators: everybody who is, was or should be here."""
        if not member.moderator:
            return None
        return self._once("people", self._people)  # type: ignore[no-any-return]

    def _people(self) -> tuple[messages.Person, ...]:
        assigned = self._call.breakout.assigned
        return tuple(
            messages.Person(
                identity=one.identity,
                name=one.name,
                role=one.role,
                present=one.present,
                standing=one.standing,
                moderator=one.moderator,
                room=one.room,
                assigned=assigned.get(one.identity, MAIN),
                rights=one.rights,
                camera_hidden=one.camera_hidden,
            )
            for one in self._call.members.values()
        )

    def rooms(self, member: Member) -> messages.RoomsPart | None:
        """All rooms for moderators and where people choose; otherwise the own one."""
        if member.standing != "in":
            return None
        breakout = self._call.breakout
        if member.moderator:
            return self._once(  # type: ignore[no-any-return]
                "rooms", lambda: self._rooms(list(breakout.rooms.values()), kept=tuple(breakout.kept))
            )
        if breakout.mode == "self":
            return self._once(  # type: ignore[no-any-return]
                "choice", lambda: self._rooms(list(breakout.rooms.values()), kept=(), named=True)
            )
        own = {breakout.assigned.get(member.identity, MAIN), member.room}
        return self._rooms([group for group in breakout.rooms.values() if group.id in own], kept=())

    def _rooms(self, groups: list[Group], *, kept: tuple[str, ...], named: bool = False) -> messages.RoomsPart:
        breakout, members = self._call.breakout, self._call.members
        people = self._once("belonging", self._belonging)
        rooms = tuple(
            messages.BreakoutRoom(
                id=group.id,
                name=group.name,
                open=group.open,
                people=people.get(group.id, ()),
                called_at=group.called_at,
                names=tuple(members[one].name for one in people.get(group.id, ()) if one in members) if named else (),
            )
            for group in groups
        )
        return messages.RoomsPart(breakout.phase, breakout.mode, breakout.seed, breakout.ends_at, rooms, kept)

    def _belonging(self) -> dict[int, tuple[str, ...]]:
        people: dict[int, list[str]] = {}
        for identity, room in self._call.breakout.assigned.items():
            people.setdefault(room, []).append(identity)
        return {room: tuple(identities) for room, identities in people.items()}


PARTS: Mapping[Part, Callable[[View, Member], Any]] = {
    "call": View.call,
    "you": View.you,
    "hands": View.hands,
    "people": View.people,
    "rooms": View.rooms,
}
"""The parts of the state in the order in which they are told."""
