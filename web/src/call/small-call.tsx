/** The call made small: a window inside the page that can be moved, or one of the browser's above other programs. */

import { Button } from "@vkontakte/vkui";
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { createPortal } from "react-dom";

import { stageWords } from "../words/stage";
import type { BarItem, BarKey } from "./bar-items";
import { BarIcon } from "./bar-icons";
import { useCall, useCallState } from "./context";
import { canFloat, openFloating } from "./floating";
import { compose, speakerOf } from "./layout";
import type { Person } from "./port";
import { PersonVideo } from "./tile";
import { useView } from "./view";

const KEYS: readonly BarKey[] = ["microphone", "camera", "leave"];
const SIZE = { width: 336, height: 236 };
/** CSS pixels that an arrow key moves the window. */
const STEP = 24;
const { small: text } = stageWords;

interface SmallCallProps {
  readonly items: readonly BarItem[];
  readonly onPress: (key: BarKey) => void;
}

export function SmallCall({ items, onPress }: SmallCallProps) {
  const port = useCall();
  const view = useView();
  const [floating, setFloating] = useState<Window | null>(null);
  useEffect(() => {
    if (!floating) return;
    const back = () => setFloating(null);
    floating.addEventListener("pagehide", back);
    return () => {
      floating.removeEventListener("pagehide", back);
      floating.close();
    };
  }, [floating]);
  const float = () => {
    openFloating(SIZE.width, SIZE.height).then(setFloating, () => port.announce(text.failed, true));
  };
  const expand = () => view.setMinimized(false);
  const inside = <Inside items={items} onPress={onPress} onExpand={expand} />;
  return (
    <>
      <section className="small-notice" data-testid="small-notice">
        <h2>{text.title}</h2>
        <p>{floating ? text.floating : text.text}</p>
        <div className="small-notice__acts">
          <Button size="l" onClick={expand}>
            {text.open}
          </Button>
          {canFloat() && !floating && (
            <Button size="l" mode="secondary" onClick={float}>
              {text.float}
            </Button>
          )}
        </div>
      </section>
      {floating ? (
        createPortal(<div className="small small_floating">{inside}</div>, floating.document.body)
      ) : (
        <Movable>{inside}</Movable>
      )}
    </>
  );
}

/** Keeps its place in the stage's lower right corner until it is moved; it never covers bar or panel. */
function Movable({ children }: { readonly children: React.ReactNode }) {
  const [place, setPlace] = useState({ right: 16, bottom: 16 });
  const root = useRef<HTMLElement>(null);
  const grip = useRef<{ x: number; y: number } | null>(null);
  const move = (dx: number, dy: number) => {
    const { clientWidth = 0, clientHeight = 0 } = root.current?.offsetParent ?? {};
    setPlace(({ right, bottom }) => ({
      right: Math.max(0, Math.min(right - dx, clientWidth - SIZE.width)),
      bottom: Math.max(0, Math.min(bottom - dy, clientHeight - SIZE.height)),
    }));
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!grip.current) return;
    move(event.clientX - grip.current.x, event.clientY - grip.current.y);
    grip.current = { x: event.clientX, y: event.clientY };
  };
  const key = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!step) return;
    event.preventDefault();
    move(step[0] ?? 0, step[1] ?? 0);
  };
  return (
    <section ref={root} className="small" aria-label={text.window} style={place} data-testid="small-call">
      <button
        type="button"
        className="small__grip"
        aria-label={text.move}
        title={text.move}
        onKeyDown={key}
        onPointerDown={(event) => {
          grip.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={drag}
        onPointerUp={() => {
          grip.current = null;
        }}
      />
      {children}
    </section>
  );
}

interface InsideProps extends SmallCallProps {
  readonly onExpand: () => void;
}

function Inside({ items, onPress, onExpand }: InsideProps) {
  const shown = useSmallPicture();
  const buttons = items.filter(({ key }) => KEYS.includes(key));
  return (
    <>
      {shown && (
        <div className="small__picture">
          <PersonVideo person={shown.person} picture={shown.picture} />
          <p className="small__name">{shown.person.name}</p>
        </div>
      )}
      <div className="small__bar">
        {buttons.map((item) => (
          <button
            key={item.key}
            type="button"
            className="small__button"
            data-key={item.key}
            data-on={item.on ?? undefined}
            aria-label={item.label}
            aria-pressed={item.on ?? undefined}
            title={item.hint}
            onClick={() => onPress(item.key)}
          >
            <BarIcon name={item.key} on={item.on} />
          </button>
        ))}
        <button type="button" className="small__button" aria-label={text.open} title={text.open} onClick={onExpand}>
          <BarIcon name="maximize" on={null} />
        </button>
      </div>
    </>
  );
}

/** What matters most in a small window: the shared screen, else whoever speaks. */
function useSmallPicture(): { readonly person: Person; readonly picture: "camera" | "screen" } | null {
  const people = useCallState((state) => state.people);
  const [previous, setSpeaker] = useState("");
  const speaker = speakerOf(people, previous);
  if (speaker !== previous) setSpeaker(speaker);
  const choice = { layout: "auto", follow: false, pinned: "", kept: "" } as const;
  const { large } = compose({ people, choice, lead: null, screen: "", speaker });
  const person = large?.person ?? people.find((one) => one.identity === speaker) ?? people[0];
  const picture = large?.picture ?? "camera";
  return person ? { person, picture } : null;
}
