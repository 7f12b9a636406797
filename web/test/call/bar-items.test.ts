import { describe, expect, it } from "vitest";

import { barItems, type BarInput } from "../../src/call/bar-items";

const INPUT: BarInput = {
  state: { may: { camera: true, microphone: true, screen: true }, pending: [] },
  on: { camera: true, microphone: false, screen: false },
  panel: null,
  teacher: true,
  canShareScreen: true,
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

  it("says of a button that does not work yet when it will", () => {
    expect(item("chat")?.refusal).toBe("«Чат» появится в следующей версии");
    expect(item("chat")?.hint).toContain("появится в следующей версии");
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
