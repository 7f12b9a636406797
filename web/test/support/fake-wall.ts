/** A wall without a server: keeps whose pictures and voices were asked for. */

import { Store } from "../../src/media/store";
import { EMPTY_WALL, type WallPerson, type WallPort, type WallState } from "../../src/rooms/wall-port";

export class FakeWall implements WallPort {
  readonly state: Store<WallState>;
  shown: ReadonlySet<string> = new Set();
  heard: ReadonlySet<string> = new Set();
  closed = false;

  constructor(
    people: readonly WallPerson[] = [],
    private readonly paint: (identity: string, element: HTMLVideoElement) => () => void = () => () => undefined,
  ) {
    const byIdentity = new Map(people.map((person) => [person.identity, person]));
    this.state = new Store<WallState>({ ...EMPTY_WALL, connection: "connected", people: byIdentity });
  }

  show(identities: ReadonlySet<string>): void {
    this.shown = identities;
  }

  listen(identities: ReadonlySet<string>): void {
    this.heard = identities;
  }

  attach(identity: string, element: HTMLVideoElement): () => void {
    return this.paint(identity, element);
  }

  enableSound(): Promise<void> {
    this.state.patch({ soundBlocked: false });
    return Promise.resolve();
  }

  retry(): void {
    this.state.patch({ connection: "connected" });
  }

  close(): void {
    this.closed = true;
  }
}

export function wallPerson(fields: Partial<WallPerson> = {}): WallPerson {
  return { identity: "p1", camera: true, cameraKey: "c", speaking: false, spokeAt: 0, ...fields };
}
