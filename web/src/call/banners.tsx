/** The strips above the stage: how the connections are, and sound that the browser holds back. */

import { Icon20CheckCircleOutline, Icon20VolumeOutline } from "@vkontakte/icons";
import { Button, Spinner } from "@vkontakte/vkui";
import { useEffect, useState } from "react";

import { useClassState } from "../classroom/context";
import { words } from "../words";
import { classroom } from "../words/classroom";
import { useCall, useCallState } from "./context";
import type { Connection } from "./port";

/** How long «Связь восстановлена» stays, milliseconds. */
const RESTORED_TIME = 3000;
/** A class that is away for less is no news, milliseconds: once known, and before it first came. */
const CLASS_GRACE = 1500;
const CLASS_FIRST_GRACE = 6000;

/** One sentence about both connections of a call: the media's and the class's. */
function sentence(media: Connection, classAway: boolean, classKnown: boolean): string | null {
  if (media === "connecting") return words.connection.connecting;
  if (media === "reconnecting") {
    return classAway || !classKnown ? words.connection.reconnecting : classroom.connection.media;
  }
  return classAway ? classroom.connection.class : null;
}

export function ConnectionBanner() {
  const media = useCallState((state) => state.connection);
  const classKnown = useClassState((state) => state.call !== null);
  const classAway = useClassAway();
  const [broke, setBroke] = useState(false);
  const text = sentence(media, classAway, classKnown);
  const whole = text === null;
  useEffect(() => {
    if (!whole || !broke) return;
    const timer = setTimeout(() => setBroke(false), RESTORED_TIME);
    return () => clearTimeout(timer);
  }, [whole, broke]);
  if (!whole && media !== "connecting" && !broke) setBroke(true);
  if (whole && !broke) return null;
  return (
    <div
      className="banner"
      role="status"
      data-testid="connection-banner"
      data-connection={whole ? "restored" : media === "connected" ? "class" : media}
    >
      {whole ? <Icon20CheckCircleOutline aria-hidden="true" /> : <Spinner size="s">{null}</Spinner>}
      <span>{text ?? words.connection.restored}</span>
    </div>
  );
}

/** Whether the class has been out of reach for a while. */
function useClassAway(): boolean {
  const away = useClassState((state) => !state.connected);
  const grace = useClassState((state) => (state.call === null ? CLASS_FIRST_GRACE : CLASS_GRACE));
  const [since, setSince] = useState(false);
  useEffect(() => {
    if (!away) return;
    const timer = setTimeout(() => setSince(true), grace);
    return () => {
      clearTimeout(timer);
      setSince(false);
    };
  }, [away, grace]);
  return away && since;
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
