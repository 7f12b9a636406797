/**
 * The messages of a call's own socket. Made by `make types` from signalling/core/call/messages.py; never edited.
 */

export const MAX_ROOMS = 50;
export const MAX_NAME = 60;
export const MAX_TEXT = 2000;
export const MAX_TOLD = 300;
export const MAX_MINUTES = 1440;

export type Role = "administrator" | "teacher" | "student" | "parent";
export type Learner = "student" | "parent";
export type Standing = "in" | "lobby" | "removed";
export type Layout = "tiles" | "speaker" | "screen";
export type Audience = "room" | "call" | "teachers";
export type Reaction = "thumbs_up" | "applause" | "heart" | "laugh" | "surprise" | "yes" | "no" | "slower" | "faster";
export type Grouping = "manual" | "random" | "self" | "kept";
export type Phase = "none" | "prepared" | "open" | "closing";
export type Code = "not_allowed" | "not_found" | "invalid" | "limit_exceeded" | "precondition" | "not_kept" | "too_many";

/** What somebody may do in the call; the server enforces each of them. */
export interface Rights {
  readonly microphone: boolean;
  readonly unmute: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly board: boolean;
  readonly chat: boolean;
  readonly hand: boolean;
}

/** Answered at once to everybody, so that a page notices a connection that carries nothing any more. */
export interface Ping {
  readonly do: "ping";
  readonly id: number;
}

/** Needs the right `hand`; raising it twice changes nothing. */
export interface RaiseHand {
  readonly do: "raise_hand";
  readonly id: number;
}

/** The own hand (""), or a moderator lowers somebody's. */
export interface LowerHand {
  readonly do: "lower_hand";
  readonly id: number;
  readonly identity?: string;
}

/** Moderators. */
export interface LowerAllHands {
  readonly do: "lower_all_hands";
  readonly id: number;
}

/** Moderators: what everybody of a role may do from now on. */
export interface SetRights {
  readonly do: "set_rights";
  readonly id: number;
  readonly role: Learner;
  readonly rights: Rights;
}

/** Moderators: one person's rights, None: again those of the role. */
export interface SetPersonRights {
  readonly do: "set_person_rights";
  readonly id: number;
  readonly identity: string;
  readonly rights?: Rights | null;
}

/** Moderators: the call's rights, lobby and layout are how calls of this class begin from now on. */
export interface KeepTemplate {
  readonly do: "keep_template";
  readonly id: number;
}

/** Moderators: switch off somebody's microphone, camera or screen. */
export interface Mute {
  readonly do: "mute";
  readonly id: number;
  readonly identity: string;
  readonly source?: "microphone" | "camera" | "screen";
}

/** Moderators: every microphone but those of moderators, in the room given; None: in all rooms. */
export interface MuteAll {
  readonly do: "mute_all";
  readonly id: number;
  readonly room?: number | null;
}

/** Moderators: the person is asked, and may unmute once even without the right to. */
export interface AskToUnmute {
  readonly do: "ask_to_unmute";
  readonly id: number;
  readonly identity: string;
}

/** Moderators. Who is removed comes back through the lobby only. */
export interface RemovePerson {
  readonly do: "remove_person";
  readonly id: number;
  readonly identity: string;
}

/** Moderators: somebody may do what the administrator may, or no longer. The administrator stays one. */
export interface SetCoTeacher {
  readonly do: "set_co_teacher";
  readonly id: number;
  readonly identity: string;
  readonly on: boolean;
}

/** Show the own camera to moderators only, or to everybody again. */
export interface HideCamera {
  readonly do: "hide_camera";
  readonly id: number;
  readonly on: boolean;
}

/** Moderators: learners who come from now on wait until they are admitted. Switching it off admits all. */
export interface SetLobby {
  readonly do: "set_lobby";
  readonly id: number;
  readonly on: boolean;
}

/** Moderators: let somebody in who waits. */
export interface Admit {
  readonly do: "admit";
  readonly id: number;
  readonly identity: string;
}

/** Moderators. */
export interface AdmitAll {
  readonly do: "admit_all";
  readonly id: number;
}

/** Moderators: send somebody away who waits. */
export interface Refuse {
  readonly do: "refuse";
  readonly id: number;
  readonly identity: string;
}

