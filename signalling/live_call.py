"""A call with its pages and rooms: feeds one input to the core, carries out all outputs, arms one timer."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from signalling.call_outputs import carry_out
from signalling.core.bounds import Bounds
from signalling.core.call import clockwork, handling, presence, rights, saved, talking, walls
from signalling.core.call.messages import (
    Admitted,
    Code,
    Goodbye,
    Message,
    OpenWall,
    Ping,
    Reply,
    Request,
    Rights,
    State,
)
from signalling.core.call.names import room_name, room_number, wall_name
from signalling.core.call.outputs import Save, SaveGroups, SaveTemplate
from signalling.core.call.state import Call, Member, Part
from signalling.core.call.view import PARTS, View
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Claims, Grants, Permission
from signalling.keeping import Keeper
from signalling.ports import CallStore
from signalling.rooms import Rooms
from signalling.surroundings import Surroundings

logger = logging.getLogger("zvonok.signalling")

T = TypeVar("T")

STATE_INTERVAL = 0.1
"""Seconds between two looks at what changed: a class that moves does not cost everybody a message for everybody."""

ADMISSION_LIFETIME = 300
"""Seconds from admission to joining; who has joined is given fresh tokens."""

WALL_LIFETIME = 600
"""Seconds that the token of a wall is good for; who has joined is given fresh ones."""

CODES: dict[Refusal, Code] = {
    Refusal.NOT_FOUND: "not_found",
    Refusal.ALREADY_EXISTS: "precondition",
    Refusal.NOT_ALLOWED: "not_allowed",
    Refusal.LIMIT_EXCEEDED: "limit_exceeded",
    Refusal.FULL: "limit_exceeded",
    Refusal.INVALID: "invalid",
    Refusal.UNSUPPORTED: "invalid",
    Refusal.PRECONDITION: "precondition",
}


class Page(Protocol):
    """The way to somebody's page. It never blocks: what the page does not take is bounded."""

    def tell(self, message: Message) -> None: ...
    def end(self) -> None:
        """Close it after what was told."""


class Pages:
    """A person's page with what it knows of the call."""

    def __init__(self, page: Page, claims: Claims) -> None:
        self.page = page
        self.claims = claims
        self.known: dict[Part, Any] = {}


