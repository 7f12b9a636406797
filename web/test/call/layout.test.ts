import { describe, expect, it } from "vitest";

import { compose, FIRST_CHOICE, loadLayout, saveLayout, speakerOf } from "../../src/call/layout";
import { gridOf } from "../../src/call/grid";
import type { Person } from "../../src/call/port";
import { people } from "../support/people";

const klass = (change: (person: Person) => Partial<Person> = () => ({})) =>
  people(5).map((person) => ({ ...person, ...change(person) }));
const scene = { people: klass(), choice: FIRST_CHOICE, lead: null, screen: "", speaker: "" };
const shares = (...identities: string[]) => klass(({ identity }) => ({ screen: identities.includes(identity) }));

describe("compose", () => {
  it("shows tiles alike while nobody shares a screen", () => {
    const { large, tiles } = compose(scene);
    expect(large).toBeNull();
    expect(tiles).toHaveLength(5);
  });

  it("makes a shared screen large by itself, with the face of who shows it first beside it", () => {
    const { large, tiles, screens } = compose({ ...scene, people: shares("p2") });
    expect([large?.person.identity, large?.picture]).toEqual(["p2", "screen"]);
    expect(tiles[0]?.identity).toBe("p2");
    expect(screens).toEqual([]);
  });

  it("shows the screen that was chosen among several", () => {
    expect(compose({ ...scene, people: shares("p2", "p3"), screen: "p2" }).large?.person.identity).toBe("p2");
    expect(compose({ ...scene, people: shares("p2", "p3") }).large?.person.identity).toBe("p3");
  });

  it("keeps shared screens among the tiles where tiles were chosen", () => {
    const { large, screens } = compose({ ...scene, people: shares("p2"), choice: { ...FIRST_CHOICE, layout: "tiles" } });
    expect(large).toBeNull();
    expect(screens.map(({ identity }) => identity)).toEqual(["p2"]);
  });

  it("takes the large person out of the tiles", () => {
    const { large, tiles } = compose({ ...scene, choice: { ...FIRST_CHOICE, layout: "speaker" }, speaker: "p3" });
    expect(large?.person.identity).toBe("p3");
    expect(tiles.map(({ identity }) => identity)).not.toContain("p3");
  });

  it("follows the teacher until the person chooses otherwise", () => {
    const lead = { layout: "speaker", pinned: "p4" } as const;
    const led = compose({ ...scene, lead });
    expect([led.led, led.large?.person.identity]).toEqual([true, "p4"]);
    const own = compose({ ...scene, lead, choice: { ...FIRST_CHOICE, follow: false } });
    expect([own.led, own.large]).toEqual([false, null]);
  });

  it("keeps one person in sight in any layout", () => {
    const choice = { ...FIRST_CHOICE, kept: "p3" };
    expect(compose({ ...scene, choice }).kept?.identity).toBe("p3");
    expect(compose({ ...scene, choice, people: shares("p2") }).kept?.identity).toBe("p3");
    expect(compose({ ...scene, choice: { ...choice, pinned: "p3" } }).kept).toBeNull();
  });

  it("shows tiles when whoever was pinned has gone", () => {
    expect(compose({ ...scene, choice: { ...FIRST_CHOICE, pinned: "gone" } }).large).toBeNull();
  });
});

describe("speakerOf", () => {
  it("stays with whoever speaks, and then takes the next", () => {
    const speaking = (...identities: string[]) => klass(({ identity }) => ({ speaking: identities.includes(identity) }));
    expect(speakerOf(speaking("p2", "p3"), "p3")).toBe("p3");
    expect(speakerOf(speaking("p2"), "p3")).toBe("p2");
    expect(speakerOf(speaking(), "p3")).toBe("p3");
  });

  it("never is the person at the page", () => {
    const own = klass(({ own }) => ({ speaking: own }));
    expect(own.find(({ identity }) => identity === speakerOf(own, ""))?.own).toBe(false);
  });
});

describe("the kept choice", () => {
  it("is the layout, and not who was pinned in one call", () => {
    let kept: string | null = null;
    const storage = { getItem: () => kept, setItem: (_: string, value: string) => void (kept = value) };
    saveLayout(storage, { layout: "speaker", follow: false, pinned: "p1", kept: "p2" });
    expect(loadLayout(storage)).toEqual({ layout: "speaker", follow: false, pinned: "", kept: "" });
  });

  it("is the first one when what is kept means nothing", () => {
    for (const text of ["{", "null", '{"layout":"wall"}']) {
      expect(loadLayout({ getItem: () => text })).toEqual(FIRST_CHOICE);
    }
  });
});

it("receives no more pictures at once than a device plays smoothly", () => {
  expect(gridOf(100, 1900, 1000).perPage).toBeLessThanOrEqual(30);
  expect(gridOf(100, 374, 560).perPage).toBeLessThanOrEqual(8);
});
