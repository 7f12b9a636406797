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
import "../../src/style/sheet.css";
import "../../src/style/rooms.css";
import "../../src/style/rooms-pupil.css";
import "../../src/style/rooms-wall.css";

import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";

import { Frame } from "../../src/app";
import { CallScreen } from "../../src/call/call-screen";
import type { CallState, Person } from "../../src/call/port";
import { EntryPage } from "../../src/pages/entry-page";
import type { Parting, Refusal } from "../../src/pages/flow";
import { EndedScreen, LeftScreen, ProblemScreen, WaitingScreen } from "../../src/pages/messages";
import { PreJoin } from "../../src/pages/prejoin";
import { FakeCall } from "../support/fake-call";
import { FakeClass } from "../support/fake-class";
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
  return <CallScreen call={call({ administrator: teacher })} port={port} klass={new FakeClass()} />;
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
  blocked: () => inCall({ soundBlocked: true }),
  ...ROOMS_SCENES,
};

const place = document.getElementById("page");
const scene = SCENES[query.get("scene") ?? "welcome"];
if (place && scene) createRoot(place).render(<Frame>{scene()}</Frame>);
