/** Texts from the teacher: over the picture until each is dismissed. */

import { Icon24MessageOutline } from "@vkontakte/icons";
import { useEffect, useState } from "react";

import { useClass } from "../classroom/context";
import { roomsWords as words } from "../words/rooms";
import { Press } from "./press";

interface Text {
  readonly turn: number;
  readonly text: string;
  readonly by: string;
}

/** More than these at once would hide the picture: older ones give way. */
const SHOWN = 3;

export function Told() {
  const port = useClass();
  const [texts, setTexts] = useState<readonly Text[]>([]);
  useEffect(() => {
    let turn = 0;
    return port.listen((happening) => {
      if (happening.is !== "note" || happening.what !== "told") return;
      turn += 1;
      const text = { turn, text: happening.text ?? "", by: happening.by ?? "" };
      setTexts((before) => [...before, text].slice(-SHOWN));
    });
  }, [port]);
  return (
    <div className="told" role="log" aria-live="assertive" data-testid="told">
      {texts.map(({ turn, text, by }) => (
        <div key={turn} className="told__one">
          <Icon24MessageOutline aria-hidden="true" />
          <p>
            <span className="told__by">{words.pupil.told(by)}</span>
            <span>{text}</span>
          </p>
          <Press look="main" onClick={() => setTexts((before) => before.filter((one) => one.turn !== turn))}>
            {words.pupil.dismiss}
          </Press>
        </div>
      ))}
    </div>
  );
}
