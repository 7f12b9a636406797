/** «Зал ожидания»: the person sees themselves and the title until they are let in. */

import { Icon24DoorArrowRightOutline, Icon28VideocamSlashAlt } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useEffect, useRef, useState } from "react";

import { useCall } from "../call/context";
import { Avatar } from "../parts/avatar";
import { Brand } from "../parts/brand";
import type { Call } from "../protocol/calls";
import { classroom } from "../words/classroom";
import { useClassState } from "./context";

const { lobby: say } = classroom;

export function LobbyScreen({ call }: { readonly call: Call }) {
  const port = useCall();
  const connected = useClassState((state) => state.connected);
  return (
    <div className="quiet">
      <header>
        <Brand />
      </header>
      <main className="quiet__card lobby" data-testid="lobby-screen">
        <h1 className="quiet__title">{say.title}</h1>
        <p className="lobby__call">{call.title}</p>
        <OwnPicture identity={call.person.identity} name={call.person.name} />
        <p className="quiet__text">{say.text}</p>
        <p className="quiet__pulse" role="status">
          <span className="quiet__dot" aria-hidden="true" />
          {connected ? say.waiting : say.offline}
        </p>
        <Button
          size="l"
          mode="secondary"
          before={<Icon24DoorArrowRightOutline />}
          onClick={() => port.leave()}
          data-testid="lobby-leave"
        >
          {say.leave}
        </Button>
      </main>
    </div>
  );
}

function OwnPicture({ identity, name }: { readonly identity: string; readonly name: string }) {
  const port = useCall();
  const element = useRef<HTMLVideoElement>(null);
  const [pictured, setPictured] = useState(false);
  useEffect(() => {
    const stop = element.current && port.preview(element.current);
    setPictured(stop !== null);
    return () => stop?.();
  }, [port]);
  return (
    <figure className="lobby__self" data-camera={pictured}>
      <video ref={element} className="lobby__video" autoPlay playsInline muted hidden={!pictured} />
      {!pictured && <Avatar identity={identity} name={name} />}
      <figcaption>
        {pictured ? say.you : (
          <>
            <Icon28VideocamSlashAlt width={20} height={20} aria-hidden="true" /> {say.cameraOff}
          </>
        )}
      </figcaption>
    </figure>
  );
}
