"""The calls of BigBlueButton's interface. In: whose request it is and its parameters. Out: elements of the answer.

All methods raise BbbError, and ProblemError when the media room does not open.
"""

from collections.abc import Callable
from dataclasses import dataclass

from identity.ports import Database
from identity.store import IdentityStore
from journal_bridge.bbb.callbacks import Callbacks
from journal_bridge.core import bbb_answers, bbb_meetings
from journal_bridge.core.bbb import BbbError, Parameters, meeting_id, not_found
from journal_bridge.core.bbb_meetings import CLIENT_PREFIX
from journal_bridge.core.bbb_xml import Fields
from journal_bridge.core.meetings import Meeting, Visitor
from journal_bridge.meetings import Meetings


@dataclass(frozen=True, slots=True)
class Entrance:
    """A person may enter: by a ticket. `redirect`: the browser itself is here and goes on to it."""

    meeting: Meeting
    visitor: str
    ticket: str
    redirect: bool


class BigBlueButton:
    """What a client may do with its meetings; other clients' meetings are not there for it."""

    def __init__(
        self,
        database: Database,
        meetings: Meetings,
        tickets: IdentityStore,
        callbacks: Callbacks,
        *,
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._meetings = meetings
        self._tickets = tickets
        self._callbacks = callbacks
        self._random = random
        meetings.endings.append(callbacks.note_end)

    async def create(self, client: str, parameters: Parameters) -> Fields:
        """`create`: repeating it with the same passwords, or none, changes nothing."""
        asked = bbb_meetings.asked(parameters, self._random(2 * bbb_meetings.PASSWORD_BYTES))
        meeting, new = await self._meetings.create(
            CLIENT_PREFIX + client,
            asked.ext_id,
            asked.title,
            rules=asked.rules,
            details=bbb_meetings.kept(asked.details),
        )
        if new:
            await self._callbacks.note("meeting-created", meeting)
        else:
            bbb_meetings.check_same(asked, meeting)
        return bbb_answers.created(meeting, new=new)

    async def join(self, client: str, parameters: Parameters) -> Entrance:
        """`join`: the first to come opens the room. Replaying the request lets its person in once more."""
        who = bbb_meetings.joining(parameters)
        meeting = await self._found(client, who.ext_id)
        role, administrator = bbb_meetings.our_role(bbb_meetings.role_of(who, meeting))
        there = await self._there(meeting)
        if who.user_id is None or all(visitor.ext_id != who.user_id for visitor in there):
            bbb_meetings.check_room(meeting, len(there))
        async with self._database.write() as connection:
            visitor = await self._meetings.add_visitor(
                connection,
                meeting.id,
                name=who.name,
                role=role,
                administrator=administrator,
                ext_id=who.user_id,
                leave_url=who.leave_url or bbb_meetings.details_of(meeting).leave_url or None,
            )
        meeting = await self._meetings.start(meeting.id)
        secret, _ = await self._tickets.issue_ticket(visitor, meeting.id)
        return Entrance(meeting, visitor, secret, who.redirect)

    async def end(self, client: str, parameters: Parameters) -> Fields:
        """`end`: everybody leaves."""
        meeting = await self._found(client, meeting_id(parameters))
        bbb_meetings.check_end(parameters.text("password"), meeting)
        await self._meetings.end(meeting.id)
        return bbb_answers.ended()

    async def is_meeting_running(self, client: str, parameters: Parameters) -> Fields:
        """`isMeetingRunning`: is anybody there?"""
        meeting = await self._meetings.of(CLIENT_PREFIX + client, meeting_id(parameters))
        return bbb_answers.running(meeting is not None and bool(self._meetings.people(meeting.id)))

    async def get_meeting_info(self, client: str, parameters: Parameters) -> Fields:
        """`getMeetingInfo`: clients ask for meetings that they have not created yet, too."""
        meeting = await self._found(client, meeting_id(parameters))
        return bbb_answers.info(meeting, await self._there(meeting))

    async def get_meetings(self, client: str, parameters: Parameters) -> Fields:
        """`getMeetings`: all that have not ended."""
        return bbb_answers.listed(await self._all(client))

    async def get_sessions(self, client: str, parameters: Parameters) -> Fields:
        """`getSessions`."""
        return bbb_answers.sessions(await self._all(client))

    async def get_recordings(self, client: str, parameters: Parameters) -> Fields:
        """`getRecordings`: none, whatever is asked for, until calls are recorded."""
        return bbb_answers.recordings()

    async def change_recordings(self, client: str, parameters: Parameters) -> Fields:
        """`publishRecordings`, `updateRecordings`, `deleteRecordings`: there is none to change."""
        if not parameters.listed("recordID"):
            raise BbbError("missingParamRecordID", "You must specify a recordID.")
        raise BbbError("notFound", "We could not find recordings")

    async def refuse_in_meeting(self, client: str, parameters: Parameters) -> Fields:
        """`insertDocument`, `sendChatMessage`: a meeting has neither presentations nor a chat that can take it."""
        await self._found(client, meeting_id(parameters))
        raise BbbError("unsupportedRequest", "This request is not supported.")

    async def _found(self, client: str, ext_id: str) -> Meeting:
        meeting = await self._meetings.of(CLIENT_PREFIX + client, ext_id)
        if meeting is None:
            raise not_found()
        return meeting

    async def _there(self, meeting: Meeting) -> list[Visitor]:
        people = self._meetings.people(meeting.id)
        if not people:
            return []
        known = await self._meetings.visitors(meeting.id)
        return [known[person] for person in people if person in known]

    async def _all(self, client: str) -> list[tuple[Meeting, list[Visitor]]]:
        found = await self._meetings.living(CLIENT_PREFIX + client)
        return [(meeting, await self._there(meeting)) for meeting in found]
