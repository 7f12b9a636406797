/** Where one is signed in; ends one session or all. */

import { Icon28ComputerSmartphoneOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { momentOf } from "../parts/dates";
import { ShowLoaded, useLoaded } from "../parts/loaded";
import { go } from "../parts/navigation";
import { ProblemLine } from "../parts/problem-line";
import { asProblem, type Problem } from "../protocol/problem";
import { endDevice, getDevices, signOutEverywhere, type Device } from "../protocol/profile";
import { school } from "../words/school";

const { profile: say } = school;

export function Devices() {
  const devices = useLoaded(getDevices);
  const [problem, setProblem] = useState<Problem | null>(null);
  const act = async (doing: Promise<unknown>, then: () => void) => {
    setProblem(null);
    try {
      await doing;
      then();
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  return (
    <section className="card" aria-labelledby="profile-devices" data-testid="devices">
      <h2 className="card__heading" id="profile-devices">
        {say.devices}
      </h2>
      <ShowLoaded loaded={devices}>
        {(value) => (
          <ul className="plain">
            {value.map((device) => (
              <OneDevice key={device.id} device={device} onEnd={() => void act(endDevice(device.id), devices.reload)} />
            ))}
          </ul>
        )}
      </ShowLoaded>
      <ProblemLine problem={problem} />
      <Button mode="secondary" size="m" onClick={() => void act(signOutEverywhere(), () => go("/"))}>
        {say.endAll}
      </Button>
      <p className="card__small">{say.endAllText}</p>
    </section>
  );
}

function OneDevice({ device, onEnd }: { readonly device: Device; readonly onEnd: () => void }) {
  return (
    <li className="device" data-testid="device">
      <Icon28ComputerSmartphoneOutline aria-hidden="true" />
      <div className="device__words">
        <p className="device__title">{device.title}</p>
        <p className="device__about">{device.current ? say.thisDevice : say.seen(momentOf(device.seen_at))}</p>
      </div>
      {!device.current && (
        <Button mode="tertiary" size="m" aria-label={say.endOf(device.title)} onClick={onEnd}>
          {say.end}
        </Button>
      )}
    </li>
  );
}
