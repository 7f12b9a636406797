"""/v1/calls/{call}/permissions and /rooms: a call arranged before it runs and while it does."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from identity.core.bodies import decode
from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import requests
from journal_bridge.http.route import Route
from journal_bridge.http.wire import Ask
from journal_bridge.steering import Arranged
from signalling.ports import GivenRights


class RightsAnswer(Struct, frozen=True):
    """What everybody of a role may do."""

    mic: bool
    unmute: bool
    camera: bool
    screen: bool
    board: bool
    chat: bool
    hand: bool


class PermissionsAnswer(Struct, frozen=True):
    """«Доступы участников»; teachers may do everything. `changed`: this request changed something."""

    student: RightsAnswer
    parent: RightsAnswer
    changed: bool = False


class RoomAnswer(Struct, frozen=True):
    """A breakout room: its place in the list, and who belongs to it, as the journal's own ids."""

    number: int
    name: str
    open: bool
    people: list[str]


class RoomsAnswer(Struct, frozen=True):
    """Breakout rooms. `seed` makes the same random groups again. `changed`: this request changed something."""

    phase: Literal["none", "prepared", "open", "closing"]
    mode: Literal["manual", "random", "self", "kept"]
    seed: int | None
    minutes: int | None
    ends_at: datetime | None
    rooms: list[RoomAnswer]
    changed: bool = False


async def permissions(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/calls/{call}/permissions."""
    return Answer(_permissions(await bridge.steering.look(ask.journal, _call(ask)), changed=False))


async def permit(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/calls/{call}/permissions: in force at once, for everybody of a role who has no rights of their own."""
    body = decode(ask.body, requests.PermissionsBody)
    changed = await bridge.steering.permit(ask.journal, _call(ask), body)
    return Answer(_permissions(await bridge.steering.look(ask.journal, _call(ask)), changed=changed))


async def rooms(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/calls/{call}/rooms."""
    return Answer(_rooms(await bridge.steering.look(ask.journal, _call(ask)), changed=False))


async def prepare(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/calls/{call}/rooms: lay out breakout rooms; nobody is moved before they are opened.

    "random" shares out the pupils evenly, `assignments` come on top. The same body again changes nothing.
    """
    body = decode(ask.body, requests.RoomsBody)
    changed = await bridge.steering.prepare_rooms(ask.journal, _call(ask), body)
    return Answer(_rooms(await bridge.steering.look(ask.journal, _call(ask)), changed=changed))


async def open_rooms(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calls/{call}/rooms/open: everybody who has a room goes there, whoever comes later too."""
    body = decode(ask.body, requests.OpenRoomsBody)
    await bridge.steering.open_rooms(ask.journal, _call(ask), body.minutes)
    return Answer(_rooms(await bridge.steering.look(ask.journal, _call(ask)), changed=True))


async def close_rooms(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calls/{call}/rooms/close: everybody comes back; who belongs where is kept for the next time."""
    body = decode(ask.body, requests.CloseRoomsBody)
    await bridge.steering.close_rooms(ask.journal, _call(ask), body.seconds)
    return Answer(_rooms(await bridge.steering.look(ask.journal, _call(ask)), changed=True))


async def broadcast(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calls/{call}/rooms/broadcast: a text over the picture of everybody in the call."""
    body = decode(ask.body, requests.BroadcastBody)
    await bridge.steering.broadcast(ask.journal, _call(ask), body.text)
    return Answer(status=204)


def _call(ask: Ask) -> str:
    return ask.reference("call")


def _permissions(arranged: Arranged, *, changed: bool) -> PermissionsAnswer:
    rights = arranged.now.rights
    return PermissionsAnswer(_rights(rights["student"]), _rights(rights["parent"]), changed)


def _rights(given: GivenRights) -> RightsAnswer:
    return RightsAnswer(given.microphone, given.unmute, given.camera, given.screen, given.board, given.chat, given.hand)


def _rooms(arranged: Arranged, *, changed: bool) -> RoomsAnswer:
    now = arranged.now
    ends_at = datetime.fromtimestamp(int(now.ends_at), ZoneInfo(arranged.tz)) if now.ends_at is not None else None
    found = [
        RoomAnswer(number, room.name, room.open, [arranged.ext_ids.get(person, person) for person in room.people])
        for number, room in enumerate(now.rooms, 1)
    ]
    return RoomsAnswer(now.phase, now.mode, now.seed, now.minutes, ends_at, found, changed)


_ANY = ("call_unknown", "call_ended", "call_not_running", "media_unavailable")

ROUTES = (
    Route(
        "GET",
        "/calls/{call}/permissions",
        "calls:read",
        permissions,
        "Look at permissions",
        {200: PermissionsAnswer},
        problems=_ANY,
    ),
    Route(
        "PUT",
        "/calls/{call}/permissions",
        "calls:write",
        permit,
        "Change permissions",
        {200: PermissionsAnswer},
        requests.PermissionsBody,
        problems=_ANY,
        example={"student": {"screen": True, "chat": False}},
    ),
    Route(
        "GET",
        "/calls/{call}/rooms",
        "calls:read",
        rooms,
        "Look at breakout rooms",
        {200: RoomsAnswer},
        problems=_ANY,
    ),
    Route(
        "PUT",
        "/calls/{call}/rooms",
        "calls:write",
        prepare,
        "Prepare breakout rooms",
        {200: RoomsAnswer},
        requests.RoomsBody,
        problems=(*_ANY, "rooms_open"),
        example={"mode": "manual", "count": 2, "names": ["Север", "Юг"], "assignments": {"s201": 1}, "minutes": 15},
    ),
    Route(
        "POST",
        "/calls/{call}/rooms/open",
        "calls:write",
        open_rooms,
        "Open breakout rooms",
        {200: RoomsAnswer},
        requests.OpenRoomsBody,
        problems=(*_ANY, "rooms_missing"),
        example={"minutes": 10},
        repeatable=True,
    ),
    Route(
        "POST",
        "/calls/{call}/rooms/close",
        "calls:write",
        close_rooms,
        "Close breakout rooms",
        {200: RoomsAnswer},
        requests.CloseRoomsBody,
        problems=_ANY,
        example={"seconds": 30},
        repeatable=True,
    ),
    Route(
        "POST",
        "/calls/{call}/rooms/broadcast",
        "calls:write",
        broadcast,
        "Tell everybody in the call",
        {204: None},
        requests.BroadcastBody,
        problems=_ANY,
        example={"text": "Пять минут до конца работы в залах"},
        repeatable=True,
    ),
)
