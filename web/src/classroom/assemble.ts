/** Puts the server's messages together: state and message in, the next state out. */

import type { Chat, ChatMessage, State } from "../protocol/classroom";
import type { ClassState } from "./port";

/** Messages of the chat that a page keeps. */
export const KEPT_MESSAGES = 500;
/** Clocks closer than this count as the same, milliseconds: the way of a message takes as long. */
const CLOCK_STEP = 250;

/** The parts of a message replace those before; `clock` is this browser's, in milliseconds. */
export function withParts(state: ClassState, message: State, clock: number): ClassState {
  const offset = message.now * 1000 - clock;
  return {
    ...state,
    connected: true,
    clockOffset: Math.abs(offset - state.clockOffset) < CLOCK_STEP ? state.clockOffset : offset,
    call: message.call ?? state.call,
    you: message.you ?? state.you,
    hands: message.hands ?? state.hands,
    people: message.people ?? state.people,
    rooms: message.rooms ?? state.rooms,
  };
}

/** New messages come last; after a reconnection those that are known come again and change nothing. */
export function withChat(state: ClassState, { messages }: Chat): ClassState {
  const known = new Set(state.messages.map(({ id }) => id));
  const fresh = messages.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return state;
  const byNumber = (a: ChatMessage, b: ChatMessage) => a.id - b.id;
  return { ...state, messages: [...state.messages, ...fresh].sort(byNumber).slice(-KEPT_MESSAGES) };
}
