/** One person's invitation: name, QR code, address and code; to show, to copy, or to print and cut out. */

import { momentOf } from "../parts/dates";
import { CopyButton } from "../parts/copy-button";
import { PrintButton } from "../parts/print-button";
import { QrCode } from "../parts/qr";
import type { Role } from "../protocol/calls";
import type { Invitation } from "../protocol/school";
import { school as words } from "../words/school";

const { person: say, sheet } = words;

interface SlipProps {
  readonly name: string;
  readonly role: Role;
  readonly invitation: Invitation;
}

export function InvitationSlip({ name, role, invitation }: SlipProps) {
  return (
    <div data-testid="invitation">
      <p className="card__small">{say.invitationText}</p>
      <Slip name={name} role={role} invitation={invitation} />
      <p className="invitation__url">{invitation.url}</p>
      {invitation.expires_at && <p className="card__small">{say.until(momentOf(invitation.expires_at))}</p>}
      <div className="dialog__buttons">
        <CopyButton text={invitation.url} />
        <PrintButton />
      </div>
    </div>
  );
}

export function Slip({ name, role, invitation }: SlipProps) {
  return (
    <div className="slip" data-testid="slip">
      <QrCode svg={invitation.qr_svg} />
      <div className="slip__words">
        <p className="slip__name">{name}</p>
        <p className="slip__role">{words.role[role]}</p>
        <p className="slip__how">{sheet.how}</p>
        <p className="slip__address">{`${window.location.host}/link`}</p>
        <p className="slip__code">{invitation.code}</p>
      </div>
    </div>
  );
}
