/** The strips above the stage: how the connection is, and sound that the browser holds back. */

import { Icon20CheckCircleOutline, Icon20VolumeOutline } from "@vkontakte/icons";
import { Button, Spinner } from "@vkontakte/vkui";
import { useEffect, useState } from "react";

import { words } from "../words";
import { useCall, useCallState } from "./context";

/** How long «Связь восстановлена» stays, milliseconds. */
const RESTORED_TIME = 3000;

export function ConnectionBanner() {
  const connection = useCallState((state) => state.connection);
  const [broke, setBroke] = useState(false);
  useEffect(() => {
    if (connection !== "connected" || !broke) return;
    const timer = setTimeout(() => setBroke(false), RESTORED_TIME);
    return () => clearTimeout(timer);
  }, [connection, broke]);
  if (connection === "reconnecting" && !broke) setBroke(true);
  if (connection === "connected" && !broke) return null;
  const restored = connection === "connected";
  const text = restored ? words.connection.restored : words.connection[connection];
  return (
    <div
      className="banner"
      role="status"
      data-testid="connection-banner"
      data-connection={restored ? "restored" : connection}
    >
      {restored ? <Icon20CheckCircleOutline aria-hidden="true" /> : <Spinner size="s">{null}</Spinner>}
      <span>{text}</span>
    </div>
  );
}

export function SoundBanner() {
  const port = useCall();
  const blocked = useCallState((state) => state.soundBlocked);
  if (!blocked) return null;
  return (
    <div className="banner" role="status" data-testid="sound-banner">
      <Icon20VolumeOutline aria-hidden="true" />
      <span>{words.sound.blocked}</span>
      <Button size="s" onClick={() => void port.enableSound()}>
        {words.sound.enable}
      </Button>
    </div>
  );
}
