import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";

import { CallScreen } from "../../src/call/call-screen";
import type { ClassState } from "../../src/classroom/port";
import { WallContext } from "../../src/rooms/wall-context";
import { accessibilityFaults } from "../support/axe";
import { FakeCall } from "../support/fake-call";
import { FakeClass, roomsPart, youPart } from "../support/fake-class";
import { FakeWall, wallPerson } from "../support/fake-wall";
import { call, people } from "../support/people";
import { inRooms, room } from "../support/rooms";

function show(state: Partial<ClassState>, wall = new FakeWall()): { klass: FakeClass; port: FakeCall } {
  const port = new FakeCall({ people: people(3) });
  const klass = new FakeClass(state);
  render(
    <WallContext value={() => wall}>
      <CallScreen call={call({ administrator: true })} port={port} klass={klass} />
    </WallContext>,
  );
  return { klass, port };
}

async function showPanel(state: Partial<ClassState>): Promise<FakeClass> {
  const { klass } = show(state);
  await userEvent.click(screen.getByTestId("rooms-button"));
  return klass;
}

const PREPARED = inRooms({ people: 6, rooms: 3, phase: "prepared", placed: 5 });
const OPEN = inRooms({ people: 6, rooms: 3, phase: "open" });
const card = (id: number) => {
  const found = screen.getAllByTestId("room-card").find((element) => element.dataset.room === String(id));
  if (!found) throw new Error(`no room ${id}`);
  return found;
};
const chip = (identity: string) => {
  const found = screen.getAllByTestId("rooms-chip").find((element) => element.dataset.person === identity);
  if (!found) throw new Error(`no chip of ${identity}`);
  return found;
};

it("is for moderators", () => {
  show({});
  expect(screen.queryByTestId("rooms-button")).toBeNull();
});

it("tells a pupil their room as soon as they have one", () => {
  const { klass } = show({ you: youPart({ assigned: 0 }), rooms: roomsPart({ phase: "prepared", rooms: [] }) });
  const rooms = roomsPart({ phase: "prepared", rooms: [room({ id: 2, name: "Плакат" })] });
  act(() => klass.state.patch({ you: youPart({ assigned: 2 }), rooms }));
  expect(screen.getByTestId("room-banner").textContent).toContain("Ваш зал — «Плакат»");
});

it("divides by lot with the number that is shown", async () => {
  const klass = await showPanel({ ...PREPARED, rooms: roomsPart() });
  await userEvent.click(screen.getByTestId("rooms-way-random"));
  expect(screen.getByText("6 человек в 4 залах: по 1–2")).toBeTruthy();
  fireEvent.change(screen.getByTestId("rooms-count"), { target: { value: "3" } });
  fireEvent.change(screen.getByTestId("rooms-seed"), { target: { value: "4821" } });
  await userEvent.click(screen.getByTestId("rooms-lay"));
  const names = ["Зал 1", "Зал 2", "Зал 3"];
  expect(klass.asked).toEqual([{ do: "prepare_rooms", mode: "random", count: 3, names, seed: 4821 }]);
});

it("keeps the keyboard inside when the form gives way to the rooms", async () => {
  const klass = await showPanel({ ...PREPARED, rooms: roomsPart() });
  await userEvent.click(screen.getByTestId("rooms-lay"));
  act(() => klass.state.patch({ rooms: PREPARED.rooms }));
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByTestId("rooms-panel")).toBeNull();
});

it("offers the class's kept groups", async () => {
  const klass = await showPanel({ ...PREPARED, rooms: roomsPart({ kept: ["Пары", "Четвёрки"] }) });
  await userEvent.click(screen.getByTestId("rooms-way-kept"));
  await userEvent.selectOptions(screen.getByTestId("rooms-kept"), "Четвёрки");
  await userEvent.click(screen.getByTestId("rooms-lay"));
  expect(klass.asked).toEqual([{ do: "prepare_rooms", mode: "kept", kept: "Четвёрки" }]);
});

it("moves those selected by the menu, and tells it", async () => {
  const klass = await showPanel(PREPARED);
  await userEvent.click(chip("p0"));
  await userEvent.click(chip("p1"));
  expect(chip("p0").getAttribute("aria-pressed")).toBe("true");
  await userEvent.selectOptions(screen.getByTestId("rooms-move-to"), "Зал 3");
  await userEvent.click(screen.getByTestId("rooms-move"));
  expect(klass.asked).toEqual([
    { do: "assign", identity: "p0", room: 3 },
    { do: "assign", identity: "p1", room: 3 },
  ]);
  expect(screen.getByTestId("rooms-said").textContent).toBe("2 человека: зал «Зал 3»");
  expect(screen.queryByTestId("rooms-movebar")).toBeNull();
});

it("moves a person by keys and keeps the focus on them", async () => {
  const klass = await showPanel(PREPARED);
  act(() => chip("p0").focus());
  await userEvent.keyboard("{Shift>}{ArrowRight}{/Shift}");
  expect(klass.asked).toEqual([{ do: "assign", identity: "p0", room: 2 }]);
  act(() =>
    klass.state.patch({
      people: klass.state.get().people.map((one) => (one.identity === "p0" ? { ...one, assigned: 2 } : one)),
    }),
  );
  expect(card(2).contains(chip("p0"))).toBe(true);
  expect(document.activeElement).toBe(chip("p0"));
});

