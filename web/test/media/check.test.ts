import { expect, it } from "vitest";

import { DeviceCheck, type Opener } from "../../src/media/check";
import { FIRST_PREFERENCES } from "../../src/media/preferences";
import type { Choices } from "../../src/media/choices";
import type { Device } from "../../src/media/faults";
import { browserError, FakeTrack } from "../support/tracks";

const CHOICES: Choices = { ...FIRST_PREFERENCES, camera: true, microphone: true, cameraId: "", microphoneId: "", speakerId: "" };

/** Devices of which some fail with a named error. */
function devices(faults: Partial<Record<Device, string>> = {}) {
  const opened: string[] = [];
  const tracks: FakeTrack[] = [];
  const make = (device: Device, id: string) => {
    opened.push(`${device} ${id}`.trim());
    const fault = faults[device];
    if (fault) throw browserError(fault);
    const track = new FakeTrack(device === "camera" ? "video" : "audio");
    tracks.push(track);
    return track.real;
  };
  const opener: Opener = {
    one: async (device, id) => Promise.resolve(make(device, id)),
    both: async (cameraId, microphoneId) => {
      opened.push("both");
      const name = faults.camera ?? faults.microphone;
      if (name) throw browserError(name);
      return Promise.resolve({ camera: make("camera", cameraId), microphone: make("microphone", microphoneId) });
    },
  };
  return { opener, opened, tracks };
}

it("asks for both devices at once, so that the browser asks one question", async () => {
  const { opener, opened } = devices();
  const check = new DeviceCheck(CHOICES, opener);
  await check.start();
  expect(opened[0]).toBe("both");
  expect(check.state.get().camera.track).not.toBeNull();
  expect(check.state.get().microphone.track).not.toBeNull();
});

it("opens the microphone although the camera is busy, and says what is wrong with the camera", async () => {
  const check = new DeviceCheck(CHOICES, devices({ camera: "NotReadableError" }).opener);
  await check.start();
  expect(check.state.get().camera).toMatchObject({ fault: "busy", track: null, starting: false });
  expect(check.state.get().microphone).toMatchObject({ fault: null });
  expect(check.state.get().microphone.track).not.toBeNull();
});

it("opens nothing that the person turned off", async () => {
  const { opener, opened } = devices();
  await new DeviceCheck({ ...CHOICES, camera: false, microphone: false }, opener).start();
  expect(opened).toEqual([]);
});

it("opens only the microphone when the camera is off", async () => {
  const { opener, opened } = devices();
  await new DeviceCheck({ ...CHOICES, camera: false }, opener).start();
  expect(opened).toEqual(["microphone"]);
});

it("turns the camera's light off with the camera", async () => {
  const { opener, tracks } = devices();
  const check = new DeviceCheck(CHOICES, opener);
  await check.start();
  await check.set("camera", false);
  expect(tracks[0]?.readyState).toBe("ended");
  expect(check.state.get().camera).toMatchObject({ on: false, track: null });
});

it("changes the device and stops the one before", async () => {
  const { opener, opened, tracks } = devices();
  const check = new DeviceCheck(CHOICES, opener);
  await check.start();
  await check.choose("camera", "usb");
  expect(opened).toContain("camera usb");
  expect(tracks[0]?.readyState).toBe("ended");
  expect(check.state.get().camera.id).toBe("usb");
});

it("says that a device was pulled out", async () => {
  const { opener, tracks } = devices();
  const check = new DeviceCheck(CHOICES, opener);
  await check.start();
  tracks[1]?.unplug();
  expect(check.state.get().microphone).toMatchObject({ track: null, fault: "missing" });
});

it("finds a device that is plugged in later, and leaves other faults to the person", async () => {
  const faults: Partial<Record<Device, string>> = { camera: "NotFoundError", microphone: "NotAllowedError" };
  const { opener, opened } = devices(faults);
  const check = new DeviceCheck(CHOICES, opener);
  await check.start();
  delete faults.camera;
  opened.length = 0;
  await check.lookAgain();
  expect(opened).toEqual(["camera"]);
  expect(check.state.get().camera.track).not.toBeNull();
});

it("throws a late answer away when the person has turned the device off meanwhile", async () => {
  const late = new FakeTrack("video");
  let answer: (track: MediaStreamTrack) => void = () => undefined;
  const opener: Opener = {
    one: () => new Promise((resolve) => (answer = resolve)),
    both: () => Promise.reject(browserError("NotAllowedError")),
  };
  const check = new DeviceCheck({ ...CHOICES, microphone: false }, opener);
  const started = check.start();
  await check.set("camera", false);
  answer(late.real);
  await started;
  expect(late.readyState).toBe("ended");
  expect(check.state.get().camera.track).toBeNull();
});

it("hands live tracks over and then leaves them alone", async () => {
  const { opener, tracks } = devices();
  const check = new DeviceCheck(CHOICES, opener);
  await check.start();
  const handed = check.handOver();
  check.close();
  expect(handed.camera).toBe(tracks[0]?.real);
  expect(tracks.map((track) => track.readyState)).toEqual(["live", "live"]);
});

it("stops everything when the person goes away instead", async () => {
  const { opener, tracks } = devices();
  const check = new DeviceCheck(CHOICES, opener);
  await check.start();
  check.close();
  expect(tracks.map((track) => track.readyState)).toEqual(["ended", "ended"]);
});

it("waits for devices that are still being opened when somebody joins at once", async () => {
  const late = new FakeTrack("video");
  let answer: (track: MediaStreamTrack) => void = () => undefined;
  const opener: Opener = {
    one: () => new Promise((resolve) => (answer = resolve)),
    both: () => Promise.reject(browserError("NotAllowedError")),
  };
  const check = new DeviceCheck({ ...CHOICES, microphone: false }, opener);
  void check.start();
  let settled = false;
  const waiting = check.settled().then(() => (settled = true));
  await Promise.resolve();
  expect(settled).toBe(false);
  answer(late.real);
  await waiting;
  expect(check.handOver().camera).toBe(late.real);
});