/** Moderators: everybody's stage; None: each as they like. `pinned`: whose picture is large. */
export interface SetLayout {
  readonly do: "set_layout";
  readonly id: number;
  readonly layout?: Layout | null;
  readonly pinned?: string;
}

/** Seen for a few seconds by everybody in the same room. */
export interface React {
  readonly do: "react";
  readonly id: number;
  readonly reaction: Reaction;
}

/** A chat message. To the call: moderators only. Needs the right `chat`. */
export interface Say {
  readonly do: "say";
  readonly id: number;
  readonly text: string;
  readonly to?: Audience;
}

/** Administrator and co-teachers: the call is over for everybody. */
export interface EndCall {
  readonly do: "end_call";
  readonly id: number;
}

/**
 * Moderators: lay out breakout rooms anew; nobody is moved. Not while rooms are open.
 *
 * "random" shares out learners evenly by `seed` (None: the server picks one), "self" lets them choose, "kept" takes
 * groups kept under the name `kept`. Rooms without a name in `names` are numbered.
 */
export interface PrepareRooms {
  readonly do: "prepare_rooms";
  readonly id: number;
  readonly mode: Grouping;
  readonly count?: number;
  readonly names?: readonly string[];
  readonly seed?: number | null;
  readonly kept?: string;
}

/** Moderators: somebody belongs to a room from now on (0: to none) and is moved there if rooms are open. */
export interface Assign {
  readonly do: "assign";
  readonly id: number;
  readonly identity: string;
  readonly room: number;
}

/** Moderators: everybody who is assigned goes to their room. None: no timer. */
export interface OpenRooms {
  readonly do: "open_rooms";
  readonly id: number;
  readonly minutes?: number | null;
}

/** Moderators: recall everybody after `seconds` of warning; assignments are kept. */
export interface CloseRooms {
  readonly do: "close_rooms";
  readonly id: number;
  readonly seconds?: number;
}

/** Moderators: rooms close so many minutes from now; None: by hand only. */
export interface SetTimer {
  readonly do: "set_timer";
  readonly id: number;
  readonly minutes?: number | null;
}

/** Moderators; open at once if others are. */
export interface AddRoom {
  readonly do: "add_room";
  readonly id: number;
  readonly name?: string;
}

/** Moderators. */
export interface RenameRoom {
  readonly do: "rename_room";
  readonly id: number;
  readonly room: number;
  readonly name: string;
}

/** Moderators: its people come to the main room; others go on. */
export interface CloseRoom {
  readonly do: "close_room";
  readonly id: number;
  readonly room: number;
}

/** Moderators: open a closed room while others are open, with its people; or a single one. */
export interface OpenRoom {
  readonly do: "open_room";
  readonly id: number;
  readonly room: number;
}

/** Moderators: forget a room; its people come to the main room and belong to none. */
export interface RemoveRoom {
  readonly do: "remove_room";
  readonly id: number;
  readonly room: number;
}

/** Learners, where rooms are self-chosen: belong to a room (0: to none) and go there if it is open. */
export interface ChooseRoom {
  readonly do: "choose_room";
  readonly id: number;
  readonly room: number;
}

/** Moderators go to a room, 0: back to the main room. A room that called the teacher is answered by that. */
export interface VisitRoom {
  readonly do: "visit_room";
  readonly id: number;
  readonly room: number;
}

/** Moderators: a text shown in the given rooms; empty: in all, and in the main room. */
export interface TellRooms {
  readonly do: "tell_rooms";
  readonly id: number;
  readonly text: string;
  readonly rooms?: readonly number[];
}

/** Moderators in the main room are also heard and seen in these rooms; empty: nowhere else any longer. */
export interface SpeakToRooms {
  readonly do: "speak_to_rooms";
  readonly id: number;
  readonly rooms?: readonly number[];
}

/** People of a breakout room ask a teacher to come, or no longer. */
export interface CallTeacher {
  readonly do: "call_teacher";
  readonly id: number;
  readonly on: boolean;
}

/** Moderators: the present rooms with their people are groups of the class, under this name. */
export interface KeepGroups {
  readonly do: "keep_groups";
  readonly id: number;
  readonly name: string;
}

/** Moderators. */
export interface ForgetGroups {
  readonly do: "forget_groups";
  readonly id: number;
  readonly name: string;
}