class LiveCall:
    """Owned by the call service from opening to ending. Pages are owned by their sockets."""

    def __init__(self, call: Call, around: Surroundings, rooms: Rooms, store: CallStore) -> None:
        self.call = call
        self.around = around
        self.rooms = rooms
        self.store = store
        self.keeper = Keeper(call, store, around.spawn)
        self.pages: dict[str, Pages] = {}  # by identity
        self.is_over = False
        self._told_at = 0.0  # when pages were last told of changes; monotonic seconds
        self._telling: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._arm()

    # -- input, output, timer

    def run(self, step: Callable[[float], T]) -> T:
        """Do a step of the core and all that follows from it. Raises UserError, and then nothing changed."""
        if self.is_over:
            raise UserError(Refusal.NOT_FOUND, "the call is over")
        try:
            return step(self.around.wall())
        finally:
            self._settle()
            self._arm()

    def _settle(self) -> bool:
        """Carry out what the core asks for; whether its state has to be kept."""
        to_keep = False
        while outputs := self.call.take():
            for output in outputs:
                to_keep = to_keep or isinstance(output, Save | SaveTemplate | SaveGroups)
                try:
                    carry_out(self, output)
                except Exception:  # one person's media or page costs the others nothing
                    logger.exception("not carried out call=%r output=%s", self.call.id, type(output).__name__)
                    self.around.counters["call_outputs_failed"] += 1
        if self.call.changed:
            self._tell_soon()
        return to_keep

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = None if self.is_over else clockwork.deadline(self.call)
        if due is not None:
            delay = max(0.0, due - self.around.wall())
            self._timer = asyncio.get_running_loop().call_later(delay, self._time_has_come)

    def _time_has_come(self) -> None:
        self.run(lambda now: clockwork.poll(self.call, now))

    # -- pages

    def connect(self, claims: Claims, page: Page) -> None:
        """Somebody's page is open: it is told everything it may see. A page of theirs from before is told goodbye.

        So is who was removed: they have to ask at the door again."""
        previous = self.pages.pop(claims.identity, None)
        if previous is not None:
            previous.page.tell(Goodbye("elsewhere"))
            previous.page.end()
        member = self.call.members.get(claims.identity) or self._arrive(claims)
        if member.standing == "removed":
            page.tell(Goodbye("removed"))
            page.end()
            return
        entry = self.pages[claims.identity] = Pages(page, claims)
        self._tell(entry, member, tuple(PARTS), View(self.call))
        if member.standing == "in":
            page.tell(talking.history(self.call, member))

    def disconnect(self, identity: str, page: Page) -> None:
        """A page was closed; only the newest one matters."""
        entry = self.pages.get(identity)
        if entry is not None and entry.page is page:
            del self.pages[identity]

    def handle(self, identity: str, page: Page, request: Request) -> None:
        """Do what a page asks for; the reply comes when what has to be kept is kept."""
        if isinstance(request, Ping):
            page.tell(Reply(request.id))
            return
        entry, member = self.pages.get(identity), self.call.members.get(identity)
        if entry is None or entry.page is not page or member is None or self.is_over:
            return
        self.around.counters["call_requests"] += 1
        reply = Reply(request.id)
        try:
            handling.handle(self.call, member, request, self.around.wall())
            if isinstance(request, OpenWall):
                reply = Reply(request.id, token=self.wall_token(member))
        except UserError as error:
            self.around.counters["call_requests_refused"] += 1
            reply = Reply(request.id, error=CODES[error.refusal], text=error.text)
        to_keep = self._settle()
        self._arm()
        if to_keep:
            self.keeper.when_kept(lambda kept: page.tell(reply if kept else Reply(request.id, error="not_kept")))
        else:
            page.tell(reply)

    def _tell_soon(self) -> None:
        if self._telling is None:
            delay = max(0.0, self._told_at + STATE_INTERVAL - self.around.clock())
            self._telling = asyncio.get_running_loop().call_later(delay, self._tell_all)

    def _tell_all(self) -> None:
        self._telling = None
        self._told_at = self.around.clock()
        changed, self.call.changed = self.call.changed, set()
        parts = tuple(part for part in PARTS if part in changed)
        view = View(self.call)
        for identity, entry in list(self.pages.items()):
            self._tell(entry, self.call.members[identity], parts, view)

    def _tell(self, entry: Pages, member: Member, parts: tuple[Part, ...], view: View) -> None:
        news = {}
        for part in parts:
            seen = view.part(part, member)
            if seen is not None and entry.known.get(part) != seen:
                news[part] = entry.known[part] = seen
        if news:
            entry.page.tell(State(now=self.around.wall(), **news))

    # -- rooms

    def number_of(self, room: str) -> int | None:
        """The number of a room of this call; None: a wall."""
        return room_number(self.call.id, room)

    def name_of(self, room: int) -> str:
        return room_name(self.call.id, room)

    def joined(self, identity: str, sid: str, room: str) -> None:
        """Somebody's media is connected in a room of the call."""
        number = self.number_of(room)
        if number is not None and not self.is_over:
            self.run(lambda _: presence.joined(self.call, identity, sid, number))

    def left(self, identity: str, sid: str, *, moves: bool = False) -> None:
        """Somebody's media is connected there no longer; `moves`: it goes to another room."""
        if not self.is_over:
            self.run(lambda _: presence.left(self.call, identity, sid, moves=moves))

    def unmute_used(self, identity: str) -> None:
        """Somebody who was asked to unmute has done so and is muted again."""
        if not self.is_over:
            self.run(lambda _: rights.unmute_used(self.call, identity))

    # -- the door

    def _arrive(self, claims: Claims) -> Member:
        role = claims.attributes.get("role", "student")
        known = role if role in ("administrator", "teacher", "student", "parent") else "student"
        return self.run(lambda _: presence.arrive(self.call, claims.identity, claims.name, known))  # type: ignore[arg-type]

    def claims_for(self, claims: Claims) -> Claims:
        """The claims for where somebody belongs now. Who is not let in gets none that join: they open the page's
        socket only."""
        member = self._arrive(claims)
        return self.claims_of(member, claims)

    def claims_of(self, member: Member, claims: Claims) -> Claims:
        return Claims(
            identity=member.identity,
            name=member.name,
            attributes={**claims.attributes, "role": member.role},
            grants=self._grants(member, member.room),
            call=True,
        )

    def _grants(self, member: Member, room: int) -> Grants:
        return Grants(
            room=self.name_of(room),
            join=member.standing == "in" and self.call.running,
            admin=rights.leads(member),
            permission=rights.permission_of(self.call, member),
        )

    def claims_now(self, claims: Claims) -> Claims:
        """What the bearer of one of the call's tokens joins with now, whatever room and rights it names: the room where
        they belong, with what they may do. Raises UserError for whoever was not let in."""
        member = self.call.members.get(claims.identity) or self._arrive(claims)
        number = self.number_of(claims.grants.room)
        if number is None:
            grants = self._wall_grants(member, claims.grants.room)
        else:
            grants = self._grants(member, presence.room_for(self.call, member, number))
        return replace(claims, grants=grants)

    def _wall_grants(self, member: Member, name: str) -> Grants:
        if name != wall_name(self.call.id, member.identity) or not walls.may_look(self.call, member):
            raise UserError(Refusal.NOT_ALLOWED, "not let into this room of the call")
        permission = Permission(publish=False, publish_data=False, hidden=True)
        return Grants(room=name, join=True, permission=permission)

    def bounds(self, claims: Claims) -> Bounds | None:
        """What binds somebody who comes into a room of the call; on a wall that is their token alone."""
        member = self.call.members.get(claims.identity)
        if member is None or self.number_of(claims.grants.room) is None:
            return None
        return rights.bounds_of(self.call, member)

    def let_in(self, identity: str) -> None:
        """Somebody who waited may come in; without an open page they are when they come again."""
        entry, member = self.pages.get(identity), self.call.members[identity]
        if entry is not None:
            claims = self.claims_of(member, entry.claims)
            entry.page.tell(Admitted(self.around.tokens.sign(claims, ADMISSION_LIFETIME)))
            entry.page.tell(talking.history(self.call, member))

    def wall_token(self, member: Member) -> str:
        """For a second connection of a moderator, which only looks and is not seen."""
        grants = self._wall_grants(member, wall_name(self.call.id, member.identity))
        claims = Claims(identity=member.identity, name=member.name, grants=grants, call=True)
        return self.around.tokens.sign(claims, WALL_LIFETIME)

    # -- the end

    async def close(self, goodbye: Goodbye) -> None:
        """Everybody's page is told goodbye; what is not saved yet is saved."""
        self.is_over = True
        self._arm()
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        for entry in self.pages.values():
            entry.page.tell(goodbye)
            entry.page.end()
        self.pages.clear()
        await self.keeper.close()


async def open_live(
    identity: str, title: str, group: str, around: Surroundings, rooms: Rooms, store: CallStore
) -> LiveCall:
    """A call as it was kept, or as its class's template says. Raises NotKeptError."""
    kept = await store.load(identity, group)
    call = Call(identity, title, group)
    if kept.state is not None:
        saved.restore(call, kept.state)
    elif kept.template is not None:
        saved.begin_as(call, kept.template)
    elif around.config.learners_share_screen:
        call.rights = dict.fromkeys(call.rights, Rights(screen=True))
    call.breakout.kept = {name: saved.groups_of(groups) for name, groups in kept.groups.items()}
    return LiveCall(call, around, rooms, store)
