import { describe, expect, it } from "vitest";

import { barItems, type BarClass, type BarInput } from "../../src/call/bar-items";
import { rights } from "../support/fake-class";

const CLASS: BarClass = { rights: rights(), mayUnmute: false, moderator: false, place: 0, hands: 0, waiting: 0, unread: 0 };

const INPUT: BarInput = {
  state: { may: { camera: true, microphone: true, screen: true }, pending: [] },
  on: { camera: true, microphone: false, screen: false },
  panel: null,
  teacher: true,
  canShareScreen: true,
  classroom: CLASS,
};
const item = (key: string, change: Partial<BarInput> = {}) =>
  barItems({ ...INPUT, ...change }).find((other) => other.key === key);

describe("barItems", () => {
  it("gives a teacher the twelve buttons of the product description in its order", () => {
    expect(barItems(INPUT).map(({ label }) => label)).toEqual([
      "Демонстрировать экран",
      "Интерактивная доска",
      "Поднять руку",
      "Камера",
      "Микрофон",
      "Выход из звонка",
      "Чат",
      "Участники",
      "Отображение участников",
      "Настройки",
      "Свернуть звонок",
      "Развернуть звонок",
    ]);
  });

  it("gives pupils and parents eleven, without the whiteboard", () => {
    const items = barItems({ ...INPUT, teacher: false });
    expect(items).toHaveLength(11);
    expect(items.map(({ key }) => key)).not.toContain("board");
  });

  it("says of the whiteboard alone that it comes later", () => {
    const later = barItems(INPUT).filter(({ refusal }) => refusal?.includes("в следующей версии"));
    expect(later.map(({ key }) => key)).toEqual(["board"]);
  });

  it("shows the own place in the queue of hands", () => {
    const hand = item("hand", { classroom: { ...CLASS, place: 2 } });
    expect(hand).toMatchObject({ on: true, badge: "2", hint: "рука поднята, вы 2-й в очереди" });
    expect(item("hand")).toMatchObject({ on: false, badge: "", hint: "Поднять руку" });
  });

  it("lets a raised hand be lowered even when hands were switched off since", () => {
    const classroom = { ...CLASS, rights: rights({ hand: false }) };
    expect(item("hand", { classroom })?.refusal).toBe("Преподаватель выключил поднятие руки");
    expect(item("hand", { classroom: { ...classroom, place: 1 } })?.refusal).toBeNull();
  });

  it("lets somebody who may not unmute do so once asked", () => {
    const classroom = { ...CLASS, rights: rights({ unmute: false }) };
    expect(item("microphone", { classroom })?.refusal).toContain("Поднимите руку");
    expect(item("microphone", { classroom: { ...classroom, mayUnmute: true } })?.refusal).toBeNull();
  });

  it("counts unread messages for everybody, hands and who waits for moderators only", () => {
    const classroom = { ...CLASS, unread: 120, hands: 2, waiting: 1 };
    expect(item("chat", { classroom })).toMatchObject({ badge: "99+", detail: "120 непрочитанных сообщений" });
    expect(item("participants", { classroom })?.badge).toBe("");
    const moderator = item("participants", { classroom: { ...classroom, moderator: true } });
    expect(moderator).toMatchObject({ badge: "3", detail: "1 человек ждёт в зале ожидания, 2 руки подняты" });
  });

  it("keeps on a phone's bar the hand of a pupil and a teacher's list of people", () => {
    const essential = (moderator: boolean) =>
      barItems({ ...INPUT, classroom: { ...CLASS, moderator } }).flatMap((one) => (one.essential ? [one.key] : []));
    expect(essential(false)).toEqual(["hand", "camera", "microphone", "leave", "chat"]);
    expect(essential(true)).toEqual(["camera", "microphone", "leave", "chat", "participants"]);
  });

  it("says who has not allowed the screen", () => {
    const may = { camera: true, microphone: true, screen: false };
    expect(item("screen", { state: { may, pending: [] } })?.refusal).toBe(
      "Администратор звонка не разрешил демонстрацию экрана",
    );
  });

  it("lets a screen that is shown be stopped even when the right was taken away", () => {
    const may = { camera: true, microphone: true, screen: false };
    const on = { ...INPUT.on, screen: true };
    expect(item("screen", { on, state: { may, pending: [] } })?.refusal).toBeNull();
  });

  it("says when a browser cannot show a screen", () => {
    expect(item("screen", { canShareScreen: false })?.refusal).toBe("Этот браузер не умеет показывать экран");
  });

  it("tells what a press will do", () => {
    expect(item("camera")?.hint).toBe("Выключить камеру");
    expect(item("microphone")?.hint).toBe("Включить микрофон");
  });

  it("marks what is being turned on", () => {
    const state = { ...INPUT.state, pending: ["microphone"] as const };
    expect(item("microphone", { state })?.pending).toBe(true);
    expect(item("camera", { state })?.pending).toBe(false);
  });
});