/** Moderators: the reply has a token for the room where everybody in breakout rooms can be seen and heard. */
export interface OpenWall {
  readonly do: "open_wall";
  readonly id: number;
}

/** Moderators: nobody is shown on this person's wall any longer. */
export interface CloseWall {
  readonly do: "close_wall";
  readonly id: number;
}

/** The answer to a request: done, and kept if it is to be kept; or why not. */
export interface Reply {
  readonly is: "reply";
  readonly id: number;
  readonly error?: Code | null;
  readonly text?: string;
  readonly token?: string;
}

/** The call itself, for everybody. */
export interface CallPart {
  readonly id: string;
  readonly title: string;
  readonly student: Rights;
  readonly parent: Rights;
  readonly lobby: boolean;
  readonly layout: Layout | null;
  readonly pinned: string;
}

/** The person at the page. */
export interface YouPart {
  readonly identity: string;
  readonly name: string;
  readonly role: Role;
  readonly moderator: boolean;
  readonly standing: Standing;
  readonly rights: Rights;
  readonly room: number;
  readonly room_name: string;
  readonly assigned: number;
  readonly camera_hidden: boolean;
  readonly may_unmute: boolean;
  readonly called_teacher: boolean;
  readonly speaking_to: readonly number[];
}

/** A raised hand; the list is in order of raising. */
export interface Hand {
  readonly identity: string;
  readonly name: string;
  readonly room: number;
  readonly since: number;
}

/** Somebody of the call or of its class, for moderators. */
export interface Person {
  readonly identity: string;
  readonly name: string;
  readonly role: Role;
  readonly present: boolean;
  readonly standing: Standing;
  readonly moderator: boolean;
  readonly room: number;
  readonly assigned: number;
  readonly rights: Rights | null;
  readonly camera_hidden: boolean;
}

/** A breakout room. Learners get its people only where they may choose it. */
export interface BreakoutRoom {
  readonly id: number;
  readonly name: string;
  readonly open: boolean;
  readonly people: readonly string[];
  readonly called_at: number | null;
  readonly names: readonly string[];
}

/** Breakout rooms. Learners get their own room only, or all where rooms are self-chosen. */
export interface RoomsPart {
  readonly phase: Phase;
  readonly mode: Grouping;
  readonly seed: number | null;
  readonly ends_at: number | null;
  readonly rooms: readonly BreakoutRoom[];
  readonly kept: readonly string[];
}

/** The parts that changed, each whole; the first message has all that the person may see. */
export interface State {
  readonly is: "state";
  readonly now: number;
  readonly call?: CallPart | null;
  readonly you?: YouPart | null;
  readonly hands?: readonly Hand[] | null;
  readonly people?: readonly Person[] | null;
  readonly rooms?: RoomsPart | null;
}

/** The person may come in now: the token is for the room where they belong. */
export interface Admitted {
  readonly is: "admitted";
  readonly token: string;
}

/** Something that happened just now and is told once. */
export interface Note {
  readonly is: "note";
  readonly what: "asked_to_unmute" | "muted" | "rooms_close_soon" | "told" | "hand_lowered" | "camera_stopped" | "screen_stopped";
  readonly text?: string;
  readonly by?: string;
  readonly seconds?: number;
}

/** Somebody in the same room reacts. */
export interface Reacted {
  readonly is: "reacted";
  readonly identity: string;
  readonly reaction: Reaction;
}

/** A message of the call's chat. */
export interface ChatMessage {
  readonly id: number;
  readonly identity: string;
  readonly name: string;
  readonly role: Role;
  readonly text: string;
  readonly to: Audience;
  readonly room: number;
  readonly at: number;
}

/** New messages, oldest first; after connecting, those that were there. */
export interface Chat {
  readonly is: "chat";
  readonly messages: readonly ChatMessage[];
}

/** The last message: the call ended, the person was removed or refused, or came from elsewhere. */
export interface Goodbye {
  readonly is: "goodbye";
  readonly why: "ended" | "removed" | "refused" | "elsewhere" | "restart";
}

export type AnyRequest =
  | Ping
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
  | CloseWall;

export type AnyMessage =
  | Reply
  | State
  | Admitted
  | Note
  | Reacted
  | Chat
  | Goodbye;
