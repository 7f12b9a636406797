"""Lesson calls: planned, changed, started, ended and removed.

In: checked bodies. Out: calls as they are now. The database decides first; the media room follows the commit.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.ports import Database
from journal_bridge import planning
from journal_bridge.core import calls as rules
from journal_bridge.core import ids, titles
from journal_bridge.core.events import EventType
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Call, Status
from journal_bridge.core.requests import CallChangesBody, NewCallBody
from journal_bridge.outbox import Outbox
from journal_bridge.store import attendance
from journal_bridge.store import calls as store
from signalling.ports import Calls, Expected

log = logging.getLogger("zvonok.journal")


class LessonCalls:
    """What a journal may do with its calls. All methods raise ProblemError; each write is one transaction."""

    def __init__(
        self,
        database: Database,
        rooms: Calls,
        outbox: Outbox,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
        exclusive: rules.Scope,
    ) -> None:
        self._database = database
        self._rooms = rooms
        self._outbox = outbox
        self._clock = clock
        self._random = random
        self._exclusive = exclusive
        self._following = asyncio.Lock()

    async def create(self, journal: str, body: NewCallBody) -> tuple[Call, bool]:
        """Plan a call; True: it is new. The same ext_id with the same values finds the first one."""
        planning.check_times(body.starts_at, body.ends_at)
        now = self._now()
        try:
            async with self._database.write() as connection:
                values = await planning.new_values(connection, journal, body)
                if values["ext_id"] and (call := await store.find(connection, journal, f"ext:{values['ext_id']}")):
                    return planning.same(call, values), False
                call_id = ids.make("call", self._random(ids.ID_BYTES))
                await store.create(
                    connection,
                    {"id": call_id, **values, "status": "planned", "created_at": now, "updated_at": now},
                )
                call = await store.lock(connection, call_id)
                await self._tell(connection, "call.planned", call)
                return call, True
        except IntegrityError:  # somebody created it between our look and our insert
            async with self._database.read() as connection:
                call = await planning.found(connection, journal, f"ext:{values['ext_id']}")
            return planning.same(call, values), False

    async def change(self, journal: str, reference: str, body: CallChangesBody) -> Call:
        """«Изменить»."""
        async with self._database.write() as connection:
            call = await self._locked(connection, journal, reference)
            values = await planning.changes(connection, call, body)
            rules.check_changes(call.status, ["teacher" if name == "teacher_id" else name for name in values])
            planning.check_times(values.get("starts_at", call.starts_at), values.get("ends_at", call.ends_at))
            if not values:
                return call
            call = await self._changed(connection, call, values)
            await self._tell(connection, "call.updated", call, changed=sorted(planning.field(name) for name in values))
            return call

    async def start(self, journal: str, reference: str) -> Call:
        """«Запустить звонок»: the room is open when this returns."""
        try:
            async with self._database.write() as connection:
                call = await self._locked(connection, journal, reference)
                slot = rules.slot(call, self._exclusive)
                if rules.after(call.status, "start") != call.status:
                    values = {"status": "running", "slot": slot, "started_at": self._now()}
                    call = await self._changed(connection, call, values)
                    await self._tell(connection, "call.started", call)
        except IntegrityError:
            raise await self._active_call(slot) from None
        await self.follow(call.id)
        return call

    async def end(self, journal: str, reference: str) -> Call:
        """Everybody leaves; the call stays in the list as ended."""
        async with self._database.write() as connection:
            call = await self._end(connection, await self._locked(connection, journal, reference))
        await self.follow(call.id)
        return call

    async def end_by_moderator(self, call_id: str) -> bool:
        """As `end`, from inside the call; False: it is no lesson."""
        async with self._database.write() as connection:
            if await store.by_id(connection, call_id) is None:
                return False
            await self._end(connection, await store.lock(connection, call_id))
        await self.follow(call_id)
        return True

    async def _end(self, connection: AsyncConnection, call: Call) -> Call:
        if (status := rules.after(call.status, "end")) != call.status:
            call = await self._changed(connection, call, {"status": status, "ended_at": self._now()})
            await self._tell(connection, "call.ended", call)
        return call

    async def remove(self, journal: str, reference: str) -> None:
        """«Удалить»: ends it if it runs; what it left behind is kept. Removing twice changes nothing."""
        async with self._database.write() as connection:
            call = await self._locked(connection, journal, reference, removed=True)
            if not call.deleted:
                values: dict[str, Any] = {"deleted_at": self._now()}
                ran = call.status == "running"
                if (status := rules.after(call.status, "delete")) != call.status:
                    values |= {"status": status, "ended_at": self._now()}
                call = await self._changed(connection, call, values)
                if ran:
                    await self._tell(connection, "call.ended", call)
                await self._tell(connection, "call.deleted", call)
        await self.follow(call.id)

    async def resume_running(self) -> None:
        """Open the rooms of the calls that run: the server starts again, the lessons go on."""
        async with self._database.read() as connection:
            running = await store.running(connection)
        for call in running:
            try:
                await self.follow(call.id)
            except ProblemError:  # logged; the journal's next start of this call tries again
                continue

    async def arrange(self, journal: str, reference: str) -> Call:
        """The call, which can be arranged when this returns: it runs, or is prepared before its start."""
        async with self._database.read() as connection:
            call = await planning.found(connection, journal, reference)
        if await self.follow(call.id, prepare=True) == "ended":
            raise ProblemError("call_ended", "The call has ended.")
        return call

    async def follow(self, call_id: str, *, prepare: bool = False) -> Status:
        """The media room does as the database says now, in whatever order requests get here; says what that is. With
        `prepare` a planned call can be arranged."""
        async with self._following:
            async with self._database.read() as connection:
                call = await store.by_id(connection, call_id)
                expected = await attendance.enrolled(connection, call) if call is not None else []
            try:
                if call is None or call.status == "ended" or (call.status == "planned" and not prepare):
                    await self._rooms.end_call(call_id)
                else:
                    open_it = self._rooms.open_call if call.status == "running" else self._rooms.prepare_call
                    people = [Expected(one.id, one.name, one.role) for one in expected]
                    await open_it(call_id, title=titles.title(call), group=call.class_.id, people=people)
            except Exception:
                log.exception("the room of %s does not follow its call", call_id)
                raise ProblemError("media_unavailable", "The call's state is stored; repeat the request.") from None
        return call.status if call is not None else "ended"

    async def _active_call(self, slot: str) -> ProblemError:
        async with self._database.read() as connection:
            active = await store.running_in(connection, slot)
        if active is None or active.started_at is None:  # it ended between our attempt and this look
            return ProblemError("active_call_exists", "Another call was running a moment ago; start again.")
        tz = ZoneInfo(active.tz)
        summary = {
            "id": active.id,
            "ext_id": active.ext_id,
            "title": titles.full_title(active, tz),
            "started_at": active.started_at.astimezone(tz).isoformat(),
        }
        return ProblemError("active_call_exists", "End the running call first.", extra={"active_call": summary})

    async def _locked(
        self, connection: AsyncConnection, journal: str, reference: str, *, removed: bool = False
    ) -> Call:
        call = await planning.found(connection, journal, reference, removed=removed)
        return await store.lock(connection, call.id)

    async def _changed(self, connection: AsyncConnection, call: Call, values: dict[str, Any]) -> Call:
        await store.change(connection, call.id, {**values, "updated_at": self._now()})
        return await store.lock(connection, call.id)

    async def _tell(self, connection: AsyncConnection, kind: EventType, call: Call, **more: Any) -> None:
        await self._outbox.record(connection, call.journal, kind, {"call": told(call), **more}, call=call.id)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def told(call: Call) -> dict[str, Any]:
    """A call as its events describe it: what a diary must show, with the journal's own ids."""
    tz = ZoneInfo(call.tz)
    moments = {"starts_at": call.starts_at, "started_at": call.started_at, "ended_at": call.ended_at}
    return {
        "id": call.id,
        "ext_id": call.ext_id,
        "status": call.status,
        "title": titles.title(call),
        "class": call.class_.ext_id,
        "subject": call.subject.ext_id,
        "teacher": call.teacher.ext_id,
        **{name: at.astimezone(tz).isoformat(timespec="seconds") if at else None for name, at in moments.items()},
    }
