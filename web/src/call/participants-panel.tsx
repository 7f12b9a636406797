/** «Участники»: everybody in the call with role, microphone, camera and screen. */

import {
  Icon28MicrophoneAlt,
  Icon28MicrophoneSlashAlt,
  Icon28ScreencastOutline,
  Icon28VideocamAlt,
  Icon28VideocamSlashAlt,
} from "@vkontakte/icons";
import type { ReactNode } from "react";

import { Avatar } from "../parts/avatar";
import { words } from "../words";
import { useCallState } from "./context";
import { Panel } from "./panel";
import type { Person } from "./port";
import { QualityIcon } from "./quality-icon";

const SMALL = { width: 20, height: 20 };

export function ParticipantsPanel({ onClose }: { readonly onClose: () => void }) {
  const people = useCallState((state) => state.people);
  const { participants } = words;
  return (
    <Panel title={participants.title} testId="participants-panel" onClose={onClose}>
      <p className="people__count">{participants.count(people.length)}</p>
      <ul className="people">
        {people.map((person) => (
          <Row key={person.identity} person={person} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ person }: { readonly person: Person }) {
  const { participants } = words;
  return (
    <li className="people__row" data-identity={person.identity} data-speaking={person.speaking}>
      <Avatar identity={person.identity} name={person.name} />
      <div className="people__who">
        <span className="people__name">
          {person.name}
          {person.own && <span className="people__own"> ({words.common.you})</span>}
        </span>
        {person.role && <span className="people__role">{words.role[person.role]}</span>}
      </div>
      <span className="people__state">
        {person.screen && <Mark icon={<Icon28ScreencastOutline {...SMALL} />} text={participants.sharing} />}
        <QualityIcon quality={person.quality} />
        <Mark
          icon={person.camera ? <Icon28VideocamAlt {...SMALL} /> : <Icon28VideocamSlashAlt {...SMALL} />}
          text={person.camera ? participants.cameraOn : participants.cameraOff}
        />
        <Mark
          icon={person.microphone ? <Icon28MicrophoneAlt {...SMALL} /> : <Icon28MicrophoneSlashAlt {...SMALL} />}
          text={person.microphone ? participants.microphoneOn : participants.microphoneOff}
        />
      </span>
    </li>
  );
}

function Mark({ icon, text }: { readonly icon: ReactNode; readonly text: string }) {
  return (
    <span className="mark" role="img" aria-label={text} title={text}>
      {icon}
    </span>
  );
}
