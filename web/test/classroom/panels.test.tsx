import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";

import { Frame } from "../../src/app";
import { CallScreen } from "../../src/call/call-screen";
import type { ClassState } from "../../src/classroom/port";
import type { ChatMessage } from "../../src/protocol/classroom";
import { accessibilityFaults } from "../support/axe";
import { FakeCall } from "../support/fake-call";
import { callPart, classPerson, FakeClass, rights, youPart } from "../support/fake-class";
import { call, people } from "../support/people";

const TEACHER = youPart({ identity: "p1", role: "administrator", moderator: true });
const members = () =>
  people(3).map(({ identity, name, role }) => classPerson({ identity, name, role: role ?? "student", moderator: role === "administrator" }));

function show(fields: Partial<ClassState> = {}, { count = 3 } = {}) {
  const port = new FakeCall({ people: people(count) });
  const klass = new FakeClass(fields);
  const moderator = klass.state.get().you?.moderator ?? false;
  render(
    <Frame>
      <CallScreen call={call({ administrator: moderator })} port={port} klass={klass} />
    </Frame>,
  );
  return { port, klass };
}

const press = (testId: string) => userEvent.click(screen.getByTestId(testId));
const open = (key: string) => press(`bar-${key}`);
const notes = (port: FakeCall) => port.state.get().log.map(({ text }) => text);
const message = (id: number, fields: Partial<ChatMessage> = {}): ChatMessage => ({
  id,
  identity: "p0",
  name: "Иванова Анна Сергеевна",
  role: "administrator",
  text: `текст ${id}`,
  to: "room",
  room: 0,
  at: Date.now() / 1000 + 60,
  ...fields,
});

it("raises the hand, shows the place in the queue, and lowers it again", async () => {
  const { klass } = show();
  await open("hand");
  expect(klass.asked).toEqual([{ do: "raise_hand" }]);
  const hands = ["p0", "p1"].map((identity) => ({ identity, name: "", room: 0, since: 0 }));
  act(() => klass.state.patch({ hands }));
  expect(screen.getByTestId("badge-hand").dataset.badge).toBe("2");
  await open("hand");
  expect(klass.asked.at(-1)).toEqual({ do: "lower_hand" });
});

it("lets a teacher lower hands one by one, and all", async () => {
  const hands = [{ identity: "p2", name: "", room: 0, since: 0 }];
  const { klass } = show({ you: TEACHER, people: members(), hands });
  await open("participants");
  await press("lower-hand");
  await press("lower-all");
  expect(klass.asked).toEqual([{ do: "lower_hand", identity: "p2" }, { do: "lower_all_hands" }]);
});

it("offers a teacher what can be done about one person, and asks before removing", async () => {
  const { klass, port } = show({ you: TEACHER, people: members() });
  await open("participants");
  const row = screen.getAllByTestId("person").find(({ dataset }) => dataset.identity === "p2") as HTMLElement;
  await userEvent.click(within(row).getByTestId("person-menu"));
  await press("act-unmute");
  expect(klass.asked.at(-1)).toEqual({ do: "ask_to_unmute", identity: "p2" });
  expect(notes(port)).toContain("Попросили включить микрофон: Смирнова Полина");
  await userEvent.click(within(row).getByTestId("person-menu"));
  await press("act-remove");
  expect(klass.asked.at(-1)?.do).toBe("ask_to_unmute");
  await press("remove-yes");
  expect(klass.asked.at(-1)).toEqual({ do: "remove_person", identity: "p2" });
});

it("shows pupils the list without what is a teacher's", async () => {
  show();
  await open("participants");
  expect(screen.queryByTestId("person-menu")).toBeNull();
  expect(screen.queryByTestId("open-rights")).toBeNull();
  expect(screen.getByTestId("camera-hidden")).toBeTruthy();
});

it("lets in and refuses who waits", async () => {
  const waiting = classPerson({ identity: "w", name: "Белов Пётр", standing: "lobby" });
  const { klass } = show({ you: TEACHER, people: [...members(), waiting] });
  expect(screen.getByTestId("badge-participants").dataset.badge).toBe("1");
  await open("participants");
  await userEvent.click(screen.getByRole("button", { name: "Впустить: Белов Пётр" }));
  await userEvent.click(screen.getByRole("button", { name: "Отказать: Белов Пётр" }));
  expect(klass.asked).toEqual([{ do: "admit", identity: "w" }, { do: "refuse", identity: "w" }]);
});

it("picks pupils by chance, each once", async () => {
  show({ you: { ...TEACHER, identity: "p0" }, people: members() });
  await open("participants");
  await press("random-pupil");
  const first = screen.getByTestId("random-is").textContent;
  await press("random-pupil");
  expect(first).toContain("ещё не отвечали: 1");
  expect(screen.getByTestId("random-is").textContent).toContain("все уже отвечали");
});

it("changes the rights of a role without undoing a change of a moment ago", async () => {
  const { klass } = show({ you: TEACHER, call: callPart() });
  await open("participants");
  await press("open-rights");
  await press("student-screen");
  await press("student-chat");
  expect(klass.asked.at(-1)).toEqual({ do: "set_rights", role: "student", rights: rights({ screen: true, chat: false }) });
});

it("gives one person rights of their own", async () => {
  const { klass } = show({ you: TEACHER, people: members() });
  await open("participants");
  const row = screen.getAllByTestId("person").find(({ dataset }) => dataset.identity === "p2") as HTMLElement;
  await userEvent.click(within(row).getByTestId("person-menu"));
  await press("act-rights");
  await press("person-screen");
  expect(klass.asked.at(-1)).toEqual({ do: "set_person_rights", identity: "p2", rights: rights({ screen: true }) });
});

