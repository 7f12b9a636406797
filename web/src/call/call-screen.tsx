/** The call: stage, bar, panels, and everything that is told to the person. */

import { useEffect, useMemo, useState } from "react";

import { ChatPanel } from "../classroom/chat-panel";
import { ClassLayer } from "../classroom/class-layer";
import { ClassContext, useClassState } from "../classroom/context";
import { playCue } from "../classroom/cues";
import { KeysDialog } from "../classroom/keys-dialog";
import { LeaveDialog } from "../classroom/leave-dialog";
import { LobbyScreen } from "../classroom/lobby-screen";
import { ParticipantsPanel } from "../classroom/participants-panel";
import type { ClassPort } from "../classroom/port";
import { ReactionMenu } from "../classroom/reactions";
import { RightsPanel } from "../classroom/rights-panel";
import { useKeys } from "../classroom/use-keys";
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
import type { CallPort } from "./port";
import { openLayout, LayoutContext } from "./layout-context";
import { SavingBanner } from "./settings/saving-banner";
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
            <Place call={call} />
          </LayoutContext>
        </ViewContext>
      </ClassContext>
    </CallContext>
  );
}

/** The lobby until the person is let in, then the call. */
function Place({ call }: { readonly call: Call }) {
  const waits = useClassState((state) => state.you?.standing === "lobby");
  const [waited, setWaited] = useState(false);
  if (waits && !waited) setWaited(true);
  useEffect(() => {
    if (waited && !waits) playCue("admitted");
  }, [waited, waits]);
  return waits ? <LobbyScreen call={call} /> : <Layout call={call} />;
}

type Open = "leave" | "keys" | "reactions" | null;

function Layout({ call }: { readonly call: Call }) {
  const port = useCall();
  const { panel, open: openPanel, minimized } = useView();
  // The rooms' screens cover the stage and take nothing from it.
  const beside = panel !== null && panel !== "rooms" && panel !== "wall";
  const [open, setOpen] = useState<Open>(null);
  const mayEnd = useClassState((state) => state.connected && (state.you?.moderator ?? false));
  const { items, press } = useBar(call, () => (mayEnd ? setOpen("leave") : port.leave()));
  const close = () => setOpen(null);
  useKeys(
    (deed) => {
      if (deed === "help") setOpen("keys");
      else if (deed === "reactions") setOpen(open === "reactions" ? null : "reactions");
      else if (deed !== "close") press(deed);
      else if (open === null) openPanel(null);
      else close();
    },
    items.some(({ key, on, refusal }) => key === "microphone" && on === false && refusal === null),
  );
  return (
    <div className="call" data-panel={beside} data-minimized={minimized}>
      <header className="call__top">
        <h1 className="call__title">{call.title}</h1>
        <RoomsButton />
      </header>
      <div className="call__banners">
        <ConnectionBanner />
        <SoundBanner />
        <SavingBanner />
        <RoomsLayer />
      </div>
      <main className="call__stage">
        {minimized ? <SmallCall items={items} onPress={press} /> : <Stage />}
        <ClassLayer />
      </main>
      <Told />
      <OpenPanel />
      <footer className="call__bar">
        <Note />
        {open === "reactions" && <ReactionMenu onClose={close} />}
        <Bar
          items={items}
          onPress={press}
          reacting={open === "reactions"}
          onReact={() => setOpen(open === "reactions" ? null : "reactions")}
        />
      </footer>
      {open === "leave" && <LeaveDialog onClose={close} />}
      {open === "keys" && <KeysDialog onClose={close} />}
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
    case "rights":
      return <RightsPanel onClose={close} />;
    case "rooms":
      return <RoomsPanel onClose={close} onWall={() => open("wall")} />;
    case "wall":
      return <RoomsWall onClose={() => open("rooms")} onEnter={close} />;
    case "chat":
      return <ChatPanel onClose={close} />;
    case "layout":
      return <LayoutMenu onClose={close} />;
    case "settings":
      return <SettingsPanel onClose={close} />;
    case null:
      return null;
  }
}
