/** Offers to save traffic when the own connection stays weak, and says that it is being saved. */

import { Button } from "@vkontakte/vkui";
import { Icon20HelpOutline } from "@vkontakte/icons";
import { useEffect, useState } from "react";

import { stageWords } from "../../words/stage";
import { useCall, useCallState } from "../context";

/** A connection that is weak for less gets over it by itself, milliseconds. */
const WEAK_TIME = 8000;

export function SavingBanner() {
  const port = useCall();
  const saving = useCallState((state) => state.preferences.saving);
  const weak = useCallState((state) => state.people.some(({ own, quality }) => own && quality === "poor"));
  const offered = useLasting(weak && !saving, WEAK_TIME);
  const [declined, setDeclined] = useState(false);
  const { preferences } = stageWords;
  if (!saving && (!offered || declined)) return null;
  return (
    <div className="banner" role="status" data-testid="saving-banner" data-saving={saving}>
      <Icon20HelpOutline aria-hidden="true" />
      <span>{saving ? preferences.savingOn : preferences.savingOffer}</span>
      <Button size="s" mode={saving ? "secondary" : "primary"} onClick={() => void port.prefer({ saving: !saving })}>
        {saving ? preferences.savingTurnOff : preferences.savingTurnOn}
      </Button>
      {!saving && (
        <Button size="s" mode="tertiary" onClick={() => setDeclined(true)}>
          {preferences.savingDecline}
        </Button>
      )}
    </div>
  );
}

/** Whether something has been so for a time without a break. */
function useLasting(now: boolean, time: number): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!now) return;
    const timer = setTimeout(() => setLasting(true), time);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [now, time]);
  return now && lasting;
}
