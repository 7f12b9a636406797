/** «Вас просят включить микрофон»: nobody's microphone is switched on but by themselves. */

import { Button } from "@vkontakte/vkui";

import { useCall } from "../call/context";
import { Dialog } from "../parts/dialog";
import { classroom } from "../words/classroom";

const { asked } = classroom;

export function AskedDialog({ by, onClose }: { readonly by: string; readonly onClose: () => void }) {
  const port = useCall();
  const agree = () => {
    void port.turn("microphone", true);
    onClose();
  };
  return (
    <Dialog title={asked.title} onClose={onClose}>
      {by !== "" && <p className="dialog__text">{asked.by(by)}</p>}
      <p className="dialog__text">{asked.text}</p>
      <div className="dialog__buttons">
        <Button size="l" onClick={agree} data-testid="unmute-yes">
          {asked.yes}
        </Button>
        <Button size="l" mode="secondary" onClick={onClose} data-testid="unmute-no">
          {asked.no}
        </Button>
      </div>
    </Dialog>
  );
}
