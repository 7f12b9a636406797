/** The words of the stage in English. */

import type { StageWords } from "./stage";

export const stageEn: StageWords = {
  layout: {
    title: "Layout",
    own: "For me",
    auto: "Automatic",
    autoHint: "Tiles; a shared screen is large while there is one",
    tiles: "Tiles",
    tilesHint: "Everybody alike, in pages",
    speaker: "Speaker large",
    speakerHint: "Whoever speaks is large, the others aside",
    screen: "Screen large",
    screenHint: "The shared screen, faces aside",
    lead: "For everybody",
    leadHint: "People see the call as you choose. They can go back to their own view.",
    leadNone: "Everybody chooses",
    follow: "As the teacher shows it",
    followHint: "The teacher chose a view for the whole class",
    led: "The teacher chose this view",
    pinnedNow: (name: string) => `Large: ${name}`,
    unpin: "Unpin",
    keptNow: (name: string) => `Always in sight: ${name}`,
    unkeep: "Close the window",
    kept: "Always in sight",
    keptHint: "A window of its own with one person in any layout, for example a sign language interpreter",
    nobody: "Nobody",
  },
  tile: {
    pin: (name: string) => `Show large: ${name}`,
    unpin: (name: string) => `Show large no longer: ${name}`,
    pinForAll: (name: string) => `Show large for everybody: ${name}`,
    kept: (name: string) => `Always in sight: ${name}`,
  },
  small: {
    title: "The call is minimised",
    text: "Sound and picture go on in the small window. It can be dragged.",
    open: "Expand the call",
    float: "Above other windows",
    floating: "The call goes on in a window of its own above other programs.",
    window: "Minimised call",
    move: "Move the window: arrow keys",
    failed: "The browser did not open a separate window",
  },
  full: {
    enter: "Expand the call to full screen",
    leave: "Leave full screen",
    minimize: "Minimise the call to a small window",
  },
};
