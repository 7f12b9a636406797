import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";

import { Frame } from "../../src/app";
import { CallScreen } from "../../src/call/call-screen";
import { accessibilityFaults } from "../support/axe";
import { FakeCall } from "../support/fake-call";
import { FakeClass } from "../support/fake-class";
import { call, people } from "../support/people";

function show(): FakeCall {
  const port = new FakeCall({ people: people(4) });
  render(
    <Frame>
      <CallScreen call={call()} port={port} klass={new FakeClass()} />
    </Frame>,
  );
  return port;
}

beforeEach(() => window.localStorage.clear());

it("saves traffic with one switch, says so and stops", async () => {
  const port = show();
  await userEvent.click(screen.getByTestId("bar-settings"));
  await userEvent.click(screen.getByTestId("prefer-saving"));
  expect(port.asked).toContain('prefer {"saving":true}');
  await userEvent.click(screen.getByRole("button", { name: "Показать камеры" }));
  expect(port.state.get().preferences.saving).toBe(false);
  expect(screen.queryByTestId("saving-banner")).toBeNull();
});

it("says that a browser without streams of pictures cannot blur", async () => {
  show();
  await userEvent.click(screen.getByTestId("bar-settings"));
  expect(screen.getByRole<HTMLInputElement>("switch", { name: /Размыть фон/ }).disabled).toBe(true);
  expect(screen.getByText(/Этот браузер не умеет размывать фон/)).toBeTruthy();
});

it("changes preferences and is accessible", async () => {
  const port = show();
  await userEvent.click(screen.getByTestId("bar-settings"));
  await userEvent.click(screen.getByTestId("prefer-noiseSuppression"));
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Качество чужих камер" }), "low");
  expect(port.state.get().preferences).toMatchObject({ noiseSuppression: false, quality: "low" });
  expect(await accessibilityFaults(screen.getByTestId("settings-panel"))).toEqual([]);
});
