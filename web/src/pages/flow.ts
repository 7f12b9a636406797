/** Where a person stands between opening a call's address and leaving the call: a table of states and what moves them. */

import type { Ending } from "../call/port";
import type { Call } from "../protocol/calls";

export type Flow =
  /** Asking the server. `direct`: enter at once when the call runs, the devices were checked before. */
  | { readonly at: "loading"; readonly direct: boolean }
  /** Planned, not running yet: asked again until it starts. */
  | { readonly at: "waiting"; readonly call: Call }
  | { readonly at: "prejoin"; readonly call: Call }
  | { readonly at: "call"; readonly call: Call }
  | { readonly at: "left"; readonly why: Parting; readonly call: Call }
  | { readonly at: "ended" }
  | { readonly at: "problem"; readonly problem: Refusal };

export type Parting = "left" | "removed" | "refused" | "ended" | "elsewhere" | "full" | "network";
export type Refusal = "session_missing" | "not_invited" | "call_unknown" | "other";

export type Step =
  | { readonly kind: "told"; readonly call: Call }
  | { readonly kind: "refused"; readonly problem: Refusal }
  | { readonly kind: "join" }
  | { readonly kind: "over"; readonly ending: Ending }
  | { readonly kind: "again" };

type Rule<K extends Step["kind"]> = (flow: Flow, step: Extract<Step, { kind: K }>) => Flow;

function arrive(call: Call, direct: boolean): Flow {
  if (call.status === "ended") return { at: "ended" };
  if (call.status === "planned") return { at: "waiting", call };
  return direct ? { at: "call", call } : { at: "prejoin", call };
}

function part(ending: Ending, call: Call): Flow {
  switch (ending) {
    case "left":
    case "removed":
    case "refused":
    case "ended":
    case "elsewhere":
    case "full":
    case "network":
      return { at: "left", why: ending, call };
    case "call_not_running":
      return { at: "left", why: "ended", call };
    default:
      return { at: "problem", problem: ending };
  }
}

const RULES: { readonly [K in Step["kind"]]: Rule<K> } = {
  told: (flow, { call }) => {
    if (flow.at === "loading") return arrive(call, flow.direct);
    return flow.at === "waiting" ? arrive(call, false) : flow;
  },
  // While waiting a lost network is no news: the next question may be answered.
  refused: (flow, { problem }) => {
    const ignored = flow.at === "waiting" && problem === "other";
    return (flow.at === "loading" || flow.at === "waiting") && !ignored ? { at: "problem", problem } : flow;
  },
  join: (flow) => (flow.at === "prejoin" ? { at: "call", call: flow.call } : flow),
  over: (flow, { ending }) => (flow.at === "call" ? part(ending, flow.call) : flow),
  again: (flow) => {
    if (flow.at === "left") return { at: "loading", direct: true };
    return flow.at === "problem" ? { at: "loading", direct: false } : flow;
  },
};

export const START: Flow = { at: "loading", direct: false };

/** The next state; a step that has no meaning where the person stands changes nothing. */
export function next(flow: Flow, step: Step): Flow {
  return RULES[step.kind](flow, step as never);
}
