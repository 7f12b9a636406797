/** How many equal tiles fit an area, and how large: pure geometry, all lengths in CSS pixels. */

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Tiles on one page. */
  readonly perPage: number;
  readonly pages: number;
}

/** Space between tiles. */
export const GAP = 8;
/** A name with its icons and a face still read well in a tile of this size. */
const SMALLEST_WIDTH = 148;
const SMALLEST_HEIGHT = 112;
/** Pictures that one page receives and decodes at most: what a school's computer, and what a phone plays smoothly. */
const MOST = 30;
const MOST_ON_PHONE = 8;
/** Square CSS pixels of stage that only phones have less of. */
const PHONE_AREA = 360_000;
/** Cameras are 16:9; a tile may cut the picture's sides, never stretch it: little on a wide area, more on an upright one. */
const WIDEST = 16 / 9;
const NARROWEST_ON_WIDE = 4 / 3;
const NARROWEST_ON_TALL = 3 / 4;

/** The largest tile of allowed shape in `columns` x `rows`; zero sizes when it does not fit. */
function tileOf(width: number, height: number, columns: number, rows: number): { width: number; height: number } {
  const roomWidth = (width - GAP * (columns - 1)) / columns;
  const roomHeight = (height - GAP * (rows - 1)) / rows;
  if (roomWidth <= 0 || roomHeight <= 0) return { width: 0, height: 0 };
  const tileWidth = Math.min(roomWidth, roomHeight * WIDEST);
  const tileHeight = Math.min(roomHeight, tileWidth / (width > height ? NARROWEST_ON_WIDE : NARROWEST_ON_TALL));
  return { width: Math.floor(tileWidth), height: Math.floor(tileHeight) };
}

/** The most tiles of the smallest size that fit; at least one. */
function capacityOf(width: number, height: number): number {
  const columns = Math.max(1, Math.floor((width + GAP) / (SMALLEST_WIDTH + GAP)));
  const rows = Math.max(1, Math.floor((height + GAP) / (SMALLEST_HEIGHT + GAP)));
  return Math.min(columns * rows, width * height < PHONE_AREA ? MOST_ON_PHONE : MOST);
}

/** The grid of `count` tiles with the largest picture; more than fit are spread over pages of even size. */
export function gridOf(count: number, width: number, height: number): Grid {
  const total = Math.max(1, count);
  const pages = Math.ceil(total / Math.min(total, capacityOf(width, height)));
  const perPage = Math.ceil(total / pages);
  let best: Grid | null = null;
  let bestArea = -1;
  for (let columns = 1; columns <= perPage; columns++) {
    const rows = Math.ceil(perPage / columns);
    const tile = tileOf(width, height, columns, rows);
    // What counts is the 16:9 picture inside: a tall tile cuts its sides off.
    const picture = tile.width * Math.min(tile.height, tile.width / WIDEST) + tile.width * tile.height * 0.4;
    if (picture > bestArea) {
      bestArea = picture;
      best = { columns, rows, tileWidth: tile.width, tileHeight: tile.height, perPage, pages };
    }
  }
  return best ?? { columns: 1, rows: 1, tileWidth: width, tileHeight: height, perPage: 1, pages: 1 };
}
