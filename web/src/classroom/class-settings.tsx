/** What the class adds to «Настройки»: who sees the camera, cues, keys. */

import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { useStore } from "../media/store";
import { classroom } from "../words/classroom";
import { useClass, useClassState } from "./context";
import { cuesOn, setCues } from "./cues";
import { KeysDialog } from "./keys-dialog";
import { SwitchRow } from "./switch-row";

export function ClassSettings() {
  const cues = useStore(cuesOn, (value) => value);
  const [keys, setKeysShown] = useState(false);
  return (
    <section className="class-settings">
      <OwnCameraSwitch />
      <SwitchRow title={classroom.sounds.title} hint={classroom.sounds.hint} on={cues} onChange={setCues} testId="cues" />
      <Button size="m" mode="secondary" onClick={() => setKeysShown(true)} data-testid="keys-open">
        {classroom.shortcuts.title}
      </Button>
      {keys && <KeysDialog onClose={() => setKeysShown(false)} />}
    </section>
  );
}

/** A learner's own choice; moderators are seen by everybody. */
export function OwnCameraSwitch() {
  const klass = useClass();
  const offered = useClassState(({ you }) => you !== null && !you.moderator && (you.role === "student" || you.role === "parent"));
  const hidden = useClassState(({ you }) => you?.camera_hidden ?? false);
  if (!offered) return null;
  return (
    <SwitchRow
      title={classroom.ownCamera.title}
      hint={classroom.ownCamera.hint}
      on={hidden}
      testId="camera-hidden"
      onChange={(on) => void klass.ask({ do: "hide_camera", on })}
    />
  );
}
