import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";

import { CallContext } from "../../src/call/context";
import { ClassContext } from "../../src/classroom/context";
import { playCue } from "../../src/classroom/cues";
import { useRoomNews } from "../../src/rooms/use-room-news";
import { FakeCall } from "../support/fake-call";
import { FakeClass, roomsPart } from "../support/fake-class";

vi.mock("../../src/classroom/cues", () => ({ playCue: vi.fn() }));

beforeEach(() => vi.mocked(playCue).mockClear());

/** A class whose rooms close so many seconds from now. */
function inRooms(seconds: number | null) {
  const ends_at = seconds === null ? null : Date.now() / 1000 + seconds;
  const klass = new FakeClass({ rooms: roomsPart({ phase: "open", ends_at }) });
  renderHook(useRoomNews, {
    wrapper: ({ children }) => (
      <CallContext value={new FakeCall()}>
        <ClassContext value={klass}>{children}</ClassContext>
      </CallContext>
    ),
  });
  return klass;
}

it("sounds when rooms are about to close", () => {
  const klass = inRooms(60);
  act(() => klass.happen({ is: "note", what: "rooms_close_soon", seconds: 60 }));
  expect(playCue).toHaveBeenCalledExactlyOnceWith("timer");
});

it("sounds when their time is over", () => {
  const klass = inRooms(0);
  expect(playCue).not.toHaveBeenCalled();
  act(() => klass.state.patch({ rooms: roomsPart({ phase: "prepared", ends_at: null }) }));
  expect(playCue).toHaveBeenCalledExactlyOnceWith("timer");
});

it.each([
  ["closed before their time", 300, roomsPart({ phase: "prepared", ends_at: null })],
  ["closed without a timer", null, roomsPart({ phase: "prepared", ends_at: null })],
  ["given as much time as they need", 300, roomsPart({ phase: "open", ends_at: null })],
])("is silent when rooms are %s", (_, seconds, rooms) => {
  const klass = inRooms(seconds);
  act(() => klass.state.patch({ rooms }));
  expect(playCue).not.toHaveBeenCalled();
});
