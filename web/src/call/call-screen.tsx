/** The call: stage, bar, panels, and everything that is told to the person. */

import { useMemo, useState } from "react";

import { ClassContext } from "../classroom/context";
import type { ClassPort } from "../classroom/port";
import type { Call } from "../protocol/calls";
import { RoomsButton } from "../rooms/rooms-button";
import { RoomsLayer } from "../rooms/rooms-layer";
import { RoomsPanel } from "../rooms/rooms-panel";
import { Told } from "../rooms/told";
import { RoomsWall } from "../rooms/wall";
import { Bar } from "./bar";
import { ConnectionBanner, SoundBanner } from "./banners";
import { CallContext, useCall } from "./context";
import { LayoutMenu } from "./layout-menu";
import { LiveRegion, Note } from "./live-region";
import { ParticipantsPanel } from "./participants-panel";
import type { CallPort } from "./port";
import { openLayout, LayoutContext } from "./layout-context";
import { SettingsPanel } from "./settings-panel";
import { SmallCall } from "./small-call";
import { Stage } from "./stage";
import { useBar } from "./use-bar";
import { useView, ViewContext, type Panel } from "./view";

interface CallScreenProps {
  readonly call: Call;
  readonly port: CallPort;
  readonly klass: ClassPort;
}

export function CallScreen({ call, port, klass }: CallScreenProps) {
  const [panel, open] = useState<Panel | null>(null);
  const [minimized, setMinimized] = useState(false);
  const [layout] = useState(openLayout);
  const view = useMemo(() => ({ panel, open, minimized, setMinimized }), [panel, minimized]);
  return (
    <CallContext value={port}>
      <ClassContext value={klass}>
        <ViewContext value={view}>
          <LayoutContext value={layout}>
            <Layout call={call} />
          </LayoutContext>
        </ViewContext>
      </ClassContext>
    </CallContext>
  );
}

function Layout({ call }: { readonly call: Call }) {
  const port = useCall();
  const { panel, minimized } = useView();
  // The rooms' screens cover the stage and take nothing from it.
  const beside = panel !== null && panel !== "rooms" && panel !== "wall";
  const { items, press } = useBar(call, () => port.leave());
  return (
    <div className="call" data-panel={beside} data-minimized={minimized}>
      <header className="call__top">
        <h1 className="call__title">{call.title}</h1>
        <RoomsButton />
      </header>
      <div className="call__banners">
        <ConnectionBanner />
        <SoundBanner />
        <RoomsLayer />
      </div>
      <main className="call__stage">{minimized ? <SmallCall items={items} onPress={press} /> : <Stage />}</main>
      <Told />
      <OpenPanel />
      <footer className="call__bar">
        <Note />
        <Bar items={items} onPress={press} />
      </footer>
      <LiveRegion />
    </div>
  );
}

function OpenPanel() {
  const { panel, open } = useView();
  const close = () => open(null);
  switch (panel) {
    case "participants":
      return <ParticipantsPanel onClose={close} />;
    case "rooms":
      return <RoomsPanel onClose={close} onWall={() => open("wall")} />;
    case "wall":
      return <RoomsWall onClose={() => open("rooms")} onEnter={close} />;
    case "layout":
      return <LayoutMenu onClose={close} />;
    case "settings":
      return <SettingsPanel onClose={close} />;
    case "rights":
    case "chat":
    case null:
      return null;
  }
}
