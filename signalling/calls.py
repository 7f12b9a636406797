"""The port `Calls`: other features open calls, end them, and let people in."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from livekit.protocol import models

from signalling.core.bounds import Bounds
from signalling.core.call import presence, rights
from signalling.core.call.messages import Goodbye
from signalling.core.call.names import MAIN, call_part
from signalling.core.call.state import Listed
from signalling.core.grants import Claims, Grants
from signalling.core.limits import require_size
from signalling.events import CallEnded, Event, ParticipantJoined, ParticipantLeft
from signalling.live_call import ADMISSION_LIFETIME, LiveCall, open_live
from signalling.ports import Admission, CallStore, Expected
from signalling.rooms import Rooms
from signalling.surroundings import Surroundings

IDLE_SECONDS = 120.0
"""A call that is prepared is given up so long after the last page: what was arranged is kept."""


class CallService:
    """Implements `ports.Calls`; owns the live calls. The main room of a call has the call's id as its name."""

    def __init__(self, around: Surroundings, rooms: Rooms, store: CallStore) -> None:
        self._around = around
        self._rooms = rooms
        self._store = store
        self._live: dict[str, LiveCall] = {}
        self._opening = asyncio.Lock()
        self._heard: deque[Callable[[], None]] = deque()
        self._prepared: dict[str, asyncio.TimerHandle] = {}  # by call
        rooms.door = self

    def live(self, room: str) -> LiveCall | None:
        """The open call that a room of this name belongs to."""
        return self._live.get(room) or self._live.get(call_part(room))

    async def open_call(self, call: str, *, title: str, group: str = "", people: Sequence[Expected] = ()) -> None:
        """The call's main room may be joined from now on; its metadata is `{"title": ...}`. Raises NotKeptError when
        what was kept for it cannot be read."""
        live = await self._load(call, title, group)
        live.call.running = True
        self._around.calls.open(call, title)
        live.run(lambda _: _describe(live, title, people))

    async def prepare_call(self, call: str, *, title: str, group: str = "", people: Sequence[Expected] = ()) -> None:
        """Those who lead the call may arrange it. It is given up when nobody's page has been open for a while. Raises
        NotKeptError as `open_call` does."""
        live = await self._load(call, title, group)
        if self._around.calls.title(call) is None:
            live.call.running = False
            self._look_after(live)
        live.run(lambda _: _describe(live, title, people))

    async def _load(self, call: str, title: str, group: str) -> LiveCall:
        require_size(call, self._around.config.limits.room_name, "the call's id")
        async with self._opening:
            if call not in self._live:
                self._live[call] = await open_live(call, title, group, self._around, self._rooms, self._store)
        return self._live[call]

    def _look_after(self, live: LiveCall) -> None:
        """Look again later whether anybody still prepares it."""
        previous = self._prepared.pop(live.call.id, None)
        if previous is not None:
            previous.cancel()
        later = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._still_prepared, live)
        self._prepared[live.call.id] = later

    def _still_prepared(self, live: LiveCall) -> None:
        call = live.call.id
        del self._prepared[call]
        if live.call.running or self._live.get(call) is not live:
            return
        if live.pages:
            self._look_after(live)
        else:
            del self._live[call]
            self._around.spawn(live.close(Goodbye("restart")))

    async def end_call(self, call: str) -> None:
        """Everybody leaves (ROOM_DELETED), its rooms close and cannot be joined until it is opened again."""
        live = self._live.pop(call, None)
        if live is not None:
            await live.close(Goodbye("ended"))
        for room in self._rooms.of_call(call):
            self._rooms.close(room.name, models.DisconnectReason.ROOM_DELETED)
        if self._around.calls.end(call):
            self._around.emit(CallEnded(call, self._around.wall()))

    def admit(self, call: str, admission: Admission) -> str:
        """A token for the room of the call where the person belongs; of a call that is prepared, for the page of an
        administrator only. Raises LookupError when the call is not open."""
        live = self._live.get(call)
        if live is None or not (live.call.running or admission.role == "administrator"):
            raise LookupError("the call is not open")
        attributes = {**admission.attributes, "role": admission.role}
        claims = live.claims_for(Claims(identity=admission.identity, name=admission.name, attributes=attributes))
        return self._around.tokens.sign(claims, ADMISSION_LIFETIME)

    def claims_now(self, claims: Claims) -> Claims:
        """What the bearer of a token that a call gave out joins with now. Raises UserError."""
        live = self.live(claims.grants.room) if claims.call else None
        return claims if live is None else live.claims_now(claims)

    def titled(self, event: Event) -> Event:
        """With the name of a breakout room that somebody came to."""
        live = self._live.get(event.call)
        if live is None or not isinstance(event, ParticipantJoined):
            return event
        number = live.number_of(event.room) or MAIN
        return replace(event, title=live.call.breakout.name(number))

    def bounds(self, claims: Claims) -> Bounds | None:
        """What binds somebody of a call who comes into a room of it now; None: their token alone."""
        live = self.live(claims.grants.room)
        return live.bounds(claims) if live is not None and claims.call else None

    def grants(self, claims: Claims) -> Grants:
        """What a token still allows: who leads a call no longer administers nothing of it."""
        if not claims.call:
            return claims.grants
        live = self.live(claims.grants.room)
        member = live.call.members.get(claims.identity) if live is not None else None
        return replace(claims.grants, admin=claims.grants.admin and member is not None and rights.leads(member))

    def may_draw(self, call: str, identity: str) -> bool:
        """Whether somebody may draw on the call's board now."""
        live = self._live.get(call)
        return live is not None and rights.may_draw(live.call, identity)

    def heard(self, event: Event) -> None:
        """What happened in rooms, in order. It takes effect in a moment: the room is in the middle of its own step."""
        if event.call in self._live:
            self._soon(lambda: self._take(event))

    def unmute_used(self, call: str, identity: str) -> None:
        """Who might unmute once did so and is muted again. It takes effect in a moment, too."""
        if (live := self._live.get(call)) is not None:
            self._soon(lambda: live.unmute_used(identity))

    def _soon(self, step: Callable[[], None]) -> None:
        if not self._heard:
            asyncio.get_running_loop().call_soon(self._take_heard)
        self._heard.append(step)

    def _take_heard(self) -> None:
        while self._heard:
            self._heard.popleft()()

    def _take(self, event: Event) -> None:
        live = self._live.get(event.call)
        match event:
            case ParticipantJoined() if live is not None:
                live.joined(event.identity, event.participant, event.room)
            case ParticipantLeft() if live is not None:
                live.left(event.identity, event.participant, moves=event.reason == "MIGRATION")

    async def close(self) -> None:
        """What calls have not saved yet is saved; pages were told before."""
        for later in self._prepared.values():
            later.cancel()
        for live in self._live.values():
            await live.close(Goodbye("restart"))
        self._live.clear()


def _describe(live: LiveCall, title: str, people: Sequence[Expected]) -> None:
    if live.call.title != title:
        live.call.title = title
        live.call.touch("call")
    presence.expect(live.call, [Listed(one.identity, one.name, one.role) for one in people])
