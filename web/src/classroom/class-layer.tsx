/** What the class tells a person while the call goes on: sentences, cues, and the question to unmute. */

import { useEffect, useState } from "react";

import { useCall } from "../call/context";
import { useView } from "../call/view";
import { classroom } from "../words/classroom";
import { AskedDialog } from "./asked-dialog";
import { useClass, useClassState } from "./context";
import { playCue } from "./cues";
import { Reactions } from "./reactions";
import { changesOfRights, newcomers, sentenceOf } from "./told";

export function ClassLayer() {
  useNews();
  return (
    <>
      <Asked />
      <Reactions />
    </>
  );
}

/** Compares each state with the one before it. */
function useNews(): void {
  const port = useCall();
  const klass = useClass();
  const { panel } = useView();
  useEffect(() => {
    let before = klass.state.get();
    return klass.state.subscribe(() => {
      const after = klass.state.get();
      if (before.you && after.you && before.you !== after.you) {
        for (const text of changesOfRights(before.you, after.you)) port.announce(text, true);
      }
      // The first look at a call is no news.
      if (before.call && after.you?.moderator) {
        const { hands, waiting } = newcomers(before, after);
        for (const name of waiting) port.announce(classroom.told.waits(name), true);
        for (const name of hands) port.announce(classroom.told.handRaised(name), false);
        if (waiting.length > 0) playCue("lobby");
        else if (hands.length > 0) playCue("hand");
      }
      const message = after.messages.at(-1);
      const fresh = before.messages.length > 0 || before.call !== null;
      if (fresh && message && message !== before.messages.at(-1) && message.identity !== after.you?.identity) {
        if (panel !== "chat") port.announce(classroom.told.message(message.name), false);
        playCue("chat");
      }
      before = after;
    });
  }, [klass, port, panel]);
  useEffect(
    () =>
      klass.listen((happening) => {
        const text = sentenceOf(happening);
        if (text !== null) port.announce(text, true);
      }),
    [klass, port],
  );
}

function Asked() {
  const klass = useClass();
  const may = useClassState((state) => state.you?.rights.microphone ?? false);
  const [by, setBy] = useState<string | null>(null);
  useEffect(
    () =>
      klass.listen((happening) => {
        if (happening.is !== "note" || happening.what !== "asked_to_unmute") return;
        setBy(happening.by ?? "");
        playCue("hand");
      }),
    [klass],
  );
  if (by === null || !may) return null;
  return <AskedDialog by={by} onClose={() => setBy(null)} />;
}
