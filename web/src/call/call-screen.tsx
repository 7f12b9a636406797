/** The call: stage, bar, panel, and everything that is told to the person. */

import { useMemo, useState } from "react";

import { canShareScreen } from "../media/devices";
import type { Call } from "../protocol/calls";
import { Bar } from "./bar";
import { barItems, type BarKey, type Panel } from "./bar-items";
import { CallContext, useCall, useCallState } from "./context";
import { LiveRegion, Note } from "./live-region";
import { ConnectionBanner, SoundBanner } from "./banners";
import { ParticipantsPanel } from "./participants-panel";
import type { CallPort, Source } from "./port";
import { SettingsPanel } from "./settings-panel";
import { Stage } from "./stage";

export function CallScreen({ call, port }: { readonly call: Call; readonly port: CallPort }) {
  return (
    <CallContext value={port}>
      <Layout call={call} />
    </CallContext>
  );
}

function Layout({ call }: { readonly call: Call }) {
  const port = useCall();
  const [panel, setPanel] = useState<Panel>(null);
  const on = useOwnSources();
  const may = useCallState((state) => state.may);
  const pending = useCallState((state) => state.pending);
  const teacher = call.person.role === "teacher" || call.administrator;
  const items = useMemo(
    () => barItems({ state: { may, pending }, on, panel, teacher, canShareScreen: canShareScreen() }),
    [may, pending, on, panel, teacher],
  );
  const press = (key: BarKey) => {
    const item = items.find((other) => other.key === key);
    if (item?.refusal) port.announce(item.refusal, true);
    else if (key === "leave") port.leave();
    else if (key === "participants" || key === "settings") setPanel(panel === key ? null : key);
    else if (key === "camera" || key === "microphone" || key === "screen") void port.turn(key, !on[key]);
  };
  const close = () => setPanel(null);
  return (
    <div className="call" data-panel={panel !== null}>
      <header className="call__top">
        <h1 className="call__title">{call.title}</h1>
      </header>
      <div className="call__banners">
        <ConnectionBanner />
        <SoundBanner />
      </div>
      <main className="call__stage">
        <Stage />
      </main>
      {panel === "participants" && <ParticipantsPanel onClose={close} />}
      {panel === "settings" && <SettingsPanel onClose={close} />}
      <footer className="call__bar">
        <Note />
        <Bar items={items} onPress={press} />
      </footer>
      <LiveRegion />
    </div>
  );
}

/** What the person at this page sends now. */
function useOwnSources(): Record<Source, boolean> {
  const camera = useCallState((state) => state.people.find((person) => person.own)?.camera ?? false);
  const microphone = useCallState((state) => state.people.find((person) => person.own)?.microphone ?? false);
  const screen = useCallState((state) => state.people.find((person) => person.own)?.screen ?? false);
  return useMemo(() => ({ camera, microphone, screen }), [camera, microphone, screen]);
}
