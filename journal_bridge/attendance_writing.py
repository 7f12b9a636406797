"""From signalling's events to presences and to events for journals. In: an open write transaction. Out: rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
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
        self._stays: dict[str, store.Stay] = {}  # by participant, as they are when this is written
        self._entered: dict[str, dict[str, Any]] = {}  # rows that are still to be written, by participant
        self._gone: dict[str, float] = {}
        self._hands: Counter[str] = Counter()

    async def write(self, heard: Sequence[Event]) -> None:
        """These events, in their order."""
        await self._look_up({event.call for event in heard}, {_identity(event) for event in heard})
        await self._look_up_stays(_participant(event) for event in heard)
        ended = []
        for event in heard:
            match event:
                case ParticipantJoined():
                    self._joined(event, event.participant)
                case ParticipantLeft():
                    self._left(event.call, event.identity, event.participant, event.at, event.reason)
                case HandRaised():
                    self._hands[event.participant] += 1
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
        await self._put_down()
        for end in ended:
            await self._ended(end)

    async def abandon(self, keeper: str, seen_at: float) -> None:
        """A server crashed: whoever was on it left when it was last there."""
        left = await store.kept_by(self._connection, keeper)
        await self._look_up({call for call, *_ in left}, {person for _, person, _ in left})
        await self._look_up_stays(participant for *_, participant in left)
        for call, person, participant in left:
            self._left(call, person, participant, seen_at, LOST)
        await store.retire(self._connection, keeper)
        await self._put_down()

    async def visit(self, call: str, person: str, participant: str, joined_at: float, left_at: float) -> None:
        """A visit that is over."""
        await self._look_up({call}, {person})
        await self._look_up_stays([participant])
        self._joined(ParticipantJoined(call, call, person, participant, joined_at), participant)
        self._left(call, person, participant, left_at, "CLIENT_INITIATED")
        await self._put_down()

    async def _look_up(self, wanted: set[str], people: set[str]) -> None:
        for call in sorted(wanted):
            self._lessons[call] = await calls.by_id(self._connection, call)
        journals = {lesson.journal for lesson in self._lessons.values() if lesson is not None}
        for journal in sorted(journals):  # in one order everywhere, so that two servers never wait for each other
            await events.lock(self._connection, journal)
        self._people.update(await store.people(self._connection, people - {""}))

    async def _look_up_stays(self, participants: Iterable[str]) -> None:
        self._stays.update(await store.stays(self._connection, set(participants) - {""}))

    def _joined(self, event: ParticipantJoined, participant: str) -> None:
        if participant in self._stays:
            return
        room = MAIN_ROOM if event.room == event.call else event.title or event.room
        values = {
            "call": event.call,
            "person": event.identity,
            "participant": participant,
            "room": room,
            "joined_at": event.at,
            "keeper": self._keeper,
        }
        self._entered[participant] = values
        self._stays[participant] = store.Stay(room, event.at, True)
        self._note(event.call, "participant.joined", room, event.identity, {"at": timestamp(event.at)})

    def _left(self, call: str, person: str, participant: str, at: float, reason: str) -> None:
        known = self._stays.get(participant)
        if known is None:
            return
        self._gone[participant] = at
        if not known.present:
            return
        self._stays[participant] = known._replace(present=False)
        seconds = max(0, round(at - known.joined_at))
        more = {"at": timestamp(at), "seconds": seconds, "reason": reason}
        self._note(call, "participant.left", known.room, person, more)

    async def _ended(self, event: CallEnded) -> None:
        """Whoever did not leave before (a lost event) left with the call."""
        left = await store.open_in(self._connection, event.call)
        await self._look_up_stays(participant for _, participant in left)
        for person, participant in left:
            self._left(event.call, person, participant, event.at, "ROOM_DELETED")
        await self._put_down()
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

    async def _put_down(self) -> None:
        """Write what was found out: a class that moves is a handful of statements, whatever its size."""
        await store.enter(self._connection, [*self._entered.values()])
        await store.raise_hands(self._connection, self._hands)
        await store.leave(self._connection, self._gone)
        self._entered.clear()
        self._hands.clear()
        self._gone.clear()
        await self._tell()

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


def _participant(event: Event) -> str:
    return event.participant if isinstance(event, ParticipantJoined | ParticipantLeft) else ""


def _identity(event: Event) -> str:
    return "" if isinstance(event, CallEnded | RoomsOpened | RoomsClosed) else event.identity
