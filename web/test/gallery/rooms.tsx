/** «Сессионные залы» with made-up classes: `?scene=rooms-open&n=30&rooms=4`. */

import type { ReactNode } from "react";

import { CallScreen } from "../../src/call/call-screen";
import type { ClassState } from "../../src/classroom/port";
import type { Phase } from "../../src/protocol/classroom";
import { WallContext } from "../../src/rooms/wall-context";
import { FakeCall } from "../support/fake-call";
import { FakeClass, roomsPart, youPart } from "../support/fake-class";
import { FakeWall, wallPerson } from "../support/fake-wall";
import { call, people, person } from "../support/people";
import { inRooms, room } from "../support/rooms";
import { paint } from "./pictures";

const query = new URLSearchParams(window.location.search);
const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);

function scene(state: Partial<ClassState>): ReactNode {
  const silent = query.get("silent") !== null;
  const everybody = people(5).map((one) => (one.own ? person({ ...one, microphone: !silent }) : one));
  const port = new FakeCall({ people: everybody }, paint);
  const klass = new FakeClass(state);
  Object.assign(window, { fake: port, fakeClass: klass });
  return <CallScreen call={call({ administrator: true })} port={port} klass={klass} />;
}

function teacher(phase: Phase, fields: Partial<ClassState> = {}, part = {}): ReactNode {
  const count = number("n", 30);
  const many = phase === "none" ? 0 : number("rooms", 4);
  const state = inRooms({ people: count, rooms: many, phase, placed: number("placed", count - 4), fields: part });
  return scene({ ...state, ...fields });
}

function pupil(fields: Parameters<typeof youPart>[0], part: Parameters<typeof roomsPart>[0]): ReactNode {
  return scene({ you: youPart(fields), rooms: roomsPart(part) });
}

const soon = (seconds: number) => Date.now() / 1000 + seconds;
const SELF = ["Плакат", "Доклад", "Опыты", "Стенгазета"].map((name, index) =>
  room({ id: index + 1, name, open: true, names: index === 1 ? ["Смирнова Полина", "Кузнецов Артём"] : [] }),
);

export const ROOMS_SCENES: Record<string, () => ReactNode> = {
  "rooms-none": () => teacher("none"),
  "rooms-prepared": () => teacher("prepared", {}, { mode: "random", seed: 4821 }),
  "rooms-open": () => teacher("open", {}, { ends_at: soon(754) }),
  "rooms-air": () => {
    const state = inRooms({ people: 12, rooms: 3, phase: "open" });
    const you = youPart({ role: "administrator", moderator: true, speaking_to: query.get("one") ? [2] : [1, 2, 3] });
    return scene({ ...state, you });
  },
  "rooms-closing": () => teacher("closing", {}, { ends_at: soon(27) }),
  "rooms-visiting": () =>
    scene({ ...inRooms({ people: 12, rooms: 3, phase: "open" }), you: youPart({ role: "administrator", moderator: true, room: 2, room_name: "Зал 2" }) }),
  "rooms-pupil": () =>
    pupil(
      { room: 2, room_name: "Зал 2", assigned: 2, called_teacher: query.get("called") === "1" },
      { phase: query.get("closing") ? "closing" : "open", ends_at: soon(query.get("closing") ? 27 : 412), rooms: [room({ id: 2, name: "Зал 2", open: true })] },
    ),
  "rooms-wall": () => {
    const state = inRooms({ people: number("n", 100), rooms: number("rooms", 50), phase: "open", fields: { ends_at: soon(754) } });
    const media = state.people.map(({ identity }, index) =>
      wallPerson({ identity, camera: index % 5 !== 3, cameraKey: identity, speaking: index % 9 === 4 }),
    );
    const wall = () => new FakeWall(media, (identity, element) => paint(identity, "camera", element));
    const you = youPart({ identity: "t", role: "administrator", moderator: true, speaking_to: query.get("speak") ? [3] : [] });
    return <WallContext value={wall}>{scene({ ...state, you })}</WallContext>;
  },
  "rooms-self": () => pupil({ assigned: number("own", 0) }, { phase: "open", mode: "self", rooms: SELF }),
  "rooms-soon": () => pupil({ assigned: 2 }, { phase: "prepared", rooms: [room({ id: 2, name: "Зал 2" })] }),
};
