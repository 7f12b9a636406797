"""A call arranged by its journal: «Доступы участников», «Сессионные залы». In: checked bodies. Out: how it is now.

Identities of the call are our ids of people; journals see their own.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from identity.ports import Database
from journal_bridge.calls import LessonCalls
from journal_bridge.core.problems import ProblemError, wrong_field
from journal_bridge.core.references import bare
from journal_bridge.core.requests import PermissionsBody, RoleRightsBody, RoomsBody
from journal_bridge.store import calls as store
from journal_bridge.store import roster
from signalling.ports import Bound, ClassNow, GivenRights, NotKeptError, RoomsPlan, SteeringError
from signalling.ports import Steering as Class

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arranged:
    """A call's class as it is now; `ext_ids` are the journal's own ids of the people in its rooms."""

    now: ClassNow
    ext_ids: Mapping[str, str]
    tz: str


class Steering:
    """All methods raise ProblemError."""

    def __init__(self, database: Database, calls: LessonCalls, classes: Class) -> None:
        self._database = database
        self._calls = calls
        self._classes = classes

    async def look(self, journal: str, reference: str) -> Arranged:
        """As it is in a running call, or prepared for a planned one."""
        call = await self._calls.arrange(journal, reference)
        now = await self._asked(self._look(call.id))
        people = sorted({identity for room in now.rooms for identity in room.people})
        async with self._database.read() as connection:
            known = await roster.roles(connection, people) if people else {}
        return Arranged(now, {identity: ext_id for identity, (ext_id, _) in known.items()}, call.tz)

    async def permit(self, journal: str, reference: str, body: PermissionsBody) -> bool:
        """Whether anything changed."""
        call = await self._calls.arrange(journal, reference)
        given: dict[Bound, GivenRights] = {}
        if isinstance(body.student, RoleRightsBody):
            given["student"] = _rights(body.student)
        if isinstance(body.parent, RoleRightsBody):
            given["parent"] = _rights(body.parent)
        return await self._asked(self._classes.permit(call.id, given))

    async def prepare_rooms(self, journal: str, reference: str, body: RoomsBody) -> bool:
        """Whether anything changed."""
        if len(body.names) > body.count:
            raise wrong_field("names", "too_many", "There are more names than rooms.")
        call = await self._calls.arrange(journal, reference)
        assignments = await self._identities(journal, body)
        plan = RoomsPlan(body.mode, body.count, _names(body), body.seed, assignments, body.minutes)
        return await self._asked(self._classes.prepare_rooms(call.id, plan), precondition="rooms_open")

    async def open_rooms(self, journal: str, reference: str, minutes: int | None) -> None:
        """Everybody who is assigned goes to their room."""
        call = await self._running(journal, reference)
        await self._asked(self._classes.open_rooms(call, minutes), precondition="rooms_missing")

    async def close_rooms(self, journal: str, reference: str, seconds: int) -> None:
        """Everybody comes back after so many seconds of warning."""
        await self._asked(self._classes.close_rooms(await self._running(journal, reference), seconds))

    async def broadcast(self, journal: str, reference: str, text: str) -> None:
        """A text for everybody in the call."""
        await self._asked(self._classes.tell_rooms(await self._running(journal, reference), text))

    async def _running(self, journal: str, reference: str) -> str:
        call = await self._calls.arrange(journal, reference)
        if call.status != "running":
            raise ProblemError("call_not_running", f"The call is {call.status}.")
        return call.id

    async def _look(self, call: str) -> ClassNow:
        return self._classes.look(call)

    async def _identities(self, journal: str, body: RoomsBody) -> dict[str, int]:
        found = {}
        async with self._database.read() as connection:
            for reference, room in body.assignments.items():
                if room > body.count:
                    raise wrong_field("assignments", "out_of_range", f"There is no room {room}.")
                person = await store.reference_id(connection, "person", journal, reference)
                if person is None:
                    raise wrong_field(
                        "assignments", "unknown", f"There is no person {bare(reference)} in your journal."
                    )
                found[person] = room
        return found

    async def _asked(self, asking: Awaitable[T], *, precondition: str = "call_not_running") -> T:
        try:
            return await asking
        except LookupError:
            raise ProblemError("call_not_running", "The call ended a moment ago.") from None
        except NotKeptError:
            raise ProblemError(
                "media_unavailable", "The call's state cannot be kept now; repeat the request."
            ) from None
        except SteeringError as error:
            if error.code == "precondition":
                raise ProblemError(precondition, f"Not now: {error.text}.") from None
            raise wrong_field("assignments", "unknown", f"Not possible: {error.text}.") from None


def _rights(body: RoleRightsBody) -> GivenRights:
    return GivenRights(body.mic, body.unmute, body.camera, body.screen, body.board, body.chat, body.hand)


def _names(body: RoomsBody) -> tuple[str, ...]:
    """One for each room; those without one are called as on the page."""
    given = (*body.names, *[""] * (body.count - len(body.names)))
    return tuple(name.strip() or f"Зал {number}" for number, name in enumerate(given, 1))
