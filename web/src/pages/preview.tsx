/** A person's own picture before the call, with the two switches on it. */

import { Icon28MicrophoneAlt, Icon28MicrophoneSlashAlt, Icon28VideocamAlt, Icon28VideocamSlashAlt } from "@vkontakte/icons";
import { useEffect, useRef } from "react";

import type { DeviceCheck } from "../media/check";
import type { Device } from "../media/faults";
import { useStore } from "../media/store";
import { Avatar } from "../parts/avatar";
import { words } from "../words";

interface PreviewProps {
  readonly check: DeviceCheck;
  /** The camera's picture as others will see it. */
  readonly picture: MediaStreamTrack | null;
  readonly name: string;
  readonly identity: string;
}

export function Preview({ check, picture, name, identity }: PreviewProps) {
  const camera = useStore(check.state, (state) => state.camera);
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (element.current) element.current.srcObject = picture ? new MediaStream([picture]) : null;
  }, [picture]);
  return (
    <div className="preview">
      {/* A person's own silent picture: there is nothing to caption. */}
      <video
        ref={element}
        className="preview__video"
        data-testid="prejoin-preview"
        aria-label={words.prejoin.preview}
        hidden={!picture}
        autoPlay
        playsInline
        muted
      />
      {!picture && (
        <div className="preview__empty">
          <Avatar identity={identity} name={name} />
          <p>{camera.starting ? words.prejoin.previewStarting : words.prejoin.previewOff}</p>
        </div>
      )}
      <div className="preview__switches">
        <Switch check={check} device="microphone" />
        <Switch check={check} device="camera" />
      </div>
    </div>
  );
}

const ICONS = {
  camera: { on: <Icon28VideocamAlt />, off: <Icon28VideocamSlashAlt /> },
  microphone: { on: <Icon28MicrophoneAlt />, off: <Icon28MicrophoneSlashAlt /> },
};

function Switch({ check, device }: { readonly check: DeviceCheck; readonly device: Device }) {
  const { on, fault, starting } = useStore(check.state, (state) => state[device]);
  const live = on && !fault;
  return (
    <button
      type="button"
      className="round"
      data-off={!live}
      aria-pressed={live}
      aria-busy={starting}
      aria-label={words.prejoin[device]}
      title={live ? words.bar.turnOff[device] : words.bar.turnOn[device]}
      data-testid={`prejoin-${device}`}
      onClick={() => void check.set(device, !live)}
    >
      {live ? ICONS[device].on : ICONS[device].off}
    </button>
  );
}
