/** What is done with all rooms at once: opening, time, recall, texts, voice, the wall. */

import {
  Icon20ClockOutline,
  Icon20DoorArrowRightOutline,
  Icon20DoorEnterArrowRightOutline,
  Icon20MessageOutline,
  Icon20ShuffleOutline,
  Icon20Squareshape9GridOutline,
} from "@vkontakte/icons";
import { useState } from "react";

import { useClass, useClassState } from "../classroom/context";
import { clock } from "../parts/countdown";
import { MAX_MINUTES } from "../protocol/classroom";
import { roomsWords as words } from "../words/rooms";
import { useTimeLeft } from "./clock";
import { KeepGroups } from "./keep";
import { NumberField } from "./number-field";
import { Pop } from "./pop";
import { Press } from "./press";
import { SpeakToAll } from "./speak";
import { TellForm } from "./tell";

const RECALLS: readonly number[] = [0, 10, 30, 60]; // seconds

interface PreparedProps {
  readonly onAgain: () => void;
  /** Before the call nobody can be taken anywhere. */
  readonly opens: boolean;
}

export function PreparedBar({ onAgain, opens }: PreparedProps) {
  const port = useClass();
  const [minutes, setMinutes] = useState<number | null>(null);
  return (
    <div className="toolbar" data-testid="rooms-toolbar">
      {opens && (
        <>
          <div className="toolbar__minutes">
            <NumberField
              label={words.run.minutes}
              hint={words.run.minutesHint}
              value={minutes}
              least={1}
              most={MAX_MINUTES}
              testId="rooms-minutes"
              onChange={setMinutes}
            />
          </div>
          <Press
            look="main"
            icon={<Icon20DoorEnterArrowRightOutline />}
            title={words.run.openHint}
            data-testid="rooms-open-all"
            onClick={() => void port.ask({ do: "open_rooms", minutes })}
          >
            {words.run.openAll}
          </Press>
        </>
      )}
      <Press icon={<Icon20ShuffleOutline />} data-testid="rooms-again" onClick={onAgain}>
        {words.prepare.again}
      </Press>
      <KeepGroups />
    </div>
  );
}

export function OpenBar({ onWall }: { readonly onWall: () => void }) {
  return (
    <div className="toolbar" data-testid="rooms-toolbar">
      <Timer />
      <Recall />
      <Pop label={words.run.tellAll} icon={<Icon20MessageOutline />} testId="rooms-tell-all">
        {(close) => <TellForm rooms={[]} title={words.run.tellAll} onDone={close} />}
      </Pop>
      <SpeakToAll />
      <Press icon={<Icon20Squareshape9GridOutline />} data-testid="rooms-wall" onClick={onWall}>
        {words.run.wall}
      </Press>
      <KeepGroups />
    </div>
  );
}

export function TimeLeft() {
  const left = useTimeLeft();
  return (
    <span className="timeleft" role="timer" data-testid="rooms-time" data-soon={left !== null && left <= 60}>
      <Icon20ClockOutline aria-hidden="true" />
      {left === null ? words.run.noTimer : clock(left)}
    </span>
  );
}

function Timer() {
  const closing = useClassState((state) => state.rooms?.phase === "closing");
  return (
    <div className="toolbar__timer">
      <TimeLeft />
      {!closing && (
        <Pop label={words.run.changeTime} look="quiet" testId="rooms-change-time">
          {(close) => <TimeForm onDone={close} />}
        </Pop>
      )}
    </div>
  );
}

function TimeForm({ onDone }: { readonly onDone: () => void }) {
  const port = useClass();
  const left = useTimeLeft();
  const [minutes, setMinutes] = useState<number | null>(() => (left === null ? 10 : Math.max(1, Math.ceil(left / 60))));
  const set = (wanted: number | null) => {
    void port.ask({ do: "set_timer", minutes: wanted });
    onDone();
  };
  return (
    <form
      className="pop__form"
      onSubmit={(event) => {
        event.preventDefault();
        if (minutes !== null) set(minutes);
      }}
    >
      <NumberField
        label={words.run.minutesFromNow}
        value={minutes}
        least={1}
        most={MAX_MINUTES}
        testId="rooms-new-minutes"
        onChange={setMinutes}
      />
      <button type="submit" className="press press_main" disabled={minutes === null}>
        {words.run.setTime}
      </button>
      {left !== null && <Press onClick={() => set(null)}>{words.run.dropTime}</Press>}
    </form>
  );
}

function Recall() {
  const port = useClass();
  const closing = useClassState((state) => state.rooms?.phase === "closing");
  const recall = (seconds: number) => void port.ask({ do: "close_rooms", seconds });
  if (closing) {
    return (
      <>
        <Press look="danger" icon={<Icon20DoorArrowRightOutline />} data-testid="rooms-recall-now" onClick={() => recall(0)}>
          {words.run.recallNow}
        </Press>
        <Press data-testid="rooms-recall-cancel" onClick={() => void port.ask({ do: "set_timer", minutes: null })}>
          {words.run.recallCancel}
        </Press>
      </>
    );
  }
  return (
    <Pop label={words.run.recall} look="danger" icon={<Icon20DoorArrowRightOutline />} testId="rooms-recall">
      {(close) => (
        <div className="pop__acts">
          <p>{words.run.recallAsk}</p>
          {RECALLS.map((seconds) => (
            <Press
              key={seconds}
              look="quiet"
              data-testid={`rooms-recall-${seconds}`}
              onClick={() => {
                close();
                recall(seconds);
              }}
            >
              {words.run.recallIn[seconds]}
            </Press>
          ))}
        </div>
      )}
    </Pop>
  );
}
