/** Every screen with made-up people, for looking at: `?scene=call&n=9`. Development only, never in the build. */

import "@vkontakte/vkui/dist/vkui.css";
import "../../src/style/tokens.css";
import "../../src/style/page.css";
import "../../src/style/prejoin.css";
import "../../src/style/call.css";
import "../../src/style/tile.css";
import "../../src/style/bar.css";
import "../../src/style/panel.css";
import "../../src/style/layout.css";
import "../../src/style/settings.css";
import "../../src/style/sheet.css";
import "../../src/style/rooms.css";
import "../../src/style/rooms-pupil.css";
import "../../src/style/rooms-wall.css";
import "../../src/style/dialog.css";
import "../../src/style/classroom.css";

import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";

import { Frame } from "../../src/app";
import { CallScreen } from "../../src/call/call-screen";
import type { CallState, Person } from "../../src/call/port";
import type { ClassState } from "../../src/classroom/port";
import type { ChatMessage } from "../../src/protocol/classroom";
import { EntryPage } from "../../src/pages/entry-page";
import type { Parting, Refusal } from "../../src/pages/flow";
import { EndedScreen, LeftScreen, ProblemScreen, WaitingScreen } from "../../src/pages/messages";
import { PreJoin } from "../../src/pages/prejoin";
import { FakeCall } from "../support/fake-call";
import { callPart, classPerson, FakeClass, rights, youPart } from "../support/fake-class";
import { call, people } from "../support/people";
import { paint } from "./pictures";
import { ROOMS_SCENES } from "./rooms";

const query = new URLSearchParams(window.location.search);
const count = Number(query.get("n") ?? "2");
const ignore = () => undefined;

function inCall(fields: Partial<CallState>, change: (person: Person, index: number) => Person = (same) => same) {
  const port = new FakeCall({ people: people(count).map(change), ...fields }, paint);
  Object.assign(window, { fake: port });
  const teacher = query.get("teacher") === "1";
  const klass = new FakeClass(classOf(count, teacher));
  Object.assign(window, { klass });
  return <CallScreen call={call({ administrator: teacher })} port={port} klass={klass} />;
}

/** The class around the people of the stage: some wait, some are missing, some ask. */
function classOf(present: number, teacher: boolean): Partial<ClassState> {
  const own = people(present).find((person) => person.own);
  const identity = own?.identity ?? "p1";
  const members = people(present + 4).map(({ identity: id, name, role }, index) =>
    classPerson({
      identity: id,
      name,
      role: role ?? "student",
      moderator: index === 0 || (teacher && id === identity),
      present: index < present,
      standing: index === present || index === present + 1 ? "lobby" : "in",
      camera_hidden: index === 5,
      rights: index === 4 ? rights({ screen: true }) : null,
    }),
  );
  const raised = people(present).filter((_, index) => index === 2 || index === 4 || index === 1);
  return {
    call: callPart({ title: call().title, lobby: true }),
    you: youPart({ identity, name: own?.name ?? "", role: teacher ? "teacher" : "student", moderator: teacher, rights: rights({ chat: query.get("chat") !== "0" }) }),
    people: teacher ? members : [],
    hands: raised.map((person, index) => ({ identity: person.identity, name: person.name, room: 0, since: index })),
    messages: messages(Number(query.get("messages") ?? "6"), people(present)),
  };
}

const TEXTS = [
  "Откройте, пожалуйста, учебник на странице 48.",
  "Можно вопрос?",
  "Презентация здесь: https://school.example/7v/algebra/urok-1?page=48, посмотрите до пятницы.",
  "У меня не открывается ссылка",
  "Решение:\n2x + 3 = 11\n2x = 8\nx = 4",
  "Достопримечательностивысокоинтеллектуальногочеловеконенавистничестваблагодаритьпревосходительство",
];

function messages(amount: number, who: readonly Person[]): ChatMessage[] {
  return Array.from({ length: amount }, (_, index) => {
    const author = who[(index * 2) % who.length];
    return {
      id: index + 1,
      identity: author?.identity ?? "",
      name: author?.name ?? "",
      role: author?.role ?? "student",
      text: TEXTS[index % TEXTS.length] ?? "",
      to: index % 7 === 3 ? "teachers" : "room",
      room: 0,
      at: Date.now() / 1000 - (amount - index) * 90,
    };
  });
}

function inLobby() {
  const klass = new FakeClass({ you: youPart({ standing: "lobby" }) });
  const port = new FakeCall({ connection: "connecting" }, query.get("camera") === "0" ? undefined : paint);
  return <CallScreen call={call()} port={port} klass={klass} />;
}

const SCENES: Record<string, () => ReactNode> = {
  entry: () => <EntryPage problem={query.get("problem")} />,
  waiting: () => <WaitingScreen call={call({ status: "planned" })} />,
  ended: () => <EndedScreen />,
  left: () => <LeftScreen why={(query.get("why") ?? "left") as Parting} onAgain={ignore} />,
  problem: () => <ProblemScreen problem={(query.get("code") ?? "other") as Refusal} onAgain={ignore} />,
  prejoin: () => <PreJoin call={call()} onJoin={ignore} />,
  call: () => inCall({ may: { camera: true, microphone: true, screen: query.get("teacher") === "1" } }),
  screen: () => inCall({}, (person, index) => (index === 0 ? { ...person, screen: true, screenKey: "s" } : person)),
  sharing: () => inCall({}, (person) => (person.own ? { ...person, screen: true } : person)),
  broken: () => inCall({ connection: "reconnecting" }, (person) => ({ ...person, camera: false })),
  lobby: () => inLobby(),
  blocked: () => inCall({ soundBlocked: true }),
  ...ROOMS_SCENES,
};

const place = document.getElementById("page");
const scene = SCENES[query.get("scene") ?? "welcome"];
if (place && scene) createRoot(place).render(<Frame>{scene()}</Frame>);
