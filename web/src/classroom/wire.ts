/** The call's own WebSocket as whole messages: MessagePack maps both ways. */

import { decode, encode } from "@msgpack/msgpack";

import type { AnyMessage, AnyRequest } from "../protocol/classroom";

export interface WireEvents {
  readonly opened: () => void;
  readonly received: (message: AnyMessage) => void;
  /** The last event. */
  readonly closed: () => void;
}

export interface Wire {
  send(request: AnyRequest): void;
  /** Ends it without an event. */
  close(): void;
}

export type OpenWire = (token: string, events: WireEvents) => Wire;

/** Opens wires to the server at `url` (ws: or wss:). */
export function wiresTo(url: string): OpenWire {
  return (token, events) => {
    const socket = new WebSocket(`${url}/rtc/call?access_token=${encodeURIComponent(token)}`);
    socket.binaryType = "arraybuffer";
    socket.onopen = events.opened;
    socket.onclose = events.closed;
    socket.onmessage = ({ data }) => {
      // What is not binary is not of this protocol; messages of a newer server are passed over by those who read them.
      if (data instanceof ArrayBuffer) events.received(decode(data) as AnyMessage);
    };
    return {
      send: (request) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(encode(request));
      },
      close: () => {
        socket.onopen = socket.onclose = socket.onmessage = null;
        socket.close();
      },
    };
  };
}
