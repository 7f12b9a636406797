/** What components know of the class in a call: the server's word about it, and what a person may ask for. */

import type { Readable } from "../media/store";
import type {
  AnyRequest,
  CallPart,
  ChatMessage,
  Code,
  Hand,
  Note,
  Person,
  Reacted,
  RoomsPart,
  YouPart,
} from "../protocol/classroom";

export interface ClassState {
  /** Whether the server can be asked now; what is shown meanwhile is what it said last. */
  readonly connected: boolean;
  /** Milliseconds to add to this browser's clock to have the server's. */
  readonly clockOffset: number;
  /** null until the server told. */
  readonly call: CallPart | null;
  readonly you: YouPart | null;
  /** In order of raising. */
  readonly hands: readonly Hand[];
  /** Moderators only; empty for others. */
  readonly people: readonly Person[];
  readonly rooms: RoomsPart | null;
  /** Oldest first. */
  readonly messages: readonly ChatMessage[];
}

/** A request without the number that the port gives it. */
export type Ask = AnyRequest extends infer R ? (R extends AnyRequest ? Omit<R, "id"> : never) : never;

/** What a request came to: `token` is set for `open_wall` only. */
export type Answer = { readonly done: true; readonly token: string } | { readonly done: false; readonly why: Code | "offline" };

/** What is told once and not part of the state. */
export type Happening = Note | Reacted;

export interface ClassPort {
  readonly state: Readable<ClassState>;
  /** Never rejects. Refusals are told to the person by the port itself (`announce` of the call); callers may ignore them. */
  ask(request: Ask): Promise<Answer>;
  /** Calls `listener` for everything that happens until the returned function is called. */
  listen(listener: (happening: Happening) => void): () => void;
}

export const EMPTY_CLASS: ClassState = {
  connected: false,
  clockOffset: 0,
  call: null,
  you: null,
  hands: [],
  people: [],
  rooms: null,
  messages: [],
};
