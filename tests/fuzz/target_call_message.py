"""Frames of a call's page, from a pupil and from a moderator. Invariant: a request is done or refused by a `UserError`,
and what everybody may see can be told; all else is a `ProtocolError`. The state can be saved, and is the same then.
"""

import contextlib

import msgpack
import msgspec

from signalling.call_socket import parse
from signalling.core.call import clockwork, handling, presence, saved
from signalling.core.call.messages import State
from signalling.core.call.state import Call
from signalling.core.call.view import PARTS, View
from signalling.core.errors import ProtocolError, UserError

RIGHTS = dict.fromkeys(("microphone", "unmute", "camera", "screen", "board", "chat", "hand"), True)

REQUESTS: tuple[dict[str, object], ...] = (
    {"do": "raise_hand"},
    {"do": "lower_hand", "identity": "b"},
    {"do": "set_rights", "role": "student", "rights": RIGHTS},
    {"do": "set_person_rights", "identity": "b", "rights": None},
    {"do": "mute", "identity": "b", "source": "screen"},
    {"do": "mute_all", "room": 1},
    {"do": "ask_to_unmute", "identity": "b"},
    {"do": "remove_person", "identity": "b"},
    {"do": "set_co_teacher", "identity": "b", "on": True},
    {"do": "set_lobby", "on": True},
    {"do": "set_layout", "layout": "tiles", "pinned": "b"},
    {"do": "react", "reaction": "heart"},
    {"do": "say", "text": "hello", "to": "teachers"},
    {"do": "prepare_rooms", "mode": "random", "count": 3, "names": ["one"], "seed": 7},
    {"do": "assign", "identity": "b", "room": 1},
    {"do": "open_rooms", "minutes": 5},
    {"do": "close_rooms", "seconds": 30},
    {"do": "rename_room", "room": 1, "name": "two"},
    {"do": "speak_to_rooms", "rooms": [1, 2]},
    {"do": "keep_groups", "name": "pairs"},
)

SEEDS: tuple[bytes, ...] = tuple(msgpack.packb({"id": number, **one}) for number, one in enumerate(REQUESTS))


def fuzz(data: bytes) -> None:
    try:
        request = parse(data)
    except ProtocolError:
        return
    for who in ("a", "b"):
        call = _call()
        with contextlib.suppress(UserError):
            handling.handle(call, call.members[who], request, 1_000.0)
        clockwork.poll(call, 2_000_000.0)
        call.take()
        _check(call)


def _call() -> Call:
    """Anna leads, Boris does not; two rooms are open."""
    call = Call("call", "Algebra", "7v")
    for number, (identity, role) in enumerate((("a", "administrator"), ("b", "student"), ("c", "parent"))):
        presence.arrive(call, identity, identity, role)  # type: ignore[arg-type]  # it is a role
        presence.joined(call, identity, f"PA_{number}", 0)
    for values in (REQUESTS[13], REQUESTS[14], REQUESTS[15]):
        request = parse(msgpack.packb({"id": 1, **values}))
        handling.handle(call, call.members["a"], request, 0.0)
    call.take()
    return call


def _check(call: Call) -> None:
    view = View(call)
    for member in call.members.values():
        parts = {part: view.part(part, member) for part in PARTS}
        msgspec.msgpack.encode(State(now=0.0, **parts))
    again = Call(call.id, call.title, call.group)
    state = saved.dump(call)
    saved.restore(again, state)
    assert saved.dump(again) == state
