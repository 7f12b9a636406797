import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";

import { App, Frame } from "../../src/app";
import { EndedScreen, LeftScreen, ProblemScreen, startOf, WaitingScreen } from "../../src/pages/messages";
import { accessibilityFaults } from "../support/axe";
import { call } from "../support/people";

const ignore = () => undefined;
const show = (page: ReactNode) => render(<Frame>{page}</Frame>);

describe("the entry page", () => {
  it.each([
    ["ticket_used", "Эта ссылка уже использована"],
    ["ticket_expired", "Ссылка для входа устарела"],
    ["ticket_unknown", "Ссылка для входа не подошла"],
    ["something_else", "Ссылка для входа не подошла"],
    ["meeting_gone", "Звонок уже завершён"],
    ["meeting_full", "Звонок заполнен"],
    ["guests_refused", "Гостей сюда не пускают"],
  ])("explains %s", (problem, title) => {
    render(<App path="/entry" search={`?problem=${problem}`} />);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe(title);
  });
});

it("tells what will start, and when", () => {
  show(<WaitingScreen call={call({ status: "planned" })} />);
  expect(screen.getByText("Занятие ещё не началось")).toBeTruthy();
  expect(screen.getByText(/^Начало: понедельник, 26 января/)).toBeTruthy();
});

it("leaves out a start that is no time", () => {
  expect(startOf({ starts_at: "soon" })).toBe("");
});

it("offers to enter again after leaving", async () => {
  const again = vi.fn();
  show(<LeftScreen why="elsewhere" onAgain={again} />);
  expect(screen.getByTestId("left-screen").textContent).toContain("Вы вошли с другого устройства");
  await userEvent.click(screen.getByRole("button", { name: "Войти снова" }));
  expect(again).toHaveBeenCalledOnce();
});

it("leads back to the learning platform, and nowhere else", () => {
  const { unmount } = show(<LeftScreen why="left" onAgain={ignore} back="https://moodle.example/course" />);
  expect(screen.getByTestId("leave-back").getAttribute("href")).toBe("https://moodle.example/course");
  unmount();
  show(<LeftScreen why="left" onAgain={ignore} back="javascript:alert(1)" />);
  expect(screen.queryByTestId("leave-back")).toBeNull();
});

it("offers another try only where it may help", () => {
  show(<ProblemScreen problem="other" onAgain={ignore} />);
  expect(screen.getByRole("button", { name: "Повторить" })).toBeTruthy();
  show(<ProblemScreen problem="not_invited" onAgain={ignore} />);
  expect(screen.getAllByRole("button")).toHaveLength(1);
});

it.each([
  ["waiting", <WaitingScreen key="w" call={call()} />],
  ["ended", <EndedScreen key="e" />],
  ["left", <LeftScreen key="l" why="left" onAgain={ignore} />],
  ["problem", <ProblemScreen key="p" problem="other" onAgain={ignore} />],
])("has no accessibility faults: %s", async (_, page) => {
  document.documentElement.lang = "ru";
  document.title = "Звонок";
  show(page);
  expect(await accessibilityFaults(document.body)).toEqual([]);
});
