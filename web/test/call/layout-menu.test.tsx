import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it } from "vitest";

import { Frame } from "../../src/app";
import { CallScreen } from "../../src/call/call-screen";
import { accessibilityFaults } from "../support/axe";
import { FakeCall } from "../support/fake-call";
import { callPart, FakeClass, youPart } from "../support/fake-class";
import { call, people } from "../support/people";

function show(klass = new FakeClass()): FakeClass {
  render(
    <Frame>
      <CallScreen call={call()} port={new FakeCall({ people: people(4) })} klass={klass} />
    </Frame>,
  );
  return klass;
}

beforeEach(() => window.localStorage.clear());

it("changes the own view, which is kept", async () => {
  show();
  await userEvent.click(screen.getByTestId("bar-layout"));
  await userEvent.click(screen.getByRole("radio", { name: /Говорящий крупно/ }));
  expect(screen.getByTestId("stage").dataset.large).toBe("camera");
  expect(window.localStorage.getItem("zvonok.layout")).toContain("speaker");
});

it("pins a person and lets them go again", async () => {
  show();
  const pin = screen.getAllByTestId("pin")[2];
  if (!pin) throw new Error("no pin");
  await userEvent.click(pin);
  expect(screen.getByTestId("stage").dataset.large).toBe("camera");
  await userEvent.click(screen.getByRole("button", { name: /Больше не показывать крупно/ }));
  expect(screen.getByTestId("stage").dataset.large).toBeUndefined();
});

it("names who is pinned while the menu is open", async () => {
  show();
  await userEvent.click(screen.getByTestId("bar-layout"));
  const pin = screen.getAllByTestId("pin")[2];
  if (!pin) throw new Error("no pin");
  await userEvent.click(pin);
  await userEvent.click(screen.getByRole("button", { name: "Открепить" }));
  expect(screen.getByTestId("stage").dataset.large).toBeUndefined();
});

it("lets a moderator choose for everybody, and nobody else", async () => {
  const klass = show(new FakeClass({ you: youPart({ moderator: true }) }));
  await userEvent.click(screen.getByTestId("bar-layout"));
  const lead = screen.getByRole("group", { name: "Для всех в звонке" });
  await userEvent.click(lead.querySelectorAll("input")[2] ?? lead);
  expect(klass.asked).toContainEqual({ do: "set_layout", layout: "speaker" });
});

it("follows the teacher's view and can leave it", async () => {
  show(new FakeClass({ call: callPart({ layout: "speaker" }) }));
  expect(screen.getByText("Вид выбрал преподаватель")).toBeTruthy();
  await userEvent.click(screen.getByTestId("bar-layout"));
  expect(screen.queryByRole("group", { name: "Для всех в звонке" })).toBeNull();
  await userEvent.click(screen.getByRole("radio", { name: /^Плитка/ }));
  expect(screen.queryByText("Вид выбрал преподаватель")).toBeNull();
});

it("goes on small, with its switches, and comes back", async () => {
  show();
  await userEvent.click(screen.getByTestId("bar-minimize"));
  const small = screen.getByTestId("small-call");
  expect(small.querySelector("video")).not.toBeNull();
  expect(screen.queryByTestId("stage")).toBeNull();
  expect(await accessibilityFaults(document.body)).toEqual([]);
  await userEvent.click(screen.getByTestId("bar-maximize"));
  expect(screen.getByTestId("stage")).toBeTruthy();
});

it("has no fault for assistive technology in its menu", async () => {
  show(new FakeClass({ you: youPart({ moderator: true }) }));
  await userEvent.click(screen.getByTestId("bar-layout"));
  expect(await accessibilityFaults(document.body)).toEqual([]);
});
