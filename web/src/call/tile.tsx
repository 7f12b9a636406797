/** One participant: picture or initials, name, and the state of voice and connection in icons with words. */

import { Icon16Microphone, Icon16MicrophoneSlash, Icon16Pause, Icon20PinOutline } from "@vkontakte/icons";
import { memo, useEffect, useRef, type CSSProperties } from "react";

import { Avatar } from "../parts/avatar";
import { words } from "../words";
import { stageWords } from "../words/stage";
import { useCall, useCallState } from "./context";
import { useLayout, useLayoutChoice } from "./layout-context";
import type { Person, Picture } from "./port";
import { QualityIcon } from "./quality-icon";

/** A video element that shows a person's picture; attached anew when `track` becomes another. */
export function PersonVideo({ person, picture }: { readonly person: Person; readonly picture: Picture }) {
  const port = useCall();
  const element = useRef<HTMLVideoElement>(null);
  const track = picture === "camera" ? person.cameraKey : person.screenKey;
  useEffect(() => {
    if (!element.current || track === "") return;
    return port.attach(person.identity, picture, element.current);
  }, [port, person.identity, picture, track]);
  return <video ref={element} className="tile__video" autoPlay playsInline muted />;
}

interface TileProps {
  readonly person: Person;
  readonly style?: CSSProperties | undefined;
}

/** A button at the tile's corner: this picture large, or no longer. */
function PinButton({ person }: { readonly person: Person }) {
  const store = useLayout();
  const pinned = useLayoutChoice((choice) => choice.pinned === person.identity);
  const label = pinned ? stageWords.tile.unpin(person.name) : stageWords.tile.pin(person.name);
  return (
    <button
      type="button"
      className="tile__pin"
      aria-label={label}
      aria-pressed={pinned}
      title={label}
      data-testid="pin"
      onClick={() => store.choose({ pinned: pinned ? "" : person.identity })}
    >
      <Icon20PinOutline aria-hidden="true" />
    </button>
  );
}

/** One person's picture over most of the stage. */
export function LargeTile({ person }: { readonly person: Person }) {
  return (
    <ul className="large">
      <Tile key={person.identity} person={person} />
    </ul>
  );
}

interface ScreenInGridProps extends TileProps {
  readonly onLarge: () => void;
}

/** A shared screen among the tiles. */
export function ScreenInGrid({ person, style, onLarge }: ScreenInGridProps) {
  return (
    <li className="tile tile_screen" style={style} data-testid="screen-in-grid" data-identity={person.identity}>
      <PersonVideo person={person} picture="screen" />
      <button type="button" className="tile__large" onClick={onLarge}>
        {words.stage.screenOf(person.name)}
      </button>
    </li>
  );
}

export const Tile = memo(function Tile({ person, style }: TileProps) {
  const { name, own, speaking, microphone, camera, cameraKey, paused, quality } = person;
  const { stage } = words;
  const saving = useCallState((state) => state.preferences.saving) && !own;
  const mirror = useCallState((state) => state.preferences.mirror);
  const label = own ? `${name} (${words.common.you})` : name;
  return (
    <li
      className="tile"
      style={style}
      data-testid="tile"
      data-identity={person.identity}
      data-own={own}
      data-muted={!microphone}
      data-speaking={speaking}
      data-camera={camera}
      data-mirror={own && mirror}
      data-saving={saving}
    >
      <PersonVideo person={person} picture="camera" />
      {/* A camera that is on may still be none for this person: not here yet, or for teachers only. */}
      {(!camera || saving || cameraKey === "") && (
        <div className="tile__face">
          <Avatar identity={person.identity} name={name} />
        </div>
      )}
      {camera && saving && (
        <p className="tile__paused" data-testid="tile-saving" title={stageWords.preferences.savingTile}>
          <Icon16Pause aria-hidden="true" /> <span>{stageWords.preferences.savingTile}</span>
        </p>
      )}
      {camera && paused && !saving && (
        <p className="tile__paused" title={stage.paused}>
          <Icon16Pause aria-hidden="true" /> <span>{stage.paused}</span>
        </p>
      )}
      <PinButton person={person} />
      {quality !== "excellent" && quality !== "unknown" && <QualityIcon quality={quality} />}
      <p className="tile__name">
        <VoiceIcon speaking={speaking} microphone={microphone} />
        <span className="tile__text">{label}</span>
        {person.role === "administrator" && <span className="tile__role">{words.role.administrator}</span>}
      </p>
    </li>
  );
});

function VoiceIcon({ speaking, microphone }: { readonly speaking: boolean; readonly microphone: boolean }) {
  const { stage, participants } = words;
  if (!microphone) {
    return (
      <span className="voice voice_off" role="img" aria-label={stage.muted} title={stage.muted}>
        <Icon16MicrophoneSlash />
      </span>
    );
  }
  if (!speaking) {
    return (
      <span className="voice" role="img" aria-label={participants.microphoneOn}>
        <Icon16Microphone />
      </span>
    );
  }
  return (
    <span className="voice voice_speaking" role="img" aria-label={stage.speaking} title={stage.speaking}>
      <i />
      <i />
      <i />
    </span>
  );
}
