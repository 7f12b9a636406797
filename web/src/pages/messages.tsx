/** The screens that only say something: not yet, over, left, refused. */

import {
  Icon56CheckCircleOutline,
  Icon56ClockCircleDashedOutline,
  Icon56DevicesOutline,
  Icon56DoorArrowRightOutline,
  Icon56ErrorTriangleOutline,
  Icon56LockOutline,
  Icon56Users3Outline,
  Icon56WifiOutline,
} from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import type { ReactNode } from "react";

import { signInFor } from "../parts/navigation";
import { Notice } from "../parts/notice";
import type { Call } from "../protocol/calls";
import { PrepareRooms } from "../rooms/before-call";
import { words } from "../words";
import type { Parting, Refusal } from "./flow";

/** Day and time as people say it: «понедельник, 26 января, 12:00». */
export function startOf(call: Pick<Call, "starts_at">): string {
  const date = new Date(call.starts_at);
  if (Number.isNaN(date.getTime())) return "";
  const format = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(words.locale, format).format(date);
}

export function WaitingScreen({ call }: { readonly call: Call }) {
  const starts = startOf(call);
  return (
    <Notice
      icon={<Icon56ClockCircleDashedOutline />}
      title={words.waiting.title}
      text={words.waiting.text}
      testId="waiting-screen"
    >
      <dl className="quiet__facts">
        <dt>{call.title}</dt>
        {starts && <dd>{words.waiting.startsAt(starts)}</dd>}
      </dl>
      <p className="quiet__pulse" role="status">
        <span className="quiet__dot" aria-hidden="true" />
        {words.waiting.checking}
      </p>
      {call.administrator && <PrepareRooms call={call.id} />}
    </Notice>
  );
}

export function EndedScreen() {
  return <Notice icon={<Icon56CheckCircleOutline />} {...words.ended} testId="ended-screen" />;
}

const PARTING_ICONS: Record<Parting, ReactNode> = {
  left: <Icon56DoorArrowRightOutline />,
  removed: <Icon56LockOutline />,
  refused: <Icon56LockOutline />,
  ended: <Icon56CheckCircleOutline />,
  elsewhere: <Icon56DevicesOutline />,
  full: <Icon56Users3Outline />,
  network: <Icon56WifiOutline />,
};

interface LeftScreenProps {
  readonly why: Parting;
  readonly onAgain: () => void;
  /** Where the person came from. */
  readonly back?: string | null;
}

/** A learning platform's address, when it is one of the web's. */
function webAddress(text: string | null | undefined): string | null {
  return text && /^https?:\/\//i.test(text) ? text : null;
}

export function LeftScreen({ why, onAgain, back }: LeftScreenProps) {
  const address = webAddress(back);
  const tone = why !== "left" && why !== "ended" && why !== "elsewhere" ? "warm" : "calm";
  return (
    <Notice icon={PARTING_ICONS[why]} tone={tone} {...words.left[why]} testId="left-screen">
      <Button size="l" onClick={onAgain} data-testid="enter-again" data-why={why}>
        {words.left.again}
      </Button>
      {address !== null && (
        <Button size="l" mode="secondary" href={address} data-testid="leave-back">
          {words.left.back}
        </Button>
      )}
    </Notice>
  );
}

export function ProblemScreen({ problem, onAgain }: { readonly problem: Refusal; readonly onAgain: () => void }) {
  const icon = problem === "other" ? <Icon56ErrorTriangleOutline /> : <Icon56LockOutline />;
  return (
    <Notice icon={icon} tone="warm" {...words.problem[problem]} testId="problem-screen">
      {problem === "other" && (
        <Button size="l" onClick={onAgain}>
          {words.common.retry}
        </Button>
      )}
      {problem === "session_missing" && (
        <Button size="l" href={signInFor(window.location.pathname)} data-testid="problem-sign-in">
          {words.problem.signIn}
        </Button>
      )}
    </Notice>
  );
}
