/** Choice of camera, microphone and, where the browser can, speaker. */

import { Icon20VolumeOutline } from "@vkontakte/icons";
import { Button, FormItem, NativeSelect } from "@vkontakte/vkui";
import { useId } from "react";

import { playChime } from "../media/chime";
import { canChooseSpeaker, type DeviceChoice, type Devices } from "../media/devices";
import type { Device } from "../media/faults";
import { words } from "../words";

export type DeviceKind = Device | "speaker";

interface DeviceFieldsProps {
  readonly devices: Devices;
  readonly chosen: Readonly<Record<DeviceKind, string>>;
  readonly onChoose: (device: DeviceKind, id: string) => void;
}

export function DeviceFields({ devices, chosen, onChoose }: DeviceFieldsProps) {
  const fields: { kind: DeviceKind; choices: readonly DeviceChoice[]; shown: boolean }[] = [
    { kind: "camera", choices: devices.cameras, shown: true },
    { kind: "microphone", choices: devices.microphones, shown: true },
    { kind: "speaker", choices: devices.speakers, shown: canChooseSpeaker() },
  ];
  return (
    <div className="devices">
      {fields
        .filter((field) => field.shown)
        .map(({ kind, choices }) => (
          <Field
            key={kind}
            label={words.prejoin[kind]}
            choices={choices}
            value={chosen[kind]}
            onChoose={(id) => onChoose(kind, id)}
          />
        ))}
      <Button
        mode="tertiary"
        size="m"
        before={<Icon20VolumeOutline />}
        onClick={() => void playChime(chosen.speaker).catch(() => undefined)}
      >
        {words.prejoin.testSpeaker}
      </Button>
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly choices: readonly DeviceChoice[];
  readonly value: string;
  readonly onChoose: (id: string) => void;
}

function Field({ label, choices, value, onChoose }: FieldProps) {
  const id = useId();
  // A device that was chosen before and is not plugged in now stands as the default.
  const known = choices.some((choice) => choice.id === value) ? value : "";
  return (
    <FormItem top={label} htmlFor={id} noPadding>
      <NativeSelect id={id} value={known} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{words.prejoin.defaultDevice}</option>
        {choices.map((choice, index) => (
          <option key={choice.id} value={choice.id}>
            {choice.label || words.prejoin.deviceName(index + 1)}
          </option>
        ))}
      </NativeSelect>
    </FormItem>
  );
}
