/** Before the call: picture, level, devices, clear help when something is in the way, and «Присоединиться». */

import { Button } from "@vkontakte/vkui";
import { useCallback, useEffect, useState } from "react";

import { SwitchRow } from "../classroom/switch-row";
import { canBlur, type BlurFault } from "../media/blur";
import { DeviceCheck } from "../media/check";
import { useDevices, watchDevices } from "../media/devices";
import type { Device } from "../media/faults";
import type { Handover } from "../media/publishing";
import { useStore } from "../media/store";
import { useBlurred } from "../media/use-blurred";
import { Brand } from "../parts/brand";
import { DeviceFields } from "../parts/device-fields";
import { FaultHelp } from "../parts/fault-help";
import { LevelMeter } from "../parts/level-meter";
import type { Call } from "../protocol/calls";
import { words } from "../words";
import { stageWords } from "../words/stage";
import { Preview } from "./preview";
import { currentChoices, keepChoices, type Wishes } from "./wiring";

interface PreJoinProps {
  readonly call: Call;
  readonly onJoin: (handover: Handover, wanted: Wishes) => void;
}

const { preferences: text } = stageWords;
const DEVICES: readonly Device[] = ["camera", "microphone"];

export function PreJoin({ call, onJoin }: PreJoinProps) {
  const [check] = useState(() => new DeviceCheck(currentChoices()));
  const [speakerId, setSpeakerId] = useState(() => currentChoices().speakerId);
  const state = useStore(check.state, (value) => value);
  const { camera, microphone } = state;
  const [blur, setBlur] = useState(() => currentChoices().blur);
  const [blurFault, setBlurFault] = useState<BlurFault | null>(null);
  const blurFailed = useCallback((fault: BlurFault) => {
    setBlur(false);
    setBlurFault(fault);
  }, []);
  const picture = useBlurred(camera.track, blur, blurFailed);
  // Names of devices appear once permission was given for either.
  const devices = useDevices(`${camera.track?.id ?? ""} ${microphone.track?.id ?? ""}`);

  useEffect(() => {
    void check.start();
    const stop = watchDevices(() => void check.lookAgain());
    return () => {
      stop();
      check.close();
    };
  }, [check]);

  useEffect(() => {
    keepChoices({
      ...currentChoices(),
      camera: camera.on,
      microphone: microphone.on,
      cameraId: camera.id,
      microphoneId: microphone.id,
      speakerId,
      blur,
    });
  }, [camera.on, camera.id, microphone.on, microphone.id, speakerId, blur]);

  const [joining, setJoining] = useState(false);
  const join = async () => {
    setJoining(true);
    await check.settled();
    const handover = check.handOver();
    onJoin(handover, { camera: handover.camera !== undefined, microphone: handover.microphone !== undefined });
  };
  const role = words.role[call.administrator ? "administrator" : call.person.role];

  return (
    <div className="prejoin">
      <header className="prejoin__top">
        <Brand />
      </header>
      <main className="prejoin__body">
        <section className="prejoin__stage" aria-label={words.prejoin.heading}>
          <Preview check={check} picture={picture} name={call.person.name} identity={call.person.identity} />
          <LevelMeter track={microphone.track} />
        </section>
        <section className="prejoin__side">
          <h1 className="prejoin__title">{call.title}</h1>
          <p className="prejoin__person">{words.prejoin.enteringAs(call.person.name, role)}</p>
          {DEVICES.map((device) => {
            const { fault, on } = state[device];
            return fault && on ? (
              <FaultHelp key={device} device={device} fault={fault} onRetry={() => void check.set(device, true)} />
            ) : null;
          })}
          <DeviceFields
            devices={devices}
            chosen={{ camera: camera.id, microphone: microphone.id, speaker: speakerId }}
            onChoose={(device, id) => {
              if (device === "speaker") setSpeakerId(id);
              else void check.choose(device, id);
            }}
          />
          {canBlur() && (
            <SwitchRow
              title={text.blur}
              hint={blurFault ? text.blurUnable[blurFault] : text.blurHint}
              on={blur}
              testId="prejoin-blur"
              onChange={setBlur}
            />
          )}
          <div className="prejoin__join">
            <Button size="l" stretched loading={joining} onClick={() => void join()} data-testid="join-button">
              {words.prejoin.join}
            </Button>
          </div>
          <p className="prejoin__hint" role="status">
            {joining ? words.prejoin.settling : words.prejoin.silent}
          </p>
        </section>
      </main>
    </div>
  );
}
