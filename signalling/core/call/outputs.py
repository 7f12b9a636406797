"""Everything a call can ask of its surroundings, as values. The surroundings carry them out in order."""

from dataclasses import dataclass
from typing import Literal

from signalling.core.call.messages import Layout, Message, Rights

Source = Literal["microphone", "camera", "screen"]


@dataclass(frozen=True, slots=True)
class Tell:
    """A message to the pages of these people (identities); those without an open socket miss it."""

    to: tuple[str, ...]
    message: Message


@dataclass(frozen=True, slots=True)
class Place:
    """Take somebody who is present to a room of the call, with their media."""

    identity: str
    room: int


@dataclass(frozen=True, slots=True)
class Enforce:
    """What somebody may publish changed: their participant's permission, unmute rule and camera audience follow."""

    identity: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Switch off one source of somebody, now; if it was on they are told by whom ("": not at all)."""

    identity: str
    source: Source
    by: str


@dataclass(frozen=True, slots=True)
class Eject:
    """Take somebody out of the call's rooms; their tokens are good for nothing from now on."""

    identity: str


@dataclass(frozen=True, slots=True)
class LetIn:
    """Somebody who waited may come in: their page gets a token for where they belong, and what was said before."""

    identity: str


@dataclass(frozen=True, slots=True)
class ShowIn:
    """A moderator is heard and seen in these rooms besides the one they are in, and in no others."""

    identity: str
    rooms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hang:
    """A moderator's wall shows exactly these people; None: the wall is closed."""

    moderator: str
    people: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Close somebody's socket after what was sent to it."""

    identity: str


@dataclass(frozen=True, slots=True)
class Save:
    """Keep the call's state; the reply to the request waits for it."""


@dataclass(frozen=True, slots=True)
class SaveTemplate:
    """Keep how calls of this class begin."""

    student: Rights
    parent: Rights
    lobby: bool
    layout: Layout | None


@dataclass(frozen=True, slots=True)
class SaveGroups:
    """Keep groups of the class under a name: (room's name, identities); empty: forget them."""

    name: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something for the other features (attendance, journal)."""

    what: Literal["hand_raised", "rooms_opened", "rooms_closed"]
    identity: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """The call is over for everybody, by the wish of a moderator; as if the journal had ended it."""

    identity: str


Output = (
    Tell
    | Place
    | Enforce
    | Silence
    | Eject
    | LetIn
    | ShowIn
    | Hang
    | Dismiss
    | Save
    | SaveTemplate
    | SaveGroups
    | Happened
    | End
)
