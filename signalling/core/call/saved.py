"""What of a call outlives a restart, as bytes of JSON: whoever had a right, a place or a task has it again.

Hands, chat and who is connected are not kept: people are asked anew or come back by themselves.
"""

import msgspec
from msgspec import Struct

from signalling.core.call.breakout import Breakout, Group
from signalling.core.call.messages import Grouping, Layout, Phase, Rights, Role, Standing
from signalling.core.call.state import Call, Member


class SavedMember(Struct, omit_defaults=True):
    """Somebody's standing."""

    identity: str
    name: str
    role: Role
    standing: Standing = "in"
    rights: Rights | None = None
    co_teacher: bool = False
    camera_hidden: bool = False
    let_in: bool = False


class SavedRoom(Struct, omit_defaults=True):
    """A breakout room."""

    id: int
    name: str
    open: bool = False


class Saved(Struct, omit_defaults=True):
    """A call's state. Fields may be added; what an older server saved has their defaults."""

    student: Rights = Rights()
    parent: Rights = Rights()
    lobby: bool = False
    layout: Layout | None = None
    pinned: str = ""
    members: list[SavedMember] = []
    phase: Phase = "none"
    mode: Grouping = "manual"
    seed: int | None = None
    minutes: int | None = None
    ends_at: float | None = None
    warned: bool = False
    rooms: list[SavedRoom] = []
    assigned: dict[str, int] = {}
    last: int = 0


class Template(Struct, omit_defaults=True):
    """How calls of a class begin."""

    student: Rights = Rights()
    parent: Rights = Rights()
    lobby: bool = False
    layout: Layout | None = None


Groups = tuple[tuple[str, tuple[str, ...]], ...]
"""Groups of a class: (name, identities)."""


def dump(call: Call) -> bytes:
    """The state as bytes."""
    breakout = call.breakout
    saved = Saved(
        student=call.rights["student"],
        parent=call.rights["parent"],
        lobby=call.lobby,
        layout=call.layout,
        pinned=call.pinned,
        members=[
            SavedMember(
                one.identity,
                one.name,
                one.role,
                one.standing,
                one.rights,
                one.co_teacher,
                one.camera_hidden,
                one.let_in,
            )
            for one in call.members.values()
        ],
        phase=breakout.phase,
        mode=breakout.mode,
        seed=breakout.seed,
        minutes=breakout.minutes,
        ends_at=breakout.ends_at,
        warned=breakout.warned,
        rooms=[SavedRoom(group.id, group.name, group.open) for group in breakout.rooms.values()],
        assigned=breakout.assigned,
        last=breakout.last,
    )
    return msgspec.json.encode(saved)


def restore(call: Call, state: bytes) -> None:
    """The call is again as it was saved. Raises ValueError for bytes that `dump` never made."""
    saved = msgspec.json.decode(state, type=Saved)
    call.rights = {"student": saved.student, "parent": saved.parent}
    call.lobby, call.layout, call.pinned = saved.lobby, saved.layout, saved.pinned
    for one in saved.members:
        call.members[one.identity] = Member(
            one.identity,
            one.name,
            one.role,
            standing=one.standing,
            rights=one.rights,
            co_teacher=one.co_teacher,
            camera_hidden=one.camera_hidden,
            let_in=one.let_in,
        )
    call.breakout = Breakout(
        phase=saved.phase,
        mode=saved.mode,
        seed=saved.seed,
        minutes=saved.minutes,
        ends_at=saved.ends_at,
        warned=saved.warned,
        rooms={room.id: Group(room.id, room.name, room.open) for room in saved.rooms},
        assigned=saved.assigned,
        last=saved.last,
    )


def dump_template(template: Template) -> bytes:
    """For `begin_as`."""
    return msgspec.json.encode(template)


def begin_as(call: Call, template: bytes) -> None:
    """A new call begins as its class's template says. Raises ValueError for bytes that are no template."""
    begin = msgspec.json.decode(template, type=Template)
    call.rights = {"student": begin.student, "parent": begin.parent}
    call.lobby, call.layout = begin.lobby, begin.layout


def dump_groups(groups: Groups) -> bytes:
    """For `groups_of`."""
    return msgspec.json.encode(groups)


def groups_of(kept: bytes) -> Groups:
    """Raises ValueError for bytes that `dump_groups` never made."""
    return msgspec.json.decode(kept, type=Groups)
