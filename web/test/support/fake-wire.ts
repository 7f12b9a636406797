/** Wires without a server: the test plays the server's part. */

import type { OpenWire, WireEvents } from "../../src/classroom/wire";
import type { AnyMessage, AnyRequest } from "../../src/protocol/classroom";

export class FakeWire {
  /** All but the beats of the heart. */
  readonly sent: AnyRequest[] = [];
  closed = false;
  /** The server is gone and nobody was told. */
  dead = false;

  constructor(
    readonly token: string,
    private readonly events: WireEvents,
  ) {}

  say(...messages: AnyMessage[]): void {
    for (const message of messages) this.events.received(message);
  }

  take(request: AnyRequest): void {
    if (request.do !== "ping") this.sent.push(request);
    else if (!this.dead) this.say({ is: "reply", id: request.id });
  }

  /** The connection is lost. */
  drop(): void {
    this.events.closed();
  }
}

export function fakeWires(): { open: OpenWire; wires: FakeWire[] } {
  const wires: FakeWire[] = [];
  const open: OpenWire = (token, events) => {
    const wire = new FakeWire(token, events);
    wires.push(wire);
    return {
      send: (request) => wire.take(request),
      close: () => {
        wire.closed = true;
      },
    };
  };
  return { open, wires };
}

/** A token as the server's: for a room, or for the call's own socket only. */
export function token(name: string, roomJoin: boolean): string {
  const claims = btoa(JSON.stringify({ video: roomJoin ? { roomJoin } : {}, jti: name }));
  return `${btoa("{}")}.${claims.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}.signature`;
}
