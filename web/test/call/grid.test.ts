import { describe, expect, it } from "vitest";

import { GAP, gridOf } from "../../src/call/grid";

const AREAS = [
  ["desktop", 1256, 650],
  ["desktop with a panel", 900, 650],
  ["tablet", 768, 850],
  ["phone upright", 374, 690],
  ["phone on its side", 820, 270],
  ["strip beside a screen", 240, 650],
] as const;
const CASES = AREAS.flatMap(([name, width, height]) =>
  Array.from({ length: 30 }, (_, index) => ({ name, width, height, count: index + 1 })),
);

describe("gridOf", () => {
  it.each(CASES)("fits $count tiles into a $name without overlap", ({ width, height, count }) => {
    const grid = gridOf(count, width, height);
    expect(grid.columns * grid.tileWidth + (grid.columns - 1) * GAP).toBeLessThanOrEqual(width);
    expect(grid.rows * grid.tileHeight + (grid.rows - 1) * GAP).toBeLessThanOrEqual(height);
    expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(grid.perPage);
    expect(grid.perPage * grid.pages).toBeGreaterThanOrEqual(count);
    expect(grid.perPage * (grid.pages - 1)).toBeLessThan(count);
  });

  it.each(CASES)("keeps tiles readable with $count on a $name", ({ width, height, count }) => {
    const { tileWidth, tileHeight } = gridOf(count, width, height);
    expect(tileWidth).toBeGreaterThanOrEqual(140);
    expect(tileHeight).toBeGreaterThanOrEqual(78);
    expect(tileWidth / tileHeight).toBeLessThan(1.8);
  });

  it("shows a whole class on one page of a desktop", () => {
    expect(gridOf(30, 1256, 650).pages).toBe(1);
  });

  it("puts two people beside each other on a desktop and above each other on a phone", () => {
    expect(gridOf(2, 1256, 650)).toMatchObject({ columns: 2, rows: 1 });
    expect(gridOf(2, 374, 690)).toMatchObject({ columns: 1, rows: 2 });
  });

  it("answers with zero sizes for an area that has none yet", () => {
    expect(gridOf(4, 0, 0)).toMatchObject({ tileWidth: 0, tileHeight: 0 });
  });
});
