/** `/call/{id}`: one screen per state of the flow. */

import { useEffect, useState } from "react";

import { CallScreen } from "../call/call-screen";
import { useStore } from "../media/store";
import { useTitle } from "../parts/title";
import { words } from "../words";
import { Fetching } from "./fetching";
import type { Flow } from "./flow";
import { EndedScreen, LeftScreen, ProblemScreen, WaitingScreen } from "./messages";
import { PreJoin } from "./prejoin";
import { preloadCall, visitOf } from "./wiring";
import type { Stay, Visit } from "./visit";

export function CallPage({ id, search }: { readonly id: string; readonly search: string }) {
  const [{ visit, wishes }] = useState(() => visitOf(id, search));
  const flow = useStore(visit.flow, (value) => value);
  const stay = useStore(visit.stays, (value) => value);
  useEffect(() => {
    visit.begin();
    return () => visit.close();
  }, [visit]);
  useEffect(() => {
    if (flow.at === "prejoin" || flow.at === "waiting") preloadCall();
  }, [flow.at]);
  useTitle("call" in flow ? flow.call.title : null);
  if (flow.at === "prejoin") {
    return (
      <PreJoin
        call={flow.call}
        onJoin={(handover, wanted) => {
          Object.assign(wishes, wanted);
          visit.join(handover);
        }}
      />
    );
  }
  return <Screen flow={flow} stay={stay} visit={visit} />;
}

interface ScreenProps {
  readonly flow: Flow;
  readonly stay: Stay | null;
  readonly visit: Visit;
}

function Screen({ flow, stay, visit }: ScreenProps) {
  switch (flow.at) {
    case "loading":
      return <Fetching />;
    case "waiting":
      return <WaitingScreen call={flow.call} />;
    case "call":
      if (!stay) return <Fetching text={words.connection.connecting} />;
      return <CallScreen call={flow.call} port={stay.port} klass={stay.klass} />;
    case "left":
      return <LeftScreen why={flow.why} back={flow.call.leave_url ?? null} onAgain={() => visit.again()} />;
    case "ended":
      return <EndedScreen />;
    case "problem":
      return <ProblemScreen problem={flow.problem} onAgain={() => visit.again()} />;
    case "prejoin":
      return null;
  }
}
