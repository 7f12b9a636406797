/** «Выйти или завершить для всех?», for those who may end the call. */

import { Button } from "@vkontakte/vkui";

import { useCall } from "../call/context";
import { Dialog } from "../parts/dialog";
import { classroom } from "../words/classroom";
import { useClass } from "./context";

const { leave } = classroom;

export function LeaveDialog({ onClose }: { readonly onClose: () => void }) {
  const port = useCall();
  const klass = useClass();
  const end = () => {
    onClose();
    void klass.ask({ do: "end_call" });
  };
  return (
    <Dialog title={leave.title} onClose={onClose}>
      <p className="dialog__text">{leave.text}</p>
      <div className="dialog__buttons">
        <Button size="l" mode="secondary" onClick={() => port.leave()} data-testid="leave-only">
          {leave.leave}
        </Button>
        <Button size="l" appearance="negative" onClick={end} data-testid="leave-end">
          {leave.end}
        </Button>
        <Button size="l" mode="tertiary" onClick={onClose} data-testid="leave-stay">
          {leave.cancel}
        </Button>
      </div>
    </Dialog>
  );
}

/** «Завершить для всех?», from the list of people. */
export function EndDialog({ onClose }: { readonly onClose: () => void }) {
  const klass = useClass();
  return (
    <Dialog title={leave.endTitle} onClose={onClose}>
      <p className="dialog__text">{leave.endText}</p>
      <div className="dialog__buttons">
        <Button
          size="l"
          appearance="negative"
          data-testid="end-yes"
          onClick={() => {
            onClose();
            void klass.ask({ do: "end_call" });
          }}
        >
          {leave.end}
        </Button>
        <Button size="l" mode="secondary" onClick={onClose}>
          {leave.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
