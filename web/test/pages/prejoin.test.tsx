import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Frame } from "../../src/app";
import { PreJoin } from "../../src/pages/prejoin";
import { accessibilityFaults } from "../support/axe";
import { call } from "../support/people";
import { browserError, FakeTrack } from "../support/tracks";

beforeEach(() => {
  class Context {
    state = "running";
    createAnalyser = () => ({ getFloatTimeDomainData: () => undefined });
    createMediaStreamSource = () => ({ connect: () => undefined });
    close = () => Promise.resolve();
  }
  vi.stubGlobal("AudioContext", Context);
});
afterEach(() => {
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: undefined });
});

/** A browser whose devices fail with the named errors. */
function browser(faults: { video?: string; audio?: string } = {}) {
  const getUserMedia = vi.fn((wanted: MediaStreamConstraints) => {
    const fault = (wanted.video && faults.video) || (wanted.audio && faults.audio);
    if (fault) return Promise.reject(browserError(fault));
    const video = wanted.video ? [new FakeTrack("video")] : [];
    const audio = wanted.audio ? [new FakeTrack("audio")] : [];
    return Promise.resolve({
      getTracks: () => [...video, ...audio],
      getVideoTracks: () => video,
      getAudioTracks: () => audio,
    });
  });
  const enumerateDevices = () => Promise.resolve([{ kind: "videoinput", deviceId: "usb", label: "USB-камера" }]);
  const value = Object.assign(new EventTarget(), { getUserMedia, enumerateDevices });
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value });
  return getUserMedia;
}

function show() {
  const onJoin = vi.fn();
  render(
    <Frame>
      <PreJoin call={call()} onJoin={onJoin} />
    </Frame>,
  );
  return onJoin;
}

describe("the check before a call", () => {
  it("shows the picture, the level and the devices, and joins with both", async () => {
    browser();
    const onJoin = show();
    await waitFor(() => expect(screen.getByTestId("prejoin-preview").hidden).toBe(false));
    expect(screen.getByTestId("level-meter")).toBeTruthy();
    expect(await screen.findByText("USB-камера")).toBeTruthy();
    await userEvent.click(screen.getByTestId("join-button"));
    expect(onJoin.mock.calls[0]?.[1]).toEqual({ camera: true, microphone: true });
    expect(Object.keys((onJoin.mock.calls[0]?.[0] ?? {}) as object)).toEqual(["camera", "microphone"]);
  });

  it.each([
    ["NotAllowedError", "Браузер не разрешил включить камеру"],
    ["NotFoundError", "Камера не найдена"],
    ["NotReadableError", "Камера занята другой программой"],
  ])("explains %s in its own words and lets the person join all the same", async (name, title) => {
    browser({ video: name });
    const onJoin = show();
    expect(await screen.findByText(title)).toBeTruthy();
    await userEvent.click(screen.getByTestId("join-button"));
    expect(onJoin.mock.calls[0]?.[1]).toEqual({ camera: false, microphone: true });
  });

  it("explains both devices when both are refused", async () => {
    browser({ video: "NotAllowedError", audio: "NotAllowedError" });
    show();
    expect(await screen.findByTestId("fault-camera")).toBeTruthy();
    expect(await screen.findByTestId("fault-microphone")).toBeTruthy();
  });

  it("says that the page needs https where the browser has no devices at all", async () => {
    Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: undefined });
    show();
    expect(await screen.findByText("Камера недоступна на этой странице")).toBeTruthy();
  });

  it("tries again on demand", async () => {
    const getUserMedia = browser({ video: "NotReadableError" });
    show();
    await screen.findByTestId("fault-camera");
    const asked = getUserMedia.mock.calls.length;
    await userEvent.click(screen.getByRole("button", { name: "Проверить ещё раз" }));
    await waitFor(() => expect(getUserMedia.mock.calls.length).toBe(asked + 1));
  });

  it("remembers that the camera was turned off", async () => {
    browser();
    show();
    await waitFor(() => expect(screen.getByTestId("prejoin-preview").hidden).toBe(false));
    await userEvent.click(screen.getByTestId("prejoin-camera"));
    expect(JSON.parse(window.localStorage.getItem("zvonok.choices") ?? "")).toMatchObject({ camera: false });
    expect(screen.getByText("Камера выключена")).toBeTruthy();
  });

  it("has no accessibility faults, with and without devices", async () => {
    document.title = "Звонок";
    document.documentElement.lang = "ru";
    browser({ audio: "NotFoundError" });
    show();
    await screen.findByTestId("fault-microphone");
    expect(await accessibilityFaults(document.body)).toEqual([]);
  });
});
