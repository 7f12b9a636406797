/** The browser's cameras, microphones and speakers. */

import { useEffect, useState } from "react";

export interface DeviceChoice {
  readonly id: string;
  /** The browser's name for it; "" until it may be told. */
  readonly label: string;
}

export interface Devices {
  readonly cameras: readonly DeviceChoice[];
  readonly microphones: readonly DeviceChoice[];
  readonly speakers: readonly DeviceChoice[];
}

const NONE: Devices = { cameras: [], microphones: [], speakers: [] };

/** Raised as `name` "InsecureContextError" where the browser offers no devices at all. */
export function mediaDevices(): MediaDevices {
  // The property is missing on pages without https, whatever its type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices) return devices;
  throw Object.assign(new Error("media devices need a secure page"), { name: "InsecureContextError" });
}

/** Sorted by kind. Before permission is given browsers list devices without ids: these are left out. */
export function sortDevices(all: readonly Pick<MediaDeviceInfo, "deviceId" | "kind" | "label">[]): Devices {
  const of = (kind: MediaDeviceKind) =>
    all
      // "default" repeats a device that is listed anyway; our own empty choice stands for it.
      .filter((device) => device.kind === kind && device.deviceId !== "" && device.deviceId !== "default")
      .filter((device) => device.deviceId !== "communications")
      .map((device) => ({ id: device.deviceId, label: device.label }));
  return { cameras: of("videoinput"), microphones: of("audioinput"), speakers: of("audiooutput") };
}

export function canChooseSpeaker(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}

export function canShareScreen(): boolean {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return devices !== undefined && "getDisplayMedia" in devices;
}

/** Calls `changed` whenever a device comes or goes, until the returned function is called. */
export function watchDevices(changed: () => void): () => void {
  let source: MediaDevices;
  try {
    source = mediaDevices();
  } catch {
    return () => undefined;
  }
  source.addEventListener("devicechange", changed);
  return () => source.removeEventListener("devicechange", changed);
}

/** The devices at hand, read again when one comes or goes and when `occasion` changes (permission was given). */
export function useDevices(occasion: unknown): Devices {
  const [devices, setDevices] = useState(NONE);
  useEffect(() => {
    let gone = false;
    const read = async () => {
      const all = await mediaDevices().enumerateDevices();
      if (!gone) setDevices(sortDevices(all));
    };
    // A browser that refuses the list leaves the person with the defaults.
    const update = () => void read().catch(() => undefined);
    update();
    const stop = watchDevices(update);
    return () => {
      gone = true;
      stop();
    };
  }, [occasion]);
  return devices;
}