it("counts what was not read, and sends what is written", async () => {
  const { klass } = show();
  act(() => klass.state.patch({ messages: [message(1), message(2)] }));
  expect(screen.getByTestId("badge-chat").dataset.badge).toBe("2");
  await open("chat");
  expect(screen.queryByTestId("badge-chat")).toBeNull();
  await userEvent.type(screen.getByTestId("chat-field"), "Здравствуйте{Enter}");
  expect(klass.asked.at(-1)).toEqual({ do: "say", text: "Здравствуйте", to: "room" });
  expect(screen.getByTestId<HTMLTextAreaElement>("chat-field").value).toBe("");
});

it("keeps a message that could not be sent", async () => {
  const { klass } = show();
  klass.answer = { done: false, why: "too_many" };
  await open("chat");
  await userEvent.type(screen.getByTestId("chat-field"), "Вопрос{Enter}");
  await userEvent.keyboard("{Escape}");
  await open("chat");
  expect(screen.getByTestId<HTMLTextAreaElement>("chat-field").value).toBe("Вопрос");
});

it("does not send what is too long, and says so", async () => {
  const { klass } = show();
  await open("chat");
  fireEvent.change(screen.getByTestId("chat-field"), { target: { value: "а".repeat(2003) } });
  expect(screen.getByText("Слишком длинно: на 3 символа")).toBeTruthy();
  await userEvent.type(screen.getByTestId("chat-field"), "{Enter}");
  expect(klass.asked).toEqual([]);
});

it("opens links of the chat without handing over the page", async () => {
  show({ messages: [message(1, { text: "https://a.example/" })] });
  await open("chat");
  expect(screen.getByRole("link").getAttribute("rel")).toContain("noopener");
});

it("says that the chat is closed instead of a field", async () => {
  show({ you: youPart({ rights: rights({ chat: false }) }) });
  await open("chat");
  expect(screen.queryByTestId("chat-field")).toBeNull();
  expect(screen.getByText("Преподаватель закрыл чат. Читать можно, писать нельзя.")).toBeTruthy();
});

it("asks before a microphone is switched on for somebody else's wish", async () => {
  const { klass, port } = show({ you: youPart({ rights: rights({ unmute: false }), may_unmute: true }) });
  act(() => klass.happen({ is: "note", what: "asked_to_unmute", by: "Иванова" }));
  await press("unmute-no");
  expect(port.asked).not.toContain("microphone on");
  act(() => klass.happen({ is: "note", what: "asked_to_unmute", by: "Иванова" }));
  await press("unmute-yes");
  expect(port.asked).toContain("microphone on");
});

it("asks a moderator whether to leave or to end, a pupil nothing", async () => {
  const { klass, port } = show({ you: TEACHER });
  await open("leave");
  expect(port.asked).not.toContain("leave");
  await press("leave-end");
  expect(klass.asked).toEqual([{ do: "end_call" }]);
});

it("waits in the lobby until let in", () => {
  const { klass } = show({ you: youPart({ standing: "lobby" }) });
  expect(screen.getByTestId("lobby-screen").textContent).toContain("Зал ожидания");
  act(() => klass.state.patch({ you: youPart() }));
  expect(screen.queryByTestId("lobby-screen")).toBeNull();
  expect(screen.getByTestId("bar-hand")).toBeTruthy();
});

it("reacts, and shows the reactions of others", async () => {
  const { klass } = show();
  await press("reactions-open");
  await press("reaction-yes");
  expect(klass.asked).toEqual([{ do: "react", reaction: "yes" }]);
  act(() => klass.happen({ is: "reacted", identity: "p0", reaction: "heart" }));
  expect(screen.getByTestId("reacted").textContent).toContain("Иванова");
});

it("does by a key what its button does, and talks while Space is held", async () => {
  const { klass, port } = show();
  const user = userEvent.setup();
  await user.keyboard("[KeyH]");
  expect(klass.asked).toEqual([{ do: "raise_hand" }]);
  await user.keyboard("[Space>]");
  expect(port.asked).toContain("microphone on");
  await user.keyboard("[/Space]");
  expect(port.asked.at(-1)).toBe("microphone off");
  await userEvent.keyboard("[KeyP]");
  expect(screen.getByTestId("participants-panel")).toBeTruthy();
  await userEvent.keyboard("[Escape]");
  expect(screen.queryByTestId("participants-panel")).toBeNull();
  await userEvent.keyboard("?");
  expect(screen.getByTestId("keys")).toBeTruthy();
});

it.each([
  ["participants", "bar-participants", null],
  ["rights", "bar-participants", "open-rights"],
  ["chat", "bar-chat", null],
  ["reactions", "reactions-open", null],
  ["leave", "bar-leave", null],
  ["settings", "bar-settings", null],
])("has no accessibility faults: %s", async (_, first, second) => {
  const waiting = classPerson({ identity: "w", name: "Белов Пётр", standing: "lobby" });
  const hands = [{ identity: "p2", name: "", room: 0, since: 0 }];
  show({ you: TEACHER, people: [...members(), waiting], hands, messages: [message(1), message(2, { to: "teachers" })] });
  await press(first);
  if (second !== null) await press(second);
  expect(await accessibilityFaults(document.body)).toEqual([]);
});
