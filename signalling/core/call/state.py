"""A call's state and the few verbs that all of its rules share. The rules live in the modules beside it.

Moments are seconds since the epoch, not monotonic: timers and hands outlive a restart of the server.
"""

from dataclasses import dataclass, field
from typing import Literal

from signalling.core.call.breakout import Breakout
from signalling.core.call.messages import ChatMessage, Layout, Learner, Message, Rights, Role, Standing
from signalling.core.call.names import MAIN
from signalling.core.call.outputs import Output, Save, Tell
from signalling.core.errors import Refusal, UserError

Part = Literal["call", "you", "hands", "people", "rooms"]


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody the roster expects, present or not."""

    identity: str
    name: str
    role: Role


@dataclass(slots=True, eq=False)
class Member:
    """Somebody who is or was in the call, or is expected."""

    identity: str
    name: str
    role: Role
    standing: Standing = "in"
    let_in: bool = False  # has been in the call: comes back without waiting
    stays: dict[str, int] = field(default_factory=dict)  # rooms that its media is connected in, by participant sid
    room: int = MAIN  # where it is, was last, or goes now
    rights: Rights | None = None  # None: those of its role
    co_teacher: bool = False
    camera_hidden: bool = False
    may_unmute: bool = False  # was asked to; until it is muted again
    hand_since: float | None = None
    speaking_to: tuple[int, ...] = ()

    @property
    def present(self) -> bool:
        """Its media is connected."""
        return bool(self.stays)

    @property
    def moderator(self) -> bool:
        return self.role == "administrator" or self.co_teacher

    @property
    def learner(self) -> Learner | None:
        """Its role, if the rights of a role bind it."""
        return self.role if self.role in ("student", "parent") and not self.co_teacher else None


@dataclass(slots=True, eq=False)
class Call:
    """One call from its preparation to its end. `group` is the class (or course) whose templates and groups it uses."""

    id: str
    title: str
    group: str = ""
    running: bool = True  # False: it is only prepared, nobody may come in yet
    members: dict[str, Member] = field(default_factory=dict)  # by identity
    rights: dict[Learner, Rights] = field(default_factory=lambda: {"student": Rights(), "parent": Rights()})
    lobby: bool = False
    layout: Layout | None = None
    pinned: str = ""
    breakout: Breakout = field(default_factory=Breakout)
    messages: list[ChatMessage] = field(default_factory=list)
    last_message: int = 0  # the highest number ever given
    changed: set[Part] = field(default_factory=set)  # parts of `messages.State` that may have to be told
    outputs: list[Output] = field(default_factory=list)

    def put(self, output: Output) -> None:
        self.outputs.append(output)

    def take(self) -> list[Output]:
        """What has to be carried out since the last call, in order."""
        outputs, self.outputs = self.outputs, []
        return outputs

    def find(self, identity: str) -> Member:
        """Raises UserError when the call knows nobody of this identity."""
        member = self.members.get(identity)
        if member is None:
            raise UserError(Refusal.NOT_FOUND, "nobody of this identity is in the call or its class")
        return member

    def tell(self, member: Member, message: Message) -> None:
        self.put(Tell((member.identity,), message))

    def touch(self, *parts: Part) -> None:
        """These parts of the state look different now, to whoever may see them."""
        self.changed.update(parts)

    def keep(self) -> None:
        """What has to outlive a restart changed."""
        self.put(Save())
