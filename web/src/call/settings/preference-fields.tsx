/** The preferences that can be changed while a call goes on, by what they concern. */

import type { ReactNode } from "react";

import { canBlur } from "../../media/blur";
import { canShareScreen } from "../../media/devices";
import { CAPTIONS_LANGUAGES, RECEIVED_QUALITIES, SCREEN_HINTS } from "../../media/preferences";
import { LevelMeter } from "../../parts/level-meter";
import { stageWords } from "../../words/stage";
import { useCall, useCallState } from "../context";
import { ChoiceField } from "./choice-field";
import { PreferenceSwitch } from "./preference-switch";

const { preferences: text } = stageWords;

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="settings-part" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

export function VoiceSettings() {
  const port = useCall();
  // The track is another one after it was turned on or off.
  useCallState((state) => state.people.find((person) => person.own)?.microphone);
  return (
    <Part title={text.voice}>
      <LevelMeter track={port.microphone()} />
      <PreferenceSwitch name="noiseSuppression" />
      <PreferenceSwitch name="echoCancellation" />
      <PreferenceSwitch name="autoGainControl" />
    </Part>
  );
}

export function PictureSettings() {
  return (
    <Part title={text.picture}>
      <PreferenceSwitch name="blur" hint={canBlur() ? text.blurHint : text.blurMissing} disabled={!canBlur()} />
      <PreferenceSwitch name="mirror" hint={text.mirrorHint} />
      <PreferenceSwitch name="hideOwn" hint={text.hideOwnHint} />
    </Part>
  );
}

export function ReceivedSettings() {
  const port = useCall();
  const { quality, captions, screenHint } = useCallState((state) => state.preferences);
  return (
    <div className="settings-part">
      <ChoiceField
        label={text.quality}
        options={RECEIVED_QUALITIES.map((value) => ({ value, label: text.qualities[value] }))}
        value={quality}
        onChoose={(value) => void port.prefer({ quality: value })}
      />
      {canShareScreen() && (
        <ChoiceField
          label={text.screen}
          note={text.screenHintNote}
          options={SCREEN_HINTS.map((value) => ({ value, label: text.screenHints[value] }))}
          value={screenHint}
          onChoose={(value) => void port.prefer({ screenHint: value })}
        />
      )}
      <ChoiceField
        label={text.captions}
        note={text.captionsNote}
        options={CAPTIONS_LANGUAGES.map((value) => ({ value, label: text.captionsLanguages[value || "none"] }))}
        value={captions}
        onChoose={(value) => void port.prefer({ captions: value })}
      />
    </div>
  );
}