it("moves a dragged person to where they are dropped", async () => {
  const klass = await showPanel(PREPARED);
  const data = { dataTransfer: { setData: () => undefined, effectAllowed: "" } };
  fireEvent.dragStart(chip("p5"), data);
  fireEvent.dragOver(card(2), data);
  fireEvent.drop(card(2), data);
  expect(klass.asked).toEqual([{ do: "assign", identity: "p5", room: 2 }]);
});

it("opens rooms for some minutes", async () => {
  const klass = await showPanel(PREPARED);
  fireEvent.change(screen.getByTestId("rooms-minutes"), { target: { value: "15" } });
  await userEvent.click(screen.getByTestId("rooms-open-all"));
  expect(klass.asked).toEqual([{ do: "open_rooms", minutes: 15 }]);
});

it("shows who waits for the teacher first, and leads there and back", async () => {
  const klass = await showPanel({ ...OPEN, rooms: roomsPart({ phase: "open", rooms: [room({ open: true, called_at: 1 })] }) });
  const queue = within(screen.getByTestId("rooms-queue"));
  await userEvent.click(queue.getByRole("button", { name: "Зайти в зал «Зал 1»" }));
  act(() => klass.state.patch({ you: youPart({ role: "administrator", moderator: true, room: 1, room_name: "Зал 1" }) }));
  await userEvent.click(within(screen.getByTestId("rooms-visiting")).getByRole("button", { name: "Вернуться" }));
  expect(klass.asked).toEqual([
    { do: "visit_room", room: 1 },
    { do: "visit_room", room: 0 },
  ]);
});

it("recalls everybody after a countdown of one's choice", async () => {
  const klass = await showPanel(OPEN);
  await userEvent.click(screen.getByTestId("rooms-recall"));
  await userEvent.click(screen.getByTestId("rooms-recall-30"));
  expect(klass.asked).toEqual([{ do: "close_rooms", seconds: 30 }]);
  expect(document.activeElement).toBe(screen.getByTestId("rooms-recall"));
});

it("says that rooms hear the teacher until it is stopped", async () => {
  const { klass } = show(OPEN);
  expect(screen.queryByTestId("on-air")).toBeNull();
  act(() => klass.state.patch({ you: youPart({ moderator: true, speaking_to: [1, 2, 3] }) }));
  expect(screen.getByTestId("on-air").textContent).toContain("во всех залах");
  await userEvent.click(screen.getByTestId("on-air-stop"));
  expect(klass.asked).toEqual([{ do: "speak_to_rooms", rooms: [] }]);
});

it("receives on the wall one picture per room, and the voices of one room", async () => {
  const wall = new FakeWall(OPEN.people.map(({ identity }) => wallPerson({ identity })));
  show(OPEN, wall);
  await userEvent.click(screen.getByTestId("rooms-button"));
  await userEvent.click(screen.getByTestId("rooms-wall"));
  expect(screen.getAllByTestId("wall-tile")).toHaveLength(3);
  expect(wall.shown.size).toBe(3);
  expect(wall.heard.size).toBe(0);
  await userEvent.click(screen.getByRole("button", { name: "Слушать зал «Зал 1»" }));
  expect([...wall.heard].sort()).toEqual(["p0", "p3"]);
  await userEvent.click(screen.getByRole("button", { name: "Закрыть" }));
  expect(wall.closed).toBe(true);
});

it("tells a pupil where they are, and calls the teacher", async () => {
  const { klass } = show({
    you: youPart({ room: 2, room_name: "Зал 2", assigned: 2 }),
    rooms: roomsPart({ phase: "open", rooms: [room({ id: 2, name: "Зал 2", open: true })] }),
  });
  expect(screen.getByTestId("room-banner").textContent).toContain("Вы в зале «Зал 2»");
  await userEvent.click(screen.getByTestId("call-teacher"));
  expect(klass.asked).toEqual([{ do: "call_teacher", on: true }]);
});

it("tells in words that one was moved, warned, visited", () => {
  const { klass, port } = show({ you: youPart(), rooms: roomsPart({ phase: "open" }) });
  const said = () => screen.getByTestId("live-region").textContent;
  act(() => klass.state.patch({ you: youPart({ room: 2, room_name: "Зал 2" }) }));
  expect(said()).toContain("Вы в зале «Зал 2»");
  act(() => klass.happen({ is: "note", what: "rooms_close_soon", seconds: 60 }));
  expect(said()).toContain("Залы закроются через 1 минуту");
  act(() => port.state.patch({ people: people(3).filter((one) => one.role !== "administrator") }));
  act(() => port.state.patch({ people: people(3) }));
  expect(said()).toContain("Учитель в вашем зале: Иванова Анна Сергеевна");
});

it("keeps a text from the teacher until it is dismissed", async () => {
  const { klass } = show({});
  act(() => klass.happen({ is: "note", what: "told", text: "Пять минут", by: "Иванова Анна" }));
  expect(screen.getByTestId("told").textContent).toContain("Пять минут");
  await userEvent.click(screen.getByRole("button", { name: "Понятно" }));
  expect(screen.getByTestId("told").textContent).toBe("");
});

it.each([
  ["preparing", { ...PREPARED, rooms: roomsPart({ kept: ["Пары"] }) }],
  ["prepared rooms", PREPARED],
  ["open rooms", OPEN],
])("has no accessibility faults with %s", async (_, state) => {
  await showPanel(state);
  expect(await accessibilityFaults(document.body)).toEqual([]);
});

it("has no accessibility faults for a pupil and on the wall", async () => {
  show(OPEN, new FakeWall());
  await userEvent.click(screen.getByTestId("rooms-button"));
  await userEvent.click(screen.getByTestId("rooms-wall"));
  expect(await accessibilityFaults(document.body)).toEqual([]);
});
