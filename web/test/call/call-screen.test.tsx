import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";

import { Frame } from "../../src/app";
import { CallScreen } from "../../src/call/call-screen";
import type { CallState } from "../../src/call/port";
import { accessibilityFaults } from "../support/axe";
import { FakeCall } from "../support/fake-call";
import { FakeClass } from "../support/fake-class";
import { call, people, person } from "../support/people";

function show(fields: Partial<CallState> = {}, administrator = false, klass = new FakeClass()): FakeCall {
  const port = new FakeCall({ people: people(3), ...fields });
  render(
    <Frame>
      <CallScreen call={call({ administrator })} port={port} klass={klass} />
    </Frame>,
  );
  return port;
}

afterEach(() => {
  vi.useRealTimers();
});

const tile = (identity: string) => {
  const found = screen.getAllByTestId("tile").find((element) => element.dataset.identity === identity);
  if (!found) throw new Error(`no tile of ${identity}`);
  return found;
};

it("shows a tile with picture, name and states for everybody", () => {
  show();
  expect(screen.getAllByTestId("tile")).toHaveLength(3);
  expect(tile("p0").dataset).toMatchObject({ muted: "false", speaking: "true", own: "false" });
  expect(tile("p1").dataset).toMatchObject({ muted: "true", own: "true" });
  expect(within(tile("p0")).getByText("Иванова Анна Сергеевна")).toBeTruthy();
  expect(within(tile("p0")).getByLabelText("Говорит")).toBeTruthy();
  expect(within(tile("p1")).getByLabelText("Микрофон выключен")).toBeTruthy();
  expect(tile("p0").querySelector("video")).not.toBeNull();
});

it("attaches a picture once and again only when it becomes another", () => {
  const port = show();
  const attached = () => port.asked.filter((entry) => entry === "attach p0 camera").length;
  expect(attached()).toBe(1);
  act(() => port.state.patch({ people: people(3).map((one) => ({ ...one, speaking: false })) }));
  expect(attached()).toBe(1);
  act(() => port.state.patch({ people: people(3).map((one) => ({ ...one, cameraKey: "another" })) }));
  expect(attached()).toBe(2);
});

it("turns the microphone on and off", async () => {
  const port = show();
  const button = screen.getByTestId("bar-microphone");
  expect(button.getAttribute("aria-pressed")).toBe("false");
  await userEvent.click(button);
  expect(port.asked).toContain("microphone on");
  expect(button.getAttribute("aria-pressed")).toBe("true");
});

it("leaves by the red button", async () => {
  const port = show();
  await userEvent.click(screen.getByRole("button", { name: "Выход из звонка" }));
  expect(port.asked).toContain("leave");
});

it("explains a button that is not allowed instead of being dead", async () => {
  const port = show({ may: { camera: true, microphone: true, screen: false } });
  await userEvent.click(screen.getByTestId("bar-screen"));
  expect(port.asked).not.toContain("screen on");
  expect(screen.getByTestId("note").textContent).toBe("Администратор звонка не разрешил демонстрацию экрана");
  expect(screen.getByTestId("live-region").textContent).toContain("не разрешил демонстрацию экрана");
});

it("lists the participants with roles and states", async () => {
  show();
  await userEvent.click(screen.getByTestId("bar-participants"));
  const panel = screen.getByTestId("participants-panel");
  expect(within(panel).getByText("3 участника")).toBeTruthy();
  expect(within(panel).getByText("администратор звонка")).toBeTruthy();
  expect(within(panel).getAllByLabelText("микрофон выключен")).toHaveLength(2);
});

it("closes a panel by Escape and gives the focus back", async () => {
  show();
  const button = screen.getByTestId("bar-participants");
  await userEvent.click(button);
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByTestId("participants-panel")).toBeNull();
  expect(document.activeElement).toBe(button);
});

it("says that the connection broke and that it is back", () => {
  vi.useFakeTimers();
  const klass = new FakeClass();
  const port = show({}, false, klass);
  expect(screen.queryByTestId("connection-banner")).toBeNull();
  act(() => port.state.patch({ connection: "reconnecting" }));
  expect(screen.getByTestId("connection-banner").textContent).toContain("Чат и руки работают");
  act(() => klass.state.patch({ connected: false }));
  act(() => void vi.advanceTimersByTime(2000));
  expect(screen.getByTestId("connection-banner").textContent).toBe("Связь прервалась, восстанавливаем…");
  act(() => klass.state.patch({ connected: true }));
  act(() => port.state.patch({ connection: "connected" }));
  expect(screen.getByTestId("connection-banner").textContent).toBe("Связь восстановлена");
});

it("offers to turn on a sound that the browser holds back", async () => {
  const port = show({ soundBlocked: true });
  await userEvent.click(screen.getByRole("button", { name: "Включить звук" }));
  expect(port.asked).toContain("sound");
  expect(screen.queryByTestId("sound-banner")).toBeNull();
});

it("shows another's screen large, and one's own only as a note", () => {
  const port = show({ people: [person({ identity: "t", name: "Иванова Анна", screen: true, screenKey: "s" })] });
  expect(screen.getByTestId("screen-tile").dataset.identity).toBe("t");
  act(() => port.state.patch({ people: [person({ own: true, screen: true, screenKey: "s" })] }));
  expect(screen.queryByTestId("screen-tile")).toBeNull();
  expect(screen.getByTestId("own-screen")).toBeTruthy();
});

it("lets a person choose between several screens", async () => {
  const two = ["a", "b"].map((identity) => person({ identity, name: identity, screen: true, screenKey: identity }));
  show({ people: [person({ own: true }), ...two] });
  expect(screen.getByTestId("screen-tile").dataset.identity).toBe("b");
  await userEvent.click(screen.getByRole("button", { name: "Экран: a" }));
  expect(screen.getByTestId("screen-tile").dataset.identity).toBe("a");
});

it.each([
  ["a call", {}],
  ["a broken connection", { connection: "reconnecting" as const }],
  ["a shared screen", { people: [person({ screen: true, screenKey: "s" }), person({ identity: "me", own: true })] }],
])("has no accessibility faults in %s", async (_, fields) => {
  show(fields, true);
  expect(await accessibilityFaults(document.body)).toEqual([]);
});

it("is reached whole by the keyboard", async () => {
  show({}, true);
  const reached = new Set<string>();
  for (let step = 0; step < 20; step++) {
    await userEvent.tab();
    const id = document.activeElement?.getAttribute("data-testid");
    if (id?.startsWith("bar-")) reached.add(id);
  }
  expect(reached.size).toBe(13);
});
