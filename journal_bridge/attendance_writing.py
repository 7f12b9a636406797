"""From signalling's events to presences and to events for journals. In: an open write transaction. Out: rows."""

from collections.abc import Sequence
from typing import Any, assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.attendance import MAIN_ROOM, Attendee
from journal_bridge.core.events import EventType, timestamp
from journal_bridge.core.records import Call
from journal_bridge.outbox import News, Outbox
from journal_bridge.store import attendance as store
from journal_bridge.store import calls, events
from signalling.events import (
    CallEnded,
    EndAsked,
    Event,
    HandRaised,
    ParticipantJoined,
    ParticipantLeft,
    RoomsClosed,
    RoomsOpened,
)

LOST = "SERVER_LOST"  # the reason of leaving when the server crashed; other reasons are LiveKit's DisconnectReasons


class Writing:
    """One transaction's work. Presences of every kind of call are kept; journals are told of their lessons only."""

    def __init__(self, connection: AsyncConnection, outbox: Outbox, keeper: str) -> None:
        self._connection = connection
        self._outbox = outbox
        self._keeper = keeper
        self._lessons: dict[str, Call | None] = {}
        self._people: dict[str, Attendee | None] = {}
        self._news: dict[str, list[News]] = {}  # by journal

    async def write(self, heard: Sequence[Event]) -> None:
        """These events, in their order."""
        await self._look_up({event.call for event in heard}, {_identity(event) for event in heard})
        ended = []
        for event in heard:
            match event:
                case ParticipantJoined():
                    await self._joined(event, event.participant)
                case ParticipantLeft():
                    await self._left(event.call, event.identity, event.participant, event.at, event.reason)
                case HandRaised():
                    await store.raise_hand(self._connection, event.participant)
                case RoomsOpened():
                    self._tell_rooms(event.call, "rooms.opened", {"at": timestamp(event.at), "rooms": [*event.titles]})
                case RoomsClosed():
                    self._tell_rooms(event.call, "rooms.closed", {"at": timestamp(event.at)})
                case CallEnded():
                    ended.append(event)
                case EndAsked():
                    pass  # `CallEnded` follows
                case _:
                    assert_never(event)
        await self._tell()
        for end in ended:
            await self._ended(end)

    async def abandon(self, keeper: str, seen_at: float) -> None:
        """A server crashed: whoever was on it left when it was last there."""
        left = await store.kept_by(self._connection, keeper)
        await self._look_up({call for call, *_ in left}, {person for _, person, _ in left})
        for call, person, participant in left:
            await self._left(call, person, participant, seen_at, LOST)
        await store.retire(self._connection, keeper)
        await self._tell()

    async def visit(self, call: str, person: str, participant: str, joined_at: float, left_at: float) -> None:
        """A visit that is over."""
        await self._look_up({call}, {person})
        await self._joined(ParticipantJoined(call, call, person, participant, joined_at), participant)
        await self._left(call, person, participant, left_at, "CLIENT_INITIATED")
        await self._tell()

    async def _look_up(self, wanted: set[str], people: set[str]) -> None:
        for call in sorted(wanted):
            self._lessons[call] = await calls.by_id(self._connection, call)
        journals = {lesson.journal for lesson in self._lessons.values() if lesson is not None}
        for journal in sorted(journals):  # in one order everywhere, so that two servers never wait for each other
            await events.lock(self._connection, journal)
        self._people.update(await store.people(self._connection, people - {""}))

    async def _joined(self, event: ParticipantJoined, participant: str) -> None:
        room = MAIN_ROOM if event.room == event.call else event.title or event.room
        values = {
            "call": event.call,
            "person": event.identity,
            "participant": participant,
            "room": room,
            "joined_at": event.at,
            "keeper": self._keeper,
        }
        if await store.enter(self._connection, values):
            self._note(event.call, "participant.joined", room, event.identity, {"at": timestamp(event.at)})

    async def _left(self, call: str, person: str, participant: str, at: float, reason: str) -> None:
        known = await store.leave(self._connection, participant, at)
        if known is None or not known.present:
            return
        seconds = max(0, round(at - known.joined_at))
        more = {"at": timestamp(at), "seconds": seconds, "reason": reason}
        self._note(call, "participant.left", known.room, person, more)

    async def _ended(self, event: CallEnded) -> None:
        """Whoever did not leave before (a lost event) left with the call."""
        for person, participant in await store.open_in(self._connection, event.call):
            await self._left(event.call, person, participant, event.at, "ROOM_DELETED")
        await self._tell()
        if self._lessons[event.call] is not None:
            await settle_lesson(self._connection, self._outbox, event.call)

    def _note(self, call: str, kind: EventType, room: str, person: str, more: dict[str, Any]) -> None:
        lesson, attendee = self._lessons[call], self._people.get(person)
        if lesson is None:
            return
        data = {
            "call": {"id": lesson.id, "ext_id": lesson.ext_id},
            "person": {
                "id": person,
                "ext_id": attendee.ext_id if attendee else None,
                "role": attendee.role if attendee else None,
            },
            "room": room,
            **more,
        }
        self._news.setdefault(lesson.journal, []).append(News(kind, data, lesson.id))

    def _tell_rooms(self, call: str, kind: EventType, more: dict[str, Any]) -> None:
        lesson = self._lessons[call]
        if lesson is not None:
            data = {"call": {"id": lesson.id, "ext_id": lesson.ext_id}, **more}
            self._news.setdefault(lesson.journal, []).append(News(kind, data, lesson.id))

    async def _tell(self) -> None:
        for journal, news in self._news.items():
            await self._outbox.record_all(self._connection, journal, news)
        self._news.clear()


async def settle_lesson(connection: AsyncConnection, outbox: Outbox, call: str) -> None:
    """Tell the journal once that a lesson's attendance is complete."""
    lesson = await calls.by_id(connection, call)
    if lesson is None or lesson.status != "ended":
        return
    await events.lock(connection, lesson.journal)
    if await events.has(connection, call, "attendance.ready"):
        return
    present = {stay.person for stay in await store.presences(connection, call)}
    absent = [pupil for pupil in await store.enrolled(connection, lesson) if pupil.id not in present]
    data = {
        "call": {"id": lesson.id, "ext_id": lesson.ext_id},
        "present": len(present),
        "absent": len(absent),
        "url": f"/v1/calls/{lesson.id}/attendance",
    }
    await outbox.record(connection, lesson.journal, "attendance.ready", data, call=call)


def _identity(event: Event) -> str:
    return "" if isinstance(event, CallEnded | RoomsOpened | RoomsClosed) else event.identity
