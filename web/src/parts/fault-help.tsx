/** What is wrong with a camera or a microphone and what to do about it, in this browser. */

import { Icon20ErrorCircleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";

import { browserOf, type Device, type Fault } from "../media/faults";
import { words } from "../words";

/** The advice for a fault. */
export function adviceFor(fault: Fault, userAgent: string): string {
  return fault === "denied" ? words.device.allow[browserOf(userAgent)] : words.device.help[fault];
}

interface FaultHelpProps {
  readonly device: Device;
  readonly fault: Fault;
  readonly onRetry: () => void;
}

export function FaultHelp({ device, fault, onRetry }: FaultHelpProps) {
  return (
    <div className="fault" role="alert" data-testid={`fault-${device}`} data-fault={fault}>
      <Icon20ErrorCircleOutline className="fault__icon" aria-hidden="true" />
      <div>
        <p className="fault__title">{words.device[device][fault]}</p>
        <p className="fault__text">{adviceFor(fault, navigator.userAgent)}</p>
        {fault !== "insecure" && (
          <Button mode="secondary" size="s" onClick={onRetry}>
            {words.prejoin.retry}
          </Button>
        )}
      </div>
    </div>
  );
}
