/** Rooms laid out before the call runs: its own wire to the server, for as long as the panel is open. */

import { Button } from "@vkontakte/vkui";
import { useCallback, useEffect, useState } from "react";

import { ClassContext } from "../classroom/context";
import { ClassSession } from "../classroom/session";
import { wiresTo } from "../classroom/wire";
import { prepareCall } from "../protocol/calls";
import { classroom } from "../words/classroom";
import { roomsWords as words } from "../words/rooms";
import { RoomsPanel } from "./rooms-panel";

export function PrepareRooms({ call }: { readonly call: string }) {
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const over = useCallback(() => {
    setOpen(false);
    setFailed(true);
  }, []);
  return (
    <>
      <Button
        size="l"
        mode="secondary"
        data-testid="prepare-rooms"
        onClick={() => {
          setFailed(false);
          setOpen(true);
        }}
      >
        {words.before.button}
      </Button>
      {failed && (
        <p className="before__failed" role="alert">
          {words.before.failed}
        </p>
      )}
      {open && <Preparing call={call} onClose={() => setOpen(false)} onFail={over} />}
    </>
  );
}

interface PreparingProps {
  readonly call: string;
  readonly onClose: () => void;
  readonly onFail: () => void;
}

function Preparing({ call, onClose, onFail }: PreparingProps) {
  const [refusal, setRefusal] = useState("");
  const [session] = useState(
    () =>
      new ClassSession({
        open: wiresTo(window.location.origin.replace(/^http/, "ws")),
        enter: async (signal) => (await prepareCall(call, signal)).token,
        refused: (why) => setRefusal(classroom.refusal[why]),
        clock: () => Date.now(),
      }),
  );
  useEffect(() => {
    let gone = false;
    void session.run().then(() => {
      if (!gone) onFail();
    });
    return () => {
      gone = true;
      session.close();
    };
  }, [session, onFail]);
  return (
    <div className="before" role="dialog" aria-modal="true" aria-label={words.title}>
      <ClassContext value={session}>
        <RoomsPanel opens={false} onClose={onClose} onWall={onClose} />
      </ClassContext>
      {refusal && (
        <p className="for-ears" role="alert">
          {refusal}
        </p>
      )}
    </div>
  );
}
