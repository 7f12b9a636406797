import { expect, it } from "vitest";

import { blurredSize } from "../../src/media/blur";
import { Pace } from "../../src/media/pace";

it.each([
  [1280, 720, 640, 360],
  [640, 480, 640, 480],
  [720, 1280, 360, 640],
  [321, 241, 322, 242],
])("sends a picture of %i x %i as %i x %i", (width, height, sentWidth, sentHeight) => {
  expect(blurredSize({ width, height })).toEqual({ width: sentWidth, height: sentHeight });
});

const answers = (pace: Pace, took: number, count: number) => Array.from({ length: count }, () => pace.tooSlow(took));

it("passes over the first pictures and gives up on a device that stays slow", () => {
  const pace = new Pace();
  expect(answers(pace, 5000, 5)).not.toContain(true);
  expect(answers(pace, 60, 100)).not.toContain(true);
  expect(answers(pace, 400, 30)).toContain(true);
});

it("forgives the long picture of a computer that slept", () => {
  const pace = new Pace();
  answers(pace, 60, 5);
  expect([...answers(pace, 60, 10), ...answers(pace, 1500, 1), ...answers(pace, 60, 100)]).not.toContain(true);
});
