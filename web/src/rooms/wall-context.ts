/** How a wall comes about: over the real server, unless something around says otherwise. */

import { createContext } from "react";

import type { ClassPort } from "../classroom/port";
import { loadLiveKit } from "../media/livekit";
import type { WallPort } from "./wall-port";
import { WallSession } from "./wall-session";

export function realWall(port: ClassPort): WallPort {
  const wall = new WallSession({
    livekit: loadLiveKit,
    url: window.location.origin.replace(/^http/, "ws"),
    token: async () => {
      const answer = await port.ask({ do: "open_wall" });
      return answer.done ? answer.token : null;
    },
    closed: () => void port.ask({ do: "close_wall" }),
  });
  void wall.run();
  return wall;
}

export const WallContext = createContext<(port: ClassPort) => WallPort>(realWall);
