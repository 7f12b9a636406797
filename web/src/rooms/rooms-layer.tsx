/** What breakout rooms show over the stage: timers, announcements, the way back. */

export function RoomsLayer() {
  return null;
}
