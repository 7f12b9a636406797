/** «Настройки»: devices and preferences, changed while the call goes on. */

import { useState } from "react";

import { ClassSettings } from "../classroom/class-settings";
import { browserStorage, loadChoices } from "../media/choices";
import { useDevices } from "../media/devices";
import { DeviceFields } from "../parts/device-fields";
import { FaultHelp } from "../parts/fault-help";
import type { Device } from "../media/faults";
import { words } from "../words";
import { stageWords } from "../words/stage";
import { useCall, useCallState } from "./context";
import { Panel } from "./panel";
import { PictureSettings, ReceivedSettings, VoiceSettings } from "./settings/preference-fields";
import { PreferenceSwitch } from "./settings/preference-switch";

const DEVICES: readonly Device[] = ["camera", "microphone"];

export function SettingsPanel({ onClose }: { readonly onClose: () => void }) {
  const port = useCall();
  const faults = useCallState((state) => state.faults);
  const occasion = useCallState((state) => state.people.find((person) => person.own)?.cameraKey);
  const devices = useDevices(occasion);
  const [chosen, setChosen] = useState(() => {
    const { cameraId, microphoneId, speakerId } = loadChoices(browserStorage());
    return { camera: cameraId, microphone: microphoneId, speaker: speakerId };
  });
  return (
    <Panel title={words.settings.title} testId="settings-panel" onClose={onClose}>
      <PreferenceSwitch name="saving" hint={stageWords.preferences.savingHint} />
      {DEVICES.map((device) => {
        const fault = faults[device];
        return fault ? (
          <FaultHelp key={device} device={device} fault={fault} onRetry={() => void port.turn(device, true)} />
        ) : null;
      })}
      <DeviceFields
        devices={devices}
        chosen={chosen}
        onChoose={(device, id) => {
          setChosen({ ...chosen, [device]: id });
          void port.chooseDevice(device, id);
        }}
      />
      <VoiceSettings />
      <PictureSettings />
      <ReceivedSettings />
      <ClassSettings />
    </Panel>
  );
}
