/** Reactions: the choice of one, and those of everybody in the room for a few seconds. */

import {
  Icon28BubbleLolOutline,
  Icon28CancelCircleFillRed,
  Icon28CheckCircleFill,
  Icon28HandHeartFilled,
  Icon28LikeFillRed,
  Icon28SkipBack,
  Icon28SkipForward,
  Icon28StarsOutline,
  Icon28ThumbsUp,
} from "@vkontakte/icons";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { useCall } from "../call/context";
import { useStore } from "../media/store";
import type { Reaction } from "../protocol/classroom";
import { classroom } from "../words/classroom";
import { useClass, useClassState } from "./context";
import { Shown } from "./shown-reactions";

const { reactions: say } = classroom;

const ICONS: Readonly<Record<Reaction, ReactNode>> = {
  thumbs_up: <Icon28ThumbsUp />,
  applause: <Icon28HandHeartFilled />,
  heart: <Icon28LikeFillRed />,
  laugh: <Icon28BubbleLolOutline />,
  surprise: <Icon28StarsOutline />,
  yes: <Icon28CheckCircleFill />,
  no: <Icon28CancelCircleFillRed />,
  slower: <Icon28SkipBack />,
  faster: <Icon28SkipForward />,
};
const ALL = Object.keys(ICONS) as Reaction[];

export function ReactionMenu({ onClose }: { readonly onClose: () => void }) {
  const klass = useClass();
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    menu.current?.querySelector("button")?.focus();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <div
      ref={menu}
      className="reactions"
      role="group"
      aria-label={say.title}
      data-testid="reaction-menu"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      {ALL.map((reaction) => (
        <button
          key={reaction}
          type="button"
          className="reactions__one"
          data-testid={`reaction-${reaction}`}
          onClick={() => {
            void klass.ask({ do: "react", reaction });
            onClose();
          }}
        >
          <span className="reactions__icon" data-reaction={reaction} aria-hidden="true">
            {ICONS[reaction]}
          </span>
          {say[reaction]}
        </button>
      ))}
    </div>
  );
}

/** The reactions of this moment, over the stage. */
export function Reactions() {
  const klass = useClass();
  const port = useCall();
  const own = useClassState(({ you }) => you?.identity);
  const [shown] = useState(() => new Shown());
  const groups = useStore(shown.groups, (value) => value);
  useEffect(() => {
    const nameOf = (identity: string) =>
      port.state.get().people.find((person) => person.identity === identity)?.name ?? "";
    const stop = klass.listen((happening) => {
      if (happening.is !== "reacted") return;
      const { identity, reaction } = happening;
      const name = nameOf(identity);
      // Thirty hands that applaud are read out once.
      if (shown.add(reaction, name) && identity !== own) port.announce(say.by(name, say[reaction]), false);
    });
    return () => {
      stop();
      shown.clear();
    };
  }, [klass, port, own, shown]);
  return (
    <ul className="reacted" aria-hidden="true">
      {groups.map(({ reaction, names }) => (
        <li key={reaction} className="reacted__one" data-testid="reacted" data-reaction={reaction}>
          <span className="reactions__icon" data-reaction={reaction}>
            {ICONS[reaction]}
          </span>
          <span>{names.length > 1 ? say.byMany(names[0] ?? "", names.length - 1) : names[0]}</span>
        </li>
      ))}
    </ul>
  );
}
