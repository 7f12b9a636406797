/** One person in the list: name, role, hand, what they send; for moderators a button with what can be done. */

import {
  Icon20HideOutline,
  Icon20MoreHorizontal,
  Icon28Hand,
  Icon28MicrophoneAlt,
  Icon28MicrophoneSlashAlt,
  Icon28ScreencastOutline,
  Icon28VideocamAlt,
  Icon28VideocamSlashAlt,
} from "@vkontakte/icons";
import { memo, type ReactNode } from "react";

import { QualityIcon } from "../call/quality-icon";
import { Avatar } from "../parts/avatar";
import { words } from "../words";
import { classroom } from "../words/classroom";
import { useClass } from "./context";
import { PersonActs } from "./person-acts";
import type { Media, Row } from "./roster";

const SMALL = { width: 20, height: 20 };
const { people: say } = classroom;

interface PersonRowProps {
  readonly row: Row;
  readonly moderator: boolean;
  readonly ownRoom: number;
  readonly roomName: string;
  readonly open: boolean;
  readonly onOpen: (identity: string | null) => void;
  readonly onRights: (identity: string) => void;
}

function alike(a: object, b: object): boolean {
  const before = Object.entries(a) as [keyof typeof a, unknown][];
  return before.every(([key, value]) => Object.is(value, b[key]));
}

/** Rows are made anew at every change in the room; a hundred of them must not be drawn anew for one that differs. */
function sameProps(a: PersonRowProps, b: PersonRowProps): boolean {
  const { row: before, ...restBefore } = a;
  const { row: after, ...restAfter } = b;
  if (!alike(restBefore, restAfter)) return false;
  const media = before.here && after.here ? alike(before.here, after.here) : before.here === after.here;
  return media && alike({ ...before, here: null }, { ...after, here: null });
}

export const PersonRow = memo(function PersonRow(props: PersonRowProps) {
  const { row, moderator, ownRoom, roomName, open, onOpen, onRights } = props;
  const { identity, name, here } = row;
  const actable = moderator && !row.own;
  const goToRights = () => {
    onOpen(null);
    onRights(identity);
  };
  return (
    <li className="people__item" data-identity={identity} data-testid="person">
      <div className="people__row" data-speaking={here?.speaking ?? false}>
        <Avatar identity={identity} name={name} />
        <div className="people__who">
          <span className="people__name">
            {name}
            {row.own && <span className="people__own"> ({words.common.you})</span>}
          </span>
          <span className="people__role">
            {row.role && words.role[row.role]}
            {row.coTeacher && <>, {say.coTeacher}</>}
            {row.room !== ownRoom && roomName !== "" && <> · {say.inRoom(roomName)}</>}
            {row.rights !== null && <> · {say.ownRights}</>}
          </span>
        </div>
        <span className="people__state">
          {row.hand > 0 && <HandMark row={row} moderator={moderator} />}
          {row.cameraHidden && <Mark icon={<Icon20HideOutline />} text={say.cameraHidden} />}
          {here && <MediaMarks media={here} />}
        </span>
        {actable && (
          <button
            type="button"
            className="people__menu"
            aria-label={say.menu(name)}
            aria-expanded={open}
            data-testid="person-menu"
            onClick={() => onOpen(open ? null : identity)}
          >
            <Icon20MoreHorizontal />
          </button>
        )}
      </div>
      {actable && open && <PersonActs row={row} onDone={() => onOpen(null)} onRights={goToRights} />}
    </li>
  );
}, sameProps);

function HandMark({ row, moderator }: { readonly row: Row; readonly moderator: boolean }) {
  const klass = useClass();
  const content = (
    <>
      <Icon28Hand {...SMALL} aria-hidden="true" /> {row.hand}
    </>
  );
  if (!moderator && !row.own) {
    return (
      <span className="hand" role="img" aria-label={say.handNumber(row.hand)} title={say.handNumber(row.hand)}>
        {content}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="hand hand_button"
      aria-label={`${say.handNumber(row.hand)}. ${say.lowerOne(row.name)}`}
      title={say.lowerOne(row.name)}
      data-testid="lower-hand"
      onClick={() => void klass.ask({ do: "lower_hand", identity: row.identity })}
    >
      {content}
    </button>
  );
}

function MediaMarks({ media }: { readonly media: Media }) {
  const { participants } = words;
  return (
    <>
      {media.screen && <Mark icon={<Icon28ScreencastOutline {...SMALL} />} text={participants.sharing} />}
      {media.quality !== "excellent" && media.quality !== "unknown" && <QualityIcon quality={media.quality} />}
      <Mark
        icon={media.camera ? <Icon28VideocamAlt {...SMALL} /> : <Icon28VideocamSlashAlt {...SMALL} />}
        text={media.camera ? participants.cameraOn : participants.cameraOff}
      />
      <Mark
        icon={media.microphone ? <Icon28MicrophoneAlt {...SMALL} /> : <Icon28MicrophoneSlashAlt {...SMALL} />}
        text={media.microphone ? participants.microphoneOn : participants.microphoneOff}
      />
    </>
  );
}

function Mark({ icon, text }: { readonly icon: ReactNode; readonly text: string }) {
  return (
    <span className="mark" role="img" aria-label={text} title={text}>
      {icon}
    </span>
  );
}
