"""What a page and the server tell each other about a call, on a WebSocket of our own: MessagePack maps.

TypeScript is made of this file: `make types`. Moments are seconds since the epoch by the server's clock. Room 0 is the
call's main room, breakout rooms count from 1 and keep their number.
"""

from typing import Literal

from msgspec import Struct

MAX_ROOMS = 50
MAX_NAME = 60  # characters of a room's or a group's name
MAX_TEXT = 2_000  # characters of a chat message
MAX_TOLD = 300  # characters of a text to all rooms: it stands over the picture
MAX_MINUTES = 24 * 60

Role = Literal["administrator", "teacher", "student", "parent"]
Learner = Literal["student", "parent"]
Standing = Literal["in", "lobby", "removed"]
Layout = Literal["tiles", "speaker", "screen"]
Audience = Literal["room", "call", "teachers"]
Reaction = Literal["thumbs_up", "applause", "heart", "laugh", "surprise", "yes", "no", "slower", "faster"]
Grouping = Literal["manual", "random", "self", "kept"]
Phase = Literal["none", "prepared", "open", "closing"]
Code = Literal["not_allowed", "not_found", "invalid", "limit_exceeded", "precondition", "not_kept", "too_many"]


class Value(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Part of a message. Fields that have their default are left out."""


class Rights(Value, frozen=True, omit_defaults=False):
    """What somebody may do in the call; the server enforces each of them."""

    microphone: bool = True  # send sound from it at all
    unmute: bool = True  # switch it on without being asked
    camera: bool = True
    screen: bool = False
    board: bool = False  # draw on it
    chat: bool = True
    hand: bool = True


# -- requests of a page


class Request(Value, frozen=True, tag_field="do"):
    """One request. `id` is the page's number for it, repeated in the reply."""

    id: int


class Ping(Request, frozen=True, tag="ping"):
    """Answered at once to everybody, so that a page notices a connection that carries nothing any more."""


class RaiseHand(Request, frozen=True, tag="raise_hand"):
    """Needs the right `hand`; raising it twice changes nothing."""


class LowerHand(Request, frozen=True, tag="lower_hand"):
    """The own hand (""), or a moderator lowers somebody's."""

    identity: str = ""


class LowerAllHands(Request, frozen=True, tag="lower_all_hands"):
    """Moderators."""


class SetRights(Request, frozen=True, tag="set_rights"):
    """Moderators: what everybody of a role may do from now on."""

    role: Learner
    rights: Rights


class SetPersonRights(Request, frozen=True, tag="set_person_rights"):
    """Moderators: one person's rights, None: again those of the role."""

    identity: str
    rights: Rights | None = None


class KeepTemplate(Request, frozen=True, tag="keep_template"):
    """Moderators: the call's rights, lobby and layout are how calls of this class begin from now on."""


class Mute(Request, frozen=True, tag="mute"):
    """Moderators: switch off somebody's microphone, camera or screen."""

    identity: str
    source: Literal["microphone", "camera", "screen"] = "microphone"


class MuteAll(Request, frozen=True, tag="mute_all"):
    """Moderators: every microphone but those of moderators, in the room given; None: in all rooms."""

    room: int | None = None


class AskToUnmute(Request, frozen=True, tag="ask_to_unmute"):
    """Moderators: the person is asked, and may unmute once even without the right to."""

    identity: str


class RemovePerson(Request, frozen=True, tag="remove_person"):
    """Moderators. Who is removed comes back through the lobby only."""

    identity: str


class SetCoTeacher(Request, frozen=True, tag="set_co_teacher"):
    """Moderators: somebody may do what the administrator may, or no longer. The administrator stays one."""

    identity: str
    on: bool


class HideCamera(Request, frozen=True, tag="hide_camera"):
    """Show the own camera to moderators only, or to everybody again."""

    on: bool


class SetLobby(Request, frozen=True, tag="set_lobby"):
    """Moderators: learners who come from now on wait until they are admitted. Switching it off admits all."""

    on: bool


class Admit(Request, frozen=True, tag="admit"):
    """Moderators: let somebody in who waits."""

    identity: str


class AdmitAll(Request, frozen=True, tag="admit_all"):
    """Moderators."""


class Refuse(Request, frozen=True, tag="refuse"):
    """Moderators: send somebody away who waits."""

    identity: str


class SetLayout(Request, frozen=True, tag="set_layout"):
    """Moderators: everybody's stage; None: each as they like. `pinned`: whose picture is large."""

    layout: Layout | None = None
    pinned: str = ""


class React(Request, frozen=True, tag="react"):
    """Seen for a few seconds by everybody in the same room."""

    reaction: Reaction


class Say(Request, frozen=True, tag="say"):
    """A chat message. To the call: moderators only. Needs the right `chat`."""

    text: str
    to: Audience = "room"


class EndCall(Request, frozen=True, tag="end_call"):
    """Administrator and co-teachers: the call is over for everybody."""


class PrepareRooms(Request, frozen=True, tag="prepare_rooms"):
    """Moderators: lay out breakout rooms anew; nobody is moved. Not while rooms are open.

    "random" shares out learners evenly by `seed` (None: the server picks one), "self" lets them choose, "kept" takes
    groups kept under the name `kept`. Rooms without a name in `names` are numbered.
    """

    mode: Grouping
    count: int = 2
    names: tuple[str, ...] = ()
    seed: int | None = None
    kept: str = ""


class Assign(Request, frozen=True, tag="assign"):
    """Moderators: somebody belongs to a room from now on (0: to none) and is moved there if rooms are open."""

    identity: str
    room: int


class OpenRooms(Request, frozen=True, tag="open_rooms"):
    """Moderators: everybody who is assigned goes to their room. None: no timer."""

    minutes: int | None = None


class CloseRooms(Request, frozen=True, tag="close_rooms"):
    """Moderators: recall everybody after `seconds` of warning; assignments are kept."""

    seconds: int = 0


class SetTimer(Request, frozen=True, tag="set_timer"):
    """Moderators: rooms close so many minutes from now; None: by hand only."""

    minutes: int | None = None


class AddRoom(Request, frozen=True, tag="add_room"):
    """Moderators; open at once if others are."""

    name: str = ""


class RenameRoom(Request, frozen=True, tag="rename_room"):
    """Moderators."""

    room: int
    name: str


class CloseRoom(Request, frozen=True, tag="close_room"):
    """Moderators: its people come to the main room; others go on."""

    room: int


class OpenRoom(Request, frozen=True, tag="open_room"):
    """Moderators: open a closed room while others are open, with its people; or a single one."""

    room: int


class RemoveRoom(Request, frozen=True, tag="remove_room"):
    """Moderators: forget a room; its people come to the main room and belong to none."""

    room: int


class ChooseRoom(Request, frozen=True, tag="choose_room"):
    """Learners, where rooms are self-chosen: belong to a room (0: to none) and go there if it is open."""

    room: int


class VisitRoom(Request, frozen=True, tag="visit_room"):
    """Moderators go to a room, 0: back to the main room. A room that called the teacher is answered by that."""

    room: int


class TellRooms(Request, frozen=True, tag="tell_rooms"):
    """Moderators: a text shown in the given rooms; empty: in all, and in the main room."""

    text: str
    rooms: tuple[int, ...] = ()


class SpeakToRooms(Request, frozen=True, tag="speak_to_rooms"):
    """Moderators in the main room are also heard and seen in these rooms; empty: nowhere else any longer."""

    rooms: tuple[int, ...] = ()


class CallTeacher(Request, frozen=True, tag="call_teacher"):
    """People of a breakout room ask a teacher to come, or no longer."""

    on: bool


class KeepGroups(Request, frozen=True, tag="keep_groups"):
    """Moderators: the present rooms with their people are groups of the class, under this name."""

    name: str


class ForgetGroups(Request, frozen=True, tag="forget_groups"):
    """Moderators."""

    name: str


class OpenWall(Request, frozen=True, tag="open_wall"):
    """Moderators: the reply has a token for the room where everybody in breakout rooms can be seen and heard."""


class CloseWall(Request, frozen=True, tag="close_wall"):
    """Moderators: nobody is shown on this person's wall any longer."""


AnyRequest = (
    Ping
    | RaiseHand
    | LowerHand
    | LowerAllHands
    | SetRights
    | SetPersonRights
    | KeepTemplate
    | Mute
    | MuteAll
    | AskToUnmute
    | RemovePerson
    | SetCoTeacher
    | HideCamera
    | SetLobby
    | Admit
    | AdmitAll
    | Refuse
    | SetLayout
    | React
    | Say
    | EndCall
    | PrepareRooms
    | Assign
    | OpenRooms
    | CloseRooms
    | SetTimer
    | AddRoom
    | RenameRoom
    | CloseRoom
    | OpenRoom
    | RemoveRoom
    | ChooseRoom
    | VisitRoom
    | TellRooms
    | SpeakToRooms
    | CallTeacher
    | KeepGroups
    | ForgetGroups
    | OpenWall
    | CloseWall
)


# -- what the server tells a page


class Message(Value, frozen=True, tag_field="is"):
    """One message of the server."""


class Reply(Message, frozen=True, tag="reply"):
    """The answer to a request: done, and kept if it is to be kept; or why not."""

    id: int
    error: Code | None = None
    text: str = ""  # English, for developers; pages have words of their own for `error`
    token: str = ""


class CallPart(Value, frozen=True, omit_defaults=False):
    """The call itself, for everybody."""

    id: str
    title: str
    student: Rights
    parent: Rights
    lobby: bool
    layout: Layout | None
    pinned: str


class YouPart(Value, frozen=True, omit_defaults=False):
    """The person at the page."""

    identity: str
    name: str
    role: Role
    moderator: bool
    standing: Standing
    rights: Rights
    room: int  # where the person is or goes now
    room_name: str  # "" in the main room
    assigned: int
    camera_hidden: bool
    may_unmute: bool  # was asked to
    called_teacher: bool  # the own room waits for a teacher
    speaking_to: tuple[int, ...]  # rooms that hear a moderator besides the own one


class Hand(Value, frozen=True, omit_defaults=False):
    """A raised hand; the list is in order of raising."""

    identity: str
    name: str
    room: int
    since: float


class Person(Value, frozen=True, omit_defaults=False):
    """Somebody of the call or of its class, for moderators."""

    identity: str
    name: str
    role: Role
    present: bool  # connected now
    standing: Standing
    moderator: bool
    room: int  # where they are if present
    assigned: int
    rights: Rights | None  # None: those of the role
    camera_hidden: bool


class BreakoutRoom(Value, frozen=True, omit_defaults=False):
    """A breakout room. Learners get its people only where they may choose it."""

    id: int
    name: str
    open: bool
    people: tuple[str, ...]  # identities that belong to it
    called_at: float | None  # since when it waits for a teacher
    names: tuple[str, ...] = ()  # of `people`, in their order, for learners: they get no list of everybody


class RoomsPart(Value, frozen=True, omit_defaults=False):
    """Breakout rooms. Learners get their own room only, or all where rooms are self-chosen."""

    phase: Phase
    mode: Grouping
    seed: int | None
    ends_at: float | None
    rooms: tuple[BreakoutRoom, ...]
    kept: tuple[str, ...]  # names of the class's groups, for moderators


class State(Message, frozen=True, tag="state"):
    """The parts that changed, each whole; the first message has all that the person may see."""

    now: float
    call: CallPart | None = None
    you: YouPart | None = None
    hands: tuple[Hand, ...] | None = None
    people: tuple[Person, ...] | None = None  # moderators only
    rooms: RoomsPart | None = None


class Admitted(Message, frozen=True, tag="admitted"):
    """The person may come in now: the token is for the room where they belong."""

    token: str


class Note(Message, frozen=True, tag="note"):
    """Something that happened just now and is told once."""

    what: Literal[
        "asked_to_unmute", "muted", "rooms_close_soon", "told", "hand_lowered", "camera_stopped", "screen_stopped"
    ]
    text: str = ""
    by: str = ""  # whose act it was, as a name
    seconds: int = 0  # until rooms close


class Reacted(Message, frozen=True, tag="reacted"):
    """Somebody in the same room reacts."""

    identity: str
    reaction: Reaction


class ChatMessage(Value, frozen=True, omit_defaults=False):
    """A message of the call's chat."""

    id: int
    identity: str
    name: str
    role: Role
    text: str
    to: Audience
    room: int
    at: float


class Chat(Message, frozen=True, tag="chat"):
    """New messages, oldest first; after connecting, those that were there."""

    messages: tuple[ChatMessage, ...]


class Goodbye(Message, frozen=True, tag="goodbye"):
    """The last message: the call ended, the person was removed or refused, or came from elsewhere."""

    why: Literal["ended", "removed", "refused", "elsewhere", "restart"]


AnyMessage = Reply | State | Admitted | Note | Reacted | Chat | Goodbye
